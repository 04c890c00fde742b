package app

import (
	"context"
	"maps"
	"slices"

	"taizhang/config"
	"taizhang/ledger"
	"taizhang/store"
)

// records is the store with the config's address book laid over it: what the
// config says of an address holds from the moment it says so, and no longer.
type records struct {
	*store.DB
	cfg     *config.Config
	backups backupLog
	copies  copies
}

// State returns the store's state with the addresses of the config, in a map of
// the caller's own. The rest is shared (store.DB.State).
func (r *records) State(ctx context.Context) (*ledger.State, error) {
	st, err := r.DB.State(ctx)
	if err != nil {
		return nil, err
	}
	st.Backup = r.backups.state()
	bounced := st.Addresses
	st.Addresses = maps.Clone(bounced) // what the store hands out is shared
	maps.DeleteFunc(st.Addresses, func(_ string, k ledger.KnownAddress) bool { return k.Source == sourceConfig || k.Unit == "" })
	if st.Addresses == nil {
		st.Addresses = map[string]ledger.KnownAddress{}
	}
	for _, u := range r.cfg.Campaign.Units {
		for _, a := range u.Addresses {
			if k, ok := st.Addresses[a.Addr]; ok && k.Unit == u.Name {
				k.Unsigned = k.Unsigned || a.Unsigned
				st.Addresses[a.Addr] = k
				continue
			}
			st.Addresses[a.Addr] = ledger.KnownAddress{Addr: a.Addr, Unit: u.Name, Unsigned: a.Unsigned, Source: sourceConfig, Bounced: bounced[a.Addr].Bounced}
		}
	}
	return st, nil
}

// Apply writes the change and notes the copies of our own mail in it.
func (r *records) Apply(ctx context.Context, c ledger.Change) ([]string, error) {
	keys, err := r.DB.Apply(ctx, c)
	if err == nil {
		r.copies.see(c.Mails)
		r.copies.queued(c.Outgoing)
	}
	return keys, err
}

// sourceConfig marks an address that stands in the config.
const sourceConfig = "config"

type role int

const (
	officer role = iota
	liaison
)

// person returns who holds the role in the unit: the newest roster's, else the
// config's, else whom the newest version in force names.
func (a *App) person(st *ledger.State, unit string, r role) ledger.Person {
	for i := len(st.Rosters) - 1; i >= 0; i-- {
		l := st.Rosters[i].Line
		p := l.Liaison
		if r == officer {
			p = l.Officer
		}
		if l.Unit == unit && p.Name != "" {
			return p
		}
	}
	u := a.campaign.Unit(unit)
	if u == nil {
		return ledger.Person{}
	}
	p := u.Liaison
	if r == officer {
		p = u.Officer
	}
	if p.Name == "" {
		p.Name = a.namedInLedger(st, unit, r)
	}
	return p
}

func (a *App) namedInLedger(st *ledger.State, unit string, r role) string {
	name := ""
	for _, p := range a.campaign.Periods() {
		s := st.Book(p).Standing(a.campaign.Schedule, unit, a.campaign.Schedule.Opens(p))
		if s.InForce == nil {
			continue
		}
		n := s.InForce.Reading.Liaison
		if r == officer {
			n = s.InForce.Reading.Officer
		}
		if n != "" {
			name = n
		}
	}
	return name
}

// addressesOf returns where a unit is written to: the liaison's own address
// first, then the desk-confirmed and roster addresses before the config's;
// addresses that bounced come last.
func (a *App) addressesOf(st *ledger.State, unit string) []ledger.Address {
	who := a.person(st, unit, liaison)
	name := who.Name
	var good, bad []ledger.Address
	for _, k := range sortedAddresses(st, unit) {
		addr := ledger.Address{Name: name, Addr: k.Addr}
		switch {
		case k.Bounced.IsZero() && k.Addr == who.Addr:
			good = slices.Insert(good, 0, addr)
		case k.Bounced.IsZero():
			good = append(good, addr)
		default:
			bad = append(bad, addr)
		}
	}
	if len(good) == 0 {
		return bad
	}
	return good
}
