package ingest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"taizhang/ingest/attach"
	"taizhang/ingest/check"
	"taizhang/ledger"
)

// deciding is the work on one message.
type deciding struct {
	*Processor
	rec    ledger.MailRecord
	raw    []byte
	msg    *attach.Message
	state  *ledger.State
	now    time.Time
	change ledger.Change
	from   sender
	filed  *Filed // the desk handed it in; nil: it came by mail
	docs   []document
	silent string // why the sender gets no answer, "" where it gets one
}

// document is one reading of one file of the message.
type document struct {
	reading ledger.Reading
	file    *attach.File
	tables  []*ledger.Table // of the file
}

// decide fills the change: the message with its outcome, what it holds and
// what is to be answered. Everything of one message is one transaction.
func (d *deciding) decide(ctx context.Context) error {
	d.change.At = d.now
	if d.filed != nil {
		return d.decideFiled(ctx)
	}
	switch key, same := d.selfCopy(); {
	case key == "" && d.unrecorded(ctx):
		if d.rec.PreEpoch {
			return d.finish(ledger.OutcomeIgnored, UnrecordedBefore)
		}
		return d.finish(ledger.OutcomeHeld, Unrecorded)
	case same:
		d.change.CopiesSeen = []string{key}
		d.change.Clock = d.clocks(key)
		return d.finish(ledger.OutcomeIgnored, CopyOf+key)
	case key != "":
		// Reading it as the desk's would answer our own form; believing it
		// would settle a mail by a forgery.
		return d.finish(ledger.OutcomeHeld, fmt.Sprintf("claims to be our mail %s, with another body", key))
	}
	if d.rec.Whole > 0 {
		return d.large(ctx)
	}
	if b := d.msg.Bounce(); b != nil {
		return d.bounce(b)
	}
	d.from = d.Policy.identify(&d.msg.Header, prove(ctx, d.raw, &d.msg.Header, d.Lookup), d.state)
	d.rec.Proof = string(d.from.proof)
	d.back()
	if err := d.readFiles(ctx); err != nil {
		return err
	}
	d.readBody(ctx)
	auto, automatic := d.msg.Automatic()
	ledgers := d.ledgers()
	switch {
	case automatic && len(ledgers) == 0:
		return d.finish(ledger.OutcomeIgnored, "automatic mail: "+auto.Reason)
	case automatic:
		d.from.doubts = append(d.from.doubts, "automatic")
		d.silent = "it is automatic mail"
	}
	switch {
	case len(ledgers) > 0:
		d.foundInJunk()
		return d.withLedgers(ctx, ledgers)
	case len(d.rosters()) > 0:
		return d.withRosters(ctx)
	}
	return d.withoutLedger(ctx)
}

// selfCopy returns the outbox key of the mail of ours that this message is,
// or claims to be, a copy of, "" when it is none. same says that From,
// Message-ID and body are all those of the record (rule book §3).
func (d *deciding) selfCopy() (key string, same bool) {
	h := &d.msg.Header
	if len(h.From) != 1 || h.From[0].Addr != d.Policy.Own || h.MessageID == "" {
		return "", false
	}
	for key, o := range d.state.Outbox {
		if o.MessageID == h.MessageID {
			return key, h.Get("X-Taizhang-ID") != "" && o.BodyDigest == ledger.BodyDigest(d.raw)
		}
	}
	return "", false
}

// The reasons of a copy of our own mail that no record of the outbox tells of:
// one of a state of the store that was lost since, or of another store that
// used this mailbox. It is never read as the desk's. After the epoch it shows
// that the store is older than the mailbox: nothing may be sent then.
const (
	Unrecorded       = "a copy of our own mail that is not on record"
	UnrecordedBefore = "a copy of our own mail from before the first start"
)

// CopyOf begins the reason of a copy of a mail of ours; its outbox key follows.
const CopyOf = "a copy of our own mail "

// IsOwnCopy reports whether the message was decided as a copy of a mail of
// ours, on record or not.
func IsOwnCopy(m *ledger.MailRecord) bool {
	return strings.HasPrefix(m.Reason, "a copy of our own mail")
}

// unrecorded reports whether the message bears our own marks, as only a mail of
// ours does: From, and an X-Taizhang-ID that its Message-ID repeats. One whose
// sender is proved false is a forgery and decided as any other.
func (d *deciding) unrecorded(ctx context.Context) bool {
	h := &d.msg.Header
	id := h.Get("X-Taizhang-ID")
	_, domain, _ := strings.Cut(d.Policy.Own, "@")
	return len(h.From) == 1 && h.From[0].Addr == d.Policy.Own && len(id) == 32 && h.MessageID == "<"+id+"@"+domain+">" &&
		prove(ctx, d.raw, h, d.Lookup) != ProofFail
}

