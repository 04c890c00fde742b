package value_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"taizhang/ingest/check/value"
	"taizhang/ingest/sheet"
	"taizhang/internal/messy"
	"taizhang/ledger"
)

// numeralOf spells v, 0 to 99,999,999, in Chinese characters.
func numeralOf(v int64) string {
	digits := []rune("零一二三四五六七八九")
	section := func(v int64) string {
		s, zero := "", false
		for _, u := range []struct {
			n int64
			c string
		}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
			d := v / u.n % 10
			if d == 0 {
				zero = s != ""
				continue
			}
			if zero {
				s, zero = s+"零", false
			}
			s += string(digits[d]) + u.c
		}
		return s
	}
	if v == 0 {
		return "零"
	}
	high, low := v/10000, v%10000
	s := ""
	if high > 0 {
		s = section(high) + "万"
	}
	if low > 0 {
		if high > 0 && low < 1000 {
			s += "零"
		}
		s += section(low)
	}
	return s
}

// grouped spells v with thousands separators.
func grouped(v int64, sep string) string {
	s := strconv.FormatInt(v, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	return s
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xFEE0
		}
		return r
	}, s)
}

var financial = strings.NewReplacer("一", "壹", "二", "贰", "三", "叁", "四", "肆", "五", "伍", "六", "陆", "七", "柒", "八", "捌", "九", "玖", "十", "拾", "百", "佰", "千", "仟")

// spellings are all ways to write v that rule book §2 reads.
func spellings(v int64) []string {
	d := strconv.FormatInt(v, 10)
	ns := []string{d, d + ".0", d + ".", "0" + d, grouped(v, ","), grouped(v, "，"), fullWidth(d), fullWidth(grouped(v, ",")), numeralOf(v), financial.Replace(numeralOf(v)), d + ".00"}
	var out []string
	for _, n := range ns {
		for _, u := range []string{"", "人", " 人", "名", "户", "家", "（人）"} {
			for _, around := range []string{"%s", " %s ", "　%s", "\u200b%s\ufeff", "\u00a0%s\n"} {
				out = append(out, fmt.Sprintf(around, n+u))
			}
		}
	}
	return out
}

func checkSpellings(t *testing.T, v int64) {
	t.Helper()
	for _, s := range spellings(v) {
		checkSpelling(t, s, v)
	}
	if got, exact := value.Numeral(numeralOf(v)); got != v || !exact {
		t.Errorf("Numeral(%q) = %d, %t", numeralOf(v), got, exact)
	}
	for _, s := range []string{strconv.FormatInt(v, 10), fmt.Sprintf("%.10e", float64(v)), fmt.Sprintf("%.3f", float64(v))} {
		if r := value.Number(numberCell(s), true); !r.Figure.Stated() || r.Figure.Value != v {
			t.Errorf("Number(number %q) = %+v, want %d", s, r, v)
		}
	}
}

// checkSpelling wants the text to read as v.
func checkSpelling(t *testing.T, s string, v int64) {
	t.Helper()
	r := value.Number(textCell(s), true)
	if v == 1 && value.Fold(s) == "一" {
		return // may be a dash: TestLoneStroke
	}
	if !r.Figure.Stated() || r.Figure.Value != v {
		t.Errorf("Number(%q) = %+v, want %d", s, r, v)
	}
}

// Every spelling of every number reads back as that number.
func TestSpellingsReadBack(t *testing.T) {
	for v := int64(0); v < 130; v++ {
		checkSpellings(t, v)
	}
	for v := int64(190); v < 100_000_000; v = v*9/5 + 13 {
		checkSpellings(t, v)
	}
	n := 0
	for v := int64(0); v < 120_000; v++ {
		if got, exact := value.Numeral(numeralOf(v)); got != v || !exact {
			t.Fatalf("Numeral(%q) = %d, %t, want %d", numeralOf(v), got, exact, v)
		}
		n++
	}
	t.Logf("%d numerals read back", n)
}

