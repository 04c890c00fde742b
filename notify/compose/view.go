package compose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"taizhang/ledger"
)

// view is what every letter may say. Its exported fields are the vocabulary of
// the templates; all of them are plain text that is safe to print.
type view struct {
	Campaign, City, Notice string // 全民参保计划攻坚行动, 许昌市, 许社养老〔2022〕12号
	Desk                   string // 专项小组
	Mailbox                string // where counties report to
	Contacts               []contactView
	Unit, Period           string // 禹州市, 2022年5月; "" when unknown
	Salutation             string
	Today                  string // under the signature
	Now                    string // to the minute

	Due, CutOff, Closing                   string // 5月28日（星期六）24时; "" when none
	DueShort                               string // for the subject
	DuePassed, CutOffPassed, ClosingPassed bool
	Extended                               bool

	ToDesk                           bool
	Copied                           bool // somebody is in Cc
	OriginalSubject, OriginalArrived string
	Attached                         string // names of the attachments
	Measures                         string // what the form asks for
	FormName                         string // the form's title without its year: 全民参保计划攻坚行动工作落实台账
	Added, Stock, Overlap, Annex     string // the form's phrases
	TotalUnit                        string // 人
	NothingNew                       string // 本月确无新增的
	Cumulative                       bool   // a county's number is that since the campaign began
	You                              string // 你单位, or the unit's name in a mail to the desk
	Rosters                          []rosterView

	tables map[string]*table
	parts  map[string][]block // of other letters, set like tables
	merged []letterPart       // those letters
}

type contactView struct{ Matter, Name, Phone string }

// shared fills the view of f.
func (k *Composer) shared(f Common) *view {
	c := k.campaign
	v := &view{
		Campaign: c.Name, City: c.City, Notice: c.Notice, Desk: c.Desk.Name, Mailbox: k.mailbox,
		Unit: k.name(f.Unit), Period: PeriodName(f.Period), Salutation: k.salutation(f),
		You: k.words.You, Today: DayName(ledger.DateOf(k.local(f.Now))), Now: k.asOf(f.Now),
		Due: k.deadline(f.Due, f.Now), CutOff: k.deadline(f.CutOff, f.Now), Closing: k.deadline(f.Closing, f.Now),
		DuePassed: passed(f.Due, f.Now), CutOffPassed: passed(f.CutOff, f.Now), ClosingPassed: passed(f.Closing, f.Now),
		Extended: f.Extended, ToDesk: f.ToDesk, Copied: len(f.Cc) > 0, Measures: k.required(), tables: map[string]*table{},
	}
	k.formWords(v)
	if f.ToDesk && v.Unit != "" {
		v.You = v.Unit
	}
	if !f.Due.IsZero() {
		v.DueShort = shortDeadline(k.local(f.Due))
	}
	for _, p := range c.Desk.Contacts {
		v.Contacts = append(v.Contacts, contactView{Clean(p.Matter), Clean(p.Name), Clean(p.Phone)})
	}
	if o := f.Original; o != nil {
		v.OriginalSubject, v.OriginalArrived = k.name(o.Subject), k.instant(o.Arrived)
	}
	names := make([]string, len(f.Attachments))
	for i, a := range f.Attachments {
		names[i] = k.name(a.Name)
	}
	v.Attached = strings.Join(names, k.words.Enum)
	k.rosters(v, f.Rosters)
	return v
}

// formWords fills what the letters call the form and its figures.
func (k *Composer) formWords(v *view) {
	c := k.campaign
	p := c.Form.Phrases
	v.FormName = Clean(strings.TrimPrefix(c.Form.Title, fmt.Sprintf("%d年", c.Year)))
	v.Added, v.Stock, v.Overlap, v.Annex = Clean(p.Added), Clean(p.Stock), Clean(p.Overlap), Clean(p.Annex)
	v.Cumulative, v.NothingNew = c.Basis == ledger.BasisCumulative, k.words.formWord("nothing")
	if m := c.Form.Measure(c.Form.Total); m != nil {
		v.TotalUnit = Clean(m.Unit)
	}
}

