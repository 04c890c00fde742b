package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"taizhang/ingest/attach"
	"taizhang/ingest/check"
	"taizhang/ingest/sheet"
	"taizhang/ingest/unpack"
	"taizhang/ledger"
)

// Reader turns a file's bytes into tables. Its errors are findings about the
// file when they are a *sheet.Error, and failures of ours otherwise.
type Reader func(ctx context.Context, name string, data []byte) ([]*ledger.Table, error)

// Unpacker takes the members out of an archive. What is wrong with the archive is
// in the result; its errors are failures of ours.
type Unpacker func(ctx context.Context, archive []byte, lim unpack.Limits) (*unpack.Archive, error)

// Within returns the function that attach.Limits wants, within a context.
func (u Unpacker) Within(ctx context.Context) attach.Unpacker {
	if u == nil {
		return nil
	}
	return func(archive []byte, lim unpack.Limits) (*unpack.Archive, error) { return u(ctx, archive, lim) }
}

// Answerer words the answer to a document and renders it for the outbox.
type Answerer interface {
	Answer(ctx context.Context, a Answer) ([]ledger.Outgoing, error)
}

// Answer is what is to be said about one document, or about a mail without a
// readable one.
type Answer struct {
	Kind       ledger.MailKind
	Key        string
	Mail       ledger.MailRecord // the mail that is answered
	References []string          // of that mail
	To         []ledger.Address
	Submission *ledger.Submission  // nil when there is none
	Before     *ledger.Submission  // the version before it; nil for the first
	Rosters    []ledger.Submission // of the same mail; without a Submission the answer is about them alone
	Findings   []ledger.Finding    // why a mail could not be processed
	Reply      *ledger.Reply       // the mail's words, where the answer is about them alone
	Unclear    []Unclear           // sentences of theirs that close nothing
	ByDesk     bool                // they are the desk's
	File       []byte              // the document's file, for the annotated copy; empty for a table out of a mail's text
	Tables     []*ledger.Table     // what was read of it; nil where the document is not at hand
	State      *ledger.State       // with the submission entered
	Now        time.Time
}

// Processor gives each pending message its one outcome.
type Processor struct {
	Campaign *ledger.Campaign
	Policy   Policy
	Caps     Caps
	Spool    Spool
	Queue    Queue
	Recorder Recorder
	Read     Reader
	Unpack   Unpacker // nil: archives are not opened
	Answers  Answerer
	// MessageID gives the Message-ID of an outbox key, with its angle brackets;
	// nil: threads are known by the outbox alone.
	MessageID func(key string) string
	Lookup    TXTLookup // nil: DKIM signatures are not checked
	Parse     attach.Limits
	Sheet     sheet.Limits // of a table in a mail's text
	Failures  int          // of ours, before a message is quarantined
	Log       *slog.Logger
	Check     *check.Checker // of the campaign; nil: one is made for each file
}

// checker returns what reads tables against the campaign's form.
func (p *Processor) checker() *check.Checker {
	if p.Check != nil {
		return p.Check
	}
	return check.New(p.Campaign)
}

// Caps bound the automatic answers to mails without a readable document, so
// that two robots never talk to each other (rule book §8).
type Caps struct {
	Every     time.Duration
	PerSender int // in Every
	PerDay    int // to all, in 24 hours
}

// Process decides every pending message, in the order of arrival, then of
// digest (rule book §5.3). A failure of ours is counted and the next message
// is tried; only a failing store stops it. It returns how many were decided.
func (p *Processor) Process(ctx context.Context, now time.Time) (int, error) {
	pending, err := p.Queue.Pending(ctx)
	if err != nil {
		return 0, fmt.Errorf("list pending messages: %w", err)
	}
	n := 0
	for _, rec := range pending {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		change, err := p.decideSafely(ctx, rec, now, nil)
		if err != nil {
			if err := p.failed(ctx, rec, now, err); err != nil {
				return n, err
			}
			continue
		}
		if _, err := p.Recorder.Apply(ctx, change); err != nil {
			return n, fmt.Errorf("record the outcome of %.12s: %w", rec.Digest, err)
		}
		m := change.Mails[0]
		p.Log.Info("message decided", "digest", rec.Digest[:12], "outcome", string(m.Outcome), "reason", m.Reason)
		n++
	}
	return n, nil
}

