package config

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"taizhang/ledger"
)

// projectRateKey is the target that is a rate and not a headcount.
const projectRateKey = "project_rate"

func (b *builder) units(f *file, form *ledger.Form) []ledger.Unit {
	if len(f.Units) == 0 {
		b.problem("$.units", textNoUnits, hintNoUnits)
	}
	var out []ledger.Unit
	owner := map[string]string{}
	for i, fu := range f.Units {
		at := fmt.Sprintf("$.units[%d]", i)
		b.required(at+".name", fu.Name, "name: 禹州市")
		if slices.ContainsFunc(out, func(u ledger.Unit) bool { return u.Name == fu.Name }) {
			b.problem(at+".name", fmt.Sprintf(textUnitTwice, fu.Name), hintAliasTwice)
		}
		u := ledger.Unit{
			Name: fu.Name, Aliases: fu.Aliases, Offers: fu.Offers,
			Officer: b.person(at+".officer", fu.Officer), Liaison: b.person(at+".liaison", fu.Liaison),
			Target: b.target(at+".targets", fu.Targets, form), Baselines: b.heads(at+".baselines", fu.Baselines, form),
		}
		for j, n := range slices.Concat([]string{fu.Name}, fu.Aliases) {
			if o, taken := owner[n]; taken && o != fu.Name {
				b.problem(fmt.Sprintf("%s.aliases[%d]", at, max(j-1, 0)), fmt.Sprintf(textAliasTwice, n, o, fu.Name), hintAliasTwice)
			}
			owner[n] = fu.Name
		}
		for j, a := range fu.Addresses {
			addr := b.addr(fmt.Sprintf("%s.addresses[%d].addr", at, j), a.Addr)
			u.Addresses = append(u.Addresses, ledger.UnitAddress{Addr: addr, Unsigned: a.Unsigned})
		}
		out = append(out, u)
	}
	return out
}

func (b *builder) person(path string, p filePerson) ledger.Person {
	if p.Addr != "" {
		p.Addr = b.addr(path+".addr", p.Addr)
	}
	return ledger.Person(p)
}

// target reads 万人 into persons and per cent into per mille.
func (b *builder) target(path string, in map[string]float64, form *ledger.Form) ledger.Target {
	t := ledger.Target{Heads: map[string]int64{}}
	for k, v := range in {
		at := path + "." + k
		switch {
		case math.IsNaN(v): // YAML has .nan, which compares as nothing does
			b.problem(at, fmt.Sprintf(textNoNumber, k), hintTarget)
		case v < 0:
			b.problem(at, fmt.Sprintf(textNegative, k, v), hintNegative)
		case k == projectRateKey && v <= 100:
			t.ProjectRate = int(math.Round(v * 10))
		case k == projectRateKey, v > 5000:
			b.problem(at, fmt.Sprintf(textTarget, k, v), hintTarget)
		case form.Measure(k) == nil:
			b.problem(at, fmt.Sprintf(textMeasureKey, k), fmt.Sprintf(hintMeasureKey, strings.Join(append(form.Keys(), projectRateKey), "、")))
		default:
			t.Heads[k] = int64(math.Round(v * 10000))
		}
	}
	return t
}

// heads reads headcounts in persons. The decoder of YAML would cut a decimal off
// in silence: 19.8, which is a target's way of writing, must not become 19 people.
func (b *builder) heads(path string, in map[string]float64, form *ledger.Form) map[string]int64 {
	if in == nil {
		return nil
	}
	out := map[string]int64{}
	for k, v := range in {
		switch {
		case form.Measure(k) == nil:
			b.problem(path+"."+k, fmt.Sprintf(textMeasureKey, k), fmt.Sprintf(hintMeasureKey, strings.Join(form.Keys(), "、")))
		case v < 0:
			b.problem(path+"."+k, fmt.Sprintf(textNegative, k, v), hintNegative)
		case v != math.Trunc(v) || v > 1e12: // .nan and .inf too
			b.problem(path+"."+k, fmt.Sprintf(textWhole, k, v), hintWhole)
		default:
			out[k] = int64(v)
		}
	}
	return out
}

// addresses checks that no address belongs to two units, or to us.
func (b *builder) addresses(c *Config) {
	owner := map[string]string{}
	for i, u := range c.Campaign.Units {
		for j, a := range u.Addresses {
			at := fmt.Sprintf("$.units[%d].addresses[%d].addr", i, j)
			if a.Addr == c.Mailbox.User {
				b.problem(at, fmt.Sprintf(textAddrOurs, a.Addr, u.Name), hintAddrOurs)
			}
			if o, taken := owner[a.Addr]; taken && o != u.Name {
				b.problem(at, fmt.Sprintf(textAddrTwice, a.Addr, o, u.Name), hintAddrTwice)
			}
			owner[a.Addr] = u.Name
		}
	}
}

func (b *builder) form(f *file) ledger.Form {
	ff := &f.Form
	form := ledger.Form{
		ID: ff.ID, Title: ff.Title, Task: ff.Task, Total: ff.Total, Parts: ff.Parts, Count: ff.Count,
		OneColumn: ff.OneColumn, Words: ledger.FormWords(ff.Words), Phrases: ledger.FormPhrases(ff.Phrases),
	}
	b.required("$.form.id", ff.ID, "id: annex2-2022")
	b.required("$.form.title", ff.Title, "title: 2022年全民参保计划攻坚行动工作落实台账")
	for i, m := range ff.Measures {
		at := fmt.Sprintf("$.form.measures[%d]", i)
		b.required(at+".key", m.Key, "key: pension")
		b.required(at+".name", m.Name, "name: 企业养老")
		b.required(at+".unit", m.Unit, "unit: 人")
		if form.Measure(m.Key) != nil {
			b.problem(at+".key", fmt.Sprintf(textMeasureDup, m.Key), hintAliasTwice)
		}
		form.Measures = append(form.Measures, ledger.Measure{Key: m.Key, Name: m.Name, Unit: m.Unit, Words: m.Words, Optional: m.Optional})
	}
	known := func(path, k string) {
		if k != "" && form.Measure(k) == nil {
			b.problem(path, fmt.Sprintf(textMeasureKey, k), fmt.Sprintf(hintMeasureKey, strings.Join(form.Keys(), "、")))
		}
	}
	b.required("$.form.total", ff.Total, "total: persons")
	known("$.form.total", ff.Total)
	known("$.form.count", ff.Count)
	for i, p := range ff.Parts {
		known(fmt.Sprintf("$.form.parts[%d]", i), p)
	}
	if len(ff.Words.Campaign) == 0 {
		b.problem("$.form.words.campaign", fmt.Sprintf(textMissing, "form.words.campaign"), fmt.Sprintf(hintMissing, "campaign: [全民参保]"))
	}
	phrases(&form)
	return form
}

// phrases fills what a form leaves unsaid with words that fit any form.
func phrases(form *ledger.Form) {
	p := &form.Phrases
	p.Added = cmp.Or(p.Added, phraseAdded)
	p.Counted = cmp.Or(p.Counted, form.MeasureName(form.Count))
	p.Parts = cmp.Or(p.Parts, phraseParts)
	p.Stock = cmp.Or(p.Stock, phraseStock)
}