// officeTexts are the texts of cells of ledgers as offices write them: those
// that hold a digit or a numeral, each once.
var officeTexts = sync.OnceValue(func() []string {
	seen := map[string]bool{}
	var out []string
	for _, c := range messy.Some(3, 10) {
		tables, err := sheet.Read(context.Background(), c.File, c.Data, sheet.Limits{})
		if err != nil {
			continue // some are damaged on purpose
		}
		for _, table := range tables {
			for _, cell := range table.Cells() {
				if s := cell.Text; !seen[s] && strings.ContainsAny(s, "0123456789０１２３４５６７８９一二三五六七八九十百") {
					seen[s], out = true, append(out, s)
				}
			}
		}
	}
	if len(out) < 100 {
		panic(fmt.Sprintf("only %d texts", len(out)))
	}
	return out
})

// some returns every nth of the texts that are not longer than most.
func some(texts []string, nth, most int) []string {
	var out []string
	for i, s := range texts {
		if i%nth == 0 && len(s) <= most {
			out = append(out, s)
		}
	}
	return out
}

func FuzzNumber(f *testing.F) {
	for i, s := range some(officeTexts(), 9, 60) {
		f.Add(s, int64(i)*7919)
	}
	for _, s := range []string{"120", "1,200", "一百二十人", "约120", "1.2万", "120、98", "-5", "—", "2022年5月", "1 234", "120.0人次", "\u202e021", "○", "（）", "人"} {
		f.Add(s, int64(120))
	}
	f.Fuzz(func(t *testing.T, s string, v int64) {
		for _, kind := range []ledger.CellKind{ledger.CellText, ledger.CellNumber} {
			r := value.Number(ledger.Cell{Kind: kind, Text: s}, true)
			if r.Figure.Kind == "" && len(r.Issues) == 0 {
				t.Errorf("Number(%q) takes nothing and says nothing", s)
			}
			if r.Figure.Value < 0 || r.Figure.Value > 100_000_000 || r.Figure.Kind != ledger.Number && r.Figure.Value != 0 {
				t.Errorf("Number(%q) = %+v", s, r)
			}
			argsFit(t, r.Issues)
		}
		value.IsSentence(s)
		// One spelling of v each time: all of them together take a hundred times
		// what the text does, and TestSpellingsReadBack reads them all.
		n := int64(uint64(v) % 99_999_999)
		list := spellings(n)
		checkSpelling(t, list[uint64(v)/99_999_999%uint64(len(list))], n)
	})
}

func FuzzNumeral(f *testing.F) {
	for _, s := range []string{"一百二十", "壹佰", "一万零五", "亿", "百百", "零零", "十", "二〇二二"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, exact := value.Numeral(s); v < 0 || exact && s == "" {
			t.Errorf("Numeral(%q) = %d, %t", s, v, exact)
		}
	})
}

func FuzzDateText(f *testing.F) {
	for _, s := range some(officeTexts(), 7, 200) {
		f.Add(s)
	}
	for _, s := range []string{"2022年5月26日", "5.26", "二〇二二年五月二十六日", "20220526", "5月32日", "1-5月", "一至五月", "廿六日"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, found, ok := value.DateText(s)
		if ok && !found || ok && d.Year != 0 && !d.Valid() || !found && !d.IsZero() {
			t.Errorf("DateText(%q) = %v, %t, %t", s, d, found, ok)
		}
	})
}

func FuzzMonths(f *testing.F) {
	for _, s := range some(officeTexts(), 7, 200) {
		f.Add(s)
	}
	for _, s := range []string{"2022年5月", "202205", "5月份", "1-5月", "2022-5-26", "十二月", "2022.13", "0374-2620807"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, m := range value.Months(s) {
			if m.Text == "" || m.Valid && (m.Month < 1 || m.Month > 12) || m.Year < 0 || m.Year > 9999 {
				t.Errorf("Months(%q) = %+v", s, m)
			}
		}
		for _, m := range value.MonthSpans(s) {
			if m.First >= m.Last {
				t.Errorf("MonthSpans(%q) = %+v", s, m)
			}
		}
	})
}

