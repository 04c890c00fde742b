package messy

import "taizhang/ledger"

func hideRow(rows ...int) Look { return Look{HiddenRows: rows} }

func hideCol(cols ...string) Look { return Look{HiddenCols: cols} }

func flatRow(rows ...int) Look { return Look{FlatRows: rows} }

func narrowCol(cols ...string) Look { return Look{NarrowCols: cols} }

func collapse(rows ...int) Look { return Look{Collapsed: rows} }

func (m *maker) tweaked(f Form, look Look) Case {
	s := m.sheetOf(f)
	s.Look = look
	return m.book(s)
}

// hiddenSpecs: "Hidden rows, columns (height or width 0 too) and sheets never
// count and are mentioned; a collapsed group whose total is visible is read by
// its total" (rule book §2).
var hiddenSpecs = []spec{
	{"§2 hidden", "a task row more", func(m *maker) Case {
		f := m.several(2, splitKeys, nil, nil)
		f.Body = append(f.Body, []any{"去年结转", "措施", 3, 91, 92, 93})
		return m.accepted(m.tweaked(f, hideRow(6)), splitKeys...).codes(ledger.FHiddenPart)
	}},
	{"§2 hidden", "a task row of height 0", func(m *maker) Case {
		f := m.several(2, splitKeys, nil, nil)
		f.Body = append(f.Body, []any{"去年结转", "措施", 3, 91, 92, 93})
		return m.accepted(m.tweaked(f, flatRow(6)), splitKeys...).codes(ledger.FHiddenPart)
	}},
	{"§2 hidden", "a column of 累计", func(m *maker) Case {
		f := m.full()
		f.Head[0], f.Body[0] = append(f.Head[0], "累计"), append(f.Body[0], 99999)
		return m.accepted(m.tweaked(f, hideCol("H")), fullKeys...).codes(ledger.FHiddenPart)
	}},
	{"§2 hidden", "an old column of the same measure", func(m *maker) Case {
		f := m.full()
		f.Head[0], f.Body[0] = append(f.Head[0], "企业养老"), append(f.Body[0], 4321)
		return m.accepted(m.tweaked(f, hideCol("H")), fullKeys...).codes(ledger.FHiddenPart)
	}},
	{"§2 hidden", "a column of width 0", func(m *maker) Case {
		f := m.full()
		f.Head[0], f.Body[0] = append(f.Head[0], "企业养老"), append(f.Body[0], 4321)
		return m.accepted(m.tweaked(f, narrowCol("H")), fullKeys...).codes(ledger.FHiddenPart)
	}},
	{"§2 hidden", "one insurance, with persons", func(m *maker) Case {
		c := m.accepted(m.tweaked(m.full(), hideCol("E")), fullKeys...).drop(injury).codes(ledger.FHiddenPart)
		c.Want.Queried = true
		return c
	}},
	{"§2 hidden", "one insurance, without persons", func(m *maker) Case {
		return m.turned(m.tweaked(m.split(), hideCol("E")), ledger.Returned, ledger.RSplit)
	}},
	{"§2 hidden", "the only row of figures", func(m *maker) Case {
		return m.refused(m.tweaked(m.full(), hideRow(4)))
	}},
	{"§2 hidden", "firms column", func(m *maker) Case {
		return m.accepted(m.tweaked(m.full(), hideCol("C")), fullKeys...).drop(firms).codes(ledger.FHiddenPart)
	}},
	{"§2 hidden", "a sheet of last month", func(m *maker) Case {
		old := m.other(5)
		return m.accepted(m.book(Sheet{Name: "Sheet1", Rows: m.full().rows()}, Sheet{Name: "旧", Rows: old.full().rows(), Hidden: true}), fullKeys...).codes(ledger.FHiddenPart)
	}},
	{"§2 hidden", "the only ledger's sheet", func(m *maker) Case {
		c := m.book(Sheet{Name: "目录", Rows: [][]any{{"说明"}}}, Sheet{Name: "台账", Rows: m.full().rows(), Hidden: true})
		c.Want = Want{Kind: Any, Verdicts: []ledger.Verdict{ledger.Returned, ledger.Held, ledger.UnreadableIt, ""}, Unit: Any, Period: Any}
		return c
	}},
	{"§2 hidden", "a sheet of several units", func(m *maker) Case {
		o := m.other(m.month)
		o.unit = pick(m.rng, unitNames)
		return m.accepted(m.book(Sheet{Name: "Sheet1", Rows: m.full().rows()}, Sheet{Name: "汇总", Rows: o.full().rows(), Hidden: true}), fullKeys...)
	}},
	{"§2 hidden", "a collapsed group with its total in view", func(m *maker) Case {
		f := m.several(3, splitKeys, nil, m.total("合计", splitKeys))
		return m.accepted(m.tweaked(f, collapse(4, 5, 6)), splitKeys...)
	}},
	{"§2 hidden", "task rows, so that the total is wrong", func(m *maker) Case {
		f := m.several(3, splitKeys, nil, m.total("合计", splitKeys))
		return m.refused(m.tweaked(f, hideRow(5)))
	}},
	{"§2 hidden", "a row between title and header", func(m *maker) Case {
		f := m.full()
		f.Blank = 1
		return m.accepted(m.tweaked(f, hideRow(2)), fullKeys...)
	}},
	{"§2 hidden", "the other unit in a hidden row", func(m *maker) Case {
		f := m.full()
		f.Top = append(f.Top, []any{"填报单位：某某市"})
		return m.accepted(m.tweaked(f, hideRow(3)), fullKeys...)
	}},
}
