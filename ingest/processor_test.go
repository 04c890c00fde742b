package ingest_test

import (
	"context"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"taizhang/config"
	"taizhang/ingest"
	"taizhang/ingest/sheet"
	"taizhang/internal/samples"
	"taizhang/internal/storetest"
	"taizhang/ledger"
	"taizhang/store"
)

// bench is a Processor over a real store, with answers that are only noted.
type bench struct {
	t       *testing.T
	db      *store.DB
	p       *ingest.Processor
	answers []ingest.Answer
	known   map[string]ledger.KnownAddress
}

// Answer notes what was to be answered.
func (b *bench) Answer(_ context.Context, a ingest.Answer) ([]ledger.Outgoing, error) {
	b.answers = append(b.answers, a)
	return []ledger.Outgoing{{Key: a.Key, Kind: a.Kind, MessageID: "<" + a.Key + ">", From: samples.Own, Recipients: []string{a.To[0].Addr, samples.Own},
		Raw: []byte("Subject: x\r\n\r\nx\r\n"), BodyDigest: ledger.BodyDigest([]byte("Subject: x\r\n\r\nx\r\n")), Created: a.Now, State: ledger.SendQueued}}, nil
}

// State lays the known addresses over the store's state, as app does.
func (b *bench) State(ctx context.Context) (*ledger.State, error) {
	st, err := b.db.State(ctx)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(b.known) // what the store hands out is shared
	maps.Copy(all, st.Addresses)
	st.Addresses = all
	return st, nil
}

func (b *bench) Apply(ctx context.Context, c ledger.Change) ([]string, error) {
	return b.db.Apply(ctx, c)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	cfg, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, db: storetest.Open(t), known: map[string]ledger.KnownAddress{}}
	for addr, k := range map[string]ledger.KnownAddress{
		"shebao@yuzhou.example": {Unit: "禹州市"}, "cgsb@mail163.example": {Unit: "长葛市", Unsigned: true}, "weidu@mail163.example": {Unit: "魏都区", Unsigned: true},
		"jaqsb@jianan.example": {Unit: "建安区"}, "xcxsb@mail163.example": {Unit: "襄城县", Unsigned: true},
	} {
		k.Addr, k.Source = addr, "config"
		b.known[addr] = k
	}
	b.p = &ingest.Processor{Campaign: &cfg.Campaign, Policy: ingest.Policy{Own: samples.Own, Desk: []string{samples.Own}},
		Caps: ingest.Caps{Every: 12 * time.Hour, PerSender: 1, PerDay: 30}, Spool: b.db, Queue: b.db, Recorder: b, Answers: b, Failures: 3,
		Log: slog.New(slog.DiscardHandler), Read: func(ctx context.Context, name string, data []byte) ([]*ledger.Table, error) {
			return sheet.Read(ctx, name, data, sheet.Limits{})
		}}
	if _, _, err := b.db.Start(t.Context(), at(1, 0)); err != nil {
		t.Fatal(err)
	}
	return b
}

func at(day, hour int) time.Time {
	return time.Date(2022, time.May, day, hour, 0, 0, 0, time.FixedZone("CST", 8*3600))
}

// take stores the mail as pending.
func (b *bench) take(raw []byte) string {
	b.t.Helper()
	rec, err := ingest.Keep(b.t.Context(), b.db, raw, 1<<24)
	if err != nil {
		b.t.Fatal(err)
	}
	rec.Stored = at(30, 0)
	if rec.Arrived.IsZero() {
		rec.Arrived = at(26, 9)
	}
	if _, err := b.db.Arrive(b.t.Context(), rec); err != nil {
		b.t.Fatal(err)
	}
	return rec.Digest
}

// sample returns the sample mail whose name begins so.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	events, err := samples.World()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if strings.HasPrefix(e.Name, name) {
			return e.Raw
		}
	}
	t.Fatalf("no sample %s", name)
	return nil
}

func (b *bench) process(now time.Time) {
	b.t.Helper()
	if _, err := b.p.Process(b.t.Context(), now); err != nil {
		b.t.Fatal(err)
	}
}

