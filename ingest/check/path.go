package check

import (
	"slices"
)

// This file works out what the words of one header path say together.

// pathWords gathers what the words of one header path say together.
type pathWords struct {
	parts                      []string // insurances and other measures of their own
	count, total, one          bool
	foreign, question, unknown bool
}

// combine works out what a path of header cells asks for.
func (l *lexicon) combine(path []*vcell) column {
	var c column
	var w pathWords
	for i, p := range path {
		t := p.term
		c.when = laterWhen(c.when, t.when)
		if t.month.Month != 0 {
			c.month = t.month
		}
		if t.counts != countsNothing {
			c.counts = t.counts
		}
		if t.class == classOneColumn {
			c.both = t.both
		}
		w.add(l, t, i == len(path)-1)
	}
	leaf := path[len(path)-1].term
	c.kind = leafKind(leaf)
	if c.label = leaf.label; c.label != roleNone && leaf.class == classUnknown {
		c.kind = kindPerson
	}
	if c.kind == kindUnknown {
		c.kind, c.key = w.settle(l, c.when)
	}
	// A group's word for 户数 and 人数 together is answered by its leaves.
	c.both = c.both && c.kind == kindOneColumn
	return c
}

func (w *pathWords) add(l *lexicon, t term, leaf bool) {
	switch t.class {
	case classMeasure:
		switch {
		case t.key == l.form.Total:
			w.total = true
		case t.key == l.form.Count:
			w.count = true
		case !slices.Contains(w.parts, t.key):
			w.parts = append(w.parts, t.key)
		}
		w.count = w.count || t.counts == countsFirms
	case classTotal:
		w.total = true
	case classOneColumn:
		w.one = true
	case classForeign:
		w.foreign = true
	case classQuestion:
		w.question = true
	case classNeutral:
		w.count = w.count || t.counts == countsFirms
		w.total = w.total || t.counts == countsHeads
	case classUnknown:
		w.unknown = w.unknown || leaf
	}
}

// settle says what the column holds and of which measure. What is not ours or
// not known goes first: no figure is taken from it.
func (w *pathWords) settle(l *lexicon, at when) (kind, string) {
	switch {
	case w.question:
		return kindQuestion, ""
	case w.foreign || at == whenEarlier:
		return kindForeign, ""
	case w.unknown || len(w.parts) > 1 || at == whenBoth:
		return kindUnknown, ""
	case len(w.parts) == 1 && w.count && l.parts[w.parts[0]]:
		return kindCountPart, w.parts[0]
	case len(w.parts) == 1:
		return kindMeasure, w.parts[0]
	case w.count:
		return kindMeasure, l.form.Count
	case w.total:
		return kindMeasure, l.form.Total
	case w.one:
		return kindOneColumn, l.form.Total
	}
	return kindNeutral, ""
}

func laterWhen(a, b when) when {
	if a == whenMonth && b == whenCumulative || a == whenCumulative && b == whenMonth {
		return whenBoth
	}
	return max(a, b)
}

func leafKind(t term) kind {
	switch t.class {
	case classTask:
		return kindTask
	case classWords:
		return kindWords
	case classIgnored:
		return kindIgnored
	}
	return kindUnknown
}
