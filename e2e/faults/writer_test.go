//go:build faults

package faults

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/store"
)

func init() {
	children["writer"] = writerChild
	children["sender"] = senderChild
}

// say writes a line with one call of write, in the order of everything else
// that the process asks of the kernel.
func say(format string, args ...any) {
	_, _ = os.Stdout.WriteString(fmt.Sprintf(format, args...) + "\n")
}

// step is one thing that the month did, at its instant.
type step struct {
	at time.Time
	do func(ctx context.Context, db *store.DB) error
}

// tx says that a transaction was acknowledged.
func tx(err error) error {
	if err == nil {
		say("tx")
	}
	return err
}

// steps takes the store in dir apart into what was done to fill it: each
// message kept and recorded, decided, each mail queued, begun, marked, sent.
func steps(ctx context.Context, dir string) ([]step, error) {
	db, err := store.Open(ctx, dir, store.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	var out []step
	ms, err := db.Mails(ctx)
	if err != nil {
		return nil, err
	}
	subs, err := db.Submissions(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range ms {
		raw, err := db.Raw(ctx, m.Digest)
		if err != nil {
			return nil, err
		}
		c := ledger.Change{At: m.Decided, Mails: []ledger.MailRecord{m}, Events: []ledger.Event{{What: "decide", Ref: m.Digest}}}
		for _, s := range subs {
			if s.Mail == m.Digest {
				c.Submissions = append(c.Submissions, s)
			}
		}
		fresh := m
		fresh.Status, fresh.Outcome, fresh.Decided = ledger.MailPending, "", time.Time{}
		out = append(out, step{m.Stored, func(ctx context.Context, db *store.DB) error {
			if _, _, err := db.KeepRaw(ctx, bytes.NewReader(raw), 1<<30); err != nil {
				return err
			}
			say("raw %s", m.Digest)
			_, err := db.Arrive(ctx, fresh)
			return tx(err)
		}}, step{m.Decided, func(ctx context.Context, db *store.DB) error { _, err := db.Apply(ctx, c); return tx(err) }})
	}
	s, err := db.State(ctx)
	if err != nil {
		return nil, err
	}
	for key := range s.Outbox {
		o, _, err := db.Outgoing(ctx, key)
		if err != nil {
			return nil, err
		}
		out = append(out, sending(o)...)
	}
	slices.SortStableFunc(out, func(a, b step) int { return cmp.Or(a.at.Compare(b.at)) })
	return out, nil
}

func sending(o ledger.Outgoing) []step {
	at := o.Created
	sent := len(o.Attempts) > 0
	if o.State != ledger.SendSkipped {
		o.State = ledger.SendQueued
	}
	o.Attempts, o.CopySeen = nil, time.Time{}
	out := []step{{at, func(ctx context.Context, db *store.DB) error {
		_, err := db.Apply(ctx, ledger.Change{At: at, Outgoing: []ledger.Outgoing{o}, Events: []ledger.Event{{What: "plan", Ref: o.Key}}})
		return tx(err)
	}}}
	if !sent {
		return out
	}
	return append(out,
		step{at, func(ctx context.Context, db *store.DB) error { _, err := db.Begin(ctx, o.Key, at); return tx(err) }},
		step{at, func(ctx context.Context, db *store.DB) error { return tx(db.EndOfData(ctx, o.Key, 1, at, nil)) }},
		step{at, func(ctx context.Context, db *store.DB) error {
			return tx(db.Finish(ctx, o.Key, 1, ledger.SendFinish{At: at, State: ledger.SendSent, Reply: "250 OK"}))
		}})
}

// writerChild plays the month of the store args[0] into the folder args[1], as
// many steps as args[2] says (0: all), and says what is acknowledged.
func writerChild(ctx context.Context, args []string) error {
	all, err := steps(ctx, args[0])
	if err != nil {
		return err
	}
	if n, _ := strconv.Atoi(args[2]); n > 0 {
		all = all[:min(n, len(all))]
	}
	say("begin")
	db, err := store.Open(ctx, args[1], store.Options{})
	if err != nil {
		return err
	}
	say("open")
	for _, s := range all {
		if err := s.do(ctx, db); err != nil && !errors.Is(err, store.ErrRefused) {
			say("failed")
			return errors.Join(err, db.Close())
		}
	}
	return db.Close()
}

// postbox is a mail server that takes everything, and says so.
type postbox struct{ say func(string, ...any) }

func (p postbox) Send(_ context.Context, o ledger.Outgoing, endOfData func(map[string]string) error) notify.Report {
	if err := endOfData(nil); err != nil {
		return notify.Report{Phase: notify.PhaseBody, Err: err}
	}
	p.say("sent %s", o.Key)
	return notify.Report{Phase: notify.PhaseEnd, Code: 250, Text: "OK", EndOfData: true, Class: notify.ClassAccepted}
}

// campaign is one with the months and days of the notice; to read it from YAML
// would be half of what a sender costs.
func campaign() *ledger.Campaign {
	return &ledger.Campaign{
		First: ledger.Period{Year: 2022, Month: time.May}, Last: ledger.Period{Year: 2022, Month: time.December},
		Schedule: ledger.Schedule{Zone: time.FixedZone("CST", 8*60*60), DueDay: 28, DueHour: 24, CutoffDays: 1, CutoffHour: 9, ClosingDay: 15, SummaryWait: 4 * time.Hour},
	}
}

// senderChild is sender with the store args[0] and as many messages as args[1]
// says.
func senderChild(ctx context.Context, args []string) error {
	load, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	failed, err := sender(ctx, args[0], load, say)
	if err == nil && failed {
		os.Exit(1)
	}
	return err
}

// sender takes messages in, queues three mails for each and sends what waits,
// in the store in dir. What fails it says, and goes on trying, as nobody should:
// nothing may be sent then.
func sender(ctx context.Context, dir string, load int, say func(string, ...any)) (failed bool, err error) {
	db, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		say("failed open")
		return true, err
	}
	now := time.Date(2022, 5, 26, 12, 0, 0, 0, time.UTC)
	try := func(what string, err error) {
		if err != nil {
			failed = true
			say("failed %s", what)
		} else if !failed {
			say("ack %s", what)
		}
	}
	for i := range load {
		digest, size, err := db.KeepRaw(ctx, strings.NewReader(fmt.Sprintf("Subject: x\r\n\r\nbody %d\r\n", i)), 1<<20)
		try("raw", err)
		if err == nil {
			_, err = db.Arrive(ctx, ledger.MailRecord{Digest: digest, Size: size, Arrived: now, Stored: now, Places: []ledger.Place{{Folder: "INBOX", Validity: "1", UID: uint32(7 + i)}}}) //nolint:gosec // few
			try("mail "+digest, err)
		}
	}
	lim := notify.DefaultLimits()
	lim.Spacing = time.Second
	courier := notify.NewCourier(notify.CourierOptions{Outbox: db, Mailer: postbox{say}, Campaign: campaign(), Limits: lim})
	for i := range 3 * load {
		o := ledger.Outgoing{Key: fmt.Sprintf("key-%d", i), Raw: []byte("Subject: y\r\n\r\n"), State: ledger.SendQueued, Created: now,
			Recipients: []string{"county@example.com"}, From: "desk@example.com", MessageID: fmt.Sprintf("<%d@x>", i)}
		_, err := db.Apply(ctx, ledger.Change{At: now, Outgoing: []ledger.Outgoing{o}, Events: []ledger.Event{{What: "plan", Ref: o.Key}}})
		try("queued "+o.Key, err)
	}
	for i := range 6*load + 2 {
		_, err := courier.Round(ctx, now.Add(time.Duration(i+1)*time.Minute))
		try("round", err)
	}
	if err := db.Close(); err != nil && !failed {
		return false, err
	}
	return failed, nil
}