// outcome is what became of the mail, with the kinds of answers it caused.
func (b *bench) outcome(digest string) (ledger.MailRecord, []ledger.MailKind) {
	b.t.Helper()
	rec, ok, err := b.db.Mail(b.t.Context(), digest)
	if err != nil || !ok {
		b.t.Fatalf("mail %s: %t, %v", digest, ok, err)
	}
	var kinds []ledger.MailKind
	for _, a := range b.answers {
		if a.Mail.Digest == digest {
			kinds = append(kinds, a.Kind)
		}
	}
	return rec, kinds
}

// Every sample gets exactly one outcome, and the answer that the rule book
// gives it.
func TestEveryMailHasOneOutcome(t *testing.T) {
	for _, c := range []struct {
		sample  string
		outcome ledger.OutcomeKind
		answer  ledger.MailKind
	}{
		{"00", ledger.OutcomeIgnored, ""},
		{"01", ledger.OutcomeAccepted, ledger.MailReceipt},
		{"02", ledger.OutcomeAccepted, ledger.MailReceipt},
		{"03", ledger.OutcomeReturned, ledger.MailUnreadable},
		{"04", ledger.OutcomeAccepted, ledger.MailReceipt},
		{"05", ledger.OutcomeReturned, ledger.MailReturn},
		{"06", ledger.OutcomeIgnored, ""},
		{"07", ledger.OutcomeAccepted, ledger.MailReceipt},
		{"08", ledger.OutcomeHeld, ""}, // a stranger is not answered
		{"09", ledger.OutcomeIgnored, ""},
		{"10", ledger.OutcomeAccepted, ledger.MailReceipt},
	} {
		t.Run(c.sample, func(t *testing.T) {
			b := newBench(t)
			d := b.take(sample(t, c.sample))
			b.process(at(30, 1))
			rec, kinds := b.outcome(d)
			if rec.Status != ledger.MailDecided || rec.Outcome != c.outcome {
				t.Errorf("got %s %s (%s), want %s", rec.Status, rec.Outcome, rec.Reason, c.outcome)
			}
			if c.answer == "" && len(kinds) != 0 || c.answer != "" && (len(kinds) != 1 || kinds[0] != c.answer) {
				t.Errorf("answers: got %v, want %q", kinds, c.answer)
			}
			if len(b.answers) > 0 && b.answers[0].To[0].Addr != rec.From.Addr {
				t.Errorf("answered %s, not the sender", b.answers[0].To[0].Addr)
			}
		})
	}
}

func TestCorrectionReplacesTheReturnedVersion(t *testing.T) {
	b := newBench(t)
	b.take(sample(t, "05"))
	second := b.take(sample(t, "07"))
	b.process(at(30, 1)) // both in one poll: in the order of arrival
	rec, kinds := b.outcome(second)
	if rec.Outcome != ledger.OutcomeAccepted || len(kinds) != 1 || kinds[0] != ledger.MailAmended {
		t.Fatalf("got %+v, %v", rec.Outcome, kinds)
	}
	st, _ := b.State(t.Context())
	s := st.Book(samples.Period).Standing(b.p.Campaign.Schedule, "建安区", at(30, 1))
	if s.InForce == nil || s.InForce.Version != 2 || s.Punctuality != ledger.PunctualOnTime || !s.Attempt.Equal(time.Date(2022, 5, 25, 16, 20, 0, 0, at(1, 0).Location())) {
		t.Errorf("got %+v", s)
	}
}

func TestTheSameLedgerAgainIsADuplicate(t *testing.T) {
	b := newBench(t)
	b.take(sample(t, "02"))
	again := []byte(strings.Replace(string(sample(t, "02")), "id ", "id again", 1))
	d := b.take(again)
	b.process(at(30, 1))
	_, kinds := b.outcome(d)
	st, _ := b.State(t.Context())
	subs := st.Book(samples.Period).UnitSubmissions("禹州市")
	if len(subs) != 2 || subs[1].Version+subs[0].Version != 1 || len(kinds) != 1 || kinds[0] != ledger.MailReceipt {
		t.Errorf("a receipt and no new version: %v, %+v", kinds, subs)
	}
}

