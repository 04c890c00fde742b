package ledger

import (
	"maps"
	"slices"
	"time"
)

// Place is where a mailbox shows a message. It is no identity: UIDs are reused
// and messages move, so a message is known by the digest of its bytes. Size and
// Internal are what the listing said there of the message, had without a fetch:
// another message under the same UID is told by them.
type Place struct {
	Folder   string `json:"folder"`
	Validity string `json:"validity"` // UIDVALIDITY as the server gave it
	UID      uint32 `json:"uid"`
	Size     int64  `json:"size,omitempty"`     // RFC822.SIZE in bytes; 0: not told
	Internal int64  `json:"internal,omitempty"` // INTERNALDATE in Unix seconds; 0: not told
}

// At returns the place alone, without what was listed there.
func (p Place) At() Place { return Place{Folder: p.Folder, Validity: p.Validity, UID: p.UID} }

// Shows reports whether what is listed there now may be taken for what was
// listed when p was written down: it says nothing else of size and date. What
// the listing leaves out proves nothing.
func (p Place) Shows(now Place) bool {
	return (now.Size == 0 || now.Size == p.Size) && (now.Internal == 0 || now.Internal == p.Internal)
}

// SeenPlace is a place with the message that was found there.
type SeenPlace struct {
	Place
	Digest     string
	HeaderOnly bool // only the message's header is kept: it was above the limit of size
}

// MaxStrikes is how many connections one message may cost before it is tried
// only now and then.
const MaxStrikes = 2

// Strike is how often fetching the message at a place has failed through the
// message itself.
type Strike struct {
	Place Place
	Count int
	Last  time.Time
}

// Rests reports whether the message is left alone at now. After MaxStrikes it
// is tried again after an hour, then two, four … at most a day: it may have been
// the network each time, and no mail is ever given up.
func (s Strike) Rests(now time.Time) bool {
	if s.Count < MaxStrikes {
		return false
	}
	wait := time.Hour << min(s.Count-MaxStrikes, 5)
	return now.Before(s.Last.Add(min(wait, 24*time.Hour)))
}

// MailStatus is how far the program is with a message.
type MailStatus string

// The statuses of a message.
const (
	MailPending     MailStatus = "pending"     // stored, not yet decided
	MailDecided     MailStatus = "decided"     // has its one outcome
	MailQuarantined MailStatus = "quarantined" // we failed at it too often; a person must look
)

// OutcomeKind is what became of a message: exactly one of these.
type OutcomeKind string

// The outcomes (architecture §3.2). With several documents it is the worst.
const (
	OutcomeAccepted OutcomeKind = "accepted"
	OutcomeReturned OutcomeKind = "returned"
	OutcomeHeld     OutcomeKind = "held"
	OutcomeIgnored  OutcomeKind = "ignored" // with a reason
)

// MailRecord is one message of the mailbox. Its bytes lie beside the database
// in a file named by the digest.
type MailRecord struct {
	Digest    string      `json:"digest"`          // SHA-256 of the raw bytes, hex
	Size      int64       `json:"size"`            // of the bytes that are kept
	Whole     int64       `json:"whole,omitempty"` // RFC822.SIZE of a message above the limit, whose header alone is kept; 0: all is kept
	Places    []Place     `json:"places"`          // every place it was seen at
	Arrived   time.Time   `json:"arrived"`         // R: top Received header, else INTERNALDATE
	Stored    time.Time   `json:"stored"`
	Junk      bool        `json:"junk,omitempty"` // found in a junk folder
	From      Address     `json:"from"`
	Subject   string      `json:"subject,omitempty"`
	MessageID string      `json:"message_id,omitempty"`
	PreEpoch  bool        `json:"pre_epoch,omitempty"` // arrived before the first start: causes no mail
	Status    MailStatus  `json:"status"`
	Failures  int         `json:"failures,omitempty"` // of ours
	Error     string      `json:"error,omitempty"`    // of the last failure
	Outcome   OutcomeKind `json:"outcome,omitempty"`
	Reason    string      `json:"reason,omitempty"`
	Decided   time.Time   `json:"decided,omitzero"`
	Proof     string      `json:"proof,omitempty"` // sender authentication as found at arrival
	Notes     []Reading   `json:"notes,omitempty"` // documents that became no submission: unreadable, foreign, companions
}

// KnownAddress is an address that the config, a roster or the desk has bound
// to a unit (rule book §3).
type KnownAddress struct {
	Addr     string    `json:"addr"` // lower case
	Unit     string    `json:"unit"`
	Unsigned bool      `json:"unsigned,omitempty"` // unsigned mail from it is accepted
	Source   string    `json:"source"`             // config, roster, desk
	Since    time.Time `json:"since,omitzero"`
	Bounced  time.Time `json:"bounced,omitzero"` // the last bounce, zero without one
}

// Event is one line of the audit log.
type Event struct {
	Seq    uint64    `json:"seq"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"` // taizhang, desk
	What   string    `json:"what"`  // receive, decide, plan, send, desk …
	Unit   string    `json:"unit,omitempty"`
	Period Period    `json:"period,omitzero"`
	Ref    string    `json:"ref,omitempty"` // digest, submission ID or outbox key
	Text   string    `json:"text,omitempty"`
}