// reported is the head of what a county reported: 本月, or since the beginning
// where that is what the campaign asks for.
func (k *Composer) reported() string {
	if k.campaign.Basis == ledger.BasisCumulative {
		return "sinceFirst"
	}
	return "month"
}

// salutation addresses the liaison by name where one is known, and the desk
// where the mail is for it.
func (k *Composer) salutation(f Common) string {
	switch {
	case f.ToDesk, f.Unit == "":
		return fmt.Sprintf(k.words.ToDesk, k.campaign.Desk.Name)
	case f.Liaison.Name == "":
		return fmt.Sprintf(k.words.NoLiaison, k.name(f.Unit))
	}
	office := f.Liaison.Post
	if office == "" {
		office = f.Unit
	}
	return fmt.Sprintf(k.words.Liaison, k.name(office), k.name(f.Liaison.Name))
}

// required lists the measures of a complete form, 参保户数、企业养老 ….
func (k *Composer) required() string {
	var names []string
	for _, m := range k.campaign.Form.Measures {
		if !m.Optional {
			names = append(names, m.Name)
		}
	}
	return strings.Join(names, k.words.Enum)
}

func (k *Composer) local(t time.Time) time.Time { return t.In(k.campaign.Schedule.Zone) }

func (k *Composer) instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Instant(k.local(t))
}

// asOf is an instant without the minutes of a full hour: 2022年5月29日（星期日）9时.
func (k *Composer) asOf(t time.Time) string {
	return strings.TrimSuffix(Instant(k.local(t)), "00分")
}

// cellInstant is an instant for the cell of a table.
func (k *Composer) cellInstant(t time.Time) string {
	if t.IsZero() {
		return k.words.None
	}
	return ShortInstant(k.local(t))
}

func (k *Composer) deadline(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Deadline(k.local(t), k.local(now).Year())
}

func passed(t, now time.Time) bool { return !t.IsZero() && !now.Before(t) }

func (k *Composer) name(s string) string  { return k.words.cut(Clean(s), maxName) }
func (k *Composer) value(s string) string { return k.words.cut(Clean(s), maxValue) }

// orNone prints － in a cell that would be empty.
func (k *Composer) orNone(s string) string {
	if s == "" {
		return k.words.None
	}
	return s
}

// headKeys are the table heads that the catalogue must name.
var headKeys = []string{
	"code", "sheet", "cell", "value", "message", "remedy", "file", "measure", "month", "sinceFirst", "cumulative", "rate", "old", "new",
	"unit", "punctuality", "version", "arrived", "queries", "reminded", "note", "why", "todo", "from", "at", "subject",
	"period", "matter", "address", "answer", "decide", "command", "state", "to", "read", "id", "role", "person", "post", "phone", "mail", "said",
	"reminder", "due", "folder",
}

func (k *Composer) col(head string) column { return column{Head: k.words.Heads[head]} }
func (k *Composer) num(head string) column { return column{Head: k.words.Heads[head], Num: true} }
func (k *Composer) long(head string) column {
	return column{Head: k.words.Heads[head], Long: true}
}

// add puts the table into the letter and returns the name by which a template
// sets it; a table without rows is none and has no name.
func (v *view) add(name string, t *table) string {
	if len(t.Rows) == 0 {
		return ""
	}
	v.tables[name] = t
	return name
}

// docView is one document as a letter speaks of it.
type docView struct {
	File, Sheet, Period, Arrived string
	Version                      string // 第1版; "" while held
	Punctuality                  string // 按时, 迟报2天; "" when it is no attempt
	OnTime, Attempt              bool
	Unverified                   bool
	Figures                      string // table of the figures as read
	NoRate                       bool   // 完成率 is wanting for an insurance
	Blocks, Held, Queries, Notes string // tables of findings by severity
	BlockCount, QueryCount       int
	SampleCode                   string // code of the first query, for the example of an answer
	Explained                    string // table of the queries that are explained
}

