package xls_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xls"
	"taizhang/ledger"
)

// explained is what testdata/oracle.tsv says of one difference.
type explained struct {
	class, why string
	seen       bool
}

// explanations reads the table of differences, by file, sheet and cell.
func explanations(t *testing.T) map[string]*explained {
	t.Helper()
	b, err := os.ReadFile("testdata/oracle.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*explained{}
	for line := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if len(f) != 5 || f[4] == "" {
			t.Fatalf("a line without a reason: %q", line)
		}
		for _, cell := range strings.Fields(f[3]) {
			out[f[0]+" "+f[1]+" "+cell] = &explained{class: f[2], why: f[4]}
		}
	}
	return out
}

// oracleFiles is how many workbooks of Apache POI have their values beside them.
const oracleFiles = 232

// TestOracle compares the workbooks of Apache POI with their values as Excel
// formats them (folder in TAIZHANG_LEGACY): numbers by value to the digits that
// show, dates by day, texts exactly. Every cell that differs stands in
// testdata/oracle.tsv with the reason why that is no error of this reader; a
// difference that does not, and a line there that is no longer true, fail.
func TestOracle(t *testing.T) {
	paths := workbooks(t, "TAIZHANG_LEGACY")
	if len(paths) == 0 {
		return
	}
	table := explanations(t)
	total, because := map[string]int{}, map[string]int{}
	unexplained := 0
	differ := func(file, sheet, cell, class, detail string) {
		e, ok := table[file+" "+sheet+" "+cell]
		if !ok || e.class != class {
			unexplained++
			t.Errorf("%s %s %s: %s: %s", file, sheet, cell, class, detail)
			return
		}
		e.seen = true
		because[e.why]++
	}
	files, sheets := 0, 0
	for _, path := range paths {
		if m, _ := filepath.Glob(path + ".*.csv"); len(m) == 0 || !strings.Contains(path, "apache+poi") {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files++
		name := filepath.Base(path)
		tables, err := xls.Read(context.Background(), name, data, strict.Limits{})
		if err != nil {
			differ(name, "-", "-", "file refused", err.Error())
			continue
		}
		sheets += compareBook(t, path, tables, total, differ)
	}
	stale := 0
	for at, e := range table {
		if !e.seen {
			t.Errorf("%s is explained and does not differ: %s", at, e.class)
			stale++
		}
	}
	if files != oracleFiles {
		t.Errorf("%d workbooks with values, want %d", files, oracleFiles)
	}
	equal := 0
	for class, n := range total {
		if strings.HasPrefix(class, "equal") {
			equal += n
		}
	}
	t.Logf("counted: %d workbooks, %d sheets, %d cells equal (%d exactly, %d as numbers, %d as dates), %d explained differences, %d not explained",
		files, sheets, equal, total["equal"], total["equal number"], total["equal date"], len(table)-stale, unexplained)
	for why, n := range because {
		t.Logf("counted: %4d %s", n, why)
	}
}

// compareBook compares the tables of one workbook with the files beside it and
// returns how many there are.
func compareBook(t *testing.T, path string, tables []*ledger.Table, total map[string]int, differ func(file, sheet, cell, class, detail string)) int {
	t.Helper()
	sheets := 0
	for i, table := range tables {
		rows, err := readCSV(fmt.Sprintf("%s.%d.csv", path, i))
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			continue
		}
		sheets++
		compare(table, rows, aligned(table, rows), func(class string, at ledger.Ref, c ledger.Cell, want string) {
			for _, n := range table.Notes {
				if class == "unread" && n.Cell == at.Name() {
					class = "unread, " + n.Args["what"]
				}
			}
			total[class]++
			if !strings.HasPrefix(class, "equal") {
				differ(filepath.Base(path), strconv.Itoa(i), at.Name(), class, fmt.Sprintf("%+v, want %q", c, want))
			}
		})
	}
	return sheets
}

// readCSV reads the rows of the file, empty ones too, which encoding/csv skips.
func readCSV(path string) ([][]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	row, field, quoted := []string{}, "", false
	text := strings.TrimPrefix(string(b), "\ufeff")
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '"' && strings.HasPrefix(text[i+1:], `"`):
			field += `"`
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && c == ',':
			row, field = append(row, field), ""
		case !quoted && c == '\n':
			rows = append(rows, append(row, strings.TrimSuffix(field, "\r")))
			row, field = nil, ""
		default:
			field += text[i : i+1]
		}
	}
	if field != "" || row != nil {
		rows = append(rows, append(row, field))
	}
	return rows, nil
}

// aligned returns the place that the first value of the csv stands for: it
// begins at the first row and column that the sheet uses, styled blanks
// included, which a table does not state. It is the place with the most equal
// values.
func aligned(table *ledger.Table, rows [][]string) ledger.Ref {
	first := ledger.Ref{Row: math.MaxInt, Col: math.MaxInt}
	for _, c := range table.Cells() {
		first.Row, first.Col = min(first.Row, c.Row), min(first.Col, c.Col)
	}
	var best ledger.Ref
	most := -1
	for row := 0; row <= first.Row && row < 100; row++ {
		for col := 0; col <= first.Col && col < 30; col++ {
			from, n := ledger.Ref{Row: row, Col: col}, 0
			compare(table, rows, from, func(class string, _ ledger.Ref, _ ledger.Cell, _ string) {
				if strings.HasPrefix(class, "equal") {
					n++
				}
			})
			if n > most {
				best, most = from, n
			}
		}
	}
	return best
}

