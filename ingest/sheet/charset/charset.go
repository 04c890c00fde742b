// Package charset turns the bytes of a text file into a string, strictly: the
// encoding is found by its mark, its declaration or its bytes, and bytes that
// are not of it are an error, never a replacement character.
package charset

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"

	"taizhang/ingest/sheet/strict"
)

// Decode returns the text in data, without a byte order mark. declared is the
// encoding that the text names for itself, "" when it names none. A mark
// decides first. Bytes that are UTF-8 beyond ASCII are read as that whatever
// they declare, for by chance they are it hardly ever and a wrong declaration
// is common. Without a declaration what is neither UTF-16 by its zero bytes
// nor UTF-8 is GB 18030. Errors are FDamaged with the reason "encoding".
func Decode(data []byte, declared string) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		if data = data[3:]; !utf8.Valid(data) {
			return "", bad("bytes that are not UTF-8")
		}
		return string(data), nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return wide(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return wide(data[2:], binary.BigEndian)
	}
	if order := order(data); order != nil {
		return wide(data, order)
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	if nearlyUTF8(data) {
		return "", bad("UTF-8 that is damaged")
	}
	enc, err := named(declared)
	if err != nil {
		return "", err
	}
	return decode(data, enc)
}

// nearlyUTF8 reports whether more characters of three bytes stand in data, as
// Chinese has them in UTF-8, than bytes that are none: in GB 18030 such bytes
// hardly ever follow each other.
func nearlyUTF8(data []byte) bool {
	good, bad := 0, 0
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		switch {
		case n == 3:
			good++
		case r == utf8.RuneError && n == 1:
			bad++
		}
		data = data[n:]
	}
	return good > bad
}

// named returns the encoding of that name; GB 18030 holds GB 2312 and GBK.
func named(name string) (encoding.Encoding, error) {
	switch name = strings.ToLower(strings.TrimSpace(name)); name {
	case "", "gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "ms936", "windows-936":
		return simplifiedchinese.GB18030, nil
	case "utf-8", "utf8", "unicode-1-1-utf-8", "utf-16", "utf-16le", "utf-16be", "unicode":
		return nil, bad("bytes that are not the %s they are declared as", name)
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, bad("unknown encoding %q", name)
	}
	return enc, nil
}

func decode(data []byte, enc encoding.Encoding) (string, error) {
	b, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return "", bad("decode: %w", err)
	}
	// Decoders put the replacement character for what is not of their
	// encoding; a text that needs one has no other use for it.
	if bytes.Contains(b, []byte("\uFFFD")) {
		return "", bad("bytes that are not of the encoding")
	}
	return string(b), nil
}

// order finds UTF-16 without a mark: of its ASCII characters, which every
// table holds, one byte is zero, and always the same.
func order(data []byte) binary.ByteOrder {
	head := data[:min(len(data), 4096)]
	if len(data) < 4 || bytes.IndexByte(head, 0) < 0 {
		return nil
	}
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[0] == 0:
		return binary.LittleEndian
	case zeros[1] == 0:
		return binary.BigEndian
	}
	return nil
}

func wide(data []byte, order binary.ByteOrder) (string, error) {
	if len(data)%2 != 0 {
		return "", bad("ends within a character")
	}
	var b strings.Builder
	b.Grow(len(data)) // a character of two bytes takes up to three; most of a table are digits and commas
	for len(data) > 0 {
		r := rune(order.Uint16(data))
		if data = data[2:]; utf16.IsSurrogate(r) {
			if len(data) == 0 {
				return "", bad("half of a character")
			}
			if r = utf16.DecodeRune(r, rune(order.Uint16(data))); r == utf8.RuneError {
				return "", bad("half of a character")
			}
			data = data[2:]
		}
		b.WriteRune(r)
	}
	return b.String(), nil
}

func bad(format string, args ...any) error {
	return strict.Damaged(strict.Encoding, format, args...)
}
