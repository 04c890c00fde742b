package app_test

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest"
	"taizhang/internal/messy"
	"taizhang/ledger"
	"taizhang/notify/compose"
)

// specimen is a real input that yields a code: the findings about it.
type specimen struct {
	code ledger.Code
	find func(t testing.TB) []ledger.Finding
}

// checked reads one file as `check` does, without a sender, arrived on 26 May.
func checked(name string, data []byte) func(testing.TB) []ledger.Finding {
	return checkedFor(name, data, nil, app.CheckOptions{Arrived: may(26, 9, 0)})
}

// paperSays reads one paper.
func paperSays(p ...paper) func(testing.TB) []ledger.Finding {
	return checked("台账.xlsx", xlsx(p...))
}

func checkedFor(name string, data []byte, edit func(*config.Config), opt app.CheckOptions) func(testing.TB) []ledger.Finding {
	return func(t testing.TB) []ledger.Finding {
		cfg, err := config.Builtin()
		if err != nil {
			t.Fatal(err)
		}
		if edit != nil {
			edit(cfg)
		}
		opt.Config = cfg
		rs, err := app.CheckFile(t.Context(), name, data, opt)
		if err != nil {
			t.Fatal(err)
		}
		var out []ledger.Finding
		for _, r := range rs {
			out = append(out, r.Reading().Findings...)
		}
		return out
	}
}

// known gives 禹州市 an address.
func known(c *config.Config) {
	c.Campaign.Unit("禹州市").Addresses = []ledger.UnitAddress{{Addr: "shebao@yuzhou.example"}}
	c.Campaign.Unit("长葛市").Addresses = []ledger.UnitAddress{{Addr: "cgsb@changge.example"}}
}

func numFmt(cell, format string) func(f *excelize.File, sheet string) {
	return func(f *excelize.File, sheet string) {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err == nil {
			err = f.SetCellStyle(sheet, cell, cell, id)
		}
		if err != nil {
			panic(err)
		}
	}
}

const largeAttachment = `<p>台账见附件。</p><div><a href="https://mail.163.com/large-attachment-download/index.html?file=K1">5月台账.xlsx</a><span> (80.96M, 2022年6月10日 0:49 到期)</span></div>`

func fileSpecimens() []specimen {
	good := xlsx(form())
	mail := func(text string, files ...enclosed) []byte {
		return letter(may(26, 9, 0), "shebao@yuzhou.example", "pass", "禹州市5月台账", text, files...)
	}
	// A page of commas still reads as a whole when its last bytes are gone.
	page := []byte("2022年全民参保计划攻坚行动工作落实台账（5月）\n填报单位：禹州市\n工作任务,主要工作措施,参保户数,企业养老,工伤,失业\n全民参保计划攻坚行动,走访企业,12,120,98,76\n负责人：张建国,联络员：王芳,,填报时间：2022年5月26日\n备注：,to be checked\n")
	whole := base64.StdEncoding.EncodeToString(page)
	lost := bytes.Replace(mail("请查收。", enclosed{"台账.csv", page}), []byte(whole), []byte(whole[:len(whole)-7]), 1)
	return []specimen{
		{ledger.FDamaged, checked("台账.xlsx", good[:len(good)-200])},
		{ledger.FEncrypted, checked("台账.zip", encryptedZip())},
		{ledger.FUnsupported, checked("台账盖章扫描件.pdf", []byte("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"))},
		{ledger.FCloudLink, checked("a.eml", mail(largeAttachment))},
		{ledger.FEmpty, checked("台账.xlsx", nil)},
		{ledger.FTooLarge, checkedFor("台账.xlsx", xlsx(form("B4", strings.Repeat("宣传", 16000))), func(c *config.Config) { c.Limits.Unpacked = 64 << 10 }, app.CheckOptions{})},
		{ledger.FNoLedger, checked("a.eml", mail("5月台账已填好，见附件，请查收。"))},
		{ledger.FForeign, checked("通讯录.xlsx", messy.Write(messy.Sheet{Rows: [][]any{{"姓名", "电话"}, {"张三", "0374-1234567"}}}))},
		{ledger.FTransport, checked("a.eml", lost)},
		{ledger.FCompanion, checked("a.eml", mail("请查收。", enclosed{"台账.xlsx", good}, enclosed{"台账盖章扫描件.pdf", []byte("%PDF-1.4\n")}))},
		{ledger.FSystem, ownFailure},
		{ledger.FHiddenPart, paperSays(form("A5", "其中：镇办", "D5", 30).tweaked(func(f *excelize.File, s string) {
			if err := f.SetRowVisible(s, 5, false); err != nil {
				panic(err)
			}
		}))},
	}
}

