package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"taizhang/ledger"
)

// CourierOptions are what a Courier works with. Outbox, Mailer and Campaign
// are required.
type CourierOptions struct {
	Outbox   Outbox
	Mailer   Mailer
	Campaign *ledger.Campaign // for its zone, and for when the reserve is kept
	Limits   Limits           // zero: DefaultLimits
	Proof    Proof            // zero: DefaultProof
	Log      *slog.Logger     // nil: none
}

// Courier is the delivery loop of the outbox. One Courier owns the outbox: no
// two Rounds may run at the same time, in this process or another.
type Courier struct{ o CourierOptions }

// NewCourier returns a Courier.
func NewCourier(o CourierOptions) *Courier {
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits()
	}
	if o.Proof == (Proof{}) {
		o.Proof = DefaultProof()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Courier{o: o}
}

// Delivery is what one Round did.
type Delivery struct {
	Key     string            // of the mail that was tried; "": none was
	State   ledger.SendState  // it has now
	Refused map[string]string // its refused recipients and the replies
	Settled []string          // keys of mails whose doubt was settled or begun
	Skipped []string          // keys of mails that made no sense any more
	Next    time.Time         // when to call again; zero: nothing waits
	Note    string            // why nothing is sent although mails wait; "" otherwise
}

// Round settles what is in doubt and then tries at most one mail that may be
// sent at now. What fails on the way to the server is on record and in
// Delivery; an error is the store's, and after one nothing may be sent until
// the store was opened and read again (fault catalogue: a failed commit may
// have been committed).
func (c *Courier) Round(ctx context.Context, now time.Time) (Delivery, error) {
	var d Delivery
	s, err := c.tidy(ctx, now, &d)
	if err != nil {
		return d, err
	}
	if held, err := c.halted(ctx, now, s, &d); held || err != nil {
		return d, err
	}
	key, at, err := c.pick(ctx, now, s)
	if err != nil {
		return d, err
	}
	if key == "" || at.After(now) {
		d.Next = soonest(d.Next, at)
		if key != "" {
			d.Note = "the sending limits allow the next mail at " + stamp(at.In(c.zone()))
		}
		return d, nil
	}
	start := time.Now()
	if err := c.deliver(ctx, now, s, key, &d); err != nil {
		return d, err
	}
	return d, c.lookAhead(ctx, now.Add(time.Since(start)), &d)
}

func (c *Courier) zone() *time.Location { return c.o.Campaign.Schedule.Zone }

// soonest returns the earlier of two instants of which either may be zero.
func soonest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// tidy settles doubt and drops what makes no sense any more, and returns the
// state after it.
func (c *Courier) tidy(ctx context.Context, now time.Time, d *Delivery) (*ledger.State, error) {
	s, err := c.o.Outbox.State(ctx)
	if err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	changed := false
	// Two passes: what was interrupted becomes ambiguous, and that may be
	// settled at once. A third finds nothing new.
	for range 2 {
		again, err := c.settleAll(ctx, now, s, d)
		if err != nil {
			return nil, err
		}
		if !again {
			break
		}
		changed = true
		if s, err = c.o.Outbox.State(ctx); err != nil {
			return nil, fmt.Errorf("read state: %w", err)
		}
	}
	for _, o := range waiting(s) {
		why := Stale(now, c.o.Campaign, s, o)
		if why == "" {
			continue
		}
		if n := len(acceptedBy(&o)); n > 0 {
			why += fmt.Sprintf("; %d recipient(s) have it", n)
		}
		f := ledger.SendFinish{At: now, State: ledger.SendSkipped, Reply: why}
		if err := c.o.Outbox.Finish(ctx, o.Key, 0, f); err != nil {
			return nil, fmt.Errorf("skip %s: %w", o.Key, err)
		}
		c.log(o, 0, "skipped", nil)
		d.Skipped = append(d.Skipped, o.Key)
		changed = true
	}
	if changed {
		if s, err = c.o.Outbox.State(ctx); err != nil {
			return nil, fmt.Errorf("read state: %w", err)
		}
	}
	return s, nil
}

