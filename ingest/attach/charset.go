package attach

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// Canonical names of the character sets that get special treatment.
const (
	csGB       = "gb18030"
	csUTF8     = "utf-8"
	csASCII    = "us-ascii"
	csLatin1   = "iso-8859-1"
	csHZ       = "hz-gb-2312"
	csISO2022  = "iso-2022-cn"
	csUTF7     = "utf-7"
	csUTF16    = "utf-16"
	csBig5     = "big5"
	replaceStr = "\uFFFD"
)

var gb18030 encoding.Encoding = simplifiedchinese.GB18030

// charsetAliases maps the labels seen in mail to canonical names. Every name
// of simplified Chinese means GB18030, which contains GB 2312 and GBK: senders
// say gb2312 and use characters that only GB18030 has.
var charsetAliases = map[string]string{
	"gb2312": csGB, "gb_2312": csGB, "gb2312-80": csGB, "gb_2312-80": csGB, "csgb2312": csGB, "iso-ir-58": csGB,
	"csiso58gb231280": csGB, "gbk": csGB, "x-gbk": csGB, "cp936": csGB, "ms936": csGB, "windows-936": csGB,
	"936": csGB, "x-cp936": csGB, "euc-cn": csGB, "euccn": csGB, "x-euc-cn": csGB, "chinese": csGB,
	"chinesesimplified": csGB, "gb": csGB, "gb18030": csGB, "gb_18030": csGB, "gb18030-2000": csGB,
	"gb18030-2005": csGB, "gb18030-2022": csGB, "x-gb18030": csGB, "zh-cn": csGB, "zh_cn.gbk": csGB, "zh_cn.gb2312": csGB,
	"utf-8": csUTF8, "utf8": csUTF8, "utf_8": csUTF8, "unicode-1-1-utf-8": csUTF8, "x-utf-8": csUTF8,
	"us-ascii": csASCII, "ascii": csASCII, "ansi_x3.4-1968": csASCII, "iso646-us": csASCII, "7bit": csASCII,
	"iso-8859-1": csLatin1, "iso8859-1": csLatin1, "latin1": csLatin1, "windows-1252": csLatin1, "cp1252": csLatin1,
	"hz": csHZ, "hz-gb-2312": csHZ, "hz-gb2312": csHZ, "iso-2022-cn": csISO2022, "iso-2022-cn-ext": csISO2022,
	"utf-7": csUTF7, "unicode-1-1-utf-7": csUTF7, "utf7": csUTF7,
	"utf-16": csUTF16, "utf16": csUTF16, "unicode": csUTF16, "ucs-2": csUTF16,
	"big5": csBig5, "big-5": csBig5, "x-big5": csBig5, "cp950": csBig5, "ms950": csBig5, "chinesebig5": csBig5,
}

// charsetName gives the canonical name of a charset label.
func charsetName(label string) string {
	l := strings.ToLower(strings.Trim(label, " \t\r\n'\"`;,<>"))
	if c, ok := charsetAliases[l]; ok {
		return c
	}
	return l
}

// decoded is the result of decoding bytes to text.
type decoded struct {
	text    string
	lost    bool // some bytes had no meaning and became U+FFFD
	unknown bool // the label names no character set we know; it was guessed
}

// decodeBytes decodes b as the character set named by label, and when the
// label is absent, unknown or plainly wrong, as what the bytes look like.
func decodeBytes(b []byte, label string) decoded {
	if t, ok := decodeBOM(b); ok {
		return asDecoded(t)
	}
	cs := charsetName(label)
	switch cs {
	case "", csUTF8, csASCII:
		return decodeGuess(b)
	case csGB:
		return decodeGB(b)
	case csLatin1:
		return decodeLatin1(b)
	case csHZ:
		return decodeWith(simplifiedchinese.HZGB2312, b)
	case csBig5:
		return decodeWith(traditionalchinese.Big5, b)
	case csISO2022:
		return decodeGB(unshiftISO2022CN(b))
	case csUTF7:
		return asDecoded(decodeUTF7(b))
	case csUTF16:
		return decodeWith(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), b)
	}
	if e, err := htmlindex.Get(cs); err == nil && e != encoding.Replacement {
		return decodeWith(e, b)
	}
	d := decodeGuess(b)
	d.unknown = true
	return d
}

func asDecoded(s string) decoded {
	return decoded{text: s, lost: strings.Contains(s, replaceStr)}
}

func decodeWith(e encoding.Encoding, b []byte) decoded {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return decodeGuess(b)
	}
	return asDecoded(string(out))
}