func identitySpecimens() []specimen {
	title := "2022年全民参保计划攻坚行动工作落实台账"
	withSender := func(p paper, addr string) func(testing.TB) []ledger.Finding {
		return checkedFor("台账.xlsx", xlsx(p), known, app.CheckOptions{Arrived: may(26, 9, 0), Sender: addr})
	}
	return []specimen{
		{ledger.IUnitAbsent, paperSays(form("A2", nil))},
		{ledger.IUnitUnknown, paperSays(form("A2", "填报单位：许昌县"))},
		{ledger.IUnitMismatch, checked("长葛市台账.xlsx", xlsx(form()))},
		{ledger.ISeveralUnits, paperSays(form(), paper{name: "长葛", cells: form("A2", "填报单位：长葛市").cells})},
		{ledger.IPeriodAbsent, checkedFor("台账.xlsx", xlsx(form("A1", title, "D6", "填报时间：")), nil, app.CheckOptions{})},
		{ledger.IPeriodFuture, paperSays(form().month(7))},
		{ledger.IPeriodClosed, checkedFor("台账.xlsx", xlsx(form()), nil, app.CheckOptions{Arrived: may(26, 9, 0).AddDate(0, 1, 0)})},
		{ledger.IPeriodMismatch, checked("禹州市6月台账.xlsx", xlsx(form()))},
		{ledger.IBlankForm, paperSays(form("B4", nil, "C4", nil, "D4", nil, "E4", nil, "F4", nil))},
		{ledger.ITwoLedgers, checked("a.eml", letter(may(26, 9, 0), "x@y.example", "", "台账", "请查收。",
			enclosed{"台账初稿.xlsx", xlsx(form())}, enclosed{"台账定稿.xlsx", xlsx(form("D4", 125))}))},
		{ledger.ISenderUnknown, withSender(form(), "someone@qq.example")},
		{ledger.ISenderOther, withSender(form(), "cgsb@changge.example")},
		{ledger.ISenderFailed, func(t testing.TB) []ledger.Finding {
			return newRegistry(t).started(may(20, 8, 0)).from("shebao@yuzhou.example", "fail", may(26, 9, 0), form())
		}},
		{ledger.ISenderUnsigned, func(t testing.TB) []ledger.Finding {
			return newRegistry(t).started(may(20, 8, 0)).from("shebao@yuzhou.example", "", may(26, 9, 0), form())
		}},
		{ledger.IOtherYear, paperSays(form("A1", "2021年全民参保计划攻坚行动工作落实台账（5月）", "D6", "填报时间：2021年5月26日"))},
		{ledger.IPeriodTwoOpen, checkedFor("台账.xlsx", xlsx(form("A1", title, "D6", "填报时间：")), nil, app.CheckOptions{Arrived: may(26, 9, 0).AddDate(0, 0, 10)})},
		{ledger.ILateDiscovery, func(t testing.TB) []ledger.Finding {
			r := newRegistry(t).started(may(20, 8, 0))
			r.yuzhou(may(26, 9, 0), form())
			return r.yuzhou(may(25, 9, 0), form("D4", 110, "D6", "填报时间：2022年5月24日"))
		}},
		{ledger.IUnsignedChange, func(t testing.TB) []ledger.Finding {
			r := newRegistry(t).started(may(20, 8, 0))
			p := form("A2", "填报单位：长葛市")
			r.from("cgsb@mail163.example", "", may(26, 9, 0), p)
			p.cells["D4"] = 130
			return r.from("cgsb@mail163.example", "", may(27, 9, 0), p)
		}},
		{ledger.IPeriodPreviously, func(t testing.TB) []ledger.Finding {
			return newRegistry(t).started(may(20, 8, 0)).yuzhou(may(26, 9, 0).AddDate(0, 0, 9), form("A1", title, "D6", "填报时间：2022年6月4日"))
		}},
		{ledger.IDateImpossible, paperSays(form("D6", "填报时间：2022年5月32日"))},
		{ledger.IDeskReturn, deskReturn},
	}
}

