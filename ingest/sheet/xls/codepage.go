package xls

import (
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"taizhang/ingest/sheet/strict"
)

// shortBytes does for BIFF5, whose strings are bytes of a code page, what short
// does for BIFF8.
func (w *workbook) shortBytes(b []byte, lengthBytes int) (string, []byte, error) {
	if len(b) < lengthBytes {
		return "", nil, errShort
	}
	n := int(b[0])
	if lengthBytes == 2 {
		n = int(le.Uint16(b))
	}
	if b = b[lengthBytes:]; len(b) < n {
		return "", nil, errShort
	}
	s, err := w.decode(b[:n])
	return s, b[n:], err
}

// decode reads bytes of the workbook's code page.
func (w *workbook) decode(b []byte) (string, error) {
	ascii := true
	for _, c := range b {
		if c == 0 {
			return "", strict.Damaged(strict.Encoding, "text with a zero character")
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if ascii {
		return w.keepBytes(b)
	}
	enc, ok := codePages[w.codePage]
	if !ok {
		return "", strict.Damaged(strict.Encoding, "text in code page %d", w.codePage)
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return "", strict.Damaged(strict.Encoding, "text in code page %d: %w", w.codePage, err)
	}
	for _, r := range string(out) {
		if r == utf8.RuneError {
			return "", strict.Damaged(strict.Encoding, "text that is not of code page %d", w.codePage)
		}
	}
	return w.keepBytes(out)
}

// codePages are the code pages of the CODEPAGE record (MS-XLS §2.4.52).
var codePages = map[int]encoding.Encoding{
	437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 855: charmap.CodePage855,
	858: charmap.CodePage858, 862: charmap.CodePage862, 866: charmap.CodePage866, 874: charmap.Windows874,
	932: japanese.ShiftJIS, 936: simplifiedchinese.GBK, 949: korean.EUCKR, 950: traditionalchinese.Big5,
	1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253,
	1254: charmap.Windows1254, 1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257,
	1258: charmap.Windows1258, 10000: charmap.Macintosh, 32768: charmap.Macintosh, 32769: charmap.Windows1252,
	54936: simplifiedchinese.GB18030,
}

// dbcsSize returns how many bytes the first n characters of b take in the
// workbook's code page.
func (w *workbook) dbcsSize(b []byte, n int) int {
	size := 0
	for ; n > 0 && size < len(b); n-- {
		if w.isLead(b[size]) {
			size++
		}
		size++
	}
	return min(size, len(b))
}

// isLead reports whether the byte is the first of two in the code page.
func (w *workbook) isLead(c byte) bool {
	switch w.codePage {
	case 932:
		return c >= 0x81 && c <= 0x9f || c >= 0xe0 && c <= 0xfc
	case 936, 949, 950:
		return c >= 0x81 && c <= 0xfe
	}
	return false
}
