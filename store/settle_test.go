package store

import (
	"errors"
	"testing"

	"taizhang/ledger"
)

// A mail is replaced only while it waits and was never tried, in the one
// transaction of what replaces it.
func TestSettled(t *testing.T) {
	db := openIn(t, t.TempDir())
	if err := apply(db, "a", "tried", "human"); err != nil {
		t.Fatal(err)
	}
	for key, state := range map[string]ledger.SendState{"tried": ledger.SendQueued, "human": ledger.SendHuman} {
		n, err := db.Begin(t.Context(), key, noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Finish(t.Context(), key, n, ledger.SendFinish{At: noon, State: state}); err != nil {
			t.Fatal(err)
		}
	}
	settle := func(key string, state ledger.SendState, more ...ledger.Outgoing) error {
		_, err := db.Apply(t.Context(), ledger.Change{At: noon, Outgoing: more, Settled: []ledger.Settlement{{Key: key, State: state, Why: "w"}}})
		return err
	}
	for _, c := range []struct {
		key   string
		state ledger.SendState
	}{{"tried", ledger.SendSkipped}, {"human", ledger.SendSkipped}, {"a", ledger.SendSent}, {"a", ledger.SendQueued}, {"a", ledger.SendRefused}, {"human", ledger.SendSent}, {"human", ledger.SendQueued}} {
		if err := settle(c.key, c.state, mail("m")); !errors.Is(err, ErrRefused) {
			t.Errorf("%s as %s: %v", c.key, c.state, err)
		}
		if _, there, err := db.Outgoing(t.Context(), "m"); there || err != nil {
			t.Fatalf("the mail is there although nothing was replaced: %v", err)
		}
	}
	if err := settle("nothing", ledger.SendSkipped); !errors.Is(err, ErrUnknown) {
		t.Errorf("an unknown mail: %v", err)
	}
	if err := settle("a", ledger.SendSkipped, mail("m")); err != nil {
		t.Fatal(err)
	}
	if o, _, err := db.Outgoing(t.Context(), "a"); err != nil || o.State != ledger.SendSkipped || len(o.Letter) > 0 {
		t.Errorf("it is %s, %v", o.State, err)
	}
	if _, there, err := db.Outgoing(t.Context(), "m"); !there || err != nil {
		t.Errorf("what replaces it is missing: %v", err)
	}
}