// deskReturn returns a held ledger by the desk's word and finds the reason in
// the mail to the county.
func deskReturn(t testing.TB) []ledger.Finding {
	r := newRegistry(t).started(may(20, 8, 0))
	in := r.take(letter(may(26, 9, 0), "shebao@yuzhou.example", "", "台账", "请查收附件。", enclosed{"台账.xlsx", xlsx(form())}), may(26, 9, 1))
	const why = "户数与社保系统登记数不符，请核对后重报"
	d, err := r.app.Desk(t.Context(), may(26, 10, 0), app.DeskAction{Action: "return", Target: in.Changed[0].ID, Reason: why})
	if err != nil || len(d.Queued) != 1 {
		t.Fatalf("got %+v, %v", d, err)
	}
	if text := mailText(t, r.app, d.Queued[0].Key); !strings.Contains(text, "I21") || !strings.Contains(text, why) {
		t.Errorf("the reason is not in the mail:\n%s", text)
	}
	return []ledger.Finding{{Code: ledger.IDeskReturn, Severity: ledger.Block, Args: map[string]string{"why": why}}}
}

// ownFailure has the program fail at a mail until it gives up, and finds the
// mail that says so to the county.
func ownFailure(t testing.TB) []ledger.Finding {
	o := newOffice(t.(*testing.T), nil)
	if err := o.app.Close(); err != nil {
		t.Fatal(err)
	}
	broken, err := app.New(t.Context(), app.Options{Config: o.cfg, Log: slog.New(slog.DiscardHandler), Played: true, ReaderCommand: []string{"/nonexistent"}})
	if err != nil {
		t.Fatal(err)
	}
	o.app = broken
	o.step(may(25, 8, 0))
	raw := letter(may(25, 9, 0), "shebao@yuzhou.example", "pass", "禹州市5月台账", "请查收。", enclosed{"台账.xlsx", xlsx(form())})
	o.imap.Deliver("INBOX", raw, may(25, 9, 0))
	for i := range 3 {
		o.step(may(25, 9, 1+5*i))
	}
	st, err := o.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for key := range st.Outbox {
		if strings.HasPrefix(key, "unreadable/") && strings.Contains(mailText(t, o.app, key), "系统自身原因") {
			return []ledger.Finding{{Code: ledger.FSystem, Severity: ledger.Hold}}
		}
	}
	t.Error("the county was not told that the fault is ours")
	return nil
}

