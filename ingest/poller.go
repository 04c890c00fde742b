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
	Quota     func(context.Context) (ledger.Quota, error) // how full the mailbox is; nil: not asked
	Logins    func() ledger.RefusedLogins                 // of the mailbox so far; nil: not counted
	Limit     int64                                       // bytes of one message
	Log       *slog.Logger
}

// PollResult says what one poll did.
type PollResult struct {
	Fresh    int  // messages never seen before
	Known    int  // messages found again at a new place
	Complete bool // every folder was listed and every new message fetched
}

// Poll lists every folder and stores what is new. A message is found by set
// difference: all that is shown, less what is known at that folder, validity and
// UID with the same size and date, since a UID may come to stand for another
// message. The result is recorded as a complete poll only when nothing was left
// out but what rests after its strikes; the error tells the first thing that was.
func (p *Poller) Poll(ctx context.Context, now time.Time) (PollResult, error) {
	before, err := p.Register.PollState(ctx)
	if err != nil {
		return PollResult{}, fmt.Errorf("read the last poll: %w", err)
	}
	w := &polling{Poller: p, now: now, before: before, lists: map[string]Listing{}}
	err = w.run(ctx)
	w.res.Complete = err == nil
	report := w.report(ctx, err)
	if derr := p.Register.PollDone(ctx, report); derr != nil {
		return w.res, fmt.Errorf("record the poll: %w", derr)
	}
	return w.res, err
}

// polling is one poll.
type polling struct {
	*Poller
	now    time.Time
	before ledger.PollState
	res    PollResult
	lists  map[string]Listing // by folder, those that were had
	all    bool               // every folder was listed
	unread []ledger.Place     // listed, and not had
	fresh  bool               // a message came whose arrival is known
	ahead  time.Duration      // by how much the newest such arrival lies in our future
}

func (w *polling) run(ctx context.Context) error {
	folders, err := w.Mailbox.Folders(ctx)
	if err != nil {
		return fmt.Errorf("list folders: %w", err)
	}
	var first error
	for _, f := range folders {
		if err := w.folder(ctx, f); err != nil {
			if first == nil {
				first = fmt.Errorf("folder %s: %w", f.Name, err)
			}
			if ctx.Err() != nil {
				return first
			}
		}
	}
	w.all = len(w.lists) == len(folders)
	return first
}

func (w *polling) folder(ctx context.Context, f Folder) error {
	list, err := w.Mailbox.List(ctx, f.Name)
	if err != nil {
		return err
	}
	uids := make([]uint32, len(list.Items))
	for i, it := range list.Items {
		uids[i] = it.UID
	}
	known, err := w.Register.Places(ctx, f.Name, list.Validity, uids)
	if err != nil {
		return err
	}
	strikes, err := w.Penalties.Strikes(ctx, f.Name, list.Validity)
	if err != nil {
		return err
	}
	var first error
	if list.Missing > 0 {
		first = fmt.Errorf("the server counts %d messages that it does not list", list.Missing)
	} else if err := w.forgive(ctx, f, list, strikes); err != nil {
		return err
	}
	w.compareValidity(f.Name, list.Validity)
	w.lists[f.Name] = list
	stopped := false
	for _, it := range list.Items {
		place := placeOf(f.Name, list.Validity, it)
		if old, ok := known[it.UID]; ok && old.Shows(place) && (!old.HeaderOnly || it.Size > w.Limit) {
			continue
		}
		if s := strikes[it.UID]; stopped || s.Place.Shows(place) && s.Rests(w.now) {
			w.unread = append(w.unread, place)
			continue
		}
		if err := w.take(ctx, f, place, it, known[it.UID].Digest); err != nil {
			w.unread = append(w.unread, place)
			if first == nil {
				first = fmt.Errorf("uid %d: %w", it.UID, err)
			}
			stopped = !w.goOn(ctx, place, err)
		}
	}
	return first
}

// placeOf is the place of a listed message, with what the listing says of it.
func placeOf(folder, validity string, it Item) ledger.Place {
	p := ledger.Place{Folder: folder, Validity: validity, UID: it.UID, Size: it.Size}
	if !it.Internal.IsZero() {
		p.Internal = it.Internal.Unix()
	}
	return p
}

