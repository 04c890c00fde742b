package xlsx

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
)

// item is a text as a cell shows it, without what is struck out. A run of rich
// text has its own font or, without run properties, that of the cell; so the
// text differs in a cell whose font is struck out.
type item struct {
	text    string
	struck  string // what is left of it in a cell whose font is struck out
	dropped bool   // some of it is struck out whatever the cell's font
}

func (w *workbook) readStrings(s *xmlscan.Scanner) error {
	return s.Children("sst", spaceMain, func() error {
		if string(s.Name) != "si" || s.Space != spaceMain {
			return s.Skip()
		}
		if len(w.strings) == w.lim.Strings {
			return strict.TooLarge(strict.LimitStrings, "more than %d shared strings", w.lim.Strings)
		}
		it, err := w.readItem(s)
		w.strings = append(w.strings, it)
		return err
	})
}

// readItem reads an <si> or <is> to its end: plain text, runs of rich text, and
// phonetic runs, which are skipped.
func (w *workbook) readItem(s *xmlscan.Scanner) (item, error) {
	var it item
	w.plain, w.struck = w.plain[:0], w.struck[:0]
	err := s.Within(func() (err error) {
		if s.Space != spaceMain {
			return s.Skip()
		}
		switch string(s.Name) {
		case "t":
			w.plain, err = w.content(s, w.plain)
			return err
		case "r":
			dropped, err := w.readRun(s)
			it.dropped = it.dropped || dropped
			return err
		case "rPh", "phoneticPr", "extLst":
			return s.Skip()
		}
		return strict.Damaged(strict.Structure, "element %q in a text", s.Name)
	})
	if err != nil {
		return it, err
	}
	if err := w.short(w.plain); err != nil {
		return it, err
	}
	if it.text, err = w.texts.keep(w.plain); err != nil {
		return it, err
	}
	it.struck, err = w.texts.keep(w.struck)
	return it, err
}

// readRun reads a run of rich text and reports whether it is struck out.
func (w *workbook) readRun(s *xmlscan.Scanner) (bool, error) {
	own, struck := false, false
	from := len(w.plain)
	err := s.Within(func() (err error) {
		switch {
		case s.Space == spaceMain && string(s.Name) == "rPr":
			own = true
			struck, err = strikes(s)
			return err
		case s.Space == spaceMain && string(s.Name) == "t":
			w.plain, err = w.content(s, w.plain)
			return err
		}
		return s.Skip()
	})
	if struck {
		dropped := len(w.plain) > from
		w.plain = w.plain[:from]
		return dropped, err
	}
	if own {
		w.struck = append(w.struck, w.plain[from:]...)
	}
	return false, err
}

// content appends the text of the current element to dst, with its _xHHHH_
// escapes replaced.
func (w *workbook) content(s *xmlscan.Scanner, dst []byte) ([]byte, error) {
	from := len(dst)
	// A character takes at most three bytes for each unit that Excel counts,
	// or seven when it is escaped.
	dst, err := s.Content(dst, 8*w.lim.Text)
	if err != nil {
		return dst, err
	}
	if len(dst) > 8*w.lim.Text {
		return dst, strict.TooLarge(strict.LimitText, "a text of more than %d bytes", 8*w.lim.Text)
	}
	return dst[:from+len(unescapeX(dst[from:]))], nil
}

// short wants the text to be no longer than a cell may hold, counted as Excel
// does, in UTF-16 units.
func (w *workbook) short(b []byte) error {
	if len(b) <= w.lim.Text {
		return nil
	}
	n := 0
	for _, r := range string(b) {
		n += utf16.RuneLen(r)
	}
	if n > w.lim.Text {
		return strict.TooLarge(strict.LimitText, "a text of %d characters", n)
	}
	return nil
}

// unescapeX replaces, in place, the escapes _xHHHH_ by which OOXML writes
// characters that XML cannot hold (ECMA-376 part 1, §22.9.2.19, ST_Xstring).
func unescapeX(b []byte) []byte {
	if !bytes.Contains(b, []byte("_x")) {
		return b
	}
	out := b[:0]
	for i := 0; i < len(b); {
		r, ok := escapeX(b[i:])
		if !ok {
			out = append(out, b[i])
			i++
			continue
		}
		i += len("_xHHHH_")
		if utf16.IsSurrogate(r) {
			second, ok := escapeX(b[i:])
			if r = utf16.DecodeRune(r, second); ok && r != utf8.RuneError {
				i += len("_xHHHH_")
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

func escapeX(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
