package xls_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/xuri/excelize/v2"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xlsx"
)

// TestFormatsAgree wants each number format to mean the same here and in package
// xlsx, for numbers of every sign.
func TestFormatsAgree(t *testing.T) {
	codes := []string{
		"0", "#,##0", "#,##0_ ;[Red]\\-#,##0\\ ", `_ * #,##0_ ;_ * \-#,##0_ ;_ * "-"_ ;_ @_ `, "0%", "0.00%;;", ";;;", "0;;", ";;;@",
		"yyyy-m-d", `yyyy"年"m"月"d"日";@`, "[$-804]aaaa", "[h]:mm", "h:mm AM/PM", "mm:ss.0", `0!.0,"万"`, "0!.0000", "0,", "#,##0,,",
		`0"万"`, `0"人"`, "0.00E+00", "[>=10000]0!.0,\"万\";0", "[=0]\"\";0", "[<1]0%;0", "G/通用格式", "General;-General;\"无\"", "@", "# ?/?",
		`"共"0"户"`, "\"abc\"", "e\"年\"", "[DBNum1]0", "_-0_-", "0*-", "0 千", "\\y0",
	}
	values := []float64{120, -3, 0, 0.5, 20000}
	for _, code := range codes {
		f := excelize.NewFile()
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err != nil {
			t.Fatal(err)
		}
		var cells []byte
		for i, v := range values {
			name, _ := excelize.CoordinatesToCellName(i+1, 1)
			if err := f.SetCellValue("Sheet1", name, v); err != nil {
				t.Fatal(err)
			}
			cells = append(cells, number(0, i, 1, v)...)
		}
		if err := f.SetCellStyle("Sheet1", "A1", "E1", style); err != nil {
			t.Fatal(err)
		}
		var buf bytes.Buffer
		if err := f.Write(&buf); err != nil {
			t.Fatal(err)
		}
		newer, err := xlsx.Read(context.Background(), "a", buf.Bytes(), strict.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		older := one(cat(font(false), format(164, code), xf(0, 0), xf(0, 164)), cells).table(t)
		for i, c := range newer[0].Cells() {
			if g := older.Cells()[i]; g.Format != c.Format || g.Date != c.Date || g.Text != c.Text {
				t.Errorf("%q of %v: %+v, want %+v", code, values[i], g, c)
			}
		}
	}
}

// BenchmarkRead reads a ledger of 240 cells.
func BenchmarkRead(b *testing.B) {
	data := compound("Workbook", one(looks, sampleBody()).stream())
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := readBook(data); err != nil {
			b.Fatal(err)
		}
	}
}

func sampleBody() []byte {
	var out []byte
	for r := range 30 {
		for c := range 8 {
			out = append(out, number(r, c, 0, float64(r*c))...)
		}
	}
	return out
}
