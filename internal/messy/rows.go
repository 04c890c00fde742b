package messy

import (
	"fmt"

	"taizhang/ledger"
)

// parts splits the figures over n task rows; the last column of each row is
// its own total when the keys hold persons.
func (m *maker) parts(n int, keys []string) [][]any {
	rows := make([][]any, n)
	for _, k := range keys {
		rest := m.n[k]
		for i := range n {
			x := rest / int64(n-i)
			if i == n-1 {
				x = rest
			}
			rest -= x
			rows[i] = append(rows[i], x)
		}
	}
	return rows
}

var subtasks = []string{"新增企业及其人员参保", "已参保企业中未参保人员扩面", "险种不全企业扩面", "新业态从业人员参保", "编制外人员参保"}

// several is a form with n task rows, and rows before and behind them.
func (m *maker) several(n int, keys []string, before, behind [][]any) Form {
	f := m.columns(keys...)
	f.Body = append([][]any(nil), before...)
	for i, row := range m.parts(n, keys) {
		f.Body = append(f.Body, append([]any{subtasks[i], "措施" + fmt.Sprint(i+1) + "：" + m.measures}, row...))
	}
	f.Body = append(f.Body, behind...)
	return f
}

func (m *maker) total(word string, keys []string) [][]any {
	return [][]any{append([]any{word, nil}, m.vals(keys...)...)}
}

