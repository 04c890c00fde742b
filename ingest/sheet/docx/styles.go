package docx

import (
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
)

// marks is what makes a text not count.
type marks struct{ struck, hidden bool }

// runProperties is what run properties state; nil is unstated.
type runProperties struct {
	strike, double, vanish *bool
	style                  *style
}

// style is one style of the style sheet, of a paragraph, of characters or of a
// table.
type style struct {
	base  string
	own   runProperties
	total *marks // with what it is based on; nil until asked for
}

// readStyles reads the style sheet.
func (d *document) readStyles(s *xmlscan.Scanner) error {
	d.s = s
	d.styles = make(map[string]*style)
	return s.Children("styles", spaceW, func() error {
		if s.Space == spaceW {
			switch string(s.Name) {
			case "style":
				return d.addStyle()
			case "docDefaults":
				return s.Within(d.defaults)
			}
		}
		return s.Skip()
	})
}

func (d *document) defaults() error {
	s := d.s
	if s.Space != spaceW || string(s.Name) != "rPrDefault" {
		return s.Skip()
	}
	return s.Within(func() error {
		if s.Space != spaceW || string(s.Name) != "rPr" {
			return s.Skip()
		}
		var p runProperties
		err := d.runProperties(&p)
		d.usual = p.marks()
		return err
	})
}

func (d *document) addStyle() error {
	s := d.s
	if len(d.styles) == d.lim.Styles {
		return strict.TooLarge(strict.LimitStyles, "more than %d styles", d.lim.Styles)
	}
	st := &style{}
	id := string(s.AttrNS(spaceW, "styleId"))
	err := s.Within(func() error {
		if s.Space == spaceW {
			switch string(s.Name) {
			case "basedOn":
				st.base = string(s.AttrNS(spaceW, "val"))
			case "rPr":
				return d.runProperties(&st.own)
			}
		}
		return s.Skip()
	})
	if id != "" {
		d.styles[id] = st
	}
	return err
}

// runProperties reads a w:rPr to its end.
func (d *document) runProperties(p *runProperties) error {
	s := d.s
	return s.Within(func() error {
		if s.Space != spaceW {
			return s.Skip()
		}
		val := s.AttrNS(spaceW, "val")
		on := isOn(val)
		switch string(s.Name) {
		case "strike":
			p.strike = &on
		case "dstrike":
			p.double = &on
		case "vanish":
			p.vanish = &on
		case "rStyle":
			p.style = d.styles[string(val)]
		}
		return s.Skip()
	})
}

func isSet(b *bool) bool { return b != nil && *b }

func (p *runProperties) marks() marks {
	return marks{struck: isSet(p.strike) || isSet(p.double), hidden: isSet(p.vanish)}
}

// maxBases bounds the chain of styles that rest on each other; Word's own
// bound is 10.
const maxBases = 20

// styleMarks returns what the style says, with what it is based on.
func (d *document) styleMarks(st *style) marks {
	if st == nil {
		return marks{}
	}
	if st.total != nil {
		return *st.total
	}
	var all runProperties
	for b, n := st, 0; b != nil && n < maxBases; b, n = d.styles[b.base], n+1 {
		for _, x := range []struct{ to, from **bool }{
			{&all.strike, &b.own.strike}, {&all.double, &b.own.double}, {&all.vanish, &b.own.vanish},
		} {
			if *x.to == nil {
				*x.to = *x.from
			}
		}
	}
	m := all.marks()
	st.total = &m
	return m
}

// effective returns what holds for a run: what it states itself, else what its
// styles say, which cancel each other out as toggles do (ECMA-376 part 1,
// §17.7.3), else what the document does by default.
func (d *document) effective(r *runState, own *runProperties) marks {
	m := d.usual
	styles := [3]*style{r.style, own.style}
	if r.cell != nil {
		styles[2] = r.cell.style
	}
	var toggled marks
	for _, st := range styles {
		if st == nil {
			continue
		}
		x := d.styleMarks(st)
		toggled.struck = toggled.struck != x.struck
		toggled.hidden = toggled.hidden != x.hidden
	}
	m.struck = m.struck || toggled.struck
	m.hidden = m.hidden || toggled.hidden
	if own.strike != nil || own.double != nil {
		m.struck = isSet(own.strike) || isSet(own.double) || own.strike == nil && m.struck
	}
	if own.vanish != nil {
		m.hidden = *own.vanish
	}
	return m
}
