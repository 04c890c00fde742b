package ledger

import "slices"

// DocumentKind says what a document turned out to be.
type DocumentKind string

// The kinds of document.
const (
	KindLedger DocumentKind = "ledger" // 台账, Annex 2
	KindRoster DocumentKind = "roster" // 名单, Annex 3
	KindNone   DocumentKind = "none"   // nothing of ours
)

// Reading is what one document says, with every finding about it. It knows
// nothing of what became of it: that is a Submission.
type Reading struct {
	Document   string       `json:"document"` // file#sheet, for people
	File       string       `json:"file"`
	Sheet      string       `json:"sheet,omitempty"`
	FileDigest string       `json:"file_digest,omitempty"` // SHA-256 of the file's bytes, hex
	Kind       DocumentKind `json:"kind"`
	Unit       string       `json:"unit,omitempty"`      // canonical; "" when unknown
	UnitFrom   string       `json:"unit_from,omitempty"` // evidence: a cell, "file name", "subject", "sender"
	Period     Period       `json:"period,omitzero"`
	PeriodFrom string       `json:"period_from,omitempty"`
	Figures    Figures      `json:"figures,omitempty"`
	Cumulative Figures      `json:"cumulative,omitempty"` // what a 累计 column says; a cross-check
	Task       string       `json:"task,omitempty"`
	Measures   string       `json:"measures,omitempty"` // 主要工作措施, verbatim
	Officer    string       `json:"officer,omitempty"`
	Liaison    string       `json:"liaison,omitempty"`
	FilledOn   Date         `json:"filled_on,omitzero"`
	Roster     []RosterLine `json:"roster,omitempty"`
	Findings   []Finding    `json:"findings,omitempty"`
	NotChecked []string     `json:"not_checked,omitempty"` // rules that lacked a sender, an arrival or a history
}

// Verdict returns the worst verdict of the reading's findings.
func (r *Reading) Verdict() Verdict { return VerdictOf(r.Findings) }

// Has reports whether the reading has a finding of the code.
func (r *Reading) Has(code Code) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == code })
}

// SameContent reports whether both state the same figures, words and people:
// then the later one is a 重复件 (rule book §5.3). A cell that is no figure must
// say the same too: 约44 in place of 约31 is another ledger.
func (r *Reading) SameContent(o *Reading) bool {
	return r.Figures.SameFacts(o.Figures) && r.Measures == o.Measures && r.Task == o.Task &&
		r.Officer == o.Officer && r.Liaison == o.Liaison && slices.Equal(r.unread(), o.unread())
}

// unread are what the cells say that block the reading, in order.
func (r *Reading) unread() []string {
	var out []string
	for _, f := range r.Findings {
		if f.Severity == Block && f.Value != "" {
			out = append(out, string(f.Code)+" "+f.Value)
		}
	}
	slices.Sort(out)
	return out
}

// RosterLine is one row of an Annex 3 roster.
type RosterLine struct {
	Unit    string `json:"unit"`
	Officer Person `json:"officer"`
	Liaison Person `json:"liaison"`
}

// MainLines returns one line for each unit that the lines name: the first
// officer and the first liaison of the unit are those who are written to.
func MainLines(lines []RosterLine) []RosterLine {
	var out []RosterLine
	for _, l := range lines {
		if l.Unit == "" {
			continue
		}
		i := slices.IndexFunc(out, func(o RosterLine) bool { return o.Unit == l.Unit })
		if i < 0 {
			out = append(out, l)
			continue
		}
		if out[i].Officer.Name == "" {
			out[i].Officer = l.Officer
		}
		if out[i].Liaison.Name == "" {
			out[i].Liaison = l.Liaison
		}
	}
	return out
}