// bounce marks the mail of ours that could not be delivered, and the address. A
// bounce that names no mail of ours changes nothing: anybody can write one.
func (d *deciding) bounce(b *attach.Bounce) error {
	for _, o := range d.state.Outbox {
		if o.MessageID == "" || !contains(b.MessageIDs, o.MessageID) {
			continue
		}
		back := ledger.Delivery{Key: o.Key}
		for _, r := range o.Recipients {
			if r == d.Policy.Own || !failedAt(b, r, len(o.Recipients) <= 2) {
				continue
			}
			back.Bounced = append(back.Bounced, r)
			if k, known := d.state.UnitOf(r); known {
				k.Bounced = d.rec.Arrived
				d.change.Addresses = append(d.change.Addresses, k)
			}
		}
		d.change.Deliveries = append(d.change.Deliveries, back)
		d.event("bounce", o.Unit, o.Period, o.Key, "the mail came back")
		return d.finish(ledger.OutcomeIgnored, "a bounce of our mail "+o.Key)
	}
	return d.finish(ledger.OutcomeIgnored, "a bounce of no mail of ours")
}

// back takes an address that bounced for good again when its unit writes from
// it: a mailbox that was full, or moved, and is not any more.
func (d *deciding) back() {
	k, known := d.state.UnitOf(d.from.addr)
	if !known || d.from.desk || d.from.proof == ProofFail || k.Bounced.IsZero() || !k.Bounced.Before(d.rec.Arrived) {
		return
	}
	k.Bounced = time.Time{}
	d.change.Addresses = append(d.change.Addresses, k)
	d.event("address", k.Unit, ledger.Period{}, d.rec.Digest, "the unit writes from an address that bounced")
}

// failedAt reports whether the bounce is about the recipient: it names it, or
// it names nobody and there was only one.
func failedAt(b *attach.Bounce, addr string, only bool) bool {
	named := false
	for _, f := range b.Failed {
		if f.Addr == addr {
			return f.Action != "delayed"
		}
		named = named || f.Addr != ""
	}
	return !named && only
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

// ledgers returns the documents that are ledgers.
func (d *deciding) ledgers() []*document {
	var out []*document
	for i := range d.docs {
		if d.docs[i].reading.Kind == ledger.KindLedger {
			out = append(out, &d.docs[i])
		}
	}
	return out
}

// withLedgers places every ledger of the message and answers each. An
// unreadable file beside a ledger is a note on it.
func (d *deciding) withLedgers(ctx context.Context, ledgers []*document) error {
	var rest []ledger.Reading
	for _, doc := range d.docs {
		if doc.reading.Kind == ledger.KindLedger {
			continue
		}
		rest = append(rest, doc.reading)
		for _, f := range doc.reading.Findings {
			if f.Severity == ledger.Unreadable {
				first := &ledgers[0].reading
				first.Findings = append(first.Findings, ledger.Finding{Code: ledger.FCompanion, Severity: ledger.Note,
					File: doc.reading.File, Args: map[string]string{"kind": string(doc.file.Type)}})
			}
		}
	}
	d.rec.Notes = rest
	readings := make([]ledger.Reading, len(ledgers))
	for i, doc := range ledgers {
		readings[i] = doc.reading
	}
	check.AcrossMail(readings)
	worst := ledger.OutcomeAccepted
	rosters := d.settleRosters(len(ledgers) + 1)
	for _, s := range rosters {
		worst = worse(worst, outcomeOf(s.Quality))
	}
	for i, doc := range ledgers {
		doc.reading = readings[i]
		sub, before := d.place(doc, i+1)
		d.change.Submissions = append(d.change.Submissions, sub)
		d.state.Put(sub)
		d.event("read", sub.Unit, sub.Period, sub.ID, string(sub.Quality))
		if len(ledgers) == 1 {
			d.besides(&sub)
		}
		if err := d.answer(ctx, &sub, before, doc, rosters); err != nil {
			return err
		}
		rosters = nil // told once
		worst = worse(worst, outcomeOf(sub.Quality))
	}
	if d.silent != "" {
		return d.finish(worst, "not answered: "+d.silent)
	}
	return d.finish(worst, "")
}

// finish records the outcome of the message itself.
func (d *deciding) finish(o ledger.OutcomeKind, reason string) error {
	d.rec.Status, d.rec.Outcome, d.rec.Reason, d.rec.Decided = ledger.MailDecided, o, reason, d.now
	d.change.Mails = []ledger.MailRecord{d.rec}
	d.event("decide", "", ledger.Period{}, d.rec.Digest, string(o)+" "+reason)
	return nil
}

func (d *deciding) event(what, unit string, p ledger.Period, ref, text string) {
	d.change.Events = append(d.change.Events, ledger.Event{At: d.now, Actor: "taizhang", What: what, Unit: unit, Period: p, Ref: ref, Text: strings.TrimSpace(text)})
}

func outcomeOf(q ledger.Quality) ledger.OutcomeKind {
	switch q {
	case ledger.QualityHeld:
		return ledger.OutcomeHeld
	case ledger.QualityReturned:
		return ledger.OutcomeReturned
	}
	return ledger.OutcomeAccepted
}

// worse returns the worse of two outcomes: held, then returned, then accepted.
func worse(a, b ledger.OutcomeKind) ledger.OutcomeKind {
	rank := map[ledger.OutcomeKind]int{ledger.OutcomeIgnored: 0, ledger.OutcomeAccepted: 1, ledger.OutcomeReturned: 2, ledger.OutcomeHeld: 3}
	if rank[b] > rank[a] {
		return b
	}
	return a
}

// id names the n-th document of the message.
func (d *deciding) id(n int) string { return fmt.Sprintf("%s/%d", d.rec.Digest, n) }
