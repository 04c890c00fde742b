package check

import (
	"slices"
	"strings"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// This file turns one cell into observations, and observations into findings.

// turn gives an observation of a form with insurances as rows its measure. It
// reports false when the row asks for nothing of ours.
func (s *sheet) turn(o *observed, c *column, m meaning, x *vcell) bool {
	counts := c.kind == kindMeasure && c.key == s.form.Count
	switch {
	case m.foreign:
		return false
	case m.key != "" && s.lex.parts[m.key]:
		o.key, o.perPart = m.key, counts
		if !counts {
			o.head = m.head
		}
	case m.key == s.form.Count:
		o.key, o.head = s.form.Count, m.head
	case m.key == s.form.Total || m.total:
		if counts {
			o.key, o.kind = s.form.Count, rowTotal
		} else {
			o.key = s.form.Total
		}
	case m.key != "":
		o.key, o.head = m.key, m.head
	default:
		if x != nil && x.isValue() && x.cell.Kind == ledger.CellNumber {
			s.oddNumber(x)
		}
		return false
	}
	return true
}

// take reads the cell into the observation, or into several when it holds a
// sentence and the column may hold one.
func (s *sheet) take(o observed, x *vcell, sentence, both bool) {
	o.name = x.name()
	if sentence && x.cell.Kind == ledger.CellText && value.IsSentence(x.cell.Text) {
		s.takeSentence(o, x)
		return
	}
	o.read = x.number()
	switch {
	case !o.read.Figure.Stated():
	case firmLabel(o.read.Label) && o.key != s.form.Count:
		if sentence {
			o.key = s.form.Count
		} else {
			o.read = mislabelled(o.read)
		}
	case o.read.Label != "" && slices.Contains(s.v.units, o.read.Label) && !s.countsIn(o.key, o.read.Label):
		o.read = mislabelled(o.read)
	case o.key == s.form.Count && personLabel(o.read.Label):
		o.read = mislabelled(o.read)
	case both && o.read.Label == "":
		s.sentences = append(s.sentences, s.finding(ledger.CSentence, x.name(), x.text, "offer", ""))
		o.read = value.NumberRead{Figure: ledger.Figure{Text: x.text}}
	}
	s.seen = append(s.seen, o)
}

// countsIn reports that the measure is counted in that unit.
func (s *sheet) countsIn(key, unit string) bool {
	m := s.form.Measure(key)
	return m != nil && m.Unit == unit
}

func firmLabel(label string) bool { return label == "户" || label == "家" }

func personLabel(label string) bool { return label == "名" || strings.HasPrefix(label, "人") }

// mislabelled refuses a number whose unit is not that of its column: 35户 where
// persons are asked for.
func mislabelled(r value.NumberRead) value.NumberRead {
	return value.NumberRead{Figure: ledger.Figure{Text: r.Figure.Text}, Issues: []value.Issue{{Code: ledger.CText, Severity: ledger.Block}}}
}

// takeSentence adds an observation for each figure that the sentence states.
func (s *sheet) takeSentence(o observed, x *vcell) {
	r := value.Sentence(x.cell.Text, s.form)
	for _, m := range r.Times {
		s.times = append(s.times, saidTime{m, source{where: atDocument, text: x.text, cell: x.name()}})
	}
	for _, is := range r.Issues {
		f := s.finding(is.Code, x.name(), x.text)
		f.Severity = is.Severity
		for k, a := range is.Args {
			f.Args[k] = a
		}
		if f.Severity.Rank() >= ledger.Block.Rank() {
			s.sentences = append(s.sentences, f)
		} else {
			s.remarks = append(s.remarks, f)
		}
	}
	add := func(figures ledger.Figures, w when) {
		for _, key := range s.form.Keys() {
			if f, ok := figures[key]; ok {
				n := o
				n.key, n.spread, n.read = key, true, value.NumberRead{Figure: f}
				if w != whenNone {
					n.when = w
				}
				if n.read.Figure.Text == "" {
					n.read.Figure.Text = x.text
				}
				s.seen = append(s.seen, n)
			}
		}
	}
	add(r.Month, whenNone)
	add(r.Cumulative, whenCumulative)
	if len(r.Month)+len(r.Cumulative) == 0 {
		o.read = value.NumberRead{Figure: ledger.Figure{Text: x.text}}
		if len(r.Issues) == 0 {
			o.read.Issues = []value.Issue{{Code: ledger.CText, Severity: ledger.Block}}
		}
		s.seen = append(s.seen, o)
	}
}

// finding returns a finding on this sheet with the arguments given as name,
// value, name, value; other arguments of the code are empty.
func (s *sheet) finding(code ledger.Code, cell, text string, args ...string) ledger.Finding {
	f := newFinding(code, args...)
	f.File, f.Sheet, f.Cell, f.Value = s.v.t.File, s.v.t.Sheet, cell, text
	return f
}

// newFinding returns a finding without a place, of the code's usual severity.
func newFinding(code ledger.Code, args ...string) ledger.Finding {
	info, _ := code.Info()
	f := ledger.Finding{Code: code, Severity: info.Severity}
	if len(info.Args) > 0 {
		f.Args = map[string]string{}
		for _, a := range info.Args {
			f.Args[a] = ""
		}
	}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i]] = args[i+1]
	}
	return f
}

func containsAny(text string, words []string) bool {
	f := value.Fold(text)
	return f != "" && slices.ContainsFunc(words, func(w string) bool {
		w = value.Fold(w)
		return w != "" && strings.Contains(f, w)
	})
}
