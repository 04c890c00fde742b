package check

import (
	"cmp"
	"slices"
	"strings"

	"taizhang/ledger"
)

// judge turns the facts into the reading's figures and says what is wrong with
// them: completeness and severities as rule book §2 has them, rows and totals
// as §6.
func (s *sheet) judge(f *facts, r *ledger.Reading) {
	r.Cumulative = nonEmpty(f.cum)
	r.Figures = ledger.Figures{}
	for key, x := range f.by {
		if x.figure.Kind == "" {
			continue
		}
		n := x.figure
		n.Sheet = s.v.t.Sheet
		if !n.Derived {
			n.Cell = x.cell
		}
		r.Figures[key] = n
	}
	r.Findings = append(r.Findings, f.findings...)
	r.Findings = append(r.Findings, s.odd...)
	if at, blank := s.blankForm(f); blank {
		r.Findings = append(r.Findings, s.finding(ledger.IBlankForm, at, ""))
		s.judgeWords(r)
		return
	}
	s.judgeOpen(f, r)
	s.judgeAbsent(f, r)
	s.derive(f, r)
	s.judgeRange(f, r)
	s.judgeWords(r)
}

func nonEmpty(fs ledger.Figures) ledger.Figures {
	if len(fs) == 0 {
		return nil
	}
	return fs
}

// blankForm reports a form whose every cell for a figure is blank or a dash.
func (s *sheet) blankForm(f *facts) (at string, blank bool) {
	if len(s.sentences) > 0 || len(f.onlyCum) > 0 || f.perPart {
		return "", false
	}
	for _, key := range s.form.Keys() {
		x, ok := f.by[key]
		if !ok {
			continue
		}
		if x.filled {
			return "", false
		}
		for _, o := range slices.Concat(x.blanks, x.dashes) {
			at = cmp.Or(at, o.name)
		}
	}
	if len(f.by) > 0 {
		return at, true
	}
	if len(s.seen) > 0 {
		return "", false
	}
	for i := range s.bands {
		if s.bands[i].asksFigures() {
			return "", true
		}
	}
	return "", false
}

// judgeOpen says which cells are blank or a dash. A blank blocks; a dash is a
// query where the ledger is complete without that fact (rule book §2).
func (s *sheet) judgeOpen(f *facts, r *ledger.Reading) {
	for _, key := range s.form.Keys() {
		x, ok := f.by[key]
		if !ok {
			continue
		}
		for _, o := range x.blanks {
			code := ledger.CBlank
			if o.read.Figure.Kind == ledger.Dash {
				code = ledger.CDash
			}
			n := s.finding(code, o.name, o.read.Figure.Text, "measure", key)
			n.Severity = ledger.Block
			r.Findings = append(r.Findings, n)
		}
		for _, o := range x.dashes {
			n := s.finding(ledger.CDash, o.name, o.read.Figure.Text, "measure", key)
			if !s.spared(f, key) {
				n.Severity = ledger.Block
			}
			r.Findings = append(r.Findings, n)
		}
	}
}

// spared reports that a ledger is complete without the measure, as far as the
// document states the others.
func (s *sheet) spared(f *facts, key string) bool {
	switch {
	case s.lex.parts[key]:
		x, ok := f.by[s.form.Total]
		return ok && x.filled
	case key == s.form.Total:
		return s.allParts(f)
	}
	return true
}

// allParts reports that every insurance is stated.
func (s *sheet) allParts(f *facts) bool {
	for _, p := range s.form.Parts {
		if x, ok := f.by[p]; !ok || !x.filled {
			return false
		}
	}
	return len(s.form.Parts) > 0
}