// settleAll settles every mail in doubt once, in the order of keys.
func (c *Courier) settleAll(ctx context.Context, now time.Time, s *ledger.State, d *Delivery) (changed bool, err error) {
	for _, key := range keysOf(s, unsettled) {
		o := s.Outbox[key]
		f, ok, next := settle(now, o, s, c.o.Proof)
		if !next.IsZero() {
			d.Next = soonest(d.Next, next)
		}
		if !ok {
			continue
		}
		if err := c.o.Outbox.Finish(ctx, key, 0, f); err != nil {
			return changed, fmt.Errorf("settle %s: %w", key, err)
		}
		c.log(*o, len(o.Attempts), string(f.State), nil)
		d.Settled = append(d.Settled, key)
		changed = true
	}
	return changed, nil
}

// keysOf returns the keys of the mails that are to be looked at, in order.
func keysOf(s *ledger.State, look func(*ledger.Outgoing) bool) []string {
	var keys []string
	for key, o := range s.Outbox {
		if look(o) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// halted reports whether nothing may be sent at all, and lifts a pause that is
// over.
func (c *Courier) halted(ctx context.Context, now time.Time, s *ledger.State, d *Delivery) (bool, error) {
	if newest := newestKnown(s); now.Add(clockTolerance).Before(newest) {
		d.Note = fmt.Sprintf("the clock says %s, but something is recorded of %s", stamp(now), stamp(newest))
		return true, nil
	}
	if p := s.Pause; p != nil {
		if p.Human || p.Until.IsZero() || now.Before(p.Until) {
			d.Note = "sending pauses: " + p.Reason
			if !p.Human {
				d.Next = soonest(d.Next, p.Until)
			}
			return true, nil
		}
		if err := c.o.Outbox.SetPause(ctx, nil); err != nil {
			return true, fmt.Errorf("lift pause: %w", err)
		}
	}
	tries := loginTries(s, now)
	if n := c.o.Limits.LoginTries; n > 0 && len(tries) >= n {
		slices.SortFunc(tries, time.Time.Compare)
		d.Note = fmt.Sprintf("%d logins have failed within an hour", len(tries))
		d.Next = soonest(d.Next, tries[len(tries)-n].Add(time.Hour))
		return true, nil
	}
	return false, nil
}

// waiting returns the mails that are to be sent, in the order in which the
// limits let them go.
func waiting(s *ledger.State) []ledger.Outgoing {
	var out []ledger.Outgoing
	for _, o := range s.Outbox {
		if o.State == ledger.SendQueued || o.State == ledger.SendDeferred {
			out = append(out, *o)
		}
	}
	slices.SortFunc(out, func(x, y ledger.Outgoing) int {
		return cmp.Or(cmp.Compare(priority(x.Kind), priority(y.Kind)), x.Created.Compare(y.Created), cmp.Compare(x.Key, y.Key))
	})
	return out
}

// pick returns the mail to be tried next and the instant, now or later, at
// which it may be; "" when none waits.
func (c *Courier) pick(ctx context.Context, now time.Time, s *ledger.State) (key string, at time.Time, err error) {
	mails := waiting(s)
	if len(mails) == 0 {
		return "", time.Time{}, nil
	}
	l, zone := c.o.Limits, c.zone()
	begun, err := c.begun(ctx, now)
	if err != nil {
		return "", time.Time{}, err
	}
	for _, o := range mails {
		t := l.allowed(now, begun, keptFor(o.Kind, now, c.o.Campaign, s, l), zone)
		t = later(t, o.NotBefore)
		if key == "" || t.Before(at) {
			key, at = o.Key, t
		}
	}
	return key, at, nil
}

// begun returns the attempts that the limits count.
func (c *Courier) begun(ctx context.Context, now time.Time) ([]time.Time, error) {
	begun, err := c.o.Outbox.Begun(ctx, c.o.Limits.Since(now, c.zone()))
	if err != nil {
		return nil, fmt.Errorf("read attempts: %w", err)
	}
	return begun, nil
}

// lookAhead sets when the next Round has something to do.
func (c *Courier) lookAhead(ctx context.Context, now time.Time, d *Delivery) error {
	s, err := c.o.Outbox.State(ctx)
	if err != nil {
		return fmt.Errorf("read state: %w", err)
	}
	for _, o := range s.Outbox {
		if !unsettled(o) {
			continue
		}
		if _, _, next := settle(now, o, s, c.o.Proof); !next.IsZero() {
			d.Next = soonest(d.Next, next)
		}
	}
	_, at, err := c.pick(ctx, now, s)
	if err != nil || at.IsZero() {
		return err
	}
	if p := s.Pause; p != nil {
		if p.Human {
			return nil
		}
		at = later(at, p.Until)
	}
	d.Next = soonest(d.Next, at)
	return nil
}

// deliver tries one mail and records what came of it.
func (c *Courier) deliver(ctx context.Context, now time.Time, s *ledger.State, key string, d *Delivery) error {
	start := time.Now()
	clock := func() time.Time { return now.Add(time.Since(start)) }
	o, ok, err := c.o.Outbox.Outgoing(ctx, key)
	if err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}
	if !ok {
		return fmt.Errorf("read %s: it is not in the outbox", key)
	}
	attempt, err := c.o.Outbox.Begin(ctx, key, now)
	if err != nil {
		return fmt.Errorf("begin %s: %w", key, err)
	}
	tried := o
	tried.Recipients = Pending(&o)
	rep, markErr := c.send(ctx, tried, attempt, clock)
	if markErr != nil && ctx.Err() == nil {
		// The mark may have been written or not; nothing was sent. A store
		// that fails is not written to again.
		return fmt.Errorf("mark end of data of %s: %w", key, markErr)
	}
	v := c.o.Limits.judge(&o, tried.Recipients, rep, clock(), s.Poll.Count, c.zone())
	if ctx.Err() != nil && v.finish.State == ledger.SendDeferred && v.pause == nil {
		v.finish.NotBefore = v.finish.At // we broke it off ourselves
	}
	c.log(o, attempt, string(v.finish.State), rep.Err)
	// What is known now is recorded even when we are told to stop.
	rec := context.WithoutCancel(ctx)
	if v.pause != nil {
		if err := c.o.Outbox.SetPause(rec, v.pause); err != nil {
			return fmt.Errorf("pause: %w", err)
		}
		d.Note = "sending pauses: " + v.pause.Reason
	}
	if err := c.o.Outbox.Finish(rec, key, attempt, v.finish); err != nil {
		return fmt.Errorf("finish %s: %w", key, err)
	}
	d.Key, d.State, d.Refused = key, v.finish.State, v.finish.Recipient
	return nil
}

// errMarkedTwice guards against a mailer that would send twice.
var errMarkedTwice = errors.New("end of data was already begun")

// send hands the mail to the mailer. The mark on record, not the mailer's
// word, decides whether the end of data was begun.
func (c *Courier) send(ctx context.Context, o ledger.Outgoing, attempt int, clock func() time.Time) (rep Report, markErr error) {
	asked, marked := false, false
	rep = c.o.Mailer.Send(ctx, o, func(refused map[string]string) error {
		if asked {
			return errMarkedTwice
		}
		asked = true
		if markErr = c.o.Outbox.EndOfData(ctx, o.Key, attempt, clock(), refused); markErr == nil {
			marked = true
		}
		return markErr
	})
	if asked && !marked {
		rep.EndOfData = false
		return rep, markErr
	}
	rep.EndOfData = rep.EndOfData || marked
	return rep, nil
}

func (c *Courier) log(o ledger.Outgoing, attempt int, outcome string, err error) {
	args := []any{"key", o.Key, "unit", o.Unit, "period", o.Period.String(), "attempt", attempt, "outcome", outcome}
	if err != nil {
		args = append(args, "err", err)
	}
	c.o.Log.Info("mail", args...)
}