// Change is everything that one transaction writes: what was learned and the
// mail it causes, all or nothing. Records given replace those of the same
// identity; an Outgoing whose key exists already is left as it is.
type Change struct {
	At          time.Time
	Mails       []MailRecord
	Submissions []Submission
	Outgoing    []Outgoing
	Addresses   []KnownAddress
	Snapshots   []Snapshot
	Exempt      []UnitDecision
	Extended    []UnitExtension
	Closed      []PeriodDecision
	Issues      []Issue
	Rosters     []RosterRecord
	Replies     []Reply
	Settled     []Settlement
	CopiesSeen  []string // outbox keys whose self-copy the mailbox has shown
	Notices     []Notice
	Clock       *Clock // what the message tells of the clocks; nil: nothing
	Deliveries  []Delivery
	Events      []Event // Seq is set by the store
}

// Delivery is what was learned of a mail of ours after it left: the desk's
// decision, or that it came back.
type Delivery struct {
	Key      string
	Decision Decision // zero: none
	Bounced  []string // recipients that it came back from
}

// Settlement ends the waiting of a mail of the outbox that was never tried: it
// is skipped, because another mail says what it says.
type Settlement struct {
	Key   string    `json:"key"`
	State SendState `json:"state"` // skipped
	Why   string    `json:"why"`
}

// Snapshot records the expected units of a period when it opens.
type Snapshot struct {
	Period Period    `json:"period"`
	Units  []string  `json:"units"`
	At     time.Time `json:"at"`
}

// UnitDecision is a decision about one unit and period, such as 免报.
type UnitDecision struct {
	Unit     string   `json:"unit"`
	Period   Period   `json:"period"`
	Decision Decision `json:"decision"`
	Lifted   bool     `json:"lifted,omitempty"` // the desk took it back, with this decision
}

// UnitExtension is a 延期 of one unit and period.
type UnitExtension struct {
	Unit      string    `json:"unit"`
	Period    Period    `json:"period"`
	Extension Extension `json:"extension"`
	Lifted    bool      `json:"lifted,omitempty"` // as above
}

// PeriodDecision is a decision about a whole period, such as its closing.
type PeriodDecision struct {
	Period   Period   `json:"period"`
	Decision Decision `json:"decision"`
	Lifted   bool     `json:"lifted,omitempty"` // as above
}

// RosterRecord is a roster line with the instant from which it holds.
type RosterRecord struct {
	From time.Time  `json:"from"`
	Line RosterLine `json:"line"`
	Ref  string     `json:"ref"` // digest of the mail it came with
}

// State is a consistent picture of everything that decisions rest on. It is a
// copy: changing it changes nothing.
type State struct {
	Epoch     time.Time // of the first start (rule book §4); zero before it
	Books     map[Period]*Book
	Addresses map[string]KnownAddress // by address
	Unplaced  []Submission            // held, without unit or period
	Undecided []MailRecord            // pending and quarantined messages
	Struck    []StruckMail            // messages in the mailbox that could not be fetched and are tried only now and then
	Outbox    map[string]*Outgoing    // by key, without Raw
	Rosters   []RosterRecord
	Replies   []Reply // by arrival, then ID; their explanations are in the books too
	Poll      PollState
	Pause     *Pause   // of sending; nil: none
	Notices   []Notice // oldest first
	Backup    BackupState
}

// BackupState is how the nightly backups go. It is not on record: it is known
// from the folder of backups and from what the running program has seen.
type BackupState struct {
	Newest  time.Time `json:"newest,omitzero"`  // when the newest backup was made; zero: none is there
	Failing time.Time `json:"failing,omitzero"` // since when they fail; zero: they do not
}

// StruckMail is a message of the mailbox that could not be fetched MaxStrikes
// times, and is tried only now and then.
type StruckMail struct {
	Place Place     `json:"place"`
	Last  time.Time `json:"last"`
	Cause string    `json:"cause,omitempty"` // our words, in English
	Large bool      `json:"large,omitempty"` // it is above the limit of size
}

// PollState is what is known of the mailbox's readability.
type PollState struct {
	Complete time.Time `json:"complete,omitzero"` // begin of the newest complete poll of all folders
	Count    uint64    `json:"count"`             // complete polls so far
	Failing  time.Time `json:"failing,omitzero"`  // since when polls fail; zero: they do not
	Error    string    `json:"error,omitempty"`   // of the last failure
	Unread   []Place   `json:"unread,omitempty"`  // listed by the last poll, and not had so far
	Quota    Quota     `json:"quota,omitzero"`
	Clock    Clock     `json:"clock,omitzero"`

	Validity map[string]string `json:"validity,omitempty"` // UIDVALIDITY of each folder, as it was listed last
	Logins   RefusedLogins     `json:"logins,omitzero"`
}

// RefusedLogins are the logins that the mail server has refused within the last
// hour, all with one authorisation code: an account that fails often is banned,
// however often the program is started meanwhile.
type RefusedLogins struct {
	At   []time.Time `json:"at,omitempty"`
	Code string      `json:"code,omitempty"` // tells whether the code is still the same; too short to tell the code
}

// Book returns the book of p, an empty one when nothing is known of p.
func (s *State) Book(p Period) *Book {
	if b, ok := s.Books[p]; ok {
		return b
	}
	return &Book{Period: p}
}

// Sorted returns the books by period, those of months outside the campaign too:
// what a county sends for such a month is held under it.
func (s *State) Sorted() []*Book {
	return slices.SortedFunc(maps.Values(s.Books), func(x, y *Book) int { return x.Period.MonthsSince(y.Period) })
}

// UnitOf returns the unit that the address is known for.
func (s *State) UnitOf(addr string) (KnownAddress, bool) {
	k, ok := s.Addresses[addr]
	return k, ok
}