func FuzzUnits(f *testing.F) {
	c := builtin(f)
	u := value.NewUnits(c)
	for _, s := range []string{"禹州市", "许昌市禹州市", "焉陵县", "鄢陵县柏梁镇", "市本级", "许昌县", "禹州市本级", "魏都 区"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := u.Match(s)
		if m.Unit != "" && (c.Unit(m.Unit) == nil || m.Offer != "" || len(m.Several) > 0) || m.Offer != "" && c.Unit(m.Offer) == nil || len(m.Several) == 1 {
			t.Errorf("Match(%q) = %+v", s, m)
		}
		if !m.Named && (m.Unit != "" || m.Offer != "" || len(m.Several) > 0) {
			t.Errorf("Match(%q) = %+v without Named", s, m)
		}
	})
}

var plainDigits = regexp.MustCompile(`\d+`)

// literal returns the numbers that stand in the text in digits, separators
// taken out, or as a numeral.
func literal(s string) []int64 {
	var out []int64
	half := strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			return r - 0xFEE0
		}
		return r
	}, s)
	for _, t := range []string{half, strings.ReplaceAll(half, ",", "")} {
		for _, d := range plainDigits.FindAllString(t, -1) {
			if v, err := strconv.ParseInt(d, 10, 64); err == nil {
				out = append(out, v)
			}
		}
	}
	rs := []rune(half)
	for i := range rs {
		for j := i + 1; j <= len(rs) && j < i+25; j++ {
			if v, exact := value.Numeral(string(rs[i:j])); exact {
				out = append(out, v)
			}
		}
	}
	return out
}

func FuzzSentence(f *testing.F) {
	for _, s := range some(officeTexts(), 5, 400) {
		f.Add(s)
	}
	form := &builtin(f).Form
	for _, s := range []string{
		"养老120人，工伤98人", "企业养老、工伤、失业保险分别新增120、98、76人", "新增参保35户120人", "92人（企业养老）", "本月养老120人，累计500人", "各35人", "养老一百二十人", "1、养老120人", "养老1,200人（工伤：无）", "较上月增长5%", "养老1.2万人",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := value.Sentence(s, form)
		argsFit(t, r.Issues)
		var numbers []int64
		for _, fs := range []ledger.Figures{r.Month, r.Cumulative} {
			for k, g := range fs {
				if form.Measure(k) == nil || !g.Stated() || g.Value < 0 || g.Value > 100_000_000 || g.Text == "" {
					t.Errorf("Sentence(%q): %s = %+v", s, k, g)
				}
				if numbers == nil {
					numbers = literal(s)
				}
				if g.Kind == ledger.Number && !slices.Contains(numbers, g.Value) {
					t.Errorf("Sentence(%q): %s = %d does not stand there", s, k, g.Value)
				}
			}
		}
	})
}

// The order of labelled numbers does not matter, and neither do foreign ones
// beside them.
func TestSentenceMetamorphic(t *testing.T) {
	f := &builtin(t).Form
	clauses := []string{"养老120人", "工伤98人", "失业76人", "新增参保企业35户", "参保人数150人"}
	want := "E35 P120 I98 U76 T150"
	n := 0
	var permute func(done, left []string)
	permute = func(done, left []string) {
		if len(left) == 0 {
			for _, sep := range []string{"，", "；", "、", "\n"} {
				for _, s := range []string{strings.Join(done, sep), strings.Join(done, sep) + sep + "医疗保险30人", "城乡居民养老200人" + sep + strings.Join(done, sep), fullWidth(strings.Join(done, sep))} {
					n++
					if got := sentenceText(f, value.Sentence(s, f)); got != want {
						t.Errorf("Sentence(%q) = %s, want %s", s, got, want)
					}
				}
			}
			return
		}
		for i := range left {
			rest := slices.Delete(slices.Clone(left), i, i+1)
			permute(append(slices.Clone(done), left[i]), rest)
		}
	}
	permute(nil, clauses)
	t.Logf("%d sentences", n)
}
