package store

import (
	"fmt"
	"slices"
	"time"

	"taizhang/ledger"
)

// applyDeliveries writes what was learned of mails after they left: that they
// came back, and what the desk says became of them.
func applyDeliveries(t *tx, ds []ledger.Delivery, at time.Time) error {
	for i := range ds {
		d := &ds[i]
		o, err := outbox.need(t, d.Key)
		if err != nil {
			return err
		}
		if err := cameBack(&o, d.Bounced, at); err != nil {
			return err
		}
		if d.Decision.Action != "" {
			from := o.State
			if err := decideDelivery(&o, d.Decision); err != nil {
				return fmt.Errorf("mail %q: %w", d.Key, err)
			}
			ev := ledger.Event{What: "send", Unit: o.Unit, Period: o.Period, Ref: d.Key, Text: fmt.Sprintf("%s to %s: the desk: %s", from, o.State, d.Decision.Action)}
			if err := record(t, at, ev); err != nil {
				return err
			}
		}
		if err := outbox.put(t, &o); err != nil {
			return err
		}
	}
	return nil
}

// cameBack notes the recipients that a mail came back from, once each.
func cameBack(o *ledger.Outgoing, addrs []string, at time.Time) error {
	for _, addr := range addrs {
		if !slices.Contains(o.Recipients, addr) {
			return refused("mail %q came back from an address that it did not go to", o.Key)
		}
		if _, known := o.Bounced[addr]; known {
			continue
		}
		if o.Bounced == nil {
			o.Bounced = map[string]time.Time{}
		}
		o.Bounced[addr] = at
	}
	return nil
}

// decideDelivery carries out the desk's word about a mail.
func decideDelivery(o *ledger.Outgoing, d ledger.Decision) error {
	switch d.Action {
	case ledger.ActionDelivered:
		if !o.NeedsPerson() && o.State != ledger.SendAmbiguous {
			return refused("it is %s: the desk has nothing to say of it", o.State)
		}
		if len(o.Attempts) > 0 && (o.State == ledger.SendHuman || o.State == ledger.SendAmbiguous) {
			o.State = ledger.SendSent
		}
	case ledger.ActionResend:
		if !o.MayResend() {
			return refused("it is %s and is not sent again", o.State)
		}
		o.Resent = o.Resent || o.InDoubt()
		o.State, o.NotBefore = ledger.SendQueued, time.Time{}
	case ledger.ActionReplaced:
		if !o.NeedsPerson() && !o.MayResend() {
			return refused("it is %s and needs no other mail in its place", o.State)
		}
		if o.State == ledger.SendAmbiguous {
			o.State = ledger.SendHuman // and nothing sends it again
		}
	default:
		return refused("no decision about a mail is called %q", d.Action)
	}
	o.Decisions = append(o.Decisions, d)
	return nil
}
