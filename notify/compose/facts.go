package compose

import (
	"time"

	"taizhang/ledger"
)

// Common is what every mail needs. Instants may be in any location; they are
// shown in the campaign's zone.
type Common struct {
	Key     string // the outbox key, ledger.Mail.Key
	Reason  string // why it is sent, in English, ledger.Mail.Reason
	Now     time.Time
	Unit    string        // canonical name; "" when unknown, and for mails about all units
	Period  ledger.Period // zero when unknown
	Liaison ledger.Person // 联络员 for the salutation; without a name the unit's 联络员 is addressed
	ToDesk  bool          // the desk is addressed instead, as for 代报
	To, Cc  []ledger.Address

	// Due, CutOff and Closing are D, C and K of this unit (rule book §4); a zero
	// time is not mentioned. Extended: the desk has moved Due (延期).
	Due, CutOff, Closing time.Time
	Extended             bool

	Original    *Original // the mail that is answered; nil: none
	Thread      []string  // Message-IDs of our own mails that this one follows, oldest first, where none is answered
	Rosters     []Roster  // that came in the same mail
	Attachments []ledger.Attachment
}

// Original is the mail that a mail of ours answers.
type Original struct {
	MessageID  string
	References []string
	Subject    string
	Arrived    time.Time // R
}

// Document is one document of a county as it was read.
type Document struct {
	File        string // name as the county gave it
	Sheet       string
	Period      ledger.Period // zero: that of Common
	Version     int           // 0 while held
	Arrived     time.Time     // R
	Punctuality ledger.Punctuality
	LateDays    int // calendar days; 0 when on time
	// Attempt reports whether the document counts as a genuine attempt (rule
	// book §5.1); a blank form does not.
	Attempt bool
	// Unverified: the mail bears nothing that proves its sender (未验证).
	Unverified bool
	Figures    ledger.Figures
	Progress   map[string]Progress // by measure key; nil: the document is not counted
	Findings   []ledger.Finding
	// Explained are its queries that the unit has explained: they are no longer
	// among the Findings.
	Explained []Explained
}

// Progress is where a unit stands in one measure after the document.
type Progress struct {
	Cumulative int64 // 本年累计, persons or enterprises
	Done       Ratio // 完成率; zero without a baseline or a target
}

// Roster is a roster (名单) as it was read, and what became of it.
type Roster struct {
	File     string
	Lines    []ledger.RosterLine
	Quality  ledger.Quality // accepted, queried, returned or held
	Findings []ledger.Finding
}

// RosterFacts are those of the answer to a mail that holds rosters and no
// ledger. Kind is MailReceipt, MailReturn or MailHeld.
type RosterFacts struct {
	Common // with at least one roster
	Kind   ledger.MailKind
}

// RequestFacts are those of 【请报送】. The pre-filled form is an attachment.
type RequestFacts struct {
	Common
}

// TomorrowFacts are those of 【明日截止】.
type TomorrowFacts struct {
	Common
	// Returned is what stands returned, with its open findings; nil: nothing came.
	Returned *Document
}

// OverdueFacts are those of 【催报】.
type OverdueFacts struct {
	Common
	Number   int       // which notice it is, from 1
	LateDays int       // calendar days after the due day, at least 1
	Returned *Document // as in TomorrowFacts
	Issued   bool      // the summary is issued; a report is now 补报
	Last     bool      // no further notice follows
}

// HeldFacts are those of 【已收到，待核实】.
type HeldFacts struct {
	Common
	Documents []Document // at least one, with the findings that hold it
	InForce   int        // version that stays in force meanwhile; 0: none
}

// ReceiptFacts are those of 【回执】; several documents of one unit, or several
// waiting receipts, make one mail (rule book §8).
type ReceiptFacts struct {
	Common
	Documents []Document // at least one, accepted
	// Verified: the desk has checked the figures (核定).
	Verified bool
}

// DuplicateFacts are those of the receipt for a 重复件.
type DuplicateFacts struct {
	Common
	Document Document // Version is the one it repeats; of the Findings, the queries that are open
	Earlier  time.Time
}

