package store

import (
	"fmt"

	"taizhang/ledger"
)

// applySettled ends the waiting of mails in the transaction of what causes it.
// Skipped becomes only what waits and was never tried: of anything else it
// cannot be said that nobody has it.
func applySettled(t *tx, c *ledger.Change) error {
	for _, s := range c.Settled {
		o, err := outbox.need(t, s.Key)
		if err != nil {
			return err
		}
		from := o.State
		switch s.State {
		case ledger.SendSkipped:
			if from != ledger.SendQueued || len(o.Attempts) > 0 || !o.CopySeen.IsZero() {
				return refused("mail %q is %s after %d attempts: it is not replaced", s.Key, from, len(o.Attempts))
			}
			o.Reason, o.Letter = joined(o.Reason, "skipped: "+s.Why), nil
		default:
			return refused("mail %q is not settled as %q", s.Key, s.State)
		}
		o.State, o.NotBefore = s.State, c.At
		if err := outbox.put(t, &o); err != nil {
			return err
		}
		text := fmt.Sprintf("%s to %s: %s", from, s.State, s.Why)
		if err := record(t, c.At, ledger.Event{What: "send", Unit: o.Unit, Period: o.Period, Ref: s.Key, Text: text}); err != nil {
			return err
		}
	}
	return nil
}