func tableSpecimens() []specimen {
	return []specimen{
		{ledger.HNoMeasure, paperSays(form("C3", nil, "D3", nil, "E3", nil, "F3", nil, "C4", nil, "D4", nil, "E4", nil, "F4", nil))},
		{ledger.HTwice, paperSays(form("G3", "企业养老", "G4", 118))},
		{ledger.HUnknownColumn, paperSays(form("G3", "宣传场次", "G4", 15))},
		{ledger.HOnlyCumulative, paperSays(form("D3", "企业养老（累计）"))},
		{ledger.HQuestion, paperSays(form("D3", "城镇职工养老"))},
		{ledger.HAbsent, paperSays(form("C3", nil, "C4", nil))},
		{ledger.HCountPerPart, paperSays(form("C3", "企业养老户数", "D3", "企业养老人数", "E3", "工伤户数", "F3", "工伤人数", "G3", "失业户数", "H3", "失业人数",
			"C4", 35, "D4", 120, "E4", 30, "F4", 98, "G4", 28, "H4", 76))},
		{ledger.HNumbering, paperSays(listed)},
		{ledger.CBlank, paperSays(form("F4", nil))},
		{ledger.CText, paperSays(form("F4", "见附表"))},
		{ledger.CVague, paperSays(form("D4", "约120人"))},
		{ledger.CNegative, paperSays(form("F4", -3))},
		{ledger.CNormalised, paperSays(form("D4", "１２０人"))},
		{ledger.CDecimal, paperSays(form("D4", 120.5))},
		{ledger.CError, paperSays(form("D4", messy.Formula{Text: "C4/0", Cached: "#DIV/0!"}))},
		{ledger.CDate, paperSays(form("D4", 44706).tweaked(numFmt("D4", "yyyy-mm-dd")))},
		{ledger.CDash, paperSays(form("C4", "－"))},
		{ledger.CTenThou, paperSays(form("D4", "0.012万"))},
		{ledger.CPersonTime, paperSays(form("D4", "120人次"))},
		{ledger.CNoValue, paperSays(form("D4", messy.Formula{Text: "VLOOKUP(A4,[1]汇总!A:B,2,0)"}))},
		{ledger.CComputed, paperSays(form("D4", messy.Formula{Text: "70+50"}))},
		{ledger.CPercent, paperSays(form("D4", "12%"))},
		{ledger.CSeveral, paperSays(form("D4", "70+50"))},
		{ledger.CSentence, paperSays(form("C3", "企业养老、工伤、失业保险新增参保", "D3", nil, "E3", nil, "F3", nil, "D4", nil, "E4", nil, "F4", nil,
			"C4", "新增参保35户，养老120人、工伤98人，各乡镇另有76人。"))},
		{ledger.CNothing, paperSays(form("F4", "暂无"))},
		{ledger.CInserted, checked("台账.docx", insertedDocx())},
		{ledger.CTooBig, paperSays(form("D4", 13700001111))},
		{ledger.CNotShown, paperSays(form("D4", 1200000).tweaked(numFmt("D4", `0!.0,"万"`)))},
		{ledger.RRange, paperSays(form().total(300))},
		{ledger.RTotal, paperSays(form("A4", "入企宣传", "A5", "上门服务", "B5", "上门办理参保。", "C5", 3, "D5", 10, "E5", 8, "F5", 6, "A7", "合计", "C7", 15, "D7", 140, "E7", 106, "F7", 82,
			"A6", nil, "B6", nil, "D6", nil, "A9", "负责人：张建国", "B9", "联络员：王芳", "D9", "填报时间：2022年5月26日"))},
		{ledger.RFewPersons, paperSays(form("C4", 300))},
		{ledger.RNoFirms, paperSays(form("C4", 0))},
		{ledger.RNoWords, paperSays(form("B4", nil))},
		{ledger.RCumulative, paperSays(form("D3", "企业养老（本月）", "G3", "企业养老（累计）", "G4", 100))},
		{ledger.RTaskBlank, paperSays(form("A4", "入企宣传", "A5", "上门服务", "B5", "上门办理参保。", "A6", "合计", "B6", nil, "C6", 12, "D6", 120, "E6", 98, "F6", 76,
			"A8", "负责人：张建国", "B8", "联络员：王芳", "D8", "填报时间：2022年5月26日"))},
		{ledger.RSplit, paperSays(form("F3", nil, "F4", nil))},
		{ledger.RRepeated, paperSays(form("A4", "入企宣传", "A5", "上门服务", "B5", "走访企业，宣传参保政策。", "C5", 12, "D5", 120, "E5", 98, "F5", 76))},
		{ledger.GHalf, paperSays(form("D4", 58000))},
		{ledger.GAbove, paperSays(form("D4", 101600))},
		{ledger.POfficer, paperSays(form("A6", "负责人："))},
		{ledger.PLiaison, paperSays(form("B6", "联络员："))},
		{ledger.PDateLater, paperSays(form("D6", "填报时间：2022年5月28日"))},
		{ledger.PDateAbsent, paperSays(form("D6", "填报时间："))},
		{ledger.PNoPhone, rosterSays(nil, nil)},
		{ledger.PPhone, rosterSays("1370000", nil)},
		{ledger.PPhoneShort, rosterSays(3742620807, nil)},
		{ledger.PAddress, rosterSays("13700001111", "wangfang163.com")},
	}
}