// compare calls report for every place that holds something in one or both.
func compare(table *ledger.Table, rows [][]string, from ledger.Ref, report func(class string, at ledger.Ref, c ledger.Cell, want string)) {
	for r, row := range rows {
		for col, want := range row {
			at := ledger.Ref{Row: r + from.Row, Col: col + from.Col}
			c, ok := table.At(at)
			switch {
			case !ok && want == "" || ok && c.Text == "" && want == "":
			case !ok:
				report("unread", at, c, want)
			default:
				report(judge(c, want), at, c, want)
			}
		}
	}
	for _, c := range table.Cells() {
		if r, col := c.Row-from.Row, c.Col-from.Col; r < 0 || col < 0 || r >= len(rows) || col >= len(rows[r]) {
			if c.Text != "" {
				report("not in csv", c.Ref, c, "")
			}
		}
	}
}

func judge(c ledger.Cell, want string) string {
	if c.NoValue {
		return "no value"
	}
	if c.Text == want {
		return "equal"
	}
	if c.Kind == ledger.CellText && strings.TrimSpace(c.Text) == strings.TrimSpace(want) {
		return "equal but for spaces"
	}
	if c.Kind != ledger.CellNumber {
		return "different " + fmt.Sprint(c.Kind)
	}
	v, _ := strconv.ParseFloat(c.Text, 64)
	switch c.Format {
	case ledger.FormatHidden:
		if want == "" {
			return "equal"
		}
	case ledger.FormatDate:
		for _, layout := range []string{"1/2/06", "1/2/2006", "2006-01-02", "02-Jan-06", "2-Jan-06", "2-Jan", "1/2/06 15:04", "Monday, January 2, 2006", "2006/01/02", "02/01/2006"} {
			if d, err := time.Parse(layout, want); err == nil {
				if g := ledger.DateOf(d); g == c.Date || g.Month == c.Date.Month && g.Day == c.Date.Day && (d.Year() == 0 || g.Year%100 == c.Date.Year%100) {
					return "equal date"
				}
			}
		}
		return "different date"
	}
	s := strings.TrimSpace(want)
	neg := strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")")
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("$€£¥,() ", r) {
			return -1
		}
		return r
	}, s)
	scale := 1.0
	if t, ok := strings.CutSuffix(s, "%"); ok {
		s, scale = t, 0.01
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return "different format"
	}
	if neg {
		n = -n
	}
	mantissa, exp, _ := strings.Cut(strings.ToUpper(s), "E")
	e, _ := strconv.Atoi(exp)
	_, frac, _ := strings.Cut(mantissa, ".")
	step := scale * math.Pow(10, float64(e-len(frac)))
	if math.Abs(n*scale-v) <= 0.5*step*1.0001+1e-12*math.Abs(v) {
		return "equal number"
	}
	return "different number"
}

// TestVersions reads workbooks that SheetJS keeps in BIFF5 and in BIFF8 (folder
// in TAIZHANG_LEGACY), and wants the two to say the same. BIFF5 cannot hold
// every character, so texts are compared only where it can.
func TestVersions(t *testing.T) {
	pairs, equal := 0, 0
	for _, path := range workbooks(t, "TAIZHANG_LEGACY") {
		folder, name := filepath.Split(path)
		if filepath.Base(folder) != "biff5" {
			continue
		}
		newer, err := os.ReadFile(filepath.Join(filepath.Dir(filepath.Clean(folder)), name))
		if err != nil {
			continue
		}
		older, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := readBook(newer)
		if err != nil {
			t.Logf("%s: %v", name, err)
			continue
		}
		got, err := readBook(older)
		if err != nil {
			t.Logf("%s: %v", name, err)
			continue
		}
		pairs++
		for i, table := range want {
			for _, c := range table.Cells() {
				if strings.HasPrefix(c.Formula, "Comment(") {
					continue // a macro, which gave something else at each saving
				}
				g, _ := got[i].At(c.Ref)
				ascii := strings.IndexFunc(c.Text, func(r rune) bool { return r > 126 }) < 0
				if g.Kind != c.Kind || g.Format != c.Format || g.Date != c.Date || ascii && g.Text != c.Text {
					t.Errorf("%s %s: %+v in BIFF5, %+v in BIFF8", name, c.Name(), g, c)
					continue
				}
				equal++
			}
		}
	}
	t.Logf("counted: %d workbooks in two versions, %d cells equal", pairs, equal)
}

// TestWPS reads workbooks of WPS (.et; folder in TAIZHANG_LEGACY).
func TestWPS(t *testing.T) {
	n := 0
	for _, path := range workbooks(t, "TAIZHANG_LEGACY") {
		if filepath.Ext(path) != ".et" {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		n++
		if tables, err := readBook(data); err != nil || len(tables) == 0 || len(tables[0].Cells()) == 0 {
			t.Errorf("%s: %d tables, %v", path, len(tables), err)
		}
	}
	t.Logf("counted: %d files of WPS", n)
}
