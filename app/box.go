package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"taizhang/ingest"
	"taizhang/ingest/mailbox"
	"taizhang/ledger"
	"taizhang/store"
)

// box shows a mailbox.Client to the Poller in the Poller's own terms.
type box struct{ *mailbox.Client }

var _ ingest.Mailbox = box{}

// Folders returns the folders to poll.
func (b box) Folders(ctx context.Context) ([]ingest.Folder, error) {
	fs, err := b.Client.Folders(ctx)
	out := make([]ingest.Folder, len(fs))
	for i, f := range fs {
		out[i] = ingest.Folder(f)
	}
	return out, err
}

// List returns what the folder shows. A server that counts messages it does
// not list has not been read completely.
func (b box) List(ctx context.Context, folder string) (ingest.Listing, error) {
	l, err := b.Client.List(ctx, folder)
	out := ingest.Listing{Validity: l.Validity, Items: make([]ingest.Item, len(l.Items)), Missing: l.Missing}
	for i, it := range l.Items {
		out.Items[i] = ingest.Item(it)
	}
	return out, err
}

// Fetch writes one message, and says of an error whether the message itself
// is at fault.
func (b box) Fetch(ctx context.Context, folder string, it ingest.Item, w io.Writer) error {
	return faulty(b.Client.Fetch(ctx, folder, mailbox.Item(it), w))
}

// FetchHeader writes the header of one message, likewise.
func (b box) FetchHeader(ctx context.Context, folder string, it ingest.Item, w io.Writer) error {
	return faulty(b.Client.FetchHeader(ctx, folder, mailbox.Item(it), w))
}

func faulty(err error) error {
	for _, m := range []struct{ theirs, ours error }{
		{mailbox.ErrTooLarge, ingest.ErrTooLarge}, {mailbox.ErrNotReturned, ingest.ErrNotReturned}, {mailbox.ErrConnection, ingest.ErrPoison},
	} {
		if errors.Is(err, m.theirs) {
			return fmt.Errorf("%w: %w", m.ours, err)
		}
	}
	return err
}

// quota is how full the mailbox is.
func (b box) quota(ctx context.Context) (ledger.Quota, error) {
	q, err := b.Quota(ctx)
	return ledger.Quota(q), err
}

// logins are those that the server has refused lately.
func (b box) logins() ledger.RefusedLogins { return ledger.RefusedLogins(b.Refusals()) }

// The store's conditions that a command must tell apart.
var (
	ErrLocked   = store.ErrLocked
	ErrNewer    = store.ErrNewer
	ErrDamaged  = store.ErrDamaged
	ErrPoisoned = store.ErrPoisoned
	ErrCopy     = store.ErrCopy
)

// Trouble is what a person can do something about when a server is out of
// reach.
type Trouble int

// The troubles.
const (
	TroubleNone Trouble = iota // not a server's
	TroubleLogin
	TroubleUnsafe
	TroubleDNS
	TroubleRefused
	TroubleTLS
	TroubleTimeout
	TroubleOther
)

// MailboxTrouble says what kind of trouble with a mail server the error is.
func MailboxTrouble(err error) Trouble {
	var e *mailbox.Error
	if !errors.As(err, &e) {
		return TroubleNone
	}
	switch e.Kind {
	case mailbox.KindLogin:
		return TroubleLogin
	case mailbox.KindUnsafe:
		return TroubleUnsafe
	case mailbox.KindDNS:
		return TroubleDNS
	case mailbox.KindRefused:
		return TroubleRefused
	case mailbox.KindTLS:
		return TroubleTLS
	case mailbox.KindTimeout:
		return TroubleTimeout
	case mailbox.KindSecret:
		return TroubleNone
	}
	return TroubleOther
}
