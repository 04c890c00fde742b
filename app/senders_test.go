package app_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/internal/oracle"
	"taizhang/ledger"
)

var craftedStep = flag.Int("crafted-step", 5, "of the crafted mails every n-th; 1: all")

func monthOf(t time.Time) ledger.Period { return ledger.PeriodOf(t.In(officeZone)) }

// crossed crosses From fields with all results and all signatures, and these
// with the other fields.
func crossed(at time.Time) []crafted {
	var out []crafted
	add := func(from variant, result int, s signing, extra variant) {
		n := len(out)
		out = append(out, craft(n, at.Add(time.Duration(n)*time.Second), from, result, s, extra))
	}
	unsigned, none := signing{name: "unsigned"}, slices.IndexFunc(results, func(r found) bool { return r.name == "none" })
	for _, from := range fromFields {
		for r := range results {
			add(from, r, unsigned, extras[0])
		}
		for _, s := range signings {
			add(from, none, s, extras[0])
		}
	}
	for _, extra := range extras[1:] {
		for _, from := range fromFields[:4] {
			for r := range results {
				add(from, r, unsigned, extra)
			}
			for _, s := range signings {
				add(from, none, s, extra)
			}
		}
	}
	return out
}

// Who may speak (rule book §3): of all mails that somebody made up to look like a
// county's, no figure is accepted without proof or a person's word, and nobody
// outside the address book is written to.
func TestCraftedSenders(t *testing.T) {
	o := newBureau(t, t.TempDir())
	defer o.end()
	o.app.LookUp(func(_ context.Context, name string) ([]string, error) {
		if txt := keyRecord(strings.TrimSuffix(name, ".")); txt != "" {
			return []string{txt}, nil
		}
		return nil, errors.New("no such name")
	})
	first := on(ledger.Period{Year: 2022, Month: 5}, 20, 9)
	fates := map[string]crafted{}
	var kept []crafted
	for i, c := range crossed(first) {
		if i%*craftedStep != 0 {
			continue
		}
		kept = append(kept, c)
		sum := sha256.Sum256(c.raw)
		fates[hex.EncodeToString(sum[:])] = c
		o.box.folders["INBOX"] = append(o.box.folders["INBOX"], c.raw)
	}
	now := first.Add(2 * time.Hour)
	o.step(now)
	st := o.state()
	accepted, honest, held := 0, 0, map[ledger.Code]int{}
	judge := func(s *ledger.Submission) {
		c := fates[s.Mail]
		switch {
		case s.Quality.Counts() && !c.honest:
			accepted++
			t.Errorf("accepted without proof: %s", c.name)
		case s.Quality == ledger.QualityDuplicate && !c.honest, s.Quality == ledger.QualityReturned && !c.honest:
			t.Errorf("%s without proof: %s", s.Quality, c.name)
		case s.Quality.Counts():
			honest++
		case c.honest && s.Quality != ledger.QualityDuplicate:
			t.Errorf("%s, although it is honest: %s: %v", s.Quality, c.name, s.Reading.Findings)
		case !c.honest:
			i := slices.IndexFunc(s.Reading.Findings, func(f ledger.Finding) bool {
				return slices.Contains([]ledger.Code{ledger.ISenderUnknown, ledger.ISenderFailed, ledger.ISenderUnsigned}, f.Code)
			})
			if i < 0 {
				t.Errorf("not held for its sender: %s: %v", c.name, s.Reading.Findings)
				return
			}
			held[s.Reading.Findings[i].Code]++
		}
	}
	for _, b := range st.Books {
		for i := range b.Submissions {
			judge(&b.Submissions[i])
		}
	}
	for i := range st.Unplaced {
		judge(&st.Unplaced[i])
	}
	if honest < 5 || held[ledger.ISenderUnknown] == 0 || held[ledger.ISenderFailed] == 0 || held[ledger.ISenderUnsigned] == 0 {
		t.Errorf("%d honest ones accepted, held %v: the table tests too little", honest, held)
	}
	outsiders := o.answered(now, kept)
	fmt.Printf("senders: %d crafted, accepted without proof %d, answered outsiders %d; honest ones accepted %d, held: unknown %d, failed %d, unproven %d\n",
		len(kept)-honest, accepted, outsiders, honest, held[ledger.ISenderUnknown], held[ledger.ISenderFailed], held[ledger.ISenderUnsigned])
}

// answered sends what was written, has the oracle judge the run (I7 among it),
// and counts the recipients outside the address book.
func (o *bureau) answered(now time.Time, mails []crafted) int {
	o.t.Helper()
	_, err := o.app.Drain(o.t.Context(), now, now.Add(10*time.Minute), func(_ context.Context, t time.Time) (time.Time, error) { return t, nil })
	if err != nil {
		o.t.Fatal(err)
	}
	run := oracle.Run{Config: o.cfg, Store: o.app.Shelf()}
	for _, c := range mails {
		run.Shown = append(run.Shown, c.raw)
	}
	st := o.state()
	book := map[string]bool{o.cfg.Mailbox.User: true}
	for _, a := range o.cfg.Campaign.Desk.Addresses {
		book[a.Addr] = true
	}
	for addr := range st.Addresses {
		book[addr] = true
	}
	outsiders := 0
	for key := range o.box.sent {
		out, _, err := o.app.Outgoing(o.t.Context(), key)
		if err != nil {
			o.t.Fatal(err)
		}
		run.Accepted = append(run.Accepted, oracle.Accepted{To: out.Recipients, Raw: out.Raw})
	}
	for _, out := range st.Outbox {
		for _, to := range out.Recipients {
			if !book[to] {
				outsiders++
				o.t.Errorf("%s is written to %s", out.Key, to)
			}
		}
	}
	counts, err := oracle.New().Check(o.t.Context(), run)
	if err != nil {
		o.t.Errorf("the oracle: %v", err)
	}
	if counts.Recipients == 0 {
		o.t.Error("nobody was written to: the table tests too little")
	}
	return outsiders
}
