package charset_test

import (
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"taizhang/ingest/sheet/charset"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

func TestDecode(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("禹州市，参保120人")
	if err != nil {
		t.Fatal(err)
	}
	const text = "禹州市，参保120人"
	for _, tt := range []struct{ name, data, declared, want string }{
		{"UTF-8", text, "", text},
		{"UTF-8 declared as GBK", text, "gb2312", text},
		{"GBK", gbk, "", text},
		{"GBK declared", gbk, "GB2312", text},
		{"GBK declared as UTF-8", gbk, "utf-8", "encoding"},
		{"latin", "caf\xe9", "iso-8859-1", "café"},
		{"unknown", gbk, "klingon", "encoding"},
		{"ASCII", "a,b", "", "a,b"},
		{"one byte of UTF-8 lost", text[:1] + text[2:], "", "encoding"},
		{"cut UTF-8", text[:len(text)-1], "", "encoding"},
		{"half of a pair", "\xff\xfe\x00\xd8a\x00", "", "encoding"},
		{"a pair", "\xff\xfe\x3d\xd8\x00\xde", "", "😀"},
		{"nothing", "", "", ""},
	} {
		got, err := charset.Decode([]byte(tt.data), tt.declared)
		if err != nil {
			if strict.CodeOf(err) != ledger.FDamaged {
				t.Errorf("%s: %v", tt.name, err)
			}
			got = "encoding"
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
