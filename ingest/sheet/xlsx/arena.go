package xlsx

import (
	"strings"

	"taizhang/ingest/sheet/strict"
)

// arena keeps the texts of a workbook in a few large pieces, so that a text
// costs no allocation of its own, and bounds them together.
type arena struct {
	piece strings.Builder
	next  int   // size of the next piece
	left  int64 // bytes that may still be kept
}

const (
	firstPiece = 4 << 10
	lastPiece  = 256 << 10
)

// keep returns a copy of b as a string.
func (a *arena) keep(b []byte) (string, error) {
	if len(b) == 0 {
		return "", nil
	}
	if a.left -= int64(len(b)); a.left < 0 {
		return "", strict.TooLarge(strict.LimitStrings, "texts of the workbook are too large together")
	}
	if a.piece.Cap()-a.piece.Len() < len(b) {
		// A Builder never moves what it holds while its capacity lasts, so the
		// strings taken from the old piece stay good.
		a.next = min(max(2*a.next, firstPiece), lastPiece)
		a.piece = strings.Builder{}
		a.piece.Grow(max(a.next, len(b)))
	}
	from := a.piece.Len()
	a.piece.Write(b)
	return a.piece.String()[from:], nil
}
