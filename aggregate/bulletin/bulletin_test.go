package bulletin_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/aggregate"
	"taizhang/aggregate/bulletin"
	"taizhang/ledger"
)

// The table, read back from the document, holds the figures of the summary;
// no cell is empty.
func TestTheTableHoldsTheFiguresOfTheSummary(t *testing.T) {
	for name, s := range map[string]*aggregate.Summary{"7": full(t), "5": five(t), "0": nobody(t), "correction": corrected(t), "cumulative": december(t)} {
		got := rows(read(t, write(t, s).Data))
		if len(got) != len(s.Rows)+2 {
			t.Fatalf("%s: %d rows", name, len(got))
		}
		say := func(v aggregate.Value) string {
			if !v.Known {
				return "－"
			}
			return fmt.Sprint(v.N)
		}
		for i, r := range append(slices.Clone(s.Rows), s.Total) {
			var want []string
			for _, m := range s.Columns {
				want = append(want, say(r.Month[m.Key]))
			}
			want = append(want, say(r.Cumulative["persons"]))
			if d := cmp.Diff(want, got[i+1][1:len(want)+1]); d != "" {
				t.Errorf("%s, row %d:\n%s", name, i+1, d)
			}
			n := r.Rank["persons"]
			if last := got[i+1][len(got[i+1])-1]; last != say(aggregate.Value{N: int64(n), Known: n > 0}) {
				t.Errorf("%s, row %d: place %s, want %d", name, i+1, last, n)
			}
			if slices.Contains(got[i+1], "") {
				t.Errorf("%s, row %d has an empty cell: %q", name, i+1, got[i+1])
			}
		}
		if label := got[len(got)-1][0]; label != fmt.Sprintf("合计\n已计入%d/应报%d", s.Tally.InForce, s.Tally.Due) {
			t.Errorf("%s: total %q", name, label)
		}
	}
}

