package notify_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"taizhang/ledger"
	"taizhang/notify"
)

// world is an outbox that obeys the rules of the real one, a server that
// counts what it accepted, and the mailbox that gets the copies. It can crash
// at any step.
type world struct {
	outbox map[string]ledger.Outgoing
	pause  *ledger.Pause
	poll   ledger.PollState

	step, crashAt int // crashAt 0: never

	server   func(o ledger.Outgoing, n int, endOfData func(map[string]string) error) notify.Report // nil: accepts
	tries    map[string]int
	accepted map[string]int // transactions in which the server took the mail
	got      map[string]int // by key and recipient
	copies   map[string]time.Time
	noCopies bool
	now      time.Time
}

type crash struct{}

func newWorld(mails ...ledger.Outgoing) *world {
	w := &world{
		outbox: map[string]ledger.Outgoing{}, tries: map[string]int{}, accepted: map[string]int{},
		got: map[string]int{}, copies: map[string]time.Time{}, now: at("05-10 10:00"),
	}
	for _, o := range mails {
		w.outbox[o.Key] = o
	}
	return w
}

func outgoing(kind ledger.MailKind, n int) ledger.Outgoing {
	return ledger.Outgoing{
		Key: fmt.Sprintf("%s/%d", kind, n), Kind: kind, Unit: yu, Period: may, From: "me@163.com",
		Recipients: []string{"a@example.cn", "b@example.cn", "me@163.com"},
		Created:    at("05-10 09:00").Add(time.Duration(n) * time.Second), State: ledger.SendQueued, Raw: []byte("x\r\n"),
	}
}

// tick is a point at which the process may die.
func (w *world) tick() {
	w.step++
	if w.step == w.crashAt {
		panic(crash{})
	}
}

func (w *world) State(context.Context) (*ledger.State, error) {
	s := &ledger.State{Epoch: at("05-01 00:00"), Outbox: map[string]*ledger.Outgoing{}, Poll: w.poll, Pause: w.pause}
	for k, o := range w.outbox {
		o.Attempts = slices.Clone(o.Attempts)
		o.Raw = nil
		s.Outbox[k] = &o
	}
	return s, nil
}

func (w *world) Outgoing(_ context.Context, key string) (ledger.Outgoing, bool, error) {
	o, ok := w.outbox[key]
	o.Attempts = slices.Clone(o.Attempts)
	return o, ok, nil
}

func (w *world) Begin(ctx context.Context, key string, at time.Time) (int, error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	w.tick()
	o := w.outbox[key]
	if o.State != ledger.SendQueued && o.State != ledger.SendDeferred {
		return 0, fmt.Errorf("begin: mail is %s", o.State)
	}
	o.State = ledger.SendSending
	o.Attempts = append(slices.Clone(o.Attempts), ledger.SendAttempt{Begun: at})
	w.outbox[key] = o
	w.tick()
	return len(o.Attempts), nil
}

func (w *world) EndOfData(ctx context.Context, key string, attempt int, at time.Time, refused map[string]string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	w.tick()
	o := w.outbox[key]
	if o.State != ledger.SendSending || attempt != len(o.Attempts) {
		return errors.New("no such attempt is under way")
	}
	o.Attempts = slices.Clone(o.Attempts)
	o.Attempts[attempt-1].EndOfData, o.Attempts[attempt-1].Recipient = at, maps.Clone(refused)
	w.outbox[key] = o
	w.tick()
	return nil
}

var follows = map[ledger.SendState][]ledger.SendState{
	ledger.SendQueued:   {ledger.SendQueued, ledger.SendDeferred, ledger.SendHuman, ledger.SendSkipped, ledger.SendSent},
	ledger.SendDeferred: {ledger.SendQueued, ledger.SendDeferred, ledger.SendHuman, ledger.SendSkipped, ledger.SendRefused, ledger.SendSent},
	ledger.SendSending: {ledger.SendQueued, ledger.SendDeferred, ledger.SendAmbiguous, ledger.SendSent,
		ledger.SendRefused, ledger.SendHuman, ledger.SendSkipped},
	ledger.SendAmbiguous: {ledger.SendAmbiguous, ledger.SendQueued, ledger.SendSent, ledger.SendHuman},
	ledger.SendHuman:     {ledger.SendQueued, ledger.SendSent, ledger.SendSkipped},
}

