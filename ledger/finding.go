package ledger

// Severity says what a finding does to the document (rule book §6).
type Severity string

// The severities, mildest first. Unreadable belongs to the F group: the file
// could not be read at all.
const (
	Note       Severity = "note"  // what was normalised
	Query      Severity = "query" // accepted; to be confirmed or corrected
	Block      Severity = "block" // returned to the county
	Hold       Severity = "held"  // the desk must decide first
	Unreadable Severity = "unreadable"
)

// Rank orders severities: the verdict of a document is the worst of them.
func (s Severity) Rank() int {
	switch s {
	case Note:
		return 1
	case Query:
		return 2
	case Block:
		return 3
	case Hold:
		return 4
	case Unreadable:
		return 5
	}
	return 0
}

// Finding (问题) is something to say about a document: a code, a severity, a
// place and arguments. It is data, not an error; its words stand in the
// catalogue of notify/compose.
type Finding struct {
	Code     Code              `json:"code"`
	Severity Severity          `json:"severity"`
	File     string            `json:"file,omitempty"`
	Sheet    string            `json:"sheet,omitempty"`
	Cell     string            `json:"cell,omitempty"`  // A1 name
	Value    string            `json:"value,omitempty"` // as found there
	Args     map[string]string `json:"args,omitempty"`  // exactly those of CodeInfo.Args
}

// Verdict is what becomes of a document.
type Verdict string

// The verdicts, worst last: unreadable > held > returned > accepted.
const (
	Accepted     Verdict = "accepted" // queries may be open
	Returned     Verdict = "returned" // blocked
	Held         Verdict = "held"     // the desk decides
	UnreadableIt Verdict = "unreadable"
)

// VerdictOf returns the worst verdict that the findings cause.
func VerdictOf(fs []Finding) Verdict {
	worst := 0
	for _, f := range fs {
		worst = max(worst, f.Severity.Rank())
	}
	switch {
	case worst >= Unreadable.Rank():
		return UnreadableIt
	case worst == Hold.Rank():
		return Held
	case worst == Block.Rank():
		return Returned
	}
	return Accepted
}
