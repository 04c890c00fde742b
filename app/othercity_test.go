package app_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"taizhang/app"
	"taizhang/ingest/attach"
	"taizhang/internal/golden"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

var (
	otherMonth  = ledger.Period{Year: 2023, Month: time.May}
	mailboxPart = regexp.MustCompile(`(?ms)^mailbox:\n.*?^(?:#|\S)`)
	storePart   = regexp.MustCompile(`(?ms)^store:\n.*`)
	// xuchang are words of the built-in campaign and form; none may show in
	// anything that another campaign writes.
	xuchang = regexp.MustCompile(`许昌|许社|禹州|长葛|参保|养老|工伤|失业|户数|企业|险种|社保|附件 ?[123]|全民|攻坚|工作落实台账`)
)

// day is an instant of May 2023 in the office's zone.
func otherDay(day, hour, minute int) time.Time {
	return time.Date(2023, time.May, day, hour, minute, 0, 0, samples.Start.Location())
}

// otherCity is the configuration of 甲市 with the servers of the office.
func otherCity(t *testing.T) func(string) string {
	t.Helper()
	own, err := os.ReadFile(filepath.Join("testdata", "other-city", "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return func(example string) string {
		box := mailboxPart.FindString(example)
		box = strings.ReplaceAll(box[:len(box)-1], "许昌市全民参保专项小组", "甲市技能办")
		return strings.ReplaceAll(string(own), "taizhang-demo@163.example", samples.Own) + box + storePart.FindString(example)
	}
}

// rows makes a workbook of the rows; a row of one cell is a line of its own.
func rows(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		for j, v := range r {
			if v == nil {
				continue
			}
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellValue("Sheet1", cell, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

const otherTitle = "2023年职业技能提升行动进展台账"

// split is the form of 甲市 with a column for each measure.
func otherSplit(t *testing.T, unit string, day int, figures ...any) []byte {
	t.Helper()
	return rows(t, []any{otherTitle}, []any{"填报单位：" + unit, nil, "2023年5月"},
		[]any{"工作任务", "主要工作措施", "培训期数（期）", "技能提升（人）", "创业培训（人）", "岗前培训（人）", "培训人数（人）"},
		append([]any{"职业技能提升行动", "送培训进园区。"}, figures...),
		[]any{"负责人：甲某", "联络员：乙某", fmt.Sprintf("填报时间：2023年5月%d日", day)})
}

// otherReport delivers the workbook as the unit's mail.
func (o *office) otherReport(at time.Time, from, unit string, data []byte) {
	o.t.Helper()
	m := samples.Carried{At: at, From: from, Subject: unit + "5月台账", File: unit + "2023年5月职业技能提升行动台账.xlsx", Data: data, Signed: true}
	o.imap.Deliver("INBOX", m.Raw(), at)
}

// otherMonthOf plays the month up to the second issue.
func playOther(t *testing.T) *office {
	t.Helper()
	o := newOffice(t, otherCity(t))
	o.step(otherDay(12, 8, 0))
	o.step(otherDay(15, 9, 31)) // five workdays before Monday the 22nd
	o.reportAll()
	o.step(otherDay(17, 9, 0))
	o.otherReport(otherDay(18, 9, 0), "u06@jia.example", "青川县", otherSplit(t, "青川县", 18, 6, 100, 50, 40, 170))
	o.otherReport(otherDay(18, 9, 5), "stranger@jia.example", "银山县", otherSplit(t, "银山县", 18, 5, 80, 40, 30, 150))
	o.step(otherDay(18, 10, 0))
	if _, err := o.app.Desk(t.Context(), otherDay(18, 11, 0), app.DeskAction{Action: "address", Unit: "银山县", Addr: "stranger@jia.example", Reason: "电话核实"}); err != nil {
		t.Fatal(err)
	}
	o.step(otherDay(18, 11, 1))
	o.step(otherDay(19, 9, 31)) // the workday before the due day's eve
	o.step(otherDay(22, 8, 31))
	o.otherReport(otherDay(22, 18, 30), "u09@jia.example", "金山县", otherSplit(t, "金山县", 22, 4, 60, 30, 20, 100))
	o.step(otherDay(22, 18, 31))
	o.step(otherDay(23, 9, 1))
	o.step(otherDay(24, 10, 1)) // the summary
	o.otherReport(otherDay(24, 14, 0), "u01@jia.example", "市本级", otherSplit(t, "市本级", 24, 12, 260, 90, 80, 400))
	o.step(otherDay(24, 14, 1))
	o.step(otherDay(24, 16, 1)) // its corrected issue
	return o
}

// reportAll sends what comes in by the 16th, in the layouts that people use.
func (o *office) reportAll() {
	t := o.t
	o.otherReport(otherDay(16, 9, 0), "u01@jia.example", "市本级", o.filledForm("u01@jia.example", 12, 250, 90, 80, 390))
	o.otherReport(otherDay(16, 9, 10), "u02@jia.example", "东原区", otherSplit(t, "东原区", 16, "8期", "200", "１００人", 60, 330))
	o.otherReport(otherDay(16, 9, 20), "u03@jia.example", "西原区", rows(t, []any{otherTitle}, []any{"填报单位：西原区", nil, "单位：人"},
		[]any{"工作任务", "主要工作措施", "培训开展情况"},
		[]any{"职业技能提升行动", "走访园区。", "举办7期，培训300人，其中技能提升180人、创业培训90人、岗前培训60人"},
		[]any{"负责人：甲某", "联络员：乙某", "填报时间：2023年5月16日"}))
	o.otherReport(otherDay(16, 9, 30), "u04@jia.example", "南岭区", rows(t, []any{otherTitle}, []any{"填报单位：南岭区"},
		[]any{"工作任务", "主要工作措施", "培训期数", "技能提升", "创业培训", "岗前培训", "合计"},
		[]any{"重点园区培训", "进厂办班。", 3, 80, 20, 10, 110}, []any{"重点人群培训", "进村办班。", 2, 40, 30, 20, 90}, []any{"合计", nil, 5, 120, 50, 30, 200},
		[]any{"负责人：甲某", "联络员：乙某", "填报时间：2023年5月16日"}))
	o.otherReport(otherDay(16, 9, 40), "u05@jia.example", "北岭区", rows(t, []any{otherTitle},
		[]any{"填报单位", "北岭区"}, []any{"工作任务", "职业技能提升行动"}, []any{"主要工作措施", "办夜校。"}, []any{"培训期数", 6}, []any{"技能提升", 110}, []any{"创业培训", 60}, []any{"岗前培训", 50}, []any{"培训人数", 210},
		[]any{"负责人", "甲某"}, []any{"联络员", "乙某"}, []any{"填报时间", "2023年5月16日"}))
	o.otherReport(otherDay(16, 9, 50), "u06@jia.example", "青川县", otherSplit(t, "青川县", 16, 6, "约100", 50, nil, 170))
	for i, u := range []string{"白川县", "黑川县"} {
		o.otherReport(otherDay(16, 10, i), fmt.Sprintf("u%02d@jia.example", 7+i), u, otherSplit(t, u, 16, 4, 90, 40, 30, 150))
	}
	o.otherReport(otherDay(16, 10, 20), "u11@jia.example", "临溪", otherSplit(t, "临溪", 16, 0, 0, 0, 0, 0))
}

// filledForm is the form that 【请报送】 brought to the address, filled in.
func (o *office) filledForm(to string, figures ...any) []byte {
	o.t.Helper()
	for _, m := range o.outbox() {
		if !slices.Contains(m.to, to) || len(m.files) == 0 {
			continue
		}
		f, err := excelize.OpenReader(bytes.NewReader(m.files[0].Data))
		if err != nil {
			o.t.Fatal(err)
		}
		sheet := f.GetSheetName(0)
		set := func(cell string, v any) {
			if err := f.SetCellValue(sheet, cell, v); err != nil {
				o.t.Fatal(err)
			}
		}
		set("B5", "办好每一期。")
		for i, v := range figures {
			set(string(rune('C'+i))+"5", v)
		}
		set("A6", "负责人：甲某")
		set("B6", "联络员：乙某")
		set("C6", "填报时间：2023年5月16日")
		buf, err := f.WriteToBuffer()
		if err != nil {
			o.t.Fatal(err)
		}
		return buf.Bytes()
	}
	o.t.Fatalf("no form was sent to %s", to)
	return nil
}

// wrote is one mail that went out, read again.
type wrote struct {
	to            []string
	subject, text string
	files         []attach.File
}

func (o *office) outbox() []wrote {
	o.t.Helper()
	var out []wrote
	for _, m := range o.smtp.Accepted() {
		msg, err := attach.Parse(m.Raw, attach.Limits{})
		if err != nil {
			o.t.Fatal(err)
		}
		out = append(out, wrote{m.To, msg.Header.Subject, msg.Text, msg.Files})
	}
	return out
}

// mailOf is the first mail whose subject begins so.
func mailOf(t *testing.T, all []wrote, begin string) wrote {
	t.Helper()
	i := slices.IndexFunc(all, func(m wrote) bool { return strings.HasPrefix(m.subject, begin) })
	if i < 0 {
		var subjects []string
		for _, m := range all {
			subjects = append(subjects, m.subject)
		}
		t.Fatalf("no mail %q among\n%s", begin, strings.Join(subjects, "\n"))
	}
	return all[i]
}

// parts are the texts of a workbook or document, part by part.
func documentTexts(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// Another city runs its month by configuration alone: its own form, its own
// days, cumulative figures, and not a word of the built-in campaign anywhere.
func TestAnotherCityByConfigurationAlone(t *testing.T) {
	o := playOther(t)
	st, err := o.app.Status(t.Context(), otherMonth, otherDay(24, 17, 0))
	if err != nil {
		t.Fatal(err)
	}
	if want := otherDay(22, 18, 0); !st.Due.Equal(want) || !st.CutOff.Equal(otherDay(24, 10, 0)) {
		t.Errorf("the 20th is a Saturday: due %s, cut-off %s", st.Due, st.CutOff)
	}
	var grid strings.Builder
	for _, u := range st.Units {
		fmt.Fprintf(&grid, "%s %s %d/%d %v\n", u.Unit, app.PunctualityName(u.Punctuality), u.InForce, u.Newest, u.Figures)
	}
	fmt.Fprintf(&grid, "%+v\n%s %s\n", st.Tally, st.Total, st.TotalName)
	dir := filepath.Join("testdata", "other-city")
	golden.Check(t, filepath.Join(dir, "grid.txt"), []byte(grid.String()))
	all := o.outbox()
	for _, m := range all {
		for what, text := range map[string]string{"subject": m.subject, "text": m.text} {
			if w := xuchang.FindAllString(text, -1); len(w) > 0 {
				t.Errorf("%s of %s speaks of %v:\n%s", what, m.subject, w, text)
			}
		}
		for _, f := range m.files {
			if w := xuchang.FindAllString(f.Name+documentTexts(t, f.Data), -1); len(w) > 0 {
				t.Errorf("%s: file %s speaks of %v", m.subject, f.Name, w)
			}
		}
	}
	for name, begin := range map[string]string{"request.txt": "【请报送】东原区", "return.txt": "【请更正】青川县", "receipt.txt": "【回执】东原区", "summary.txt": "【月度汇总】"} {
		m := mailOf(t, all, begin)
		golden.Check(t, filepath.Join(dir, name), []byte(m.subject+"\n\n"+m.text))
	}
	i := slices.IndexFunc(all, func(m wrote) bool { return strings.Contains(m.subject, "更正版1") })
	if i < 0 || len(all[i].files) != 2 {
		t.Fatal("no corrected issue with workbook and bulletin")
	}
	golden.Check(t, filepath.Join(dir, "汇总表.txt"), []byte(sheetText(t, all[i].files[0].Data)))
	golden.Check(t, filepath.Join(dir, "通报.txt"), []byte(paragraphs(t, all[i].files[1].Data)))
}

// check reads a ledger of the other form by the other configuration.
func TestCheckByAnotherForm(t *testing.T) {
	o := newOffice(t, otherCity(t))
	for name, c := range map[string]struct {
		figures []any
		verdict ledger.Verdict
		say     string
	}{
		"right":           {[]any{"8期", 200, 100, 60, 330}, ledger.Accepted, ""},
		"another's unit":  {[]any{8, "200期", 100, 60, 330}, ledger.Returned, "技能提升"},
		"out of range":    {[]any{8, 200, 100, 60, 400}, ledger.Returned, "培训人数400与各类别的数字不符，应不少于200、不多于360。"},
		"fewer than runs": {[]any{400, 200, 100, 60, 330}, ledger.Accepted, "培训人数330少于培训期数400。"},
	} {
		got, err := app.CheckFile(t.Context(), "东原区2023年5月.xlsx", otherSplit(t, "东原区", 16, c.figures...), app.CheckOptions{Config: o.cfg})
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: %d documents, %v", name, len(got), err)
		}
		var said strings.Builder
		for _, f := range got[0].Findings {
			said.WriteString(f.Name + f.Message + f.Remedy)
		}
		if got[0].Verdict != c.verdict || !strings.Contains(said.String(), c.say) || xuchang.MatchString(said.String()) {
			t.Errorf("%s: %s, %s", name, got[0].Verdict, said.String())
		}
	}
}

// sheetText is the first sheet as it shows, a line a row.
func sheetText(t *testing.T, data []byte) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.ReplaceAll(strings.TrimRight(strings.Join(r, " | "), " |"), "\n", " ") + "\n")
	}
	return b.String()
}

var (
	endOfParagraph = regexp.MustCompile(`</w:p>`)
	anyTag         = regexp.MustCompile(`<[^>]*>`)
)

// paragraphs are the words of a .docx.
func paragraphs(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return anyTag.ReplaceAllString(endOfParagraph.ReplaceAllString(string(text), "\n"), "")
}

// A ledger of one campaign that comes to the other is no ledger there.
func TestALedgerOfAnotherCampaignIsNone(t *testing.T) {
	foreign, err := samples.Mailed{Unit: "市本级", Month: "2023年5月", Date: "2023年5月16日", Cells: [4]any{3, 40, 30, 20}}.Workbook()
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, otherCity(t))
	o.step(otherDay(12, 8, 0))
	m := samples.Carried{At: otherDay(16, 9, 0), From: "u01@jia.example", Subject: "市本级5月台账", File: "市本级5月台账.xlsx", Data: foreign, Signed: true}
	o.imap.Deliver("INBOX", m.Raw(), m.At)
	o.step(otherDay(16, 9, 1))
	st, err := o.app.Status(t.Context(), otherMonth, otherDay(16, 10, 0))
	if err != nil || st.Tally.Reported != 0 || st.Units[0].Newest != 0 {
		t.Errorf("taken: %+v, %v", st.Units[0], err)
	}

	x := newOffice(t, nil)
	x.step(may(20, 8, 0))
	data := rows(t, []any{otherTitle}, []any{"填报单位：禹州市", nil, "2022年5月"},
		[]any{"工作任务", "主要工作措施", "培训期数", "技能提升", "创业培训", "岗前培训", "合计"},
		[]any{"职业技能提升行动", "办班。", 3, 80, 20, 10, 110}, []any{"负责人：甲某", "联络员：乙某", "填报时间：2022年5月23日"})
	m = samples.Carried{At: may(23, 9, 0), From: "shebao@yuzhou.example", Subject: "禹州市5月台账", File: "禹州市5月台账.xlsx", Data: data, Signed: true}
	x.imap.Deliver("INBOX", m.Raw(), m.At)
	x.step(may(23, 9, 1))
	if u := x.unit("禹州市", may(23, 10, 0)); u.Newest != 0 || u.InForce != 0 {
		t.Errorf("taken: %+v", u)
	}
}