func (w *world) Finish(ctx context.Context, key string, attempt int, f ledger.SendFinish) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	w.tick()
	o := w.outbox[key]
	if !slices.Contains(follows[o.State], f.State) {
		return fmt.Errorf("%s cannot become %s", o.State, f.State)
	}
	if attempt != 0 && (o.State != ledger.SendSending || attempt != len(o.Attempts)) {
		return errors.New("no such attempt is under way")
	}
	again := f.State == ledger.SendQueued || f.State == ledger.SendDeferred
	if o.State == ledger.SendAmbiguous && again && (!f.Resent || o.Resent) {
		return errors.New("an ambiguous mail is sent again once")
	}
	if n := len(o.Attempts); o.State == ledger.SendSending {
		o.Attempts = slices.Clone(o.Attempts)
		a := &o.Attempts[n-1]
		switch marked := !a.EndOfData.IsZero(); {
		case marked && attempt == 0 && f.State != ledger.SendAmbiguous:
			return errors.New("it is ambiguous")
		case marked && (f.State == ledger.SendQueued || again && f.Reply == "" || f.State == ledger.SendSkipped):
			return errors.New("only an answer lets a mail be sent again")
		case !marked && (f.State == ledger.SendSent || f.State == ledger.SendAmbiguous):
			return errors.New("nothing was sent")
		}
		a.Ended, a.Result, a.Reply = f.At, f.State, f.Reply
		if attempt != 0 || f.Recipient != nil {
			a.Recipient = maps.Clone(f.Recipient)
		}
	}
	o.State, o.NotBefore, o.Resent = f.State, f.NotBefore, o.Resent || f.Resent
	w.outbox[key] = o
	w.tick()
	return nil
}

func (w *world) Begun(_ context.Context, since time.Time) ([]time.Time, error) {
	var out []time.Time
	for _, o := range w.outbox {
		for _, a := range o.Attempts {
			counts := !a.EndOfData.IsZero() || len(a.Reply) > 2 && a.Reply[0] >= '2' && a.Reply[0] <= '5'
			if !a.Begun.Before(since) && counts {
				out = append(out, a.Begun)
			}
		}
	}
	return out, nil
}

func (w *world) SetPause(_ context.Context, p *ledger.Pause) error {
	w.tick()
	w.pause = p
	w.tick()
	return nil
}

// Send is the server's side: it hands the mail to the script.
func (w *world) Send(_ context.Context, o ledger.Outgoing, endOfData func(map[string]string) error) notify.Report {
	w.tick()
	w.tries[o.Key]++
	if w.server != nil {
		return w.server(o, w.tries[o.Key], endOfData)
	}
	return w.accept(o, endOfData, nil)
}

// take records that the server took the mail for all but the refused.
func (w *world) take(o ledger.Outgoing, refused map[string]string) {
	w.accepted[o.Key]++
	for _, r := range o.Recipients {
		if _, no := refused[r]; no {
			continue
		}
		w.got[o.Key+" "+r]++
		if r == o.From {
			w.copies[o.Key] = w.now.Add(3 * time.Minute)
		}
	}
}

func (w *world) accept(o ledger.Outgoing, endOfData func(map[string]string) error, refused map[string]string) notify.Report {
	w.tick()
	if err := endOfData(refused); err != nil {
		return notify.Report{Phase: notify.PhaseBody, Err: err}
	}
	w.tick()
	w.take(o, refused)
	w.tick()
	return notify.Report{Phase: notify.PhaseEnd, Code: 250, Text: "Mail OK queued", EndOfData: true, Refused: refused}
}

var errLost = errors.New("connection reset by peer")

// look is one complete poll of our mailbox.
func (w *world) look() {
	w.poll.Complete, w.poll.Count = w.now, w.poll.Count+1
	if w.noCopies {
		return
	}
	for key, t := range w.copies {
		if o := w.outbox[key]; o.CopySeen.IsZero() && !w.now.Before(t) {
			o.CopySeen = w.now
			w.outbox[key] = o
		}
	}
}

func (w *world) courier() *notify.Courier {
	return notify.NewCourier(notify.CourierOptions{Outbox: w, Mailer: w, Campaign: campaign()})
}

// run lets rounds and polls follow each other, a poll every 2 minutes, until
// the time is over. It reports whether the process crashed.
func (w *world) run(t *testing.T, d time.Duration) (crashed bool) {
	t.Helper()
	defer func() {
		switch p := recover().(type) {
		case nil:
		case crash:
			crashed = true
		default:
			panic(p)
		}
	}()
	c := w.courier()
	for end := w.now.Add(d); w.now.Before(end); {
		w.look()
		for poll := w.now.Add(2 * time.Minute); w.now.Before(poll); {
			r, err := c.Round(t.Context(), w.now)
			if err != nil {
				t.Fatalf("round at %v: %v", w.now, err)
			}
			w.now = w.now.Add(time.Second)
			if r.Next.IsZero() || r.Next.After(poll) {
				w.now = poll
			} else if r.Next.After(w.now) {
				w.now = r.Next
			}
		}
		if w.quiet() {
			break
		}
	}
	return false
}

// quiet reports whether nothing will change any more without a person.
func (w *world) quiet() bool {
	for _, o := range w.outbox {
		switch o.State {
		case ledger.SendSent, ledger.SendRefused, ledger.SendSkipped:
		case ledger.SendHuman:
			if !o.CopySeen.IsZero() {
				return false
			}
		default:
			return false
		}
	}
	return true
}