// historySpecimens need what was registered before.
func historySpecimens() []specimen {
	on := func(month, day int) time.Time {
		return time.Date(2022, time.Month(month), day, 9, 0, 0, 0, may(1, 0, 0).Location())
	}
	after := func(last paper, months ...paper) func(testing.TB) []ledger.Finding {
		return func(t testing.TB) []ledger.Finding {
			r := newRegistry(t).started(may(20, 8, 0))
			for i, p := range months {
				r.yuzhou(on(5+i, 25), p.month(5+i))
			}
			return r.yuzhou(on(5+len(months), 25), last.month(5+len(months)))
		}
	}
	sum := func(n, all int) paper {
		return form("D3", "企业养老（本月）", "D4", n, "G3", "企业养老（累计）", "G4", all)
	}
	return []specimen{
		{ledger.TSame, after(form(), form())},
		{ledger.TCumulative, after(sum(110, 240), sum(120, 120))},
		{ledger.TFalls, after(sum(110, 115), sum(120, 120))},
		{ledger.TLooksCumul, after(form("D4", 400), form("D4", 120), form("D4", 130))},
		{ledger.TFarAbove, after(form("D4", 1500), form("D4", 120), form("D4", 130), form("D4", 125))},
		{ledger.TFarBelow, after(form("D4", 20), form("D4", 120), form("D4", 130), form("D4", 125))},
		{ledger.TOlderResend, func(t testing.TB) []ledger.Finding {
			return newRegistry(t).started(may(20, 8, 0)).yuzhou(may(26, 9, 0), form(), form("D4", 130), form())
		}},
		{ledger.PNotRoster, func(t testing.TB) []ledger.Finding {
			r := newRegistry(t).started(may(20, 8, 0))
			r.take(letter(may(21, 9, 0), "shebao@yuzhou.example", "pass", "名单", "报送名单。", enclosed{"名单.xlsx", roster("禹州市", "张建国", "王芳")}), may(21, 9, 1))
			return r.yuzhou(may(26, 9, 0), form("B6", "联络员：赵敏"))
		}},
	}
}

// rosterSays reads a roster with the liaison's telephone and mail address.
func rosterSays(phone, mail any) func(testing.TB) []ledger.Finding {
	return checked("名单.xlsx", messy.Write(messy.Sheet{Name: "附件3", Rows: [][]any{
		{"全民参保计划攻坚行动工作负责人及联络员名单"}, {"填报单位：禹州市"},
		{"工作负责人", "单位及职务", "联系电话", "联络员", "单位及职务", "联系电话", "邮箱"},
		{"张建国", "社保中心主任", "0374-8112233", "王芳", "社保中心科员", phone, mail},
	}}))
}

