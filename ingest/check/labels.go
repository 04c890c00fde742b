package check

import (
	"slices"
	"strings"
	"unicode"

	"taizhang/ingest/check/value"
	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// role is what a labelled value is about.
type role uint8

const (
	roleNone role = iota
	roleUnit
	roleOfficer
	roleLiaison
	roleFilled
)

// labelWord is one word of a label, compared without spaces.
type labelWord struct {
	text []rune
	role role
}

// labelled is a label with the value behind it or beside it.
type labelled struct {
	role  role
	value string
	cell  *vcell // that the value stands in; nil in a paragraph
	place string // A1 name of the value's cell, else of the label's; "" in a paragraph
}

// stampWords stand behind a label and are no value.
var stampWords = lazyregexp.New(`^[\s　]*[(（\[【][^)）\]】]{0,8}(?:章|字|名|写)[)）\]】]|[(（\[【]\s*(?:盖章|公章|签字|签名|签章|单位盖章)\s*[)）\]】]`)

// newLabelWords returns the form's label words, the longest first.
func newLabelWords(w *ledger.FormWords) []labelWord {
	out := []labelWord{{[]rune("单位"), roleUnit}}
	for _, g := range []struct {
		words []string
		role  role
	}{{w.UnitLabel, roleUnit}, {w.Officer, roleOfficer}, {w.Liaison, roleLiaison}, {w.FilledOn, roleFilled}} {
		for _, s := range folded(g.words) {
			out = append(out, labelWord{[]rune(s), g.role})
		}
	}
	slices.SortStableFunc(out, func(a, b labelWord) int { return len(b.text) - len(a.text) })
	return out
}

// labelPiece is a label inside a text and what stands behind it.
type labelPiece struct {
	role  role
	value string
	leads bool // the text begins with it
}

// labelsIn finds the labels of a text and their values: several may stand in
// one cell. A label ends in a colon, is the whole text, or stands before a
// space and its value.
func (l *lexicon) labelsIn(text string) []labelPiece {
	if len(text) > 600 {
		return nil
	}
	rs := []rune(text)
	var at []int // index in rs of each rune that is no space
	var flat []rune
	for i, r := range rs {
		if !unicode.IsSpace(r) && r != '　' {
			at, flat = append(at, i), append(flat, unicode.ToLower(narrowColon(r)))
		}
	}
	type mark struct{ from, to, value int } // in flat; value is where the value starts
	var marks []mark
	var roles []role
	for i := 0; i < len(flat); i++ {
		w, ok := l.labelAt(flat[i:])
		if !ok {
			continue
		}
		end := i + len(w.text)
		if t, _ := l.match(value.Fold(string(flat[:end]))); i > 0 && w.role == roleUnit && t.class == classMeasure {
			continue // 参保单位：39
		}
		end += bracketed(flat[end:])
		switch {
		case end < len(flat) && flat[end] == ':':
			marks, roles = append(marks, mark{i, end, end + 1}), append(roles, w.role)
			i = end
		case end == len(flat) && (i == 0 || len(marks) > 0 || at[i] > at[i-1]+1):
			if len(w.text) > 2 || w.role == roleFilled {
				marks, roles = append(marks, mark{i, end, end}), append(roles, w.role)
			}
			i = end
		case i == 0 && len(w.text) > 2 && at[end] > at[end-1]+1 && len(flat) <= 40:
			marks, roles = append(marks, mark{i, end, end}), append(roles, w.role)
			i = end - 1
		}
	}
	var out []labelPiece
	for k, m := range marks {
		from, to := len(rs), len(rs)
		if m.value < len(flat) {
			from = at[m.value]
		}
		if k+1 < len(marks) {
			to = at[marks[k+1].from]
		}
		out = append(out, labelPiece{roles[k], labelValue(string(rs[min(from, to):to])), m.from == 0})
	}
	return slices.DeleteFunc(out, func(p labelPiece) bool {
		return p.role == roleUnit && countingOf(p.value) != countsNothing && len([]rune(p.value)) <= 5
	})
}

func (l *lexicon) labelAt(rs []rune) (labelWord, bool) {
	for _, w := range l.labels {
		if len(rs) >= len(w.text) && slices.Equal(rs[:len(w.text)], w.text) {
			return w, true
		}
	}
	return labelWord{}, false
}

func narrowColon(r rune) rune {
	switch r {
	case '：', '︰', '﹕', '∶':
		return ':'
	}
	return r
}

// bracketed returns the length of a short remark in brackets.
func bracketed(rs []rune) int {
	if len(rs) == 0 || !strings.ContainsRune("(（[【", rs[0]) {
		return 0
	}
	for i, r := range rs {
		if i > 10 {
			break
		}
		if strings.ContainsRune(")）]】", r) {
			return i + 1
		}
	}
	return 0
}

// labelValue cleans what stands behind a label: stamps, blanks to be filled in
// and leading marks go.
func labelValue(s string) string {
	s = stampWords.ReplaceAllString(s, "")
	s = strings.Trim(value.Clean(s), " \t\n　_＿—、，,;；|/")
	return strings.TrimSpace(s)
}

// labelRole returns the role of a text that is a label, with or without its
// value behind it.
func (l *lexicon) labelRole(text string) role {
	if ps := l.labelsIn(text); len(ps) > 0 {
		return ps[0].role
	}
	return roleNone
}

// labelValues collects every labelled value that shows on the sheet or stands
// in the paragraphs around it. skip says which cells are no labels, because
// they head a column.
func labelValues(v *view, l *lexicon, skip func(*vcell) bool) []labelled {
	var out []labelled
	for _, p := range slices.Concat(v.t.Before, v.t.After) {
		for _, piece := range l.labelsIn(value.Clean(p)) {
			out = append(out, labelled{role: piece.role, value: piece.value})
		}
	}
	for _, c := range v.cells {
		if c.term.label == roleNone || skip(c) {
			continue
		}
		pieces := l.labelsIn(c.text)
		for i, piece := range pieces {
			x := labelled{role: piece.role, value: piece.value, cell: c, place: c.name()}
			if x.value == "" && i == len(pieces)-1 {
				if n := v.right(c); n != nil && n.term.label == roleNone && !n.term.figureWord() && !sheetUnit.MatchString(n.text) {
					x.cell, x.place, x.value = n, n.name(), labelValue(n.text)
				}
			}
			out = append(out, x)
		}
	}
	return out
}

// first returns the first labelled value of the role that is not empty, else
// the first label of the role, else the zero value.
func first(ls []labelled, r role) labelled {
	var x labelled
	for _, l := range ls {
		switch {
		case l.role != r:
		case l.value != "":
			return l
		case x.role == roleNone:
			x = l
		}
	}
	return x
}
