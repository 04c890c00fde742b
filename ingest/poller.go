package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"taizhang/ingest/attach"
	"taizhang/ledger"
)

// Poller copies new messages from the mailbox into the store. It never
// changes anything in the mailbox.
type Poller struct {
	Mailbox   Mailbox
	Spool     Spool
	Register  Register
	Penalties Penalties
	Limit     int64 // bytes of one message
	Log       *slog.Logger
}

// PollResult says what one poll did.
type PollResult struct {
	Fresh    int  // messages never seen before
	Known    int  // messages found again at a new place
	Complete bool // every folder was listed and every new message fetched
}

// Poll lists every folder and stores what is new. A message is found by set
// difference: all UIDs shown, less those known at that folder and validity.
// The result is recorded as a complete poll only when nothing was left out;
// the error tells the first thing that was.
func (p *Poller) Poll(ctx context.Context, now time.Time) (PollResult, error) {
	res, err := p.poll(ctx, now)
	failure := ""
	if err != nil {
		failure = err.Error()
	}
	res.Complete = err == nil
	if derr := p.Register.PollDone(ctx, now, failure); derr != nil {
		return res, fmt.Errorf("record the poll: %w", derr)
	}
	return res, err
}

func (p *Poller) poll(ctx context.Context, now time.Time) (PollResult, error) {
	var res PollResult
	folders, err := p.Mailbox.Folders(ctx)
	if err != nil {
		return res, fmt.Errorf("list folders: %w", err)
	}
	var first error
	for _, f := range folders {
		if err := p.folder(ctx, f, now, &res); err != nil {
			if first == nil {
				first = fmt.Errorf("folder %s: %w", f.Name, err)
			}
			if ctx.Err() != nil {
				return res, first
			}
		}
	}
	return res, first
}

func (p *Poller) folder(ctx context.Context, f Folder, now time.Time, res *PollResult) error {
	list, err := p.Mailbox.List(ctx, f.Name)
	if err != nil {
		return err
	}
	known, err := p.Register.Places(ctx, f.Name, list.Validity)
	if err != nil {
		return err
	}
	strikes, err := p.Penalties.Strikes(ctx, f.Name, list.Validity)
	if err != nil {
		return err
	}
	var first error
	if list.Missing > 0 {
		first = fmt.Errorf("the server counts %d messages that it does not list", list.Missing)
	} else if err := p.forgive(ctx, f, list, strikes); err != nil {
		return err
	}
	for _, it := range list.Items {
		if _, ok := known[it.UID]; ok || strikes[it.UID] >= ledger.MaxStrikes {
			continue
		}
		place := ledger.Place{Folder: f.Name, Validity: list.Validity, UID: it.UID}
		if err := p.take(ctx, f, place, it, now, res); err != nil {
			if first == nil {
				first = fmt.Errorf("uid %d: %w", it.UID, err)
			}
			if !p.goOn(ctx, place, now, err) {
				return first
			}
		}
	}
	return first
}

// forgive forgets the strikes of messages that the folder shows no longer:
// nobody need look at them.
func (p *Poller) forgive(ctx context.Context, f Folder, list Listing, strikes map[uint32]int) error {
	for _, uid := range slices.Sorted(maps.Keys(strikes)) {
		shown := slices.ContainsFunc(list.Items, func(it Item) bool { return it.UID == uid })
		if shown {
			continue
		}
		if err := p.Penalties.Forgive(ctx, ledger.Place{Folder: f.Name, Validity: list.Validity, UID: uid}); err != nil {
			return err
		}
	}
	return nil
}

// goOn decides whether the next message can be tried after a failure, and
// counts a strike where this message was the cause.
func (p *Poller) goOn(ctx context.Context, place ledger.Place, now time.Time, err error) bool {
	switch {
	case ctx.Err() != nil:
		return false
	case errors.Is(err, ErrPoison), errors.Is(err, ErrTooLarge):
		n, serr := p.Penalties.Strike(ctx, place, now, err.Error(), errors.Is(err, ErrTooLarge))
		p.Log.Warn("message could not be fetched", "uid", place.UID, "attempt", n, "err", err)
		return serr == nil
	case errors.Is(err, ErrNotReturned):
		return true // asked again at the next poll
	}
	return false // the mailbox or the store is out of reach
}

func (p *Poller) take(ctx context.Context, f Folder, place ledger.Place, it Item, now time.Time, res *PollResult) error {
	if it.Size > p.Limit {
		return fmt.Errorf("%d bytes: %w", it.Size, ErrTooLarge)
	}
	var buf bytes.Buffer
	if err := p.Mailbox.Fetch(ctx, f.Name, it, &buf); err != nil {
		return err
	}
	rec, err := Keep(ctx, p.Spool, buf.Bytes(), p.Limit)
	if err != nil {
		return err
	}
	rec.Places, rec.Junk, rec.Stored = []ledger.Place{place}, f.Junk, now
	if rec.Arrived.IsZero() {
		rec.Arrived = it.Internal
	}
	if rec.Arrived.IsZero() { // the server gave neither; it cannot have come later than now
		rec.Arrived = now
	}
	fresh, err := p.Register.Arrive(ctx, rec)
	if err != nil {
		return err
	}
	if fresh {
		res.Fresh++
		p.Log.Info("message stored", "uid", it.UID, "digest", rec.Digest[:12])
	} else {
		res.Known++
	}
	return nil
}

// Keep stores the raw bytes and returns a pending record filled from the
// header. Arrived is the top Received header's instant, zero without one
// (rule book §4: never Date:, never our own clock).
func Keep(ctx context.Context, spool Spool, raw []byte, limit int64) (ledger.MailRecord, error) {
	digest, size, err := spool.KeepRaw(ctx, bytes.NewReader(raw), limit)
	if err != nil {
		return ledger.MailRecord{}, err
	}
	rec := ledger.MailRecord{Digest: digest, Size: size, Status: ledger.MailPending}
	h, _ := attach.ReadHeader(raw, attach.Limits{}) // a damaged mail still has a header
	if at, ok := h.ReceivedAt(); ok {
		rec.Arrived = at
	}
	if len(h.From) > 0 {
		rec.From = ledger.Address{Name: h.From[0].Name, Addr: h.From[0].Addr}
	}
	rec.Subject, rec.MessageID = h.Subject, h.MessageID
	return rec, nil
}