// judgeAbsent says what the document has no column for, and what it states
// only as a cumulative figure.
func (s *sheet) judgeAbsent(f *facts, r *ledger.Reading) {
	only := map[string]bool{}
	for _, o := range f.onlyCum {
		only[o.key] = true
		n := s.finding(ledger.HOnlyCumulative, o.name, cmp.Or(o.head, o.read.Figure.Text), "measure", o.key)
		if s.spared(f, o.key) {
			n.Severity = ledger.Query
		}
		r.Findings = append(r.Findings, n)
	}
	if len(s.sentences) > 0 {
		return // what is absent may stand in the sentence
	}
	_, total := f.by[s.form.Total]
	var missing, absent []string
	for _, p := range s.form.Parts {
		if _, ok := f.by[p]; !ok && !only[p] {
			missing = append(missing, p)
		}
	}
	if _, ok := f.by[s.form.Count]; !ok && !only[s.form.Count] && !f.perPart && s.form.Count != "" {
		absent = append(absent, s.form.Count)
	}
	severity := ledger.Query
	switch {
	case len(missing) == 0:
	case len(missing) < len(s.form.Parts):
		n := s.finding(ledger.RSplit, "", "", "missing", strings.Join(missing, ","))
		if total {
			n.Severity = ledger.Query
		}
		r.Findings = append(r.Findings, n)
	case total:
		absent = append(absent, missing...)
	case len(f.by) == 0 && len(only) == 0 && !f.perPart:
		r.Findings = append(r.Findings, s.finding(ledger.HNoMeasure, "", ""))
		return
	case !only[s.form.Total]:
		absent, severity = append(absent, s.form.Total), ledger.Block
	}
	if !s.hasWords && len(s.form.Words.WordColumn) > 0 {
		absent = append(absent, s.form.Words.WordColumn[0])
	}
	if len(absent) > 0 {
		n := s.finding(ledger.HAbsent, "", "", "measures", strings.Join(absent, ","))
		n.Severity = severity
		r.Findings = append(r.Findings, n)
	}
}

// derive adds the total as the sum of the parts when it is not stated.
func (s *sheet) derive(f *facts, r *ledger.Reading) {
	if _, ok := f.by[s.form.Total]; ok {
		return
	}
	var sum int64
	for _, p := range s.form.Parts {
		v, ok := r.Figures.Value(p)
		if !ok {
			return
		}
		sum += v
	}
	if len(s.form.Parts) == 0 {
		return
	}
	n := ledger.NewNumber(sum)
	n.Derived = true
	r.Figures[s.form.Total] = n
}

// judgeRange compares the figures with each other (rule book §2, §6 R).
func (s *sheet) judgeRange(f *facts, r *ledger.Reading) {
	total, stated := r.Figures.Value(s.form.Total)
	if x := f.by[s.form.Total]; stated && x != nil && !wrongTotal(r.Findings) {
		var sum, most int64
		all, some := true, false
		for _, p := range s.form.Parts {
			v, ok := r.Figures.Value(p)
			all, some = all && ok, some || ok
			sum, most = sum+v, max(most, v)
		}
		upper := "－"
		if all {
			upper = num(sum)
		}
		if some && (total < most || all && total > sum) {
			r.Findings = append(r.Findings, s.finding(ledger.RRange, r.Figures[s.form.Total].Cell, r.Figures[s.form.Total].Text,
				"total", num(total), "least", num(most), "most", upper))
		}
	}
	firms, counted := r.Figures.Value(s.form.Count)
	at := r.Figures[s.form.Count].Cell
	switch {
	case !stated || !counted:
	case firms == 0 && total > 0:
		r.Findings = append(r.Findings, s.finding(ledger.RNoFirms, at, r.Figures[s.form.Count].Text, "persons", num(total)))
	case total < firms:
		r.Findings = append(r.Findings, s.finding(ledger.RFewPersons, at, r.Figures[s.form.Count].Text, "persons", num(total), "firms", num(firms)))
	}
	for _, key := range s.form.Keys() {
		c, ok := r.Cumulative.Value(key)
		v, has := r.Figures.Value(key)
		if ok && has && c < v {
			r.Findings = append(r.Findings, s.finding(ledger.RCumulative, r.Cumulative[key].Cell, r.Cumulative[key].Text,
				"measure", key, "cumulative", num(c), "month", num(v)))
		}
	}
}

func wrongTotal(fs []ledger.Finding) bool {
	return slices.ContainsFunc(fs, func(f ledger.Finding) bool { return f.Code == ledger.RTotal && f.Severity == ledger.Block })
}

// judgeWords blocks a form whose column of measures taken is empty.
func (s *sheet) judgeWords(r *ledger.Reading) {
	if s.hasWords && len(s.words) == 0 && !s.collapsed {
		r.Findings = append(r.Findings, s.finding(ledger.RNoWords, s.wordsAt, ""))
	}
}