// The ledger that is found late has no fault but that: as the only one it is
// accepted.
func TestFoundLateIsHeld(t *testing.T) {
	late, err := samples.Mailed{At: at(25, 16), From: "jaqsb@jianan.example", Subject: "建安区2022年5月台账", File: "建安区5月台账.xlsx", Unit: "建安区", Month: "2022年5月",
		Date: "2022年5月25日", Cells: [4]any{11, 59, 46, 32}, Signed: true}.Raw()
	if err != nil {
		t.Fatal(err)
	}
	alone := newBench(t)
	d := alone.take(late)
	alone.process(at(30, 1))
	if rec, kinds := alone.outcome(d); rec.Outcome != ledger.OutcomeAccepted || len(kinds) != 1 || kinds[0] != ledger.MailReceipt {
		t.Fatalf("alone: %s, %v", rec.Outcome, kinds)
	}
	b := newBench(t)
	b.take(sample(t, "07"))
	b.process(at(30, 1))
	b.take(late) // arrived a day before the version that is there
	b.process(at(30, 2))
	rec, kinds := b.outcome(d)
	if rec.Outcome != ledger.OutcomeHeld || len(kinds) != 1 || kinds[0] != ledger.MailHeld {
		t.Errorf("got %s, %v", rec.Outcome, kinds)
	}
	st, _ := b.State(t.Context())
	if s := st.Book(samples.Period).Standing(b.p.Campaign.Schedule, "建安区", at(30, 2)); s.InForce == nil || s.InForce.Version != 1 {
		t.Errorf("the version in force stays: %+v", s)
	}
}

func TestUnsignedMailNeverChangesFiguresInForce(t *testing.T) {
	b := newBench(t)
	b.take(sample(t, "02"))
	b.process(at(29, 1))
	forged := strings.Replace(string(sample(t, "11")), "Authentication-Results:", "X-Nothing:", 1)
	k := b.known["shebao@yuzhou.example"]
	k.Unsigned = true
	b.known[k.Addr] = k
	d := b.take([]byte(forged))
	b.process(at(30, 11))
	rec, kinds := b.outcome(d)
	if rec.Outcome != ledger.OutcomeHeld || len(kinds) != 1 || kinds[0] != ledger.MailHeld {
		t.Fatalf("got %s, %v", rec.Outcome, kinds)
	}
	st, _ := b.State(t.Context())
	if s := st.Book(samples.Period).Standing(b.p.Campaign.Schedule, "禹州市", at(30, 12)); s.InForce.Reading.Figures["pension"].Value != 120 {
		t.Error("the figures in force have changed")
	}
}

func TestOpenTrustTakesAndRecordsAnUnknownAddress(t *testing.T) {
	b := newBench(t)
	b.p.Policy.Open = true
	d := b.take(sample(t, "08"))
	b.process(at(30, 1))
	rec, _ := b.outcome(d)
	st, _ := b.State(t.Context())
	if k := st.Addresses["yanling_shebao@qqmail.example"]; rec.Outcome != ledger.OutcomeAccepted || k.Unit != "鄢陵县" {
		t.Errorf("got %s, %+v", rec.Outcome, k)
	}
}