// decodeBOM decodes text that starts with a byte order mark.
func decodeBOM(b []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")) && utf8.Valid(b):
		return string(b[3:]), true
	case bytes.HasPrefix(b, []byte("\xFF\xFE")):
		return decodeUTF16(b[2:], false), true
	case bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return decodeUTF16(b[2:], true), true
	}
	return "", false
}

func decodeUTF16(b []byte, bigEndian bool) string {
	u := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		if bigEndian {
			u = append(u, uint16(b[i])<<8|uint16(b[i+1]))
		} else {
			u = append(u, uint16(b[i+1])<<8|uint16(b[i]))
		}
	}
	return string(utf16.Decode(u))
}

// decodeGuess decodes bytes of which nothing is known: UTF-8 when they are (or
// nearly are, as with a character cut at the end), else GB18030.
func decodeGuess(b []byte) decoded {
	if utf8.Valid(b) {
		return asDecoded(string(b))
	}
	if mostlyUTF8(b) {
		return asDecoded(strings.ToValidUTF8(string(b), replaceStr))
	}
	return decodeWith(gb18030, b)
}

// mostlyUTF8 tells whether invalid bytes are few beside whole multi-byte
// characters. GBK text contains valid UTF-8 sequences only by accident.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else if n > 2 { // two-byte sequences are common in GBK text
			good++
		}
		i += n
	}
	return good > 2*bad
}

// decodeGB decodes GB18030. Text that is labelled so but is UTF-8 is read as
// UTF-8.
func decodeGB(b []byte) decoded {
	d := decodeWith(gb18030, b)
	if utf8.Valid(b) && (d.lost || surelyUTF8(b)) {
		return asDecoded(string(b))
	}
	return d
}

// surelyUTF8 tells whether valid UTF-8 cannot well be GBK: nearly all its
// characters beyond ASCII take three bytes. Short GBK words can be valid UTF-8
// of two-byte characters (the word 联通 is), but not of three.
func surelyUTF8(b []byte) bool {
	short, long := 0, 0
	for i := 0; i < len(b); {
		_, n := utf8.DecodeRune(b[i:])
		switch {
		case n == 2:
			short++
		case n > 2:
			long++
		}
		i += n
	}
	return long > 3*short
}

// decodeLatin1 decodes what is labelled western: software that knows no better
// labels Chinese so. UTF-8 and unbroken GB18030 pairs are preferred when the
// bytes above 0x7F stand in runs, as Chinese characters do and accents do not.
func decodeLatin1(b []byte) decoded {
	if utf8.Valid(b) {
		return asDecoded(string(b))
	}
	if runsOfHighBytes(b) {
		if d := decodeWith(gb18030, b); !d.lost {
			return d
		}
	}
	e, err := htmlindex.Get("windows-1252")
	if err != nil {
		return decodeGuess(b)
	}
	return decodeWith(e, b)
}

// runsOfHighBytes tells whether most bytes above 0x7F stand next to another.
func runsOfHighBytes(b []byte) bool {
	all, single := 0, 0
	for i, c := range b {
		if c < 0x80 {
			continue
		}
		all++
		if (i == 0 || b[i-1] < 0x80) && (i+1 == len(b) || b[i+1] < 0x80) {
			single++
		}
	}
	return all > 0 && 2*single <= all
}

// unshiftISO2022CN turns the GB 2312 part of ISO-2022-CN (RFC 1922) into
// EUC-CN: designations are dropped, shifted-out bytes get their high bit.
func unshiftISO2022CN(b []byte) []byte {
	out := make([]byte, 0, len(b))
	shifted := false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == 0x1B && i+3 < len(b) && b[i+1] == '$':
			i += 3
		case c == 0x0E:
			shifted = true
		case c == 0x0F:
			shifted = false
		case c == '\n':
			shifted = false
			out = append(out, c)
		case shifted && c > 0x20 && c < 0x7F:
			out = append(out, c|0x80)
		default:
			out = append(out, c)
		}
	}
	return out
}

// decodeUTF7 decodes UTF-7 (RFC 2152) leniently.
func decodeUTF7(b []byte) string {
	var sb strings.Builder
	for i := 0; i < len(b); i++ {
		if b[i] != '+' {
			sb.WriteByte(b[i])
			continue
		}
		end := i + 1
		for end < len(b) && b64Value[b[end]] < 64 {
			end++
		}
		if end == i+1 {
			sb.WriteByte('+')
		} else {
			sb.WriteString(decodeUTF16(base64Word(b[i+1:end]), true))
		}
		i = end - 1
		if end < len(b) && b[end] == '-' {
			i = end
		}
	}
	return strings.ToValidUTF8(sb.String(), replaceStr)
}
