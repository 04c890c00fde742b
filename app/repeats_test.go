package app_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"taizhang/internal/messy"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// What a unit has reported and reports again, with the same bytes or as a file
// of another kind, is no version and gets the short receipt, never a second full
// one.
func TestTheSameLedgerAgainIsAnsweredShortly(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	words := form("B4", "走访企业。", "D6", "填报时间：2022年5月24日")
	page := "2022年全民参保计划攻坚行动工作落实台账（5月）,,,,,\n填报单位：禹州市,,,,,单位：人\n工作任务,主要工作措施,参保户数,企业养老,工伤,失业\n" +
		"全民参保计划攻坚行动,走访企业。,12,120,98,76\n负责人：张建国,联络员：王芳,,填报时间：2022年5月24日,,\n"
	const full, short = "请核对以下数字", "不再重复登记"
	for i, f := range []enclosed{{"台账.xlsx", xlsx(words)}, {"台账.xlsx", xlsx(words)}, {"5月台账.csv", []byte(page)}} {
		at := may(25+i, 9, 0)
		in := r.take(letter(at, yuzhouAddr, "pass", fmt.Sprintf("台账%d", i), "请查收附件。", f), at)
		key, _ := r.answer(in.Digest)
		if key == "" {
			t.Fatalf("mail %d is not answered: %+v", i, r.findings(in.Digest))
		}
		o, text := r.state().Outbox[key], mailText(t, r.app, key)
		again := i > 0
		if o.Kind != ledger.MailReceipt || strings.Contains(o.Subject, "与已收一致") != again || strings.Contains(text, short) != again || strings.Contains(text, full) == again {
			t.Errorf("mail %d: %s %s\n%s", i, o.Kind, o.Subject, text)
		}
	}
	versions := 0
	for _, s := range r.state().Book(samples.Period).UnitSubmissions("禹州市") {
		if s.Version > 0 {
			versions++
		}
	}
	if versions != 1 {
		t.Errorf("%d versions, want one", versions)
	}
}

// Two different ledgers of one unit and month in one mail: which of them stands
// first decides nothing.
func TestTheOrderOfTwoLedgersInAMail(t *testing.T) {
	draft := enclosed{"台账初稿.xlsx", xlsx(form("D6", "填报时间：2022年5月24日"))}
	final := enclosed{"台账定稿.xlsx", xlsx(form("D4", 125, "D6", "填报时间：2022年5月24日"))}
	outcome := func(files ...enclosed) string {
		r := newRegistry(t).started(may(20, 8, 0))
		at := may(25, 9, 0)
		in := r.take(letter(at, yuzhouAddr, "pass", "台账", "请查收附件。", files...), at)
		var answers, subs []string
		for key, o := range r.state().Outbox {
			if strings.Contains(key, in.Digest) {
				answers = append(answers, string(o.Kind))
			}
		}
		for _, s := range r.state().Book(samples.Period).UnitSubmissions("禹州市") {
			var codes []string
			for _, f := range s.Reading.Findings {
				codes = append(codes, string(f.Code))
			}
			subs = append(subs, fmt.Sprint(s.Reading.File, " ", s.Quality, " v", s.Version, " ", s.Reading.Figures["pension"].Value, " ", codes))
		}
		slices.Sort(subs)
		return fmt.Sprintf("%s; %s; %s", r.stands(), answers, strings.Join(subs, "; "))
	}
	want := fmt.Sprintf("none; [%s %[1]s]; 台账初稿.xlsx held v0 120 [I10]; 台账定稿.xlsx held v0 125 [I10]", ledger.MailHeld)
	for _, got := range []string{outcome(draft, final), outcome(final, draft)} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// A workbook with macros that is returned keeps them, byte by byte; so it goes
// to nobody but who sent it, and to our own mailbox.
func TestAReturnedWorkbookGoesToItsSenderAlone(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	macros := messy.Members(xlsx(form("D4", "约120", "D6", "填报时间：2022年5月24日")), func(_ string, b []byte) []byte {
		return bytes.Replace(b, []byte("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), []byte("application/vnd.ms-excel.sheet.macroEnabled.main+xml"), 1)
	})
	at := may(25, 9, 0)
	in := r.take(letter(at, yuzhouAddr, "pass", "台账", "请查收附件。", enclosed{"台账.xlsm", macros}), at)
	sent, _ := r.answer(in.Digest)
	carry := 0
	for key := range r.state().Outbox {
		o, _, err := r.app.Outgoing(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(o.Raw, []byte("macroEnabled")) {
			continue
		}
		carry++
		to := slices.Sorted(slices.Values(o.Recipients))
		want := slices.Sorted(slices.Values([]string{yuzhouAddr, r.cfg.Mailbox.User}))
		if key != sent || o.Kind != ledger.MailReturn || !slices.Equal(to, want) {
			t.Errorf("%s goes to %v, want %v", key, to, want)
		}
	}
	if carry != 1 {
		t.Errorf("%d mails carry the workbook, want the one that returns it", carry)
	}
}

// A text file has no end mark: cut where a line ends it is what is left. The
// foot that is missing is asked about.
func TestATextFileCutAtALineEnd(t *testing.T) {
	whole := "2022年全民参保计划攻坚行动工作落实台账（5月）,,,,,\n填报单位：禹州市,,,,,单位：人\n工作任务,主要工作措施,参保户数,企业养老,工伤,失业\n全民参保计划攻坚行动,走访企业。,12,120,98,76\n"
	foot := "负责人：张建国,联络员：王芳,,填报时间：2022年5月24日,,\n"
	if found := checked("台账.csv", []byte(whole+foot))(t); len(found) > 0 {
		t.Fatalf("whole: %v", found)
	}
	var codes []ledger.Code
	for _, f := range checked("台账.csv", []byte(whole))(t) {
		codes = append(codes, f.Code)
	}
	slices.Sort(codes)
	if want := []ledger.Code{ledger.POfficer, ledger.PLiaison, ledger.PDateAbsent}; !slices.Equal(codes, want) {
		t.Errorf("without its foot: %v, want %v", codes, want)
	}
}