// ReturnFacts are those of 【请更正】.
type ReturnFacts struct {
	Common
	Document  Document // with all its findings
	Annotated string   // name of the attached annotated copy; "": none
	Rendered  bool     // it is a workbook made of what was read, not the county's own file
	InForce   int      // version that stays in force; 0: none
}

// Effect says what an amendment does to what the city has issued.
type Effect string

// The effects of an amendment.
const (
	EffectSummary Effect = "summary" // the summary is not yet compiled: counts in it
	EffectReissue Effect = "reissue" // a 更正版 will be issued, at AmendedFacts.ReissueAt
	EffectOrder   Effect = "order"   // after the closing: a 更正版 when the desk orders it
	EffectNone    Effect = "none"    // no figure changed
)

// AmendedFacts are those of 【更正已登记】.
type AmendedFacts struct {
	Common
	Document  Document          // the version now in force, with its open queries
	Previous  int               // the version it replaces
	Counted   bool              // the previous version was in force
	Old       ledger.Figures    // of the previous version; nil when it had none
	Unread    map[string]string // by measure key: what stood where Old has no figure because it could not be read
	Words     bool              // 主要工作措施 or the task changed
	People    bool              // 负责人 or 联络员 changed
	First     time.Time         // R of the first genuine attempt
	Effect    Effect
	ReissueAt time.Time // with EffectReissue
}

// UnreadableFacts are those of 【无法处理】. A finding ledger.FSystem among them
// makes it our own failure, and nothing is asked of the county.
type UnreadableFacts struct {
	Common
	Findings []ledger.Finding // at least one; File names the file
	InForce  int              // version that stays in force; 0: none
}

// UnitLine is one unit in a mail to the desk.
type UnitLine struct {
	Standing     ledger.Standing
	Figures      ledger.Figures // in force; nil without one
	Cumulative   map[string]int64
	Queries      int       // open
	LastReminder time.Time // zero: none
	ExemptReason string
}

// Total is the sum of a measure over the units that state it.
type Total struct {
	Value int64
	Units int // how many units state it
}

// Cause is why a figure differs from an issue before.
type Cause string

// The causes of a change.
const (
	CauseAmended   Cause = "amended"   // another version is in force
	CauseLate      Cause = "late"      // 补报
	CauseAdmitted  Cause = "admitted"  // what was held or returned now counts
	CauseWithdrawn Cause = "withdrawn" // the desk took it back
)

// FigureChange is one figure that differs from an issue before.
type FigureChange struct {
	Unit     string
	Period   ledger.Period
	Measure  string         // its key
	Old, New *ledger.Figure // nil: not stated, or no version was in force
	Cause    Cause
	Version  int    // now in force; 0: none
	Reason   string // the desk's word; may be empty
}

// SummaryFacts are those of 【月度汇总】. Workbook and bulletin are attachments.
type SummaryFacts struct {
	Common
	Correction      int // n of 更正版 n; 0: the first issue
	Tally           ledger.Tally
	Lines           []UnitLine // expected units in the order of Annex 1
	Month           map[string]Total
	Year            map[string]Total // 本年累计
	Changes         []FigureChange   // since the last issue
	Earlier         []FigureChange   // of earlier periods, since the last issue that counted them
	AsOf            time.Time        // the figures are those of this instant; zero: Now
	UnreadableSince time.Time        // the mailbox could not be read since; zero: it could
	TemplateProblem string           // why the bulletin is by the built-in template, Chinese; "": it is as configured
	NoBulletin      bool             // it could not be written, by a failure of ours
	Targets         []TargetChange   // targets that hold from this period on
}

// TargetChange is a target that differs from the month before.
type TargetChange struct {
	Unit     string
	Measure  string // as the form names it; "" for the project rate
	Old, New string // with their unit; "": none
	Notice   string // the document it rests on; may be empty
}

// ProbeFacts are those of the mail to ourselves that shows whether our mailbox
// shows our mails.
type ProbeFacts struct {
	Common
	Subject string // of the mail in doubt
}
