package check

import (
	"slices"
	"strings"
	"unicode/utf8"

	"taizhang/ingest/check/value"
)

// This file compares header words after stripping their affixes.

// match strips step by step and returns the first word that is equal. What
// strips to nothing is neutral and equals no word.
func (l *lexicon) match(f string) (term, counting) {
	type state struct {
		text   string
		counts counting
	}
	level := []state{{f, countsNothing}}
	seen := map[string]bool{f: true}
	neutral := false
	for range 10 {
		var next []state
		for _, s := range level {
			if t, ok := l.exact[s.text]; ok {
				return t, s.counts
			}
			for _, r := range append(l.strip(s.text), unitStripped(s.text)...) {
				n := state{r, s.counts}
				if strings.HasPrefix(s.text, r) && n.counts == countsNothing {
					n.counts = countingOf(suffixUnit(strings.TrimPrefix(s.text, r)))
				}
				if r == "" {
					neutral = true
				} else if !seen[r] {
					seen[r] = true
					next = append(next, n)
				}
			}
		}
		level = next
	}
	if neutral {
		return term{class: classNeutral}, countingOf(suffixUnit(f))
	}
	return term{}, countsNothing
}

// strip returns the text less one affix, at either end.
func (l *lexicon) strip(s string) []string {
	var out []string
	for _, a := range slices.Concat(l.affixes, l.names) {
		if r, ok := strings.CutPrefix(s, a); ok {
			out = append(out, r)
		}
		if r, ok := strings.CutSuffix(s, a); ok {
			out = append(out, r)
		}
	}
	return out
}

// unitSuffixes are the counting units that end a header.
var unitSuffixes = []string{"万人", "人次", "人", "户", "家", "名", "个"}

func unitStripped(s string) []string {
	for _, u := range unitSuffixes {
		if r, ok := strings.CutSuffix(s, u); ok {
			return []string{r}
		}
	}
	return nil
}

func suffixUnit(s string) string {
	for _, u := range unitSuffixes {
		if strings.HasSuffix(s, u) {
			return u
		}
	}
	return ""
}

// core is the number of characters that are left of the text when every affix
// at its ends is gone.
func (l *lexicon) core(f string) int {
	least, level := utf8.RuneCountInString(f), []string{f}
	seen := map[string]bool{f: true}
	for len(level) > 0 {
		var next []string
		for _, s := range level {
			for _, r := range l.strip(s) {
				if !seen[r] {
					seen[r] = true
					next = append(next, r)
					least = min(least, utf8.RuneCountInString(r))
				}
			}
		}
		level = next
	}
	return least
}

// several recognises the printed single column under any spelling: a header
// that names every insurance, or 户数 and 人数 together.
func (l *lexicon) several(text string, t term) term {
	keys := l.named(text)
	parts := 0
	for _, p := range l.form.Parts {
		if keys[p] {
			parts++
		}
	}
	both := keys[l.form.Count] && (keys[l.form.Total] || parts > 0)
	if parts == len(l.form.Parts) && parts > 1 || keys[l.form.Count] && keys[l.form.Total] && parts == 0 {
		t.class, t.both = classOneColumn, both
	}
	return t
}

// named returns the measures that the pieces of the text name.
func (l *lexicon) named(text string) map[string]bool {
	keys := map[string]bool{}
	if strings.ContainsAny(value.Fold(text), "0123456789") {
		return keys // a sentence, not a header
	}
	pieces := headSplit.Split(strings.NewReplacer("(", "、", "（", "、", ")", "、", "）", "、").Replace(text), -1)
	if len(pieces) < 2 {
		return keys
	}
	for _, p := range pieces {
		if t, _ := l.match(value.Fold(p)); t.class == classMeasure {
			keys[t.key] = true
		}
	}
	return keys
}

func (l *lexicon) asksBoth(text string) bool {
	keys := l.named(text)
	return keys[l.form.Count] && keys[l.form.Total]
}

// unlike says of a word that matches nothing what it must not be taken for.
func (l *lexicon) unlike(f string) class {
	for _, n := range l.names {
		f = strings.ReplaceAll(f, n, "")
	}
	for _, q := range l.question {
		if strings.Contains(f, q) {
			return classQuestion
		}
	}
	for _, q := range l.foreign {
		if strings.Contains(f, q) {
			return classForeign
		}
	}
	return classUnknown
}

// counted settles a word together with the counting unit it states.
func (l *lexicon) counted(t term) term {
	t.bare = t.class == classNeutral && t.when == whenNone && t.month.Month == 0 && (t.counts == countsFirms || t.counts == countsHeads)
	switch {
	case t.counts == countsFirms && (t.class == classOneColumn && !t.both || t.class == classNeutral && t.when == whenNone || t.class == classMeasure && t.key == l.form.Total):
		return l.as(t, l.form.Count)
	case t.counts == countsHeads && t.class == classNeutral && t.when == whenNone && t.month.Month == 0:
		return l.as(t, l.form.Total)
	case t.counts == countsHeads && t.class == classMeasure && t.key == l.form.Count:
		t.class, t.key = classUnknown, ""
	}
	return t
}

func (l *lexicon) as(t term, key string) term {
	t.class, t.key = classMeasure, key
	return t
}
