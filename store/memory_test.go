package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"taizhang/internal/storetest"
	"taizhang/ledger"
	"taizhang/store"
)

// fromDisk returns the state as somebody reads it who opens a copy of the
// database anew.
func fromDisk(t testing.TB, db *store.DB) *ledger.State {
	t.Helper()
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Snapshot(context.Background(), f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	other, err := store.Open(context.Background(), dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	s := state(t, other)
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	return s
}

// errEIO is what a disk says that is breaking.
var errEIO = errors.New("input/output error")

// commits are ways in which a commit fails.
var commits = []func(*bbolt.Tx) error{
	func(b *bbolt.Tx) error { return errors.Join(errEIO, b.Rollback()) },
	func(b *bbolt.Tx) error { return errors.Join(b.Commit(), errEIO) },
}

// changes plays random changes of a store, refused ones and failed commits
// among them.
type changes struct {
	t   *testing.T
	rng *rand.Rand
	dir string
	db  *store.DB
	at  time.Time
	n   int // makes keys that are new

	refused, failed int
}

func (c *changes) key(name string) string { c.n++; return fmt.Sprintf("%s/%d", name, c.n) }

// pick returns one of the keys of the outbox, "" when there is none.
func (c *changes) pick() string {
	keys := slices.Sorted(maps.Keys(state(c.t, c.db).Outbox))
	if len(keys) == 0 {
		return ""
	}
	return keys[c.rng.IntN(len(keys))]
}

// random returns a change of whatever there is.
func (c *changes) random() ledger.Change {
	m := arrive(c.t, c.db, c.key("mail"), c.at, uint32(c.n))
	out := ledger.Change{At: c.at}
	d := ledger.Decision{At: c.at, Actor: "desk", Action: "exempt", Reason: c.key("why")}
	period := ledger.Period{Year: 2022, Month: time.Month(5 + c.rng.IntN(3))}
	lifted := c.rng.IntN(2) == 0
	for range 1 + c.rng.IntN(4) {
		switch c.rng.IntN(10) {
		case 0:
			m.Status, m.Outcome, m.Decided = ledger.MailDecided, ledger.OutcomeAccepted, c.at
			sub := submission(m, c.key("unit"), 1)
			sub.Period = period
			out.Submissions = append(out.Submissions, sub)
			r := reply(m, sub.ID)
			out.Mails, out.Replies = []ledger.MailRecord{m}, []ledger.Reply{r}
		case 1:
			held := submission(m, "", 0)
			held.ID, held.Quality = m.Digest+"/9", ledger.QualityHeld
			out.Submissions = append(out.Submissions, held)
		case 2:
			out.Outgoing = append(out.Outgoing, outgoing(c.key("receipt")), outgoing("same"))
		case 3:
			out.Addresses = append(out.Addresses, ledger.KnownAddress{Addr: fmt.Sprint(c.rng.IntN(9), "@163.com"), Unit: "禹州市", Since: c.at})
		case 4:
			out.Exempt = append(out.Exempt, ledger.UnitDecision{Unit: "禹州市", Period: period, Decision: d, Lifted: lifted})
		case 5:
			out.Extended = append(out.Extended, ledger.UnitExtension{Unit: "禹州市", Period: period, Extension: ledger.Extension{Until: c.at, Decision: d}, Lifted: lifted})
		case 6:
			out.Closed = append(out.Closed, ledger.PeriodDecision{Period: period, Decision: d, Lifted: lifted})
		case 7:
			number := c.n
			out.Issues = append(out.Issues, ledger.Issue{Period: period, Number: number, At: c.at, Key: c.key("summary"), Figures: map[string]ledger.Figures{"禹州市": figures(3)}})
		case 8:
			out.Rosters = append(out.Rosters, ledger.RosterRecord{From: c.at, Line: ledger.RosterLine{Unit: "禹州市"}, Ref: c.key("ref")})
		case 9:
			if key := c.pick(); key != "" {
				out.CopiesSeen = append(out.CopiesSeen, key)
			}
		}
	}
	return out
}

// do makes one change of any kind, and returns its error.
func (c *changes) do() error {
	ctx, at := c.t.Context(), c.at
	place := ledger.Place{Folder: "INBOX", Validity: "1", UID: 1 + uint32(c.rng.IntN(3))}
	switch c.rng.IntN(12) {
	case 0:
		return c.db.PollDone(ctx, ledger.PollReport{Begun: at, Notices: []ledger.Notice{{}}})
	case 1:
		if c.rng.IntN(2) == 0 {
			return c.db.SetPause(ctx, nil)
		}
		return c.db.SetPause(ctx, &ledger.Pause{Until: at, Reason: c.key("535")})
	case 2:
		_, err := c.db.Strike(ctx, place, at, "reset", false)
		return err
	case 3:
		return c.db.Forgive(ctx, place)
	case 4:
		digest := arrive(c.t, c.db, c.key("poison"), at).Digest
		if known := state(c.t, c.db).Undecided; c.rng.IntN(3) > 0 {
			digest = known[c.rng.IntN(len(known))].Digest
		}
		_, err := c.db.Failed(ctx, digest, at, c.key("ours"), 1+c.rng.IntN(4))
		return err
	case 5, 6:
		key := c.pick()
		n, err := c.db.Begin(ctx, key, at)
		if err != nil {
			return err
		}
		if err := c.db.EndOfData(ctx, key, n, at, map[string]string{"a@163.com": "550"}); err != nil {
			return err
		}
		return c.db.Finish(ctx, key, n, ledger.SendFinish{At: at, State: ledger.SendSent, Reply: "250"})
	case 7: // refused at its end, when all before it stands in the transaction
		ch := c.random()
		ch.Outgoing = append(ch.Outgoing, outgoing(c.key("refused")))
		ch.Deliveries = []ledger.Delivery{{Key: "nobody knows it"}}
		_, err := c.db.Apply(ctx, ch)
		return err
	}
	_, err := c.db.Apply(ctx, c.random())
	return err
}

// step makes a change, or lets its commit fail and opens the store again.
func (c *changes) step() {
	c.t.Helper()
	c.at = c.at.Add(time.Second)
	fails := c.rng.IntN(20) == 0
	if fails {
		c.db.OnCommit(commits[c.rng.IntN(len(commits))])
		_, err := c.db.Apply(c.t.Context(), ledger.Change{At: c.at, Outgoing: []ledger.Outgoing{outgoing(c.key("lost"))}})
		if !errors.Is(err, store.ErrPoisoned) {
			c.t.Fatalf("Apply = %v", err)
		}
		if _, err := c.db.State(c.t.Context()); !errors.Is(err, store.ErrPoisoned) {
			c.t.Fatalf("State after a failed commit = %v", err)
		}
		if err := c.db.Close(); err != nil {
			c.t.Fatal(err)
		}
		c.db = storetest.OpenIn(c.t, c.dir)
		c.failed++
		return
	}
	switch err := c.do(); {
	case errors.Is(err, store.ErrRefused), errors.Is(err, store.ErrUnknown):
		c.refused++
	case err != nil:
		c.t.Fatal(err)
	}
}

// After any changes, refused ones and failed commits among them, State is what
// one who opens the database anew would read, whatever the caller before has
// done to what it got.
func TestStateIsWhatIsOnDisk(t *testing.T) {
	for seed := range uint64(4) {
		dir := t.TempDir()
		c := &changes{t: t, rng: rand.New(rand.NewPCG(2022, seed)), dir: dir, db: storetest.OpenIn(t, dir), at: day}
		for i := range 150 {
			c.step()
			if c.rng.IntN(3) > 0 {
				continue // several changes are made up for at once
			}
			got := state(t, c.db)
			if diff := cmp.Diff(fromDisk(t, c.db), got); diff != "" {
				t.Fatalf("seed %d, after %d changes (-on disk +State):\n%s", seed, i+1, diff)
			}
			if err := c.db.CheckMemory(t.Context()); err != nil {
				t.Fatalf("seed %d, after %d changes: %v", seed, i+1, err)
			}
		}
		if c.refused == 0 || c.failed == 0 {
			t.Errorf("seed %d: %d changes were refused, %d commits failed", seed, c.refused, c.failed)
		}
	}
}

// Readers beside a writer see whole transactions, and never an older one after
// a newer one.
func TestStateBesideAWriter(t *testing.T) {
	db := storetest.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			last := 0
			for ctx.Err() == nil {
				s, err := db.State(context.Background())
				if err != nil {
					t.Errorf("State: %v", err)
					return
				}
				n := len(s.Outbox)
				if len(s.Addresses) != n || n < last {
					t.Errorf("%d mails and %d addresses after %d", n, len(s.Addresses), last)
					return
				}
				last = n
			}
		})
	}
	for i := range 60 {
		key := fmt.Sprint("key/", i)
		mustApply(t, db, ledger.Change{Outgoing: []ledger.Outgoing{outgoing(key)}, Addresses: []ledger.KnownAddress{{Addr: key}}})
		_, err := db.Apply(ctx, ledger.Change{At: day, Outgoing: []ledger.Outgoing{outgoing("no/" + key)}, CopiesSeen: []string{"unknown"}})
		if !errors.Is(err, store.ErrRefused) {
			t.Errorf("Apply = %v", err)
		}
	}
	cancel()
	wg.Wait()
	if err := db.CheckMemory(t.Context()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(fromDisk(t, db), state(t, db)); diff != "" {
		t.Errorf("in the end (-on disk +State):\n%s", diff)
	}
}

