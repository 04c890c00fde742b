package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"taizhang/ledger"
)

// changes reads target_changes into the units: targets that hold from a period
// on (rule book §7). Each unit's are in the order of their periods.
func (b *builder) changes(f *file, c *ledger.Campaign) {
	taken := map[string]bool{}
	for i, fc := range f.TargetChanges {
		at := fmt.Sprintf("$.target_changes[%d]", i)
		from := b.changeFrom(at+".from", fc.From, c)
		if len(fc.Units) == 0 {
			b.required(at+".units", "", "units: { 禹州市: { pension: 10.30 } }")
		}
		for _, name := range slices.Sorted(maps.Keys(fc.Units)) {
			path := at + ".units." + name
			u := c.Unit(name)
			if u == nil {
				b.problem(path, fmt.Sprintf(textNoSuchUnit, name), hintNoSuchUnit)
				continue
			}
			for _, k := range slices.Sorted(maps.Keys(fc.Units[name])) {
				if mark := fmt.Sprint(name, " ", k, " ", from); taken[mark] {
					b.problem(path+"."+k, fmt.Sprintf(textChangeTwice, name, k, from), hintChangeTwice)
				} else {
					taken[mark] = true
				}
				if k == projectRateKey && fc.Units[name][k] == 0 {
					b.problem(path+"."+k, fmt.Sprintf(textTarget, k, 0), hintTarget)
				}
			}
			u.TargetChanges = append(u.TargetChanges, ledger.TargetChange{From: from, Notice: fc.Notice, Target: b.target(path, fc.Units[name], &c.Form)})
		}
	}
	for i := range c.Units {
		slices.SortStableFunc(c.Units[i].TargetChanges, func(x, y ledger.TargetChange) int {
			return cmp.Compare(x.From.MonthsSince(c.First), y.From.MonthsSince(c.First))
		})
	}
}

// changeFrom reads the first period of a change: later than the campaign's
// first, whose targets stand with the unit.
func (b *builder) changeFrom(path, v string, c *ledger.Campaign) ledger.Period {
	if v == "" {
		b.required(path, v, `from: "2022-09"`)
		return ledger.Period{}
	}
	p := b.month(path, v)
	switch {
	case p.IsZero():
	case !p.After(c.First):
		b.problem(path, fmt.Sprintf(textChangeEarly, p, c.First), hintChangeEarly)
	case p.After(c.Last):
		b.problem(path, fmt.Sprintf(textChangeLate, p, c.Last), hintChangeLate)
	}
	return p
}

// stocks reads the units' 期末参保人数: persons at the end of a period of the
// campaign (rule book §7).
func (b *builder) stocks(f *file, c *ledger.Campaign) {
	for i, fu := range f.Units {
		for _, month := range slices.Sorted(maps.Keys(fu.Stocks)) {
			path := fmt.Sprintf("$.units[%d].stocks.%s", i, month)
			p, err := ledger.ParsePeriod(month)
			if err != nil || !c.Has(p) {
				b.problem(path, fmt.Sprintf(textStockMonth, month, c.First, c.Last), hintStockMonth)
				continue
			}
			heads, u := b.heads(path, fu.Stocks[month], &c.Form), c.Unit(fu.Name)
			if u == nil {
				continue // has no name: said already
			}
			if u.Stocks == nil {
				u.Stocks = map[ledger.Period]map[string]int64{}
			}
			u.Stocks[p] = heads
		}
	}
}
