package messy

import "taizhang/ledger"

// completeSpecs: "A ledger is complete with persons, or with all three
// insurances" and what follows from it (rule book §2).
var completeSpecs = []spec{
	{"§2 complete", "all columns", func(m *maker) Case {
		return m.accepted(m.case1(m.full()), fullKeys...).words(m)
	}},
	{"§2 complete", "three insurances and firms, persons derived", func(m *maker) Case {
		return m.accepted(m.case1(m.split()), splitKeys...)
	}},
	{"§2 complete", "three insurances alone: firms are a query", func(m *maker) Case {
		return m.accepted(m.case1(m.columns(pension, injury, jobless)), pension, injury, jobless).codes(ledger.HAbsent)
	}},
	{"§2 complete", "persons alone: firms and split are queries", func(m *maker) Case {
		return m.accepted(m.case1(m.columns(persons)), persons).codes(ledger.HAbsent)
	}},
	{"§2 complete", "printed column with a bare number", func(m *maker) Case {
		return m.accepted(m.case1(m.printed(m.n[persons])), persons).codes(ledger.HAbsent)
	}},
	{"§2 complete", "printed column with firms beside it", func(m *maker) Case {
		f := m.form([][]any{{"工作任务", "主要工作措施", "参保户数", "企业养老、工伤、失业保险新增参保"}},
			[][]any{{task, m.measures, m.n[firms], m.n[persons]}})
		return m.accepted(m.case1(f), firms, persons)
	}},
	{"§2 complete", "persons with firms, no split", func(m *maker) Case {
		return m.accepted(m.case1(m.columns(firms, persons)), firms, persons).codes(ledger.HAbsent)
	}},
	{"§2 complete", "persons equal to the greatest part", func(m *maker) Case {
		m.set(persons, max(m.n[pension], m.n[injury], m.n[jobless]))
		return m.accepted(m.case1(m.full()), fullKeys...)
	}},
	{"§2 complete", "persons equal to the sum", func(m *maker) Case {
		return m.set(persons, m.sum()).fullRead()
	}},
	{"§2 complete", "persons one below the greatest part", func(m *maker) Case {
		m.set(persons, max(m.n[pension], m.n[injury], m.n[jobless])-1)
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.RRange)
	}},
	{"§2 complete", "persons one above the sum", func(m *maker) Case {
		m.set(persons, m.sum()+1)
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.RRange)
	}},
	{"§2 complete", "two of three without persons", func(m *maker) Case {
		return m.turned(m.case1(m.columns(firms, pension, injury)), ledger.Returned, ledger.RSplit)
	}},
	{"§2 complete", "one of three without persons", func(m *maker) Case {
		return m.turned(m.case1(m.columns(firms, jobless)), ledger.Returned, ledger.RSplit)
	}},
	{"§2 complete", "two of three with persons is a query", func(m *maker) Case {
		m.set(persons, max(m.n[pension], m.n[injury])+7)
		c := m.accepted(m.case1(m.columns(firms, pension, injury, persons)), firms, pension, injury, persons)
		c.Want.Queried = true
		return c
	}},
	{"§2 complete", "optional projects", func(m *maker) Case {
		keys := append([]string{projNew, projIns}, fullKeys...)
		return m.accepted(m.case1(m.columns(keys...)), keys...)
	}},
	{"§2 complete", "blank form", func(m *maker) Case {
		for _, k := range fullKeys {
			m.put(k, nil)
		}
		m.measures = ""
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.IBlankForm)
	}},
	{"§2 complete", "printed blank form", func(m *maker) Case {
		return m.turned(m.case1(m.printed(nil)), ledger.Returned, ledger.IBlankForm)
	}},
	{"§2 complete", "all dashes are a blank form", func(m *maker) Case {
		for _, k := range fullKeys {
			m.put(k, pick(m.rng, dashes))
		}
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.IBlankForm)
	}},
	{"§2 complete", "all zero is a report", func(m *maker) Case {
		for _, k := range fullKeys {
			m.set(k, 0)
		}
		return m.accepted(m.case1(m.full()), fullKeys...)
	}},
	{"§2 complete", "all 无 is a report of zero", func(m *maker) Case {
		for _, k := range fullKeys {
			m.set(k, 0).put(k, "无")
		}
		return m.accepted(m.case1(m.full()), fullKeys...)
	}},
	{"§2 complete", "printed column with 0", func(m *maker) Case {
		m.set(persons, 0)
		return m.accepted(m.case1(m.printed(pick(m.rng, []any{0, "0", "无", "零", "0人"}))), persons)
	}},
	{"§2 dash", "firms", func(m *maker) Case {
		m.put(firms, pick(m.rng, dashes))
		return m.dashed(m.accepted(m.case1(m.full()), pension, injury, jobless, persons).codes(ledger.CDash), firms)
	}},
	{"§2 dash", "one insurance with persons", func(m *maker) Case {
		k := pick(m.rng, []string{pension, injury, jobless})
		m.put(k, pick(m.rng, dashes)).set(persons, max(m.n[pension], m.n[injury], m.n[jobless]))
		return m.dashed(m.accepted(m.case1(m.full()), fullKeys...).drop(k).codes(ledger.CDash), k)
	}},
	{"§2 dash", "one insurance without persons", func(m *maker) Case {
		m.put(pick(m.rng, []string{pension, injury, jobless}), pick(m.rng, dashes))
		return m.turned(m.case1(m.split()), ledger.Returned, ledger.CDash)
	}},
	{"§2 dash", "persons alone", func(m *maker) Case {
		m.put(persons, pick(m.rng, dashes))
		return m.turned(m.case1(m.columns(firms, persons)), ledger.Returned)
	}},
	{"§2 dash", "the printed column", func(m *maker) Case {
		return m.turned(m.case1(m.printed(pick(m.rng, dashes))), ledger.Returned)
	}},
	{"§2 blank", "one column blank", func(m *maker) Case {
		m.put(pick(m.rng, fullKeys), pick(m.rng, blanks))
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.CBlank)
	}},
	{"§2 blank", "firms and one insurance blank", func(m *maker) Case {
		m.put(firms, pick(m.rng, blanks)).put(pick(m.rng, []string{pension, injury, jobless}), nil)
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.CBlank)
	}},
	{"§2 blank", "persons blank beside three insurances", func(m *maker) Case {
		return m.turned(m.put(persons, nil).case1(m.full()), ledger.Returned, ledger.CBlank)
	}},
	{"§2 blank", "split blank beside persons", func(m *maker) Case {
		m.put(pension, nil).put(injury, nil).put(jobless, nil)
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.CBlank)
	}},
}

var (
	dashes = []any{"－", "—", "——", "/", "-", " - ", "／", "–"}
	blanks = []any{nil, "", " ", "　", "\u00a0", "\n", "\u200b", "  \t "}
)

func (m *maker) fullRead() Case { return m.accepted(m.case1(m.full()), fullKeys...) }

// dashed says that these are stated as dashes.
func (m *maker) dashed(c Case, keys ...string) Case {
	c.Want.Dashes = map[string]bool{}
	for _, k := range keys {
		c.Want.Dashes[k] = true
	}
	return c
}
