package oracle

import (
	"slices"

	"taizhang/ingest/attach"
	"taizhang/ledger"
)

// key finds the outbox record of a mail that the server took, by its
// Message-ID.
func (k *checking) key(a Accepted) (ledger.Outgoing, bool) {
	if k.byMessage == nil {
		k.byMessage = make(map[string]string, len(k.state.Outbox))
		for key, o := range k.state.Outbox {
			k.byMessage[o.MessageID] = key
		}
	}
	h, _ := attach.ReadHeader(a.Raw, attach.Limits{})
	key, ok := k.byMessage[h.MessageID]
	if !ok {
		return ledger.Outgoing{}, false
	}
	return *k.state.Outbox[key], true
}

// sentOnce is I5: of each key the server took at most one mail to the same
// recipient, with the bytes on record, unless the record says that it was sent
// again after its absence was proved.
func (k *checking) sentOnce() {
	taken := map[string]map[string]int{}
	for _, a := range k.run.Accepted {
		k.n.Accepted++
		o, ok := k.key(a)
		if !ok {
			k.broken(5, "the server took a mail that the outbox does not know")
			continue
		}
		if full, ok, err := k.run.Store.Outgoing(k.ctx, o.Key); err != nil || !ok || digest(full.Raw) != digest(a.Raw) {
			k.broken(5, "%s went out with other bytes than are on record: %v", o.Key, err)
		}
		if taken[o.Key] == nil {
			taken[o.Key] = map[string]int{}
		}
		for _, to := range a.To {
			if to != k.run.Config.Mailbox.User {
				taken[o.Key][to]++
			}
		}
	}
	for key, to := range taken {
		o := k.state.Outbox[key]
		for addr, n := range to {
			if n > 1 && !o.Resent {
				k.broken(5, "%s reached one recipient %d times", key, n)
			}
			if !slices.Contains(o.Recipients, addr) {
				k.broken(7, "%s went to an address that is not on record", key)
			}
		}
		if s := o.State; s == ledger.SendQueued || s == ledger.SendSkipped && len(o.Attempts) == 0 {
			k.broken(5, "%s was sent and is recorded as %s", key, s)
		}
	}
	for key, o := range k.state.Outbox {
		k.n.Keys++
		if o.State == ledger.SendSent && len(taken[key]) == 0 && len(o.Recipients) > 1 {
			k.broken(5, "%s is recorded as sent and the server never took it", key)
		}
	}
}

// settled is I6: every key ends sent, skipped with a reason, refused or with a
// person.
func (k *checking) settled() {
	if !k.run.Settled {
		return
	}
	for key, o := range k.state.Outbox {
		switch o.State {
		case ledger.SendSent, ledger.SendSkipped, ledger.SendRefused, ledger.SendHuman:
		default:
			k.broken(6, "%s is still %s", key, o.State)
		}
	}
}

// addressed is I7: mail goes to known addresses only.
func (k *checking) addressed() {
	book := map[string]bool{k.run.Config.Mailbox.User: true}
	for _, a := range k.run.Config.Campaign.Desk.Addresses {
		book[a.Addr] = true
	}
	for _, u := range k.run.Config.Campaign.Units {
		for _, a := range u.Addresses {
			book[a.Addr] = true
		}
	}
	for addr := range k.state.Addresses {
		book[addr] = true
	}
	for _, a := range k.run.Accepted {
		for _, to := range a.To {
			k.n.Recipients++
			if !book[to] {
				k.broken(7, "a mail went to %s, which is in no address book", to)
			}
		}
	}
}
