package messy

import "fmt"

// crossSpecs: layouts × spellings × where unit and month stand × how the form
// is signed, drawn at random; one fault more in half of them.
func crossSpecs() []spec {
	var out []spec
	for i := range 40 {
		out = append(out, spec{"crossed: must read", fmt.Sprint(i), func(m *maker) Case {
			l := m.spelled()
			c := m.drawn(l)
			return m.accepted(c, l.keys...)
		}}, spec{"crossed: one fault", fmt.Sprint(i), func(m *maker) Case {
			l := m.spelled()
			g := pick(m.rng, guesses)
			m.put(pick(m.rng, l.keys), g.text(m.n[persons]))
			return m.refused(m.drawn(l))
		}})
	}
	return out
}

// spelled picks a layout and spells each of its figures in some way.
func (m *maker) spelled() layout {
	l := pick(m.rng, layouts)
	for _, k := range l.keys {
		s := pick(m.rng, spellings)
		if m.rng.IntN(2) == 0 {
			m.put(k, s.of(m.n[k], unitWord(m, k)))
		}
	}
	return l
}

// drawn draws the layout with its identity in some place: the month in title,
// file name or sheet name, and spacers and shifts around the form.
func (m *maker) drawn(l layout) Case {
	switch m.rng.IntN(3) {
	case 0:
		m.title = pick(m.rng, titles)(m.month)
		m.file = m.unit + "台账.xlsx"
	case 1:
		m.file = pick(m.rng, fileNames)(m.unit, m.month)
	case 2:
		m.file = fmt.Sprintf("%s台账(%d).xlsx", m.unit, 1+m.rng.IntN(3))
		m.sheet = monthSheet(m.month)
	}
	f := l.draw(m)
	f.Down += m.rng.IntN(4)
	f.Right += m.rng.IntN(3)
	f.Blank += m.rng.IntN(2)
	sheets := []Sheet{{Name: m.sheet, Rows: f.rows()}}
	switch m.rng.IntN(5) {
	case 0:
		sheets = append(sheets, Sheet{Name: "附件1", Rows: annex1.Rows})
	case 1:
		sheets = append(sheets, Sheet{Name: "Sheet2"}, Sheet{Name: "Sheet3"})
	}
	return m.book(sheets...)
}