// Decide works out what becomes of the message without recording anything:
// what `import --dry-run` shows.
func (p *Processor) Decide(ctx context.Context, rec ledger.MailRecord, now time.Time) (ledger.Change, error) {
	return p.decideSafely(ctx, rec, now, nil)
}

// decideSafely turns a panic into a failure of ours: one poisonous message
// never stops the others.
func (p *Processor) decideSafely(ctx context.Context, rec ledger.MailRecord, now time.Time, filed *Filed) (c ledger.Change, err error) {
	defer func() {
		if r := recover(); r != nil {
			p.Log.Error("panic while deciding", "digest", rec.Digest[:12], "err", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	raw, err := p.Spool.Raw(ctx, rec.Digest)
	if err != nil {
		return c, fmt.Errorf("read the raw message: %w", err)
	}
	st, err := p.Recorder.State(ctx)
	if err != nil {
		return c, fmt.Errorf("read the state: %w", err)
	}
	msg, err := p.Open(ctx, raw)
	if err != nil && !errors.Is(err, attach.ErrNoMessage) {
		return c, fmt.Errorf("parse the message: %w", err)
	}
	d := &deciding{Processor: p, rec: rec, raw: raw, msg: msg, state: st, now: now, filed: filed}
	d.rec.PreEpoch = d.rec.PreEpoch || d.rec.Arrived.Before(st.Epoch)
	if err := d.decide(ctx); err != nil {
		return c, err
	}
	d.untold()
	return d.change, nil
}

// over reports that the campaign's last period was closed when the message
// came: it is read, stored and shown to the desk, and causes no mail (rule book
// §4).
func (p *Processor) over(st *ledger.State, arrived time.Time) bool {
	return !arrived.Before(st.Book(p.Campaign.Last).ClosingOf(p.Campaign.Schedule))
}

// unanswered reports that the message causes no mail: it came before the first
// start, or after the end.
func (d *deciding) unanswered() bool {
	return d.rec.PreEpoch || d.over(d.state, d.rec.Arrived)
}

// Open takes a raw message apart within the processor's limits, with its
// archives unpacked behind the fence. Its errors are those of attach.Parse.
func (p *Processor) Open(ctx context.Context, raw []byte) (*attach.Message, error) {
	lim := p.Parse
	lim.Unpack = p.Unpack.Within(ctx)
	return attach.Parse(raw, lim)
}

// failed counts a failure of ours. At the limit the message is quarantined:
// the desk is shown it, and a known sender is told that the fault is ours.
func (p *Processor) failed(ctx context.Context, rec ledger.MailRecord, now time.Time, cause error) error {
	after, err := p.Queue.Failed(ctx, rec.Digest, now, cause.Error(), p.Failures)
	if err != nil {
		return fmt.Errorf("count the failure of %.12s: %w", rec.Digest, err)
	}
	p.Log.Error("message could not be decided", "digest", rec.Digest[:12], "attempt", after.Failures, "err", cause)
	if after.Status != ledger.MailQuarantined {
		return nil
	}
	st, err := p.Recorder.State(ctx)
	if err != nil {
		return err
	}
	after.PreEpoch = after.PreEpoch || after.Arrived.Before(st.Epoch)
	if _, known := st.UnitOf(after.From.Addr); !known || after.PreEpoch || p.over(st, after.Arrived) {
		return nil
	}
	out, err := p.Answers.Answer(ctx, Answer{
		Kind: ledger.MailUnreadable, Key: "unreadable/" + rec.Digest, Mail: after,
		To:       []ledger.Address{after.From},
		Findings: []ledger.Finding{{Code: ledger.FSystem, Severity: ledger.Hold}}, State: st, Now: now,
	})
	if err != nil {
		p.Log.Error("no answer to a quarantined message", "digest", rec.Digest[:12], "err", err)
		return nil
	}
	_, err = p.Recorder.Apply(ctx, ledger.Change{At: now, Outgoing: out})
	return err
}
