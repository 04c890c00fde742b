package compose

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"taizhang/ledger"
)

// words are the names and labels of catalogue/words.json.
type words struct {
	Punctuality map[ledger.Punctuality]string `json:"punctuality"`
	Quality     map[ledger.Quality]string     `json:"quality"`
	Severity    map[ledger.Severity]string    `json:"severity"`
	Mail        map[ledger.MailKind]string    `json:"mail"`
	Send        map[ledger.SendState]string   `json:"send"`
	Form        map[string]string             `json:"form"` // words for {form.…} where no form is known
	Measures    map[string]string             `json:"measures"`
	Heads       map[string]string             `json:"heads"`
	Args        map[string]map[string]string  `json:"args"`
	Unclear     map[string]string             `json:"unclear"` // by ledger's Why constants: what to do
	Causes      map[Cause]string              `json:"causes"`  // of a change; %d is the version

	Blank       string `json:"blank"`
	Absent      string `json:"absent"`
	Unread      string `json:"unread"` // of a figure that could not be read: %s is what stood there
	Derived     string `json:"derived"`
	CellSuffix  string `json:"cellSuffix"`
	VersionName string `json:"versionName"`
	Amendment   string `json:"amendment"`
	None        string `json:"none"`
	Enum        string `json:"enum"`
	Cut         string `json:"cut"`
	NoLiaison   string `json:"noLiaison"`
	Liaison     string `json:"liaison"`
	ToDesk      string `json:"toDesk"`
	Today       string `json:"today"`
	OnDay       string `json:"onDay"`
	Counted     string `json:"counted"`
	Hours       string `json:"hours"`
	Minutes     string `json:"minutes"`
	Partial     string `json:"partial"`
	ExtendedTo  string `json:"extended"`
	HeldCount   string `json:"heldCount"`
	LateBy      string `json:"lateBy"`
	You         string `json:"you"`
	Lost        string `json:"lost"`       // why the desk must ask a unit itself
	LastNotice  string `json:"lastNotice"` // likewise
	Inbox       string `json:"inbox"`      // the folder INBOX
	Oversize    string `json:"oversize"`   // of a message that cannot be fetched
	Unfetched   string `json:"unfetched"`  // likewise
}

// text is one finding's entry of catalogue/findings.json. Block replaces both
// sentences where the finding's severity is block.
type text struct {
	Name    string `json:"name,omitempty"` // a few words, for headings
	Message string `json:"message"`
	Remedy  string `json:"remedy"` // what the county does
	Block   *text  `json:"block,omitempty"`
	Example string `json:"example,omitempty"` // for the manual
	Desk    string `json:"desk,omitempty"`    // what the desk does, where it is the desk's
}

// catalogue holds every text that is not a letter.
type catalogue struct {
	words
	findings map[ledger.Code]text
	form     *ledger.Form // names of measures; nil: the built-in ones
	// cumulative: a county's number is that since the campaign began.
	cumulative bool
}

// builtin is the embedded catalogue. It is part of the program and a test
// reads it, so that it cannot fail in a program that was built.
var builtin = sync.OnceValue(func() *catalogue {
	c, err := readCatalogue(source{})
	if err != nil {
		panic(err)
	}
	return c
})

// FindingText returns what is wrong and what to do, in Chinese, from the
// embedded catalogue. A code without a text, which a test excludes, gives its
// bare code and no remedy.
func FindingText(f ledger.Finding) (message, remedy string) { return builtin().findingText(f) }

// Entry is what the catalogue says of a code besides the sentences of a mail.
type Entry struct {
	Name    string // a few words: 数字不确切
	Example string // a document that yields it, with the cell and its value
	Desk    string // what the desk does; "" where the finding is the county's alone
}

// EntryOf returns the embedded catalogue's entry of the code, and false for a
// code that has none.
func EntryOf(code ledger.Code) (Entry, bool) {
	return builtin().entry(code)
}

// EntryFor is EntryOf in the words of the campaign's form.
func EntryFor(c *ledger.Campaign, code ledger.Code) (Entry, bool) {
	k := *builtin()
	k.speakOf(c)
	return k.entry(code)
}