// roster is Annex 3 as the notice prints it.
func roster(unit, officer, liaison string) []byte {
	return messy.Write(messy.Sheet{Name: "附件3", Rows: [][]any{
		{"全民参保计划攻坚行动工作负责人及联络员名单"}, {"填报单位：" + unit},
		{"工 作 负 责 人", "单 位 及 职 务", "联 系 电 话", "联 络 员", "单 位 及 职 务", "联 系 电 话"},
		{officer, "社保中心主任", "0374-8112233", liaison, "社保中心科员", "13700001111"},
	}})
}

func specimens() []specimen {
	return slices.Concat(fileSpecimens(), identitySpecimens(), tableSpecimens(), historySpecimens())
}

// Every code of the table is raised by a real input, as often as it is wanted:
// once, in a place where it has one, with its arguments and severity.
func TestEachCodeIsRaised(t *testing.T) {
	raised := map[ledger.Code]bool{}
	found := map[ledger.Code]ledger.Finding{}
	for _, s := range specimens() {
		t.Run(string(s.code), func(t *testing.T) {
			if raised[s.code] {
				t.Error("two specimens")
			}
			raised[s.code] = true
			f, codes := theFinding(t, s)
			found[s.code] = f
			info, _ := s.code.Info()
			if f.Severity != info.Severity {
				t.Errorf("severity %s, the table says %s", f.Severity, info.Severity)
			}
			for _, a := range info.Args {
				if v, ok := f.Args[a]; !ok || v == "" && a != "offer" {
					t.Errorf("argument %q is missing: %v", a, f.Args)
				}
			}
			if f.Cell == "" && wantsCell(s.code, f.Severity) {
				t.Errorf("no cell: %+v", f)
			}
			if len(f.Args) != len(info.Args) {
				t.Errorf("arguments %v, want %v", f.Args, info.Args)
			}
			message, remedy := compose.FindingText(f)
			t.Logf("%v %s %s!%s %q %s %s", codes, f.File, f.Sheet, f.Cell, f.Value, message, remedy)
		})
	}
	for _, i := range ledger.Codes {
		if !raised[i.Code] {
			t.Errorf("nothing raises %s: %s", i.Code, i.Meaning)
		}
	}
	t.Run("manual", func(t *testing.T) { manual(t, found) })
}

// wantsCell says that a finding must name its cell: what is wrong in a cell or a
// row, and a date that does not exist; not a column that is not there.
func wantsCell(c ledger.Code, s ledger.Severity) bool {
	return c != ledger.RSplit && (s == ledger.Block || s == ledger.Hold) && (c == ledger.IDateImpossible || strings.HasPrefix(string(c), "C") || strings.HasPrefix(string(c), "R"))
}

// theFinding returns the one finding of the specimen's code.
func theFinding(t testing.TB, s specimen) (ledger.Finding, []ledger.Code) {
	t.Helper()
	all := s.find(t)
	var got []ledger.Finding
	var codes []ledger.Code
	for _, f := range all {
		if codes = append(codes, f.Code); f.Code == s.code {
			got = append(got, f)
		}
	}
	if len(got) == 0 {
		t.Fatalf("not raised: %+v", all)
	}
	return got[0], codes
}

// A workbook whose first bytes were lost in the mail is not called a file of an
// unknown kind: the county's own file may be whole.
func TestLostInTheMailIsToldAsThat(t *testing.T) {
	good := xlsx(form())
	raw := letter(may(26, 9, 0), "shebao@yuzhou.example", "pass", "台账", "请查收。", enclosed{"台账.xlsx", good})
	raw = bytes.Replace(raw, []byte("\r\n\r\nUEsDB"), []byte("\r\n\r\n"), 1)
	fs := checked("a.eml", raw)(t)
	if len(fs) != 1 || fs[0].Code != ledger.FDamaged || fs[0].Args["reason"] != ingest.ReasonTransport {
		t.Errorf("got %+v", fs)
	}
	if message, _ := compose.FindingText(fs[0]); !strings.Contains(message, "传输") {
		t.Errorf("got %s", message)
	}
}
