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
	if !s.hasTask && !s.hasWords || containsAny(title, w.Targets) {
		return ledger.KindNone
	}
	tasks := strings.Join(s.task, "\n")
	if containsAny(title, w.Rivals) {
		// The campaign named in full beside another's name, over our columns.
		if !containsAny(title, []string{s.form.Task, in.Campaign.Name}) || !s.asksParts() {
			return ledger.KindNone
		}
		return ledger.KindLedger
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
	case containsAny(all, w.Campaign) && s.asksAny():
		return ledger.KindLedger
	}
	return ledger.KindNone
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

func (s *sheet) asksAny() bool {
	return len(s.seen) > 0 || slices.ContainsFunc(s.bands, func(b band) bool { return b.asksFigures() })
}

// asksParts reports that the sheet asks for one of the insurances.
func (s *sheet) asksParts() bool {
	return slices.ContainsFunc(s.v.cells, func(c *vcell) bool {
		return c.term.class == classOneColumn || c.term.class == classMeasure && s.lex.parts[c.term.key]
	})
}