// document fills the view of d; tables are named after n.
func (k *Composer) document(v *view, d Document, n int, p ledger.Period) docView {
	if !d.Period.IsZero() {
		p = d.Period
	}
	w := docView{
		File: k.name(d.File), Sheet: k.name(d.Sheet), Period: PeriodName(p), Arrived: k.instant(d.Arrived),
		Attempt: d.Attempt, Unverified: d.Unverified, OnTime: d.Punctuality == ledger.PunctualOnTime,
	}
	if d.Version > 0 {
		w.Version = k.words.version(d.Version)
	}
	if d.Attempt {
		w.Punctuality = k.punctuality(d.Punctuality, d.LateDays)
	}
	id := strconv.Itoa(n)
	w.Figures = v.add("figures"+id, k.figureTable(d.Figures, d.Progress))
	w.NoRate = w.Figures != "" && d.Progress != nil && k.lacksRate(d.Progress)
	groups := k.mergeFindings(d.Findings)
	w.Blocks = v.add("blocks"+id, k.findingTable(groups[ledger.Block]))
	w.Queries = v.add("queries"+id, k.findingTable(groups[ledger.Query]))
	w.Held = v.add("held"+id, k.heldTable(groups[ledger.Hold]))
	w.Notes = v.add("notes"+id, k.noteTable(append(groups[ledger.Note], groups[ledger.Unreadable]...)))
	w.Explained = v.add("explained"+id, k.explainedTable(d.Explained))
	w.BlockCount, w.QueryCount = len(groups[ledger.Block]), len(groups[ledger.Query])
	if w.QueryCount > 0 {
		w.SampleCode = groups[ledger.Query][0].code
	}
	return w
}

// punctuality prints 按时, and 迟报2天 where days are known.
func (k *Composer) punctuality(p ledger.Punctuality, days int) string {
	s := k.words.Punctuality[p]
	if days > 0 && (p == ledger.PunctualLate || p == ledger.PunctualAfter) {
		s += fmt.Sprintf(k.words.LateBy, days)
	}
	return s
}

// figureTable lists every measure of a complete form, and the optional ones that
// are stated.
func (k *Composer) figureTable(fs ledger.Figures, progress map[string]Progress) *table {
	t := &table{Cols: []column{k.col("measure"), k.num(k.reported())}}
	// Where the number reported is cumulative, a column of it would say it twice.
	both := k.campaign.Basis != ledger.BasisCumulative
	if progress != nil && both {
		t.Cols = append(t.Cols, k.num("cumulative"))
	}
	if progress != nil {
		t.Cols = append(t.Cols, k.num("rate"))
	}
	if len(fs) == 0 {
		return t
	}
	for _, m := range k.campaign.Form.Measures {
		f, stated := fs[m.Key]
		if m.Optional && !stated {
			continue
		}
		row := []string{m.Name, k.figure(f, stated, m.Unit)}
		if progress != nil {
			cum, rate := k.words.None, k.words.None
			if p, ok := progress[m.Key]; ok {
				cum, rate = strconv.FormatInt(p.Cumulative, 10)+m.Unit, p.Done.String()
			}
			if both {
				row = append(row, cum)
			}
			row = append(row, rate)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// lacksRate reports whether 完成率 is wanting for one of the insurances.
func (k *Composer) lacksRate(progress map[string]Progress) bool {
	return slices.ContainsFunc(k.campaign.Form.Parts, func(key string) bool { return progress[key].Done.Den <= 0 })
}

// figure prints a figure with its unit, and says where it is derived.
func (k *Composer) figure(f ledger.Figure, stated bool, unit string) string {
	s := k.words.figureText(f, stated)
	if stated && f.Stated() {
		s += unit
	}
	if stated && f.Derived {
		s += k.words.Derived
	}
	return s
}