func TestNothingIsMailedForThePast(t *testing.T) {
	b := newBench(t)
	raw := sample(t, "02")
	rec, err := ingest.Keep(t.Context(), b.db, raw, 1<<24)
	if err != nil {
		t.Fatal(err)
	}
	rec.Arrived, rec.Stored = at(1, 0).Add(-time.Hour), at(2, 0)
	if _, err := b.db.Arrive(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	b.process(at(2, 0))
	if got, kinds := b.outcome(rec.Digest); !got.PreEpoch || len(kinds) != 0 {
		t.Errorf("got %+v, %v", got.PreEpoch, kinds)
	}
}

func TestAnswersWithoutALedgerAreCapped(t *testing.T) {
	b := newBench(t)
	first := b.take(sample(t, "03"))
	b.process(at(30, 1))
	second := b.take([]byte(strings.Replace(string(sample(t, "03")), "id ", "id again", 1)))
	b.process(at(30, 2))
	_, one := b.outcome(first)
	rec, two := b.outcome(second)
	if len(one) != 1 || len(two) != 0 || rec.Outcome != ledger.OutcomeHeld {
		t.Errorf("one answer in twelve hours; the desk sees the other: %v, %v, %s", one, two, rec.Outcome)
	}
}

func TestOurOwnMail(t *testing.T) {
	b := newBench(t)
	b.take(sample(t, "02"))
	b.process(at(29, 1))
	key := b.answers[0].Key
	copied := "Received: by mx19 (Coremail) id 1;\r\n\tMon, 30 May 2022 09:00:00 +0800\r\nFrom: " + samples.Own + "\r\nMessage-ID: <" + key + ">\r\nX-Taizhang-ID: 1\r\nSubject: x\r\n\r\n"
	d := b.take([]byte(copied + "x\r\n"))
	forged := b.take([]byte(copied + "another text\r\n"))
	b.process(at(30, 10))
	if rec, _ := b.outcome(d); rec.Outcome != ledger.OutcomeIgnored {
		t.Errorf("a copy: got %s %s", rec.Outcome, rec.Reason)
	}
	if rec, _ := b.outcome(forged); rec.Outcome != ledger.OutcomeHeld {
		t.Errorf("a copy with another body proves nothing: got %s %s", rec.Outcome, rec.Reason)
	}
	st, _ := b.State(t.Context())
	if st.Outbox[key].CopySeen.IsZero() {
		t.Error("the copy was not noted")
	}
}

func TestBounceMarksTheAddress(t *testing.T) {
	b := newBench(t)
	b.take(sample(t, "02"))
	b.process(at(29, 1))
	bounce := "Received: by mx19 (Coremail) id 2;\r\n\tMon, 30 May 2022 09:00:00 +0800\r\nFrom: Postmaster@163.com\r\nReturn-Path: <>\r\nSubject: =?UTF-8?B?57O757uf6YCA5L+h?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; shebao@yuzhou.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <" + b.answers[0].Key + ">\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
	d := b.take([]byte(bounce))
	n := len(b.answers)
	b.process(at(30, 10))
	rec, _ := b.outcome(d)
	st, _ := b.State(t.Context())
	if rec.Outcome != ledger.OutcomeIgnored || st.Addresses["shebao@yuzhou.example"].Bounced.IsZero() || len(b.answers) != n {
		t.Errorf("got %s %s, %+v", rec.Outcome, rec.Reason, st.Addresses["shebao@yuzhou.example"])
	}
}

// A failure of ours is counted, does not stop the next message, and in the
// end is told as ours.
func TestOurFailureIsNeverTheCountys(t *testing.T) {
	b := newBench(t)
	read := b.p.Read
	b.p.Read = func(ctx context.Context, name string, data []byte) ([]*ledger.Table, error) {
		if strings.Contains(name, "禹州") {
			panic("a bug of ours")
		}
		return read(ctx, name, data)
	}
	poison := b.take(sample(t, "02"))
	good := b.take(sample(t, "04"))
	for i := range 3 {
		b.process(at(30, i))
	}
	if rec, _ := b.outcome(good); rec.Outcome != ledger.OutcomeAccepted {
		t.Errorf("the next message was blocked: %+v", rec.Status)
	}
	rec, kinds := b.outcome(poison)
	if rec.Status != ledger.MailQuarantined || rec.Failures != 3 || len(kinds) != 1 || kinds[0] != ledger.MailUnreadable {
		t.Fatalf("got %s after %d failures, %v", rec.Status, rec.Failures, kinds)
	}
	if f := b.answers[len(b.answers)-1].Findings; len(f) != 1 || f[0].Code != ledger.FSystem {
		t.Errorf("the county is told that the fault is ours: %+v", f)
	}
}

// Whatever arrives, it ends in one outcome: broken files, broken mails, empty
// ones.
func TestBrokenInputEndsInAnOutcome(t *testing.T) {
	b := newBench(t)
	ledgerMail := sample(t, "01")
	var digests []string
	for cut := 0; cut < len(ledgerMail); cut += 97 {
		digests = append(digests, b.take(append([]byte("X-Cut: "+strings.Repeat("x", cut/97)+"\r\n"), ledgerMail[:cut]...)))
	}
	for _, raw := range []string{"", "\r\n", "no header at all", "\x00\xff\xfe", "From: a@b.example\r\nContent-Type: multipart/mixed\r\n\r\n--\r\n"} {
		digests = append(digests, b.take([]byte(raw)))
	}
	b.process(at(30, 1))
	accepted := 0
	for _, d := range digests {
		rec, _ := b.outcome(d)
		if rec.Status != ledger.MailDecided {
			t.Errorf("%s: %s %s", d[:12], rec.Status, rec.Error)
		}
		if rec.Outcome == ledger.OutcomeAccepted {
			accepted++
		}
	}
	if accepted > 2 { // cut behind the last byte that matters
		t.Errorf("%d of %d cut mails were accepted", accepted, len(digests))
	}
	t.Logf("%d damaged mails, each with its outcome", len(digests))
}
