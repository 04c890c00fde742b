package compose

import (
	"fmt"
	"slices"
	"strings"

	"taizhang/ledger"
)

// Explained is a query that a county has explained.
type Explained struct {
	Finding ledger.Finding
	Version int    // of the document it was said of; 0: not shown
	Reason  string // in the county's words
	Stale   bool   // the version in force has something else there
}

// Unclear is a sentence of a county that closes no query.
type Unclear struct {
	Words string
	Why   string // one of ledger's Why constants
}

// ExplainedFacts are those of the answer to a reply in words: 【回执】 where
// something was registered, else 【无法处理】. A sentence of either kind is needed.
type ExplainedFacts struct {
	Common
	Explained []Explained
	Unclear   []Unclear
	InForce   int              // version in force; 0: none
	Returned  int              // newest version, where it is returned; 0: it is not
	Open      []ledger.Finding // open queries of the version in force
}

// maxReason is the longest explanation that a mail repeats, in characters.
const maxReason = 300

type explainedView struct {
	*view
	Explained, Unclear, Open string // tables
	OpenCount                int
	Sample                   string // code for the example of an answer
	Stale                    string // codes
	InForce, Returned        string // 第1版; "" when none
}

// Explanations composes the answer to a reply in words.
func (k *Composer) Explanations(f ExplainedFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	groups := k.mergeFindings(f.Open)
	data := explainedView{
		view: v, OpenCount: len(groups[ledger.Query]), InForce: k.versionOrNone(f.InForce), Returned: k.versionOrNone(f.Returned),
		Explained: v.add("explained", k.explainedTable(f.Explained)), Unclear: v.add("unclear", k.unclearTable(f.Unclear)),
		Open: v.add("open", k.findingTable(groups[ledger.Query])),
	}
	if data.Explained == "" && data.Unclear == "" {
		return ledger.Mail{}, fmt.Errorf("compose explained %s: nothing was said", f.Key)
	}
	if data.OpenCount > 0 {
		data.Sample = groups[ledger.Query][0].code
	}
	var stale []string
	for _, e := range f.Explained {
		if c := string(e.Finding.Code); e.Stale && data.InForce != "" && !slices.Contains(stale, c) {
			stale = append(stale, c)
		}
	}
	data.Stale = strings.Join(stale, k.words.Enum)
	kind := ledger.MailReceipt
	if data.Explained == "" {
		kind = ledger.MailUnreadable
	}
	return k.write(draft{letter: "explained", kind: kind, answer: true, common: f.Common, data: data, view: v})
}

// explainedTable lists explained queries with the county's words.
func (k *Composer) explainedTable(es []Explained) *table {
	t := &table{Cols: []column{k.col("code"), k.col("version"), k.col("value"), k.long("message"), k.long("why")}}
	for _, e := range es {
		s, version := k.say(e.Finding), k.words.None
		if e.Version > 0 {
			version = k.words.version(e.Version)
		}
		row := []string{s.code, version, k.orNone(s.value), s.message, k.words.cut(Clean(e.Reason), maxReason)}
		if !slices.ContainsFunc(t.Rows, func(o []string) bool { return slices.Equal(o, row) }) {
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

func (k *Composer) unclearTable(us []Unclear) *table {
	t := &table{Cols: []column{k.long("said"), k.long("todo")}}
	for _, u := range us {
		t.Rows = append(t.Rows, []string{k.words.cut(Clean(u.Words), maxReason), k.words.Unclear[u.Why]})
	}
	return t
}