func (c *catalogue) entry(code ledger.Code) (Entry, bool) {
	t, ok := c.findings[code]
	return Entry{c.fill(t.Name, ledger.Finding{}), t.Example, c.fill(t.Desk, ledger.Finding{})}, ok
}

// speakOf makes the texts those of the campaign.
func (c *catalogue) speakOf(campaign *ledger.Campaign) {
	c.form, c.cumulative = &campaign.Form, campaign.Basis == ledger.BasisCumulative
}

// readCatalogue reads and checks catalogue/findings.json and words.json.
func readCatalogue(src source) (*catalogue, error) {
	c := new(catalogue)
	if err := readJSON(src, wordsFile, &c.words, c.check); err != nil {
		return nil, err
	}
	if err := readJSON(src, findingsFile, &c.findings, c.checkFindings); err != nil {
		return nil, err
	}
	return c, nil
}

// readJSON decodes the file, refuses what it does not know, and runs check.
func readJSON(src source, name string, into any, check func() error) error {
	data, shown, err := src.read(name)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", shown, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: text after the end of the object", shown)
	}
	if err := check(); err != nil {
		return fmt.Errorf("%s: %w", shown, err)
	}
	return nil
}

// checkFindings makes sure that every code has its text, that no text is
// orphaned and that each uses exactly its arguments.
func (c *catalogue) checkFindings() error {
	for _, info := range ledger.Codes {
		t, ok := c.findings[info.Code]
		if !ok {
			return fmt.Errorf("code %s has no text", info.Code)
		}
		if err := t.check(info); err != nil {
			return err
		}
		if t.Block == nil {
			continue
		}
		if err := t.Block.check(info); err != nil {
			return err
		}
	}
	for code := range c.findings {
		if _, ok := code.Info(); !ok {
			return fmt.Errorf("text %s belongs to no code", code)
		}
	}
	return nil
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

func (t text) check(info ledger.CodeInfo) error {
	if t.Message == "" || t.Remedy == "" {
		return fmt.Errorf("code %s lacks its message or its remedy", info.Code)
	}
	both := t.Message + t.Remedy
	var used []string
	for _, m := range placeholder.FindAllStringSubmatch(both, -1) {
		used = append(used, m[1])
		if !slices.Contains(formArgs, m[1]) && m[1] != "value" && !slices.Contains(info.Args, m[1]) {
			return fmt.Errorf("code %s uses {%s}, which is none of its arguments %v", info.Code, m[1], info.Args)
		}
	}
	for _, a := range info.Args {
		if !slices.Contains(used, a) {
			return fmt.Errorf("code %s does not use its argument {%s}", info.Code, a)
		}
	}
	if strings.Count(both, "[") != strings.Count(both, "]") || strings.Count(both, "{") != len(used) {
		return fmt.Errorf("code %s has a bracket without its pair", info.Code)
	}
	return nil
}

// findingText fills the finding's texts. A part in [ ] is left out when one of
// its arguments is empty.
func (c *catalogue) findingText(f ledger.Finding) (message, remedy string) {
	t, ok := c.findings[f.Code]
	if !ok {
		return Clean(string(f.Code)), ""
	}
	if f.Severity == ledger.Block && t.Block != nil {
		t = *t.Block
	}
	return c.fill(t.Message, f), c.fill(t.Remedy, f)
}

var optional = regexp.MustCompile(`\[([^\[\]]*)\]`)

func (c *catalogue) fill(s string, f ledger.Finding) string {
	s = optional.ReplaceAllStringFunc(s, func(part string) string {
		for _, m := range placeholder.FindAllStringSubmatch(part, -1) {
			if c.arg(f, m[1]) == "" {
				return ""
			}
		}
		return part[1 : len(part)-1]
	})
	return placeholder.ReplaceAllStringFunc(s, func(m string) string {
		name := m[1 : len(m)-1]
		if v := c.arg(f, name); v != "" || name != "value" {
			return v
		}
		return c.Blank
	})
}

// arg returns the argument as a person reads it. The name "value" is the
// finding's value unless the code has an argument of that name.
func (c *catalogue) arg(f ledger.Finding, name string) string {
	if key, ok := strings.CutPrefix(name, formArg); ok {
		return c.formWord(key)
	}
	v, ok := f.Args[name]
	if !ok && name == "value" {
		v = f.Value
	}
	v = c.cut(Clean(v), maxValue)
	switch name {
	case "measure", "measures", "missing":
		return c.measureList(v)
	case "reason", "kind", "what", "limit":
		return c.mapped(name, v)
	case "where", "other", "role":
		return c.place(f.Code, name, v)
	case "period", "first", "second", "offer", "date":
		return dateText(v)
	case "version":
		return strings.TrimLeft(v, "vV")
	case "units":
		return strings.Join(splitList(v), c.Enum)
	}
	return v
}

// formArg begins the placeholders that every text may use: what the form calls
// its figures.
const formArg = "form."

var formArgs = []string{"form.total", "form.count", "form.added", "form.parts", "form.stock", "form.overlap", "form.annex", "form.nothing", "form.reported"}

// formWord returns what the form calls its total, its count, its parts ….
func (c *catalogue) formWord(key string) string {
	if c.cumulative && (key == "nothing" || key == "reported") {
		key += "Cumulative"
	}
	if w := c.Form[key]; c.form == nil || strings.HasPrefix(key, "nothing") || strings.HasPrefix(key, "reported") {
		return w
	}
	p := c.form.Phrases
	return Clean(map[string]string{
		"total": c.form.MeasureName(c.form.Total), "count": c.form.MeasureName(c.form.Count), "added": p.Added, "parts": p.Parts,
		"stock": p.Stock, "overlap": p.Overlap, "annex": p.Annex,
	}[key])
}

// mapped translates a keyword. A word of the program that the catalogue does
// not know becomes the entry "*", so that no English reaches a county; a text
// with Han characters or an empty one stays.
func (c *catalogue) mapped(arg, v string) string {
	if strings.ContainsFunc(v, isHan) {
		return v
	}
	parts := splitList(v)
	for i, p := range parts {
		if t, ok := c.Args[arg][strings.ToLower(p)]; ok {
			parts[i] = t
		} else if rest, ok := c.Args[arg]["*"]; ok {
			parts[i] = rest
		}
	}
	parts = slices.DeleteFunc(slices.Compact(parts), func(p string) bool { return p == "" })
	return strings.Join(parts, c.Enum)
}

var cellName = regexp.MustCompile(`^(?:(.*)!)?\$?([A-Z]{1,3})\$?([0-9]{1,7})$`)

// place translates where something stands: a cell, or a keyword such as
// "subject".
func (c *catalogue) place(code ledger.Code, arg, v string) string {
	if m := cellName.FindStringSubmatch(v); m != nil {
		return m[2] + m[3] + c.CellSuffix
	}
	switch {
	case arg == "role":
		return c.mapped("role", v)
	case code == ledger.ITwoLedgers, code == ledger.HTwice:
		return v
	}
	return c.mapped("where", v)
}

// measureList translates measure keys, one or several.
func (c *catalogue) measureList(v string) string {
	parts := splitList(v)
	for i, p := range parts {
		parts[i] = c.measureName(p)
	}
	return strings.Join(parts, c.Enum)
}

func (c *catalogue) measureName(key string) string {
	if c.form != nil {
		if m := c.form.Measure(key); m != nil && m.Name != "" {
			return m.Name
		}
	}
	if n, ok := c.Measures[key]; ok {
		return n
	}
	return key
}

// dateText writes 2022-05 and 2022-05-28 as a person does and leaves all else.
func dateText(v string) string {
	if p, err := ledger.ParsePeriod(v); err == nil {
		return PeriodName(p)
	}
	if d, err := ledger.ParseDate(v); err == nil {
		return DayName(d)
	}
	return v
}

// splitList splits a list that was joined with commas, enumeration commas or
// semicolons.
func splitList(v string) []string {
	parts := strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(",，、;；", r) })
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// check makes sure that no name or label is missing.
func (w *words) check() error {
	for _, h := range headKeys {
		if w.Heads[h] == "" {
			return fmt.Errorf("heads: %q is missing", h)
		}
	}
	for _, k := range mailKinds {
		if w.Mail[k] == "" {
			return fmt.Errorf("mail: %q is missing", k)
		}
	}
	data, err := json.Marshal(w)
	if err != nil {
		return err
	}
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	for k, v := range all {
		if v == nil || v == "" {
			return fmt.Errorf("%q is missing", k)
		}
	}
	return nil
}
