package xlsx

import (
	"bytes"

	"taizhang/ingest/sheet/formula"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// shared is the formula of which others are the followers.
type shared struct {
	tokens []formula.Token
	at     ledger.Ref
}

// array is a formula whose values fill a range.
type array struct {
	ledger.Range
	text string
}

// readFormula reads the formula element and returns the formula's text: that
// of a follower of a shared formula as it reads in its place, that of an array
// formula in braces, as Excel shows it.
func (sh *sheet) readFormula(at ledger.Ref) (string, error) {
	w, s := sh.w, sh.s
	kind := string(s.Attr("t"))
	index := number(s.Attr("si"))
	area, isArea := formula.ParseRange(string(s.Attr("ref")))
	var err error
	if w.formula, err = s.Content(w.formula[:0], 8*w.lim.Text); err != nil {
		return "", err
	}
	text := bytes.TrimSpace(unescapeX(w.formula))
	if err := w.short(text); err != nil {
		return "", err
	}
	switch kind {
	case "", "normal":
		return w.texts.keep(text)
	case "shared":
		return sh.sharedFormula(at, index, text)
	case "array", "dataTable":
		if len(text) == 0 {
			text = []byte(kind)
		}
		braced, err := w.texts.keep(append(append([]byte{'{'}, text...), '}'))
		if err == nil && isArea && area.First != area.Last {
			if len(sh.arrays) == maxArrays {
				return "", strict.TooLarge(strict.LimitCells, "more than %d array formulas", maxArrays)
			}
			sh.arrays = append(sh.arrays, array{area, braced})
		}
		return braced, err
	}
	return "", strict.Damaged(strict.Structure, "cell %s: formula of unknown type", at.Name())
}

// maxArrays bounds the array formulas of a sheet that fill a range: every cell
// is compared with each.
const maxArrays = 1_000

func (sh *sheet) sharedFormula(at ledger.Ref, index int, text []byte) (string, error) {
	if len(text) > 0 {
		kept, err := sh.w.texts.keep(text)
		if sh.shared == nil {
			sh.shared = make(map[int]shared)
		}
		sh.shared[index] = shared{formula.Lex(kept), at}
		return kept, err
	}
	m, ok := sh.shared[index]
	if !ok {
		return "", strict.Damaged(strict.Reference, "cell %s: shared formula that is not stated", at.Name())
	}
	sh.w.formula = formula.AppendShifted(sh.w.formula[:0], m.tokens, at.Row-m.at.Row, at.Col-m.at.Col)
	return sh.w.texts.keep(sh.w.formula)
}

// arrayAt returns the array formula that fills the cell, "" when none does.
func (sh *sheet) arrayAt(at ledger.Ref) string {
	for _, a := range sh.arrays {
		if a.Contains(at) {
			return a.text
		}
	}
	return ""
}
