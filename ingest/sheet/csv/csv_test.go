package csv_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"taizhang/ingest/sheet/csv"
	"taizhang/ingest/sheet/sheettest"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

func read(data string) ([]*ledger.Table, error) {
	return csv.Read(context.Background(), "台账.csv", []byte(data), strict.Limits{})
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

const plain = "填报单位：禹州市,单位：人\r\n户数,人数\r\n35,120\r\n"

func TestEncodings(t *testing.T) {
	want := []string{"table 0", `A1 "填报单位：禹州市"`, `B1 "单位：人"`, `A2 "户数"`, `B2 "人数"`, `A3 "35"`, `B3 "120"`}
	le, be := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	for name, data := range map[string]string{
		"UTF-8":             plain,
		"BOM":               "\xef\xbb\xbf" + plain,
		"GBK":               must(simplifiedchinese.GBK.NewEncoder().String(plain)),
		"UTF-16 with mark":  must(le.NewEncoder().String(plain)),
		"UTF-16 big endian": must(be.NewEncoder().String(plain)),
		"UTF-16 without":    must(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(plain)),
		"tabs":              strings.ReplaceAll(plain, ",", "\t"),
		"semicolons":        strings.ReplaceAll(plain, ",", ";"),
		"full-width commas": strings.ReplaceAll(plain, ",", "，"),
		"old Mac":           strings.ReplaceAll(plain, "\r\n", "\r"),
		"no last line end":  strings.TrimSpace(plain),
		"DOS":               plain + "\x1a",
		"sep":               "sep=;\n" + strings.ReplaceAll(plain, ",", ";"),
	} {
		tables, err := read(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(want, sheettest.Lines(tables)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	// 㐂 and 𠮷 are in GB 18030 alone, with four bytes each.
	rare := "填报单位,户数\r\n𠮷㐂社区,35\r\n"
	tables, err := read(must(simplifiedchinese.GB18030.NewEncoder().String(rare)))
	if err != nil {
		t.Fatalf("GB 18030: %v", err)
	}
	if d := cmp.Diff([]string{"table 0", `A1 "填报单位"`, `B1 "户数"`, `A2 "𠮷㐂社区"`, `B2 "35"`}, sheettest.Lines(tables)); d != "" {
		t.Errorf("GB 18030: %s", d)
	}
}

func TestFields(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		want       []string
	}{
		{"quotes", "a,\"b,\"\"c\"\"\nd\"\n1,\"2\"\n", []string{"table 0", `A1 "a"`, "B1 \"b,\\\"c\\\"\\nd\"", `A2 "1"`, `B2 "2"`}},
		{"two widths, as Excel writes them", strings.Repeat("a,1,\n", 16) + strings.Repeat("a,1\n", 4), slices.Concat([]string{"table 0"}, pairs(20))},
		{"bare quotes", "5\" pipe,x\n1,2\n", []string{"table 0", `A1 "5\" pipe"`, `B1 "x"`, `A2 "1"`, `B2 "2"`}},
		{"empty fields", ",a,\n,,\n1,,2\n", []string{"table 0", `B1 "a"`, `A3 "1"`, `C3 "2"`}},
		{"kept from Excel", "a,b\n=\"0120\",\t35\n", []string{"table 0", `A1 "a"`, `B1 "b"`, `A2 "0120"`, `B2 "\t35"`}},
		{"thousands in quotes", "户数,人数\n35,\"1,200\"\n", []string{"table 0", `A1 "户数"`, `B1 "人数"`, `A2 "35"`, `B2 "1,200"`}},
		{"tabs with thousands", "户数\t人数\n35\t1,200\n", []string{"table 0", `A1 "户数"`, `B1 "人数"`, `A2 "35"`, `B2 "1,200"`}},
		{"blank lines", "a,b\n\n1,2\n", []string{"table 0", `A1 "a"`, `B1 "b"`, `A3 "1"`, `B3 "2"`}},
	} {
		tables, err := read(tt.data)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if d := cmp.Diff(tt.want, sheettest.Lines(tables)); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
}

// pairs are n rows of a word and a number.
func pairs(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("A%d \"a\"", i+1), fmt.Sprintf("B%d \"1\"", i+1))
	}
	return out
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"a text", "见附件\n谢谢\n", "F03 text"},
		{"one line", "a,b\n", "F03 text"},
		{"a letter", "您好，附件是台账，请查收。\n谢谢。\n此致\n敬礼\n", "F03 text"},
		{"control characters", "a,b\n1,\x02\n", "F03 unknown"},
		{"cut within quotes", "a,b\n1,\"2\n3,4\n", "F01 cut"},
		{"cut within quotes, other marks around", "a,b;c\nx,\"y;z\n", "F01 cut"},
		{"text behind quotes", "a,b\n1,\"2\"3\n", "F01 structure"},
		{"a lost field", "a,b,c,d\n,,,\n1,2,3\n,,,\n", "F01 structure"},
		{"a doubled field", "a,b,c,d\n,,,\n1,2,2,3,4\n,,,\n", "F01 structure"},
		{"quotes closed and not opened: a piece of a field of two lines", "a,b\n1,\"2\n3\"\n3\",2\n", "F01 structure"},
		{"neither UTF-8 nor GB 18030", "a,b\n1,\xff\xff\n", "F01 encoding"},
		{"cut within a character", "户数,人数\n35,人"[:len("户数,人数\n35,人")-1], "F01 encoding"},
		{"UTF-16 of odd length", "\xff\xfea\x00,", "F01 encoding"},
		{"UTF-8 with a mark that is none", "\xef\xbb\xbfa,\xff\n", "F01 encoding"},
		{"a torn figure", "户数,人数\n35,1,200\n", "F01 structure"},
		{"many cells", strings.Repeat("1,2\n", 100_001), "F06 cells"},
		{"a long field", "a,b\n" + strings.Repeat("x", 40_000) + ",1\n", "F06 text"},
	} {
		if got := sheettest.Verdict(read(tt.data)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestCut cuts a file anywhere. This kind has no end mark: what is left reads
// as a prefix of the whole, but for the field that was cut.
func TestCut(t *testing.T) {
	whole := must(simplifiedchinese.GBK.NewEncoder().String("单位,户数,人数,措施\r\n禹州市,35,120,\"走访,宣传\"\r\n长葛市,31,98,宣传\r\n"))
	tables, err := read(whole)
	if err != nil {
		t.Fatal(err)
	}
	refused, prefix := 0, 0
	for n := range len(whole) {
		got, err := read(whole[:n])
		if err != nil {
			refused++
			continue
		}
		prefix++
		cells := got[0].Cells()
		for i, c := range cells {
			w := tables[0].Cells()[i]
			isCut := i == len(cells)-1 && c.Ref == w.Ref && strings.HasPrefix(w.Text, c.Text)
			if c != w && !isCut {
				t.Errorf("cut at %d: %s %q, want %q", n, c.Name(), c.Text, w.Text)
			}
		}
	}
	t.Logf("%d cuts: %d refused, %d read as a prefix", len(whole), refused, prefix)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(plain))
	for _, name := range []string{"ledger", "formulas"} {
		b, err := os.ReadFile("../testdata/kinds/libreoffice-" + name + "-Sheet1.csv")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add([]byte(must(simplifiedchinese.GB18030.NewEncoder().String(string(b)))))
		f.Add([]byte(must(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(string(b)))))
	}
	f.Add([]byte("a;b\n\"c\n\";d"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tables, err := csv.Read(context.Background(), "a.csv", data, strict.Limits{})
		if err != nil && (tables != nil || strict.CodeOf(err) == "") {
			t.Errorf("%d tables, error %v", len(tables), err)
		}
	})
}