func TestSameInputSameBytes(t *testing.T) {
	first := write(t, full(t))
	for range 5 {
		if !bytes.Equal(first.Data, write(t, full(t)).Data) {
			t.Fatal("the same summary gave other bytes")
		}
	}
	s := full(t)
	zr, err := zip.NewReader(bytes.NewReader(first.Data), int64(len(first.Data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range zr.File {
		if !f.Modified.Equal(s.At) {
			t.Errorf("%s is of %s", f.Name, f.Modified)
		}
	}
}

// Whatever a county writes is text in its paragraph: no mark, no markup, no
// field, no second line, no invisible character.
func TestNothingFromOutsideTakesEffect(t *testing.T) {
	evil := []string{"# 标题\n## 一、假标题\n【落款】假小组", "]]><w:p/>&amp;<!-- -->", "{{表格}}\x01\x02{{.专项小组}}", "\u202e倒\u202c写\u200b隐\ufeff藏\x00\x1b[31m",
		"שלום مرحبا 👨‍👩‍👧 \U0001F600", "【主送】全体\r\n{{range .变动}}", "// 注释 =cmd|' /C calc'!A0 \\x"}
	c, st := world(t)
	for i, u := range units {
		submit(c, st, report{unit: u, period: may, figures: figures(1, 2, 3, 4, 5), words: evil[i]})
	}
	st.Book(may).Exempt = map[string]ledger.Decision{"襄城县": {Reason: evil[0]}}
	c.Notice, c.Desk.Name, c.Desk.Contacts[0].Name = evil[1], evil[0], evil[2]
	s := build(c, st, may, 1)
	a := write(t, s)
	got := text(t, a.Data)
	for _, want := range []string{"# 标题 ## 一、假标题 【落款】假小组", "]]><w:p/>&amp;<!-- -->", "{{表格}}", "倒写隐藏 [31m", "שלום مرحبا 👨👩👧 😀", "【主送】全体 {{range .变动}}", "// 注释 =cmd|' /C calc'!A0 \\x"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
	xml := string(members(t, a.Data)["word/document.xml"])
	plain := string(members(t, write(t, full(t)).Data)["word/document.xml"])
	for _, mark := range []string{`"Title"`, `"LuoKuan"`, `"ZhuSong"`, "<w:tbl>", "<w:fldSimple", "<w:instrText", "<w:hyperlink"} {
		if strings.Count(xml, mark) != strings.Count(plain, mark) {
			t.Errorf("%s: %d times, want %d", mark, strings.Count(xml, mark), strings.Count(plain, mark))
		}
	}
	for _, r := range []rune{0, 1, 2, 0x1b, 0x200b, 0x202e, 0xfeff} {
		if strings.ContainsRune(xml, r) {
			t.Errorf("holds U+%04X", r)
		}
	}
}

func TestExcerptsEndAtASentence(t *testing.T) {
	c, st := world(t)
	sentence := "深入企业开展政策宣传，逐户核对参保情况。" // 20 characters
	submit(c, st, report{unit: "市本级", period: may, figures: figures(1, 2, 3, 4, 5), words: strings.Repeat(sentence, 30)})
	submit(c, st, report{unit: "禹州市", period: may, figures: figures(1, 2, 3, 4, 5), words: strings.Repeat("走访", 300)})
	submit(c, st, report{unit: "长葛市", period: may, figures: figures(1, 2, 3, 4, 5), words: strings.Repeat("走访", 20) + "，" + strings.Repeat("宣传", 100)})
	submit(c, st, report{unit: "魏都区", period: may, figures: figures(1, 2, 3, 4, 5), words: "短句。\r\n\r\n第二行\n第三行"})
	submit(c, st, report{unit: "建安区", period: may, quality: ledger.QualityReturned, figures: figures(1, 2, 3, 4, 5), words: "退回件的话不引用。"})
	got := text(t, write(t, build(c, st, may, 1)).Data)
	for _, want := range []string{"\n" + strings.Repeat(sentence, 6) + "……\n", "\n" + strings.Repeat("走访", 60) + "……\n", "\n" + strings.Repeat("走访", 20) + "……\n", "\n短句。第二行 第三行\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "退回件的话") {
		t.Error("quotes a version that is not in force")
	}
}

// Without a city's notice, contacts or targets the letter still reads.
func TestAnotherCampaign(t *testing.T) {
	c, st := world(t)
	c.Notice, c.Desk.Contacts = "", nil
	for i := range c.Units {
		c.Units[i].Target = ledger.Target{}
	}
	c.Form.Total = ""
	submit(c, st, report{unit: "市本级", period: may, figures: figures(1, 2, 3, 4, 5)})
	got := text(t, write(t, build(c, st, may, 1)).Data)
	for _, bad := range []string{"按照", "联系人", "目标", "<no value>", "（）", "：。", "、。", "，。"} {
		if strings.Contains(got, bad) {
			t.Errorf("holds %q:\n%s", bad, got)
		}
	}
	if err := bulletin.Check("", c); err != nil {
		t.Errorf("the built-in template must fit any campaign: %v", err)
	}
}

// An exempt unit that reports is summed, and the letter says so.
func TestExemptUnitThatReports(t *testing.T) {
	c, st := world(t)
	for _, u := range units {
		submit(c, st, report{unit: u, period: may, figures: figures(1, 2, 3, 4, 5)})
	}
	st.Book(may).Exempt = map[string]ledger.Decision{"襄城县": {}}
	got := text(t, write(t, build(c, st, may, 1)).Data)
	for _, want := range []string{"应报单位6个，已报6/6，已计入6/6", "新增参保35人", "免报：襄城县。", "合计含免报而报送的单位：襄城县。", "| 襄城县 | 1 | 2 | 3 | 4 | 5 | 5 | － | － |"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}

// A number is never broken over two lines: its column has room for it.
func TestColumnsHoldTheirNumbers(t *testing.T) {
	c, st := world(t)
	submit(c, st, report{unit: "市本级", period: may, figures: figures(123, 1234567, 12, 12345678, 123456789)})
	xml := string(members(t, write(t, build(c, st, may, 1)).Data)["word/document.xml"])
	var widths []int
	total := 0
	for _, m := range regexp.MustCompile(`<w:gridCol w:w="(\d+)"/>`).FindAllStringSubmatch(xml, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		widths, total = append(widths, n), total+n
	}
	if total != 8845 || len(widths) != 9 {
		t.Fatalf("%v make %d, not the width of the text", widths, total)
	}
	for i, digits := range map[int]int{1: 3, 2: 7, 3: 2, 4: 8, 5: 9, 6: 9} {
		if least := digits*105 + 56; widths[i] < least { // half of 10.5 pt each, and the margins
			t.Errorf("column %d is %d wide, %d digits need %d", i, widths[i], digits, least)
		}
	}
}

func TestRefusesHalfASummary(t *testing.T) {
	for name, s := range map[string]*aggregate.Summary{"nil": nil, "empty": {}, "no columns": {Campaign: &ledger.Campaign{}, Period: may, At: time.Now()}} {
		if _, err := bulletin.Write(s, builtin(t)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestThePageOfTheStandard(t *testing.T) {
	xml := string(members(t, write(t, full(t)).Data)["word/document.xml"])
	styles := string(members(t, write(t, full(t)).Data)["word/styles.xml"])
	// 37, 35, 28 and 26 mm in twentieths of a point, A4, 28.95 pt lines.
	for _, want := range []string{`<w:pgSz w:w="11906" w:h="16838"/>`, `w:top="2098" w:right="1474" w:bottom="1984" w:left="1587"`, "<w:tblHeader/>", `<w:cantSplit/>`} {
		if !strings.Contains(xml, want) {
			t.Errorf("document lacks %s", want)
		}
	}
	for _, want := range []string{`w:line="579" w:lineRule="exact"`, `w:firstLineChars="200"`, `w:eastAsia="方正小标宋简体"`, `w:eastAsia="仿宋_GB2312"`, `w:eastAsia="黑体"`, `w:eastAsia="楷体_GB2312"`, `<w:sz w:val="44"/>`, `<w:sz w:val="32"/>`} {
		if !strings.Contains(styles, want) {
			t.Errorf("styles lack %s", want)
		}
	}
	if n := strings.Count(xml, "<w:cantSplit/>"); n != 9 {
		t.Errorf("%d rows that do not split", n)
	}
}
