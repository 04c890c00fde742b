package ledger

import "time"

// Quality is the second of the three facts of a (unit, period), as it stands
// for one submission (rule book §5.2).
type Quality string

// The qualities. Duplicate, Rejected and Withdrawn submissions stay on record
// and count for nothing but what §5 says of them.
const (
	QualityAccepted  Quality = "accepted"  // 合格
	QualityQueried   Quality = "queried"   // 有疑问: accepted, queries open
	QualityReturned  Quality = "returned"  // 退回
	QualityHeld      Quality = "held"      // 待核实
	QualityVerified  Quality = "verified"  // 核定: checked by the desk
	QualityDuplicate Quality = "duplicate" // 重复件: equal to the newest version
	QualityRejected  Quality = "rejected"  // held, then turned down by the desk: void
	QualityWithdrawn Quality = "withdrawn" // was in force, withdrawn by the desk
)

// Counts reports whether figures of this quality may be in force.
func (q Quality) Counts() bool {
	return q == QualityAccepted || q == QualityQueried || q == QualityVerified
}

// Submission (版本) is one reading of one document for one (unit, period).
// While it is held its unit and period are proposals and may be empty.
type Submission struct {
	ID        string     `json:"id"`   // raw digest of the mail, "/", ordinal of the document from 1
	Mail      string     `json:"mail"` // raw digest, SHA-256 hex
	Unit      string     `json:"unit,omitempty"`
	Period    Period     `json:"period,omitzero"`
	Version   int        `json:"version,omitempty"`   // 1, 2 …; 0 while held, rejected or a duplicate
	Duplicate int        `json:"duplicate,omitempty"` // the version this one repeats
	Arrived   time.Time  `json:"arrived"`             // R
	Decided   time.Time  `json:"decided"`             // when the program read it
	ByDesk    bool       `json:"by_desk,omitempty"`   // 代报: sent or filed by the desk
	Sender    string     `json:"sender,omitempty"`    // address it came from
	Quality   Quality    `json:"quality"`
	Reading   Reading    `json:"reading"`
	Decisions []Decision `json:"decisions,omitempty"` // of the desk, oldest first
}

// Attempt reports whether the submission is a genuine attempt that still
// stands (rule book §5.1): a ledger for a known unit and period, with at least
// one figure. Held ones count, rejected ones are void. Whose it is, is the
// submission's to say: the desk may have assigned it.
func (s *Submission) Attempt() bool {
	return s.Quality != QualityRejected && s.Reading.Kind == KindLedger && s.Unit != "" && !s.Period.IsZero() &&
		s.Reading.Figures.AnyNumber()
}

// Decision is a word of the desk, or of the program where Actor says so.
type Decision struct {
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	Action string    `json:"action"` // accept, return, verify, assign, exempt, extend, withdraw, close, address, file
	Reason string    `json:"reason,omitempty"`
}
