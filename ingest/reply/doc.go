// Package reply reads what a county says about queries in its own words:
// “T05 属实：本月集中办理”. It tells the sender's words from what is quoted below
// them, and a plain 属实 with its reason from everything else.
//
// It is strict: what it does not understand it says so of, and never guesses.
// It knows no document and no sender; whether a sentence closes a query is the
// business of ingest. It reads no figure: a number is never taken from words.
package reply

// Claim is one sentence about queries.
type Claim struct {
	Codes  []string // T05, as ledger.Code writes it; empty: it names none
	All    bool     // without codes: of everything that was asked (以上各项)
	Words  string   // the sentence, verbatim
	Reason string   // verbatim; "" with a fault
	Fault  Fault    // why it closes nothing; "" when it is a plain 属实 with a reason
}

// Said is what the sender's own words say.
type Said struct {
	Text   string  // the sender's own words, without what is quoted
	Claims []Claim // in their order
	Doubt  Fault   // about the whole text: nothing in it closes a query
	// Thanks says that the words only acknowledge: 收到，谢谢.
	Thanks bool
}

// Fault is why a sentence closes nothing. The words are those of the Why
// constants of ledger.
type Fault string

// The faults.
const (
	NoReason Fault = "no-reason" // 属实 without a reason
	Negated  Fault = "negated"   // not plainly 属实: 不属实, 部分属实, 是否属实？
	Figures  Fault = "figures"   // other figures in words
	Unread   Fault = "unread"    // not understood
)

// Limits of what is read: a longer text is not understood.
const (
	MaxText   = 20_000 // characters
	MaxClaims = 50
	MaxReason = 1000 // characters
)
