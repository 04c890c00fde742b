// Package ingest takes messages in: the Poller finds what the mailbox has that
// the store has not, and the Processor gives each stored message exactly one
// outcome, with the submissions and the answers it causes.
//
// It decides; it does not speak IMAP (mailbox), write the database (store) or
// word a mail (compose): those stand behind the interfaces declared here.
package ingest

import (
	"context"
	"errors"
	"io"
	"time"

	"taizhang/ledger"
)

// Folder is a folder of the mailbox that is polled.
type Folder struct {
	Name string
	Junk bool // a junk folder: what is found there is shown to the desk
}

// Item is one message as a listing shows it.
type Item struct {
	UID      uint32
	Size     int64 // RFC822.SIZE
	Internal time.Time
}

// Listing is all that a folder shows at one moment.
type Listing struct {
	Validity string // UIDVALIDITY as the server gave it, "" when it gave none
	Items    []Item
	Missing  int // messages the server counts and did not list
}

// Mailbox is what the Poller needs of a mail server.
type Mailbox interface {
	Folders(ctx context.Context) ([]Folder, error)
	List(ctx context.Context, folder string) (Listing, error)
	// Fetch writes the whole message to w. It fails rather than write less.
	Fetch(ctx context.Context, folder string, item Item, w io.Writer) error
	// FetchHeader writes the header of the message alone, likewise.
	FetchHeader(ctx context.Context, folder string, item Item, w io.Writer) error
}

// The ways in which fetching one message can fail without the mailbox being
// out of reach.
var (
	// ErrPoison: the connection died of this message. It gets a strike.
	ErrPoison = errors.New("the connection was lost while this message was fetched")
	// ErrNotReturned: the message was listed and then not given.
	ErrNotReturned = errors.New("the message was listed and not returned")
	// ErrTooLarge: the message is above the limit.
	ErrTooLarge = errors.New("the message is above the size limit")
)

// Spool keeps raw messages by the digest of their bytes.
type Spool interface {
	KeepRaw(ctx context.Context, r io.Reader, limit int64) (digest string, size int64, err error)
	Raw(ctx context.Context, digest string) ([]byte, error)
}

// Register knows which messages were seen where.
type Register interface {
	Places(ctx context.Context, folder, validity string, uids []uint32) (map[uint32]ledger.SeenPlace, error)
	Arrive(ctx context.Context, rec ledger.MailRecord) (fresh bool, err error)
	PollState(ctx context.Context) (ledger.PollState, error)
	PollDone(ctx context.Context, r ledger.PollReport) error
}

// Penalties counts the connections a message has cost. Forgive ends the count.
type Penalties interface {
	Strikes(ctx context.Context, folder, validity string) (map[uint32]ledger.Strike, error)
	Strike(ctx context.Context, p ledger.Place, at time.Time, cause string, large bool) (int, error)
	Forgive(ctx context.Context, p ledger.Place) error
}

// Recorder keeps what was decided.
type Recorder interface {
	State(ctx context.Context) (*ledger.State, error)
	Apply(ctx context.Context, c ledger.Change) (inserted []string, err error)
}

// Queue gives the messages that wait for a decision.
type Queue interface {
	Pending(ctx context.Context) ([]ledger.MailRecord, error)
	Failed(ctx context.Context, digest string, at time.Time, cause string, limit int) (ledger.MailRecord, error)
}
