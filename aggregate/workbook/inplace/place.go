package inplace

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"taizhang/ledger"
)

// find returns the cell that the sheet states at the place, or nil.
func (s *sheet) find(at ledger.Ref) *cell {
	if i, ok := s.byPlace[at]; ok {
		return &s.cells[i]
	}
	return nil
}

// styleAt is the style in force at the place: the cell's, else the row's, else
// the column's.
func (s *sheet) styleAt(at ledger.Ref) int {
	if c := s.find(at); c != nil {
		return c.style
	}
	if r := s.rowAt(at.Row); r != nil && r.style >= 0 {
		return r.style
	}
	return max(s.columnAt(at.Col).style, 0)
}

func (s *sheet) rowAt(n int) *row {
	if i, ok := s.byRow[n]; ok {
		return &s.rows[i]
	}
	return nil
}

// restyle returns the splices that give each place its style. Where the sheet
// states no cell an empty one is put in.
func (s *sheet) restyle(styles map[ledger.Ref]int) []splice {
	var out []splice
	fresh := map[int][]ledger.Ref{} // by row
	for at, style := range styles {
		if c := s.find(at); c != nil {
			out = append(out, splice{c.from, c.to, setAttr(string(s.data[c.from:c.to]), "s", strconv.Itoa(style))})
			continue
		}
		fresh[at.Row] = append(fresh[at.Row], at)
	}
	var lone []int // rows that the sheet does not state
	for n, cells := range fresh {
		slices.SortFunc(cells, func(a, b ledger.Ref) int { return a.Col - b.Col })
		if r := s.rowAt(n); r != nil {
			out = append(out, s.intoRow(r, cells, styles)...)
		} else {
			lone = append(lone, n)
		}
	}
	slices.Sort(lone)
	return append(out, s.newRows(lone, fresh, styles)...)
}

func (s *sheet) cellText(at ledger.Ref, style int) string {
	return fmt.Sprintf(`<%sc r="%s" s="%d"/>`, s.prefix, at.Name(), style)
}

// intoRow puts cells into a row that the sheet states.
func (s *sheet) intoRow(r *row, cells []ledger.Ref, styles map[ledger.Ref]int) []splice {
	start := widen(string(s.data[r.from:r.to]), cells)
	if r.empty {
		var b strings.Builder
		b.WriteString(strings.TrimRight(strings.TrimSuffix(start, "/>"), " \t\r\n") + ">")
		for _, at := range cells {
			b.WriteString(s.cellText(at, styles[at]))
		}
		b.WriteString("</" + s.prefix + "row>")
		return []splice{{r.from, r.to, b.String()}}
	}
	out := []splice{{r.from, r.to, start}}
	for _, at := range cells {
		where := r.close
		for i := range s.cells {
			if c := &s.cells[i]; &s.rows[c.row] == r && c.col > at.Col {
				where = c.from
				break
			}
		}
		out = append(out, splice{where, where, s.cellText(at, styles[at])})
	}
	return out
}

// widen makes a row's spans, a hint where its cells stand, take in the cells.
func widen(start string, cells []ledger.Ref) string {
	_, after, ok := strings.Cut(start, ` spans="`)
	if !ok {
		return start
	}
	spans, _, _ := strings.Cut(after, `"`)
	var from, to int
	if _, err := fmt.Sscanf(spans, "%d:%d", &from, &to); err != nil {
		return start
	}
	first, last := cells[0].Col+1, cells[len(cells)-1].Col+1
	if first >= from && last <= to {
		return start
	}
	return setAttr(start, "spans", fmt.Sprintf("%d:%d", min(from, first), max(to, last)))
}

// newRows puts in rows that the sheet does not state, each before the first
// that follows it.
func (s *sheet) newRows(lone []int, fresh map[int][]ledger.Ref, styles map[ledger.Ref]int) []splice {
	var out []splice
	for _, n := range lone {
		var b strings.Builder
		fmt.Fprintf(&b, `<%srow r="%d">`, s.prefix, n+1)
		for _, at := range fresh[n] {
			b.WriteString(s.cellText(at, styles[at]))
		}
		b.WriteString("</" + s.prefix + "row>")
		where := s.bodyEnd
		for _, r := range s.rows {
			if r.n > n {
				where = r.from
				break
			}
		}
		out = append(out, splice{where, where, b.String()})
	}
	if !s.body.empty || len(out) == 0 {
		return out
	}
	all := opened(s.data, &s.body)
	for _, o := range out {
		all += o.text
	}
	return []splice{{s.body.from, s.body.to, all + "</" + s.prefix + "sheetData>"}}
}