// forgive forgets the strikes of messages that the folder shows no longer:
// nobody need look at them.
func (w *polling) forgive(ctx context.Context, f Folder, list Listing, strikes map[uint32]ledger.Strike) error {
	for _, uid := range slices.Sorted(maps.Keys(strikes)) {
		shown := slices.ContainsFunc(list.Items, func(it Item) bool { return it.UID == uid })
		if shown {
			continue
		}
		if err := w.Penalties.Forgive(ctx, ledger.Place{Folder: f.Name, Validity: list.Validity, UID: uid}); err != nil {
			return err
		}
	}
	return nil
}

// goOn decides whether the next message can be tried after a failure, and
// counts a strike where this message was the cause.
func (w *polling) goOn(ctx context.Context, place ledger.Place, err error) bool {
	switch {
	case ctx.Err() != nil:
		return false
	case errors.Is(err, ErrPoison), errors.Is(err, ErrTooLarge):
		n, serr := w.Penalties.Strike(ctx, place, w.now, err.Error(), errors.Is(err, ErrTooLarge))
		w.Log.Warn("message could not be fetched", "uid", place.UID, "attempt", n, "err", err)
		return serr == nil
	case errors.Is(err, ErrNotReturned), errors.Is(err, errNotAsListed):
		return true // asked again at the next poll
	}
	return false // the mailbox or the store is out of reach
}

// take fetches and stores one message; of one above the limit its header, so
// that its sender can be told (rule book §8: 无法处理). It stays in the mailbox.
// before is the digest of what was found at the place last.
func (w *polling) take(ctx context.Context, f Folder, place ledger.Place, it Item, before string) error {
	raw, whole, err := w.fetch(ctx, f, it)
	if err != nil {
		return err
	}
	rec, err := Keep(ctx, w.Spool, raw, w.Limit)
	if err != nil {
		return err
	}
	// Where the size is another one, either the server counts wrongly, or the UID
	// stood for another message by the time it was fetched. Not to know what was
	// listed there has it fetched once more.
	doubt := whole == 0 && it.Size != 0 && int64(len(raw)) != it.Size && rec.Digest != before
	if doubt {
		place = place.At()
	}
	rec.Places, rec.Junk, rec.Stored, rec.Whole = []ledger.Place{place}, f.Junk, w.now, whole
	if !rec.Arrived.IsZero() && (!w.fresh || rec.Arrived.Sub(w.now) > w.ahead) {
		w.fresh, w.ahead = true, rec.Arrived.Sub(w.now)
	}
	if rec.Arrived.IsZero() {
		rec.Arrived = it.Internal
	}
	if rec.Arrived.IsZero() { // the server gave neither; it cannot have come later than now
		rec.Arrived = w.now
	}
	fresh, err := w.Register.Arrive(ctx, rec)
	if err != nil {
		return err
	}
	if fresh {
		w.res.Fresh++
		w.Log.Info("message stored", "uid", it.UID, "digest", rec.Digest[:12])
	} else {
		w.res.Known++
	}
	if doubt {
		return fmt.Errorf("%w: %d bytes instead of %d", errNotAsListed, len(raw), it.Size)
	}
	return nil
}

// errNotAsListed says that what was fetched may be another message than the one
// that was listed. It is stored; the listing's is asked for once more.
var errNotAsListed = errors.New("the message is not as it was listed")

// fetch returns the bytes that are kept of a message, and how large the whole is
// where that is its header alone.
func (w *polling) fetch(ctx context.Context, f Folder, it Item) (raw []byte, whole int64, err error) {
	var buf bytes.Buffer
	if it.Size > w.Limit {
		err = w.Mailbox.FetchHeader(ctx, f.Name, it, &buf)
		return buf.Bytes(), it.Size, err
	}
	buf.Grow(int(it.Size) + bytes.MinRead) // at once: to grow as it comes would take three times that
	if err := w.Mailbox.Fetch(ctx, f.Name, it, &buf); err != nil {
		return nil, 0, err
	}
	raw = buf.Bytes()
	if int64(len(raw)) <= w.Limit {
		return raw, 0, nil
	}
	header, _, _ := bytes.Cut(raw, []byte("\r\n\r\n")) // the listing did not tell its size
	return raw[:min(int64(len(header)+4), w.Limit)], int64(len(raw)), nil
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
