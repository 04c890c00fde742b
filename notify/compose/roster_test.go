package compose_test

import (
	"regexp"
	"time"

	"taizhang/ledger"
	"taizhang/notify/compose"
)

var anAddress = regexp.MustCompile(`[a-z0-9.]+@[a-z0-9.]+`)

// rosterCases are the answers to rosters, alone and beside a ledger.
func rosterCases(k *compose.Composer) []mailCase {
	zhang := ledger.Person{Name: "张建国", Post: "禹州市社会养老服务中心主任", Phone: "0374-8112233"}
	wang := ledger.Person{Name: "王芳", Post: "禹州市社会养老服务中心", Phone: "13700001111", Addr: "yzylzx@163.com"}
	line := ledger.RosterLine{Unit: "禹州市", Officer: zhang, Liaison: wang}
	short := line
	short.Liaison.Phone = "3742620807"
	none := ledger.RosterLine{Unit: "禹州市", Officer: ledger.Person{Name: "张建国", Post: zhang.Post}}
	finding := func(code ledger.Code, s ledger.Severity, cell, value string, args map[string]string) ledger.Finding {
		return ledger.Finding{Code: code, Severity: s, File: "名单.xlsx", Sheet: "附件3", Cell: cell, Value: value, Args: args}
	}
	accepted := compose.Roster{File: "名单.xlsx", Lines: []ledger.RosterLine{line}, Quality: ledger.QualityAccepted}
	queried := compose.Roster{File: "名单.xlsx", Lines: []ledger.RosterLine{short}, Quality: ledger.QualityQueried, Findings: []ledger.Finding{
		finding(ledger.PPhoneShort, ledger.Query, "F4", "3742620807", map[string]string{"role": "liaison", "name": "王芳", "offer": "03742620807"}),
	}}
	returned := compose.Roster{File: "名单.xlsx", Lines: []ledger.RosterLine{none}, Quality: ledger.QualityReturned, Findings: []ledger.Finding{
		finding(ledger.PNoPhone, ledger.Block, "C4", "", map[string]string{"role": "officer", "name": "张建国"}),
		finding(ledger.PLiaison, ledger.Block, "D4", "", nil),
	}}
	held := compose.Roster{File: "名单.xlsx", Lines: []ledger.RosterLine{line}, Quality: ledger.QualityHeld, Findings: []ledger.Finding{
		{Code: ledger.ISenderUnsigned, Severity: ledger.Hold, File: "名单.xlsx", Value: "yzylzx@163.com"},
	}}
	alone := func(key string, kind ledger.MailKind, rs ...compose.Roster) func() (ledger.Mail, error) {
		c := answering(yuzhou(key, at(5, 26, 9, 33)), "禹州市负责人及联络员名单")
		c.Period, c.Rosters = ledger.Period{}, rs
		c.Due, c.CutOff, c.Closing = time.Time{}, time.Time{}, time.Time{}
		c.Liaison = wang
		return func() (ledger.Mail, error) { return k.Roster(compose.RosterFacts{Common: c, Kind: kind}) }
	}
	several := accepted
	several.File = "各单位名单.xlsx"
	several.Lines = append(several.Lines, ledger.RosterLine{Unit: "长葛市", Officer: ledger.Person{Name: "李志强", Phone: "0374-6112233"}, Liaison: ledger.Person{Name: "孙丽", Phone: "13800001111"}})
	beside := func(c compose.Common, rs ...compose.Roster) compose.Common {
		c.Rosters = rs
		return c
	}
	return []mailCase{
		{"roster-accepted", alone("receipt/r1", ledger.MailReceipt, accepted)},
		{"roster-queried", alone("receipt/r2", ledger.MailReceipt, queried)},
		{"roster-returned", alone("return/r3", ledger.MailReturn, returned)},
		{"roster-held", alone("held/r4", ledger.MailHeld, held)},
		{"roster-from-the-desk", func() (ledger.Mail, error) {
			c := answering(desk("receipt/r5", at(5, 26, 9, 33)), "各单位名单")
			c.Period, c.ToDesk, c.Rosters = ledger.Period{}, true, []compose.Roster{several}
			return k.Roster(compose.RosterFacts{Common: c, Kind: ledger.MailReceipt})
		}},
		{"receipt-with-roster", func() (ledger.Mail, error) {
			c := beside(answering(yuzhou("receipt/r6", at(5, 26, 9, 33)), "禹州市5月台账和名单"), accepted)
			return k.Receipt(compose.ReceiptFacts{Common: c, Documents: []compose.Document{good()}})
		}},
		{"return-with-roster", func() (ledger.Mail, error) {
			c := beside(answering(yuzhou("return/r7", at(5, 26, 9, 33)), "禹州市5月台账和名单"), returned)
			return k.Return(compose.ReturnFacts{Common: c, Document: bad()})
		}},
	}
}