// rowSpecs: "several task rows with sub-totals, with or without a 合计 row,
// above or below (the total counts, a wrong total blocks; blanks in task rows
// beside a right total are a note)".
var rowSpecs = []spec{
	{"§2 rows", "no total", func(m *maker) Case {
		return m.accepted(m.case1(m.several(2+m.rng.IntN(3), splitKeys, nil, nil)), splitKeys...)
	}},
	{"§2 rows", "total below", func(m *maker) Case {
		w := pick(m.rng, []string{"合计", "总计", "合  计", "合计：", "共计", "小计"})
		return m.accepted(m.case1(m.several(3, splitKeys, nil, m.total(w, splitKeys))), splitKeys...)
	}},
	{"§2 rows", "total above", func(m *maker) Case {
		return m.accepted(m.case1(m.several(3, splitKeys, m.total("合计", splitKeys), nil)), splitKeys...)
	}},
	{"§2 rows", "total below, all columns", func(m *maker) Case {
		m.set(persons, m.sum())
		return m.accepted(m.case1(m.several(3, fullKeys, nil, m.total("合计", fullKeys))), fullKeys...)
	}},
	{"§2 rows", "total row merged over the words", func(m *maker) Case {
		row := append([]any{"合计", left}, m.vals(splitKeys...)...)
		return m.accepted(m.case1(m.several(3, splitKeys, nil, [][]any{row})), splitKeys...)
	}},
	{"§2 rows", "wrong total", func(m *maker) Case {
		m.put(pick(m.rng, splitKeys), m.sum()+1)
		return m.turned(m.case1(m.several(3, splitKeys, nil, m.total("合计", splitKeys))), ledger.Returned, ledger.RTotal)
	}},
	{"§2 rows", "wrong total above", func(m *maker) Case {
		m.put(pick(m.rng, splitKeys), 2)
		m.set(firms, 9)
		return m.turned(m.case1(m.several(2, splitKeys, m.total("合计", splitKeys), nil)), ledger.Returned, ledger.RTotal)
	}},
	{"§2 rows", "blanks beside a right total are a note", func(m *maker) Case {
		f := m.several(3, splitKeys, nil, m.total("合计", splitKeys))
		// The second row is left blank and its numbers stand in the first.
		for c := 2; c < 6; c++ {
			f.Body[0][c] = f.Body[0][c].(int64) + f.Body[1][c].(int64)
			f.Body[1][c] = nil
		}
		return m.accepted(m.case1(f), splitKeys...).codes(ledger.RTaskBlank)
	}},
	{"§2 rows", "all task rows blank beside a total", func(m *maker) Case {
		f := m.several(3, splitKeys, nil, m.total("合计", splitKeys))
		for r := range 3 {
			for c := 2; c < 6; c++ {
				f.Body[r][c] = nil
			}
		}
		return m.open(m.case1(f), splitKeys...)
	}},
	{"§2 rows", "blanks without a total", func(m *maker) Case {
		f := m.several(3, splitKeys, nil, nil)
		f.Body[1][2+m.rng.IntN(4)] = nil
		return m.turned(m.case1(f), ledger.Returned, ledger.CBlank)
	}},
	{"§2 rows", "a blank in the total", func(m *maker) Case {
		m.put(pick(m.rng, splitKeys), nil)
		return m.refused(m.case1(m.several(3, splitKeys, nil, m.total("合计", splitKeys))))
	}},
	{"§2 rows", "a vague cell in a task row", func(m *maker) Case {
		f := m.several(3, splitKeys, nil, nil)
		f.Body[2][3] = "约50"
		return m.turned(m.case1(f), ledger.Returned, ledger.CVague)
	}},
	{"§2 rows", "sub-totals and a total", func(m *maker) Case {
		p := m.parts(4, splitKeys)
		sub := func(a, b []any) []any {
			row := []any{"小计", nil}
			for i := range a {
				row = append(row, a[i].(int64)+b[i].(int64))
			}
			return row
		}
		line := func(i int) []any { return append([]any{subtasks[i], m.measures}, p[i]...) }
		f := m.split()
		f.Body = append([][]any{line(0), line(1), sub(p[0], p[1]), line(2), line(3), sub(p[2], p[3])}, m.total("合计", splitKeys)...)
		return m.accepted(m.case1(f), splitKeys...)
	}},
	{"§2 rows", "sub-totals without a total", func(m *maker) Case {
		p := m.parts(4, splitKeys)
		f := m.split()
		sub := func(a, b []any) []any {
			row := []any{"小计", nil}
			for i := range a {
				row = append(row, a[i].(int64)+b[i].(int64))
			}
			return row
		}
		line := func(i int) []any { return append([]any{subtasks[i], m.measures}, p[i]...) }
		f.Body = [][]any{line(0), line(1), sub(p[0], p[1]), line(2), line(3), sub(p[2], p[3])}
		return m.open(m.case1(f), splitKeys...)
	}},
	{"§2 rows", "total as formulas", func(m *maker) Case {
		for i, k := range splitKeys {
			col := string(rune('C' + i))
			m.put(k, Formula{fmt.Sprintf("SUM(%s4:%s6)", col, col), m.n[k]})
		}
		return m.accepted(m.case1(m.several(3, splitKeys, nil, m.total("合计", splitKeys))), splitKeys...)
	}},
	{"§2 rows", "total as formulas without values", func(m *maker) Case {
		for i, k := range splitKeys {
			col := string(rune('C' + i))
			m.put(k, Formula{fmt.Sprintf("SUM(%s4:%s6)", col, col), nil})
		}
		return m.accepted(m.case1(m.several(3, splitKeys, nil, m.total("合计", splitKeys))), splitKeys...)
	}},
	{"§2 rows", "task merged over its measures", func(m *maker) Case {
		f := m.several(3, splitKeys, nil, m.total("合计", splitKeys))
		f.Body[0][0], f.Body[1][0], f.Body[2][0] = task, up, up
		return m.accepted(m.case1(f), splitKeys...)
	}},
	{"§2 rows", "measures on rows below without figures cells of their own", func(m *maker) Case {
		f := m.split()
		f.Body[0][1] = "一是召开推进会；"
		f.Body = append(f.Body, []any{up, "二是送政策上门；", up, up, up, up}, []any{up, "三是数据比对。", up, up, up, up})
		return m.accepted(m.case1(f), splitKeys...)
	}},
	{"§2 rows", "numbered tasks with a total", func(m *maker) Case {
		f := m.several(3, splitKeys, nil, m.total("合计", splitKeys))
		for r := range f.Body {
			n := any(r + 1)
			if r == 3 {
				n = nil
			}
			f.Body[r] = append([]any{n}, f.Body[r]...)
		}
		f.Head[0] = append([]any{"序号"}, f.Head[0]...)
		return m.accepted(m.case1(f), splitKeys...)
	}},
	{"§2 rows", "wrong total in the printed column", func(m *maker) Case {
		f := m.several(2, []string{persons}, nil, [][]any{{"合计", nil, m.n[persons] + 2}})
		return m.turned(m.case1(f), ledger.Returned, ledger.RTotal)
	}},
	{"§2 rows", "dashes in task rows beside a right total", func(m *maker) Case {
		f := m.several(2, splitKeys, nil, m.total("合计", splitKeys))
		for c := 2; c < 6; c++ {
			f.Body[0][c] = m.n[splitKeys[c-2]]
			f.Body[1][c] = "—"
		}
		return m.open(m.case1(f), splitKeys...)
	}},
}
