package check

import (
	"slices"
	"strings"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// landmark says what the sheet is (rule book §2, Landmarks).
func (s *sheet) landmark(in *Input) ledger.DocumentKind {
	if s.v.tooBig {
		return ledger.KindNone
	}
	w := &s.form.Words
	title := strings.Join(s.headlines(), "\n")
	if s.rosterLike(title) {
		return ledger.KindRoster
	}
	if !s.hasTask && !s.hasWords || containsAny(title, w.Targets) || s.compilation() {
		return ledger.KindNone
	}
	tasks := strings.Join(s.task, "\n")
	if title = strings.Join(s.nameLines(), "\n"); containsAny(title, w.Rivals) {
		// The campaign named in full beside another's name, over our columns.
		if !containsAny(title, []string{s.form.Task, in.Campaign.Name}) || !s.asksParts() {
			return ledger.KindNone
		}
		return ledger.KindLedger
	}
	if slices.ContainsFunc(append(strings.Split(title, "\n"), fileStem(in.File)), s.otherDrive) {
		return ledger.KindNone
	}
	for _, text := range []string{title, tasks, in.File} {
		if containsAny(text, w.Rivals) && !containsAny(title, w.Campaign) {
			return ledger.KindNone
		}
	}
	// The first campaign word names the campaign by itself; the others, such as
	// 攻坚行动, only over columns that ask for our figures.
	all := title + tasks + "\n" + fileStem(in.File)
	switch {
	case len(w.Campaign) > 0 && containsAny(all, w.Campaign[:1]):
		return ledger.KindLedger
	case containsAny(all, w.Campaign) && !slices.ContainsFunc(s.task, s.otherDrive) && s.asksAny():
		return ledger.KindLedger
	}
	return ledger.KindNone
}

// compilation reports a sheet that asks for no figure and sets out several units
// by their names: a list of what all have done, as our own summary has one, and
// nobody's ledger.
func (s *sheet) compilation() bool {
	if s.asksAny() {
		return false
	}
	names := map[string]string{}
	for _, u := range s.lex.units {
		for _, n := range folded(append([]string{u.Name}, u.Aliases...)) {
			names[n] = u.Name
		}
	}
	seen := map[string]bool{}
	for _, c := range s.v.cells {
		if n := names[value.Fold(c.text)]; n != "" {
			seen[n] = true
		}
	}
	return len(seen) > 1
}

// headlines returns the texts that may hold a title: the paragraphs above, and
// the cells outside the form.
func (s *sheet) headlines() []string {
	var out []string
	for _, p := range s.v.t.Before {
		if len([]rune(p)) <= maxTitle {
			out = append(out, value.Clean(p))
		}
	}
	for _, c := range s.v.cells {
		if !s.inData[c.r0] && len([]rune(c.text)) <= maxTitle && c.cell.Kind == ledger.CellText {
			out = append(out, c.text)
		}
	}
	return out
}

// nameLines returns the lines that say what the sheet is: the titles above the
// form, and whatever else names a campaign. A remark below the form that speaks
// of another insurance names nothing.
func (s *sheet) nameLines() []string {
	var out []string
	for _, x := range s.titles() {
		out = append(out, strings.ReplaceAll(x.text, "\n", ""))
	}
	for _, text := range s.headlines() {
		if text = strings.ReplaceAll(text, "\n", ""); containsAny(text, s.form.Words.Campaign) && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// otherDrive reports a line in which one of the weaker campaign words is the
// end of another drive's name: 工伤保险攻坚行动, 安全生产攻坚行动. What may stand
// before the word is the time, the place, words of any drive, affixes of
// headers, and all of the insurances together.
func (s *sheet) otherDrive(line string) bool {
	w := s.form.Words.Campaign
	if len(w) < 2 || containsAny(line, w[:1]) {
		return false
	}
	f := value.Fold(line)
	for _, word := range folded(w[1:]) {
		before, _, ok := strings.Cut(f, word)
		if !ok {
			continue
		}
		if parts := s.partsNamed(before); len(parts) > 0 {
			return len(parts) < len(s.form.Parts)
		}
		return s.lex.core(s.bareDrive(before)) > 0
	}
	return false
}

// bareDrive takes time, place and the words of any drive off a name.
func (s *sheet) bareDrive(name string) string {
	for _, u := range s.lex.units {
		for _, n := range folded(append([]string{u.Name}, u.Aliases...)) {
			name = strings.ReplaceAll(name, n, "")
		}
	}
	if s.lex.city != "" {
		name = strings.NewReplacer(s.lex.city, "", strings.TrimSuffix(s.lex.city, "市"), "").Replace(name)
	}
	return driveWord.ReplaceAllString(name, "")
}

// partsNamed returns the insurances that a text names.
func (s *sheet) partsNamed(text string) []string {
	var out []string
	for _, m := range s.form.Measures {
		if s.lex.parts[m.Key] && containsAny(text, append([]string{m.Name}, m.Words...)) {
			out = append(out, m.Key)
		}
	}
	return out
}

// onePart holds a form whose title or sheet names some of the insurances only,
// while its figures are called persons: they would be taken for all of them.
func (s *sheet) onePart() {
	named := func(c *vcell) bool {
		return c.term.class == classOneColumn && len(s.partsNamed(c.text)) == len(s.form.Parts)
	}
	if slices.ContainsFunc(s.v.cells, named) || slices.ContainsFunc(s.seen, func(o observed) bool { return s.lex.parts[o.key] }) {
		return
	}
	for _, x := range append(s.titles(), source{where: atSheet, text: s.v.t.Sheet}) {
		if n := len(s.partsNamed(x.text)); n > 0 && n < len(s.form.Parts) {
			s.odd = append(s.odd, s.finding(ledger.HQuestion, x.cell, x.text))
			return
		}
	}
}

func (s *sheet) asksAny() bool {
	return len(s.seen) > 0 || slices.ContainsFunc(s.bands, func(b band) bool { return b.asksFigures() })
}

// asksParts reports that the sheet asks for one of the insurances.
func (s *sheet) asksParts() bool {
	return slices.ContainsFunc(s.v.cells, func(c *vcell) bool {
		return c.term.class == classOneColumn || c.term.class == classMeasure && s.lex.parts[c.term.key]
	})
}
