package app

import (
	"cmp"
	"slices"
	"time"

	"taizhang/config"
	"taizhang/ledger"
	"taizhang/notify"
)

// rulesOf turns the config's reminders into the plan's rules.
func rulesOf(cfg *config.Config) notify.Rules {
	r, out := cfg.Reminders, notify.DefaultRules()
	out.RequestWorkdays, out.RequestAt = r.RequestWorkdays, timeOfDay(r.RequestAt)
	out.OverdueAt, out.OverdueEvery, out.OverdueDays = timeOfDay(r.OverdueAt), r.OverdueEvery, r.OverdueDays
	out.UnknownYears = cfg.UnknownYears()
	out.CorrectionAt, out.DutyAt, out.DutyDays = timeOfDay(r.ReissueAt), timeOfDay(r.DutyAt), r.DutyDays
	return out
}

func timeOfDay(minutes int) notify.TimeOfDay {
	return notify.TimeOfDay{Hour: minutes / 60, Minute: minutes % 60}
}

func limitsOf(cfg *config.Config) notify.Limits {
	l := notify.DefaultLimits()
	l.Spacing, l.Burst, l.PerDay = cfg.Sending.Spacing, cfg.Sending.PerQuarter, cfg.Sending.PerDay
	return l
}

func proofOf(cfg *config.Config) notify.Proof {
	p := notify.DefaultProof()
	p.After, p.Polls = cfg.Sending.Doubt, uint64(cfg.Sending.DoubtPolls)
	return p
}

// sortedAddresses returns the unit's known addresses: those the desk has
// confirmed first, then a roster's, then the config's, each by address.
func sortedAddresses(st *ledger.State, unit string) []ledger.KnownAddress {
	rank := map[string]int{"desk": 0, "roster": 1, sourceConfig: 2}
	var out []ledger.KnownAddress
	for _, k := range st.Addresses {
		if k.Unit == unit {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b ledger.KnownAddress) int {
		return cmp.Or(cmp.Compare(rank[a.Source], rank[b.Source]), cmp.Compare(a.Addr, b.Addr))
	})
	return out
}

// zone is the campaign's.
func (a *App) zone() *time.Location { return a.campaign.Schedule.Zone }