// A record that the disk hides is not inserted again, though it is not found; and
// what is read from the disk is compared with its seal as ever.
func TestMemoryNoticesWhatTheDiskHides(t *testing.T) {
	db := open(t, t.TempDir())
	m := arrive(t, db, "mail", day)
	known, other := submission(m, "禹州市", 1), submission(m, "禹州市", 1)
	other.Reading.Measures = "走访企业二十家。"
	mustApply(t, db, ledger.Change{Outgoing: []ledger.Outgoing{outgoing("a"), outgoing("b")}, Submissions: []ledger.Submission{known}})
	before := state(t, db)
	if err := db.Spoil(func(b *bbolt.Tx) error {
		return errors.Join(b.Bucket([]byte("outbox")).Delete([]byte("a")), b.Bucket([]byte("submissions")).Delete([]byte(known.ID)))
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, state(t, db)); diff != "" {
		t.Errorf("State (-before +after):\n%s", diff)
	}
	for range 2 {
		for what, c := range map[string]ledger.Change{
			"a mail":           {Outgoing: []ledger.Outgoing{outgoing("c"), outgoing("a")}},
			"a submission":     {Submissions: []ledger.Submission{known}},
			"another such one": {Submissions: []ledger.Submission{other}},
		} {
			c.At = day
			if _, err := db.Apply(t.Context(), c); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("Apply %s = %v", what, err)
			}
		}
		db.Forget()
		if _, err := db.State(t.Context()); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("State read anew = %v", err)
		}
	}
}
