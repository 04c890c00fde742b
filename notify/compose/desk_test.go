package compose_test

import (
	"time"

	"taizhang/ledger"
	"taizhang/notify/compose"
)

// lines is the state of May at an instant: every punctuality and quality once.
func lines(s ledger.Schedule, at5 func(unit string, standing *ledger.Standing) (ledger.Figures, int)) []compose.UnitLine {
	var out []compose.UnitLine
	for _, u := range campaign().UnitNames() {
		st := ledger.Standing{Unit: u, Due: s.Due(may), CutOff: s.CutOff(may)}
		fs, queries := at5(u, &st)
		if st.InForce != nil {
			st.Quality = st.InForce.Quality
		}
		l := compose.UnitLine{Standing: st, Figures: fs, Queries: queries}
		if fs != nil {
			l.Cumulative = map[string]int64{}
			for key, f := range fs {
				if f.Stated() {
					l.Cumulative[key] = f.Value
				}
			}
		}
		if st.Exempt {
			l.ExemptReason = "机构合并，业务并入建安区"
		}
		out = append(out, l)
	}
	return out
}

func sub(version int, q ledger.Quality) *ledger.Submission {
	return &ledger.Submission{Version: version, Quality: q}
}

// cutOff is the morning of 29 May: one unit of each state.
func cutOff(unit string, s *ledger.Standing) (ledger.Figures, int) {
	accept := func(v *ledger.Submission) { s.InForce, s.Newest, s.First = v, v, v }
	switch unit {
	case "市本级":
		s.Punctuality, s.Attempt = ledger.PunctualOnTime, at(5, 25, 16, 20)
		accept(sub(1, ledger.QualityVerified))
		return figures(35, 312, 287, 240, 401), 0
	case "禹州市":
		s.Punctuality, s.Attempt = ledger.PunctualOnTime, at(5, 26, 9, 31)
		s.InForce, s.Newest = sub(1, ledger.QualityAccepted), sub(2, ledger.QualityReturned)
		s.First = s.InForce
		return figures(12, 120, 98, 76, 294), 0
	case "长葛市":
		s.Punctuality, s.Attempt, s.LateDays = ledger.PunctualLate, at(5, 29, 8, 5), 1
		accept(sub(1, ledger.QualityQueried))
		return queried().Figures, 3
	case "魏都区":
		s.Punctuality, s.Attempt = ledger.PunctualHeld, at(5, 28, 17, 45)
		s.Held = []*ledger.Submission{sub(0, ledger.QualityHeld)}
		return nil, 0
	case "建安区":
		s.Punctuality, s.Attempt = ledger.PunctualOnTime, at(5, 27, 11, 2)
		s.Newest = sub(1, ledger.QualityReturned)
		s.First = s.Newest
		return nil, 0
	case "鄢陵县":
		s.Punctuality, s.Exempt = ledger.PunctualExempt, true
		return nil, 0
	}
	s.Punctuality, s.Extended, s.Due, s.CutOff = ledger.PunctualAwaited, true, at(6, 1, 0, 0), at(6, 1, 0, 0)
	return nil, 0
}

// complete is the day when all have reported zero or more.
func complete(_ string, s *ledger.Standing) (ledger.Figures, int) {
	s.Punctuality, s.Attempt = ledger.PunctualOnTime, at(5, 27, 10, 0)
	s.InForce = sub(1, ledger.QualityAccepted)
	s.Newest, s.First = s.InForce, s.InForce
	return figures(0, 0, 0, 0, 0), 0
}

// missing is the morning of the cut-off when nobody has reported.
func missing(_ string, s *ledger.Standing) (ledger.Figures, int) {
	s.Punctuality = ledger.PunctualMissing
	return nil, 0
}

// change is one figure that changed; a negative number was not there.
func change(unit string, p ledger.Period, measure string, old, now int64, cause compose.Cause, version int, reason string) compose.FigureChange {
	c := compose.FigureChange{Unit: unit, Period: p, Measure: measure, Cause: cause, Version: version, Reason: reason}
	if f := ledger.NewNumber(old); old >= 0 {
		c.Old = &f
	}
	if f := ledger.NewNumber(now); now >= 0 {
		c.New = &f
	}
	return c
}

func tallyOf(ls []compose.UnitLine) ledger.Tally {
	var ss []ledger.Standing
	for _, l := range ls {
		ss = append(ss, l.Standing)
	}
	return ledger.TallyOf(ss)
}

func totals(ls []compose.UnitLine) map[string]compose.Total {
	out := map[string]compose.Total{}
	for _, l := range ls {
		for key, n := range l.Cumulative {
			t := out[key]
			out[key] = compose.Total{Value: t.Value + n, Units: t.Units + 1}
		}
	}
	return out
}

func deskCases(k *compose.Composer) []mailCase {
	s := campaign().Schedule
	some, all, nobody := lines(s, cutOff), lines(s, complete), lines(s, missing)
	summary := func(f compose.SummaryFacts, ls []compose.UnitLine) func() (ledger.Mail, error) {
		f.Lines, f.Tally, f.Month, f.Year = ls, tallyOf(ls), totals(ls), totals(ls)
		f.Common = attached(f.Common, "许昌市2022年5月全民参保计划攻坚行动进展情况汇总表.xlsx", "进展情况通报.docx")
		return func() (ledger.Mail, error) { return k.Summary(f) }
	}
	withNotes := func() (ledger.Mail, error) {
		f := compose.SummaryFacts{Common: attached(desk("summary/2022-05/r1", at(5, 29, 9, 0)), "汇总表.xlsx"), Lines: all, Tally: tallyOf(all),
			TemplateProblem: "/etc/taizhang/通报模板.txt:12：没有“成市”这个字段\n    字段名见 docs/bulletin-template.md。", NoBulletin: true}
		return k.Summary(f)
	}
	return []mailCase{
		{"summary-bulletin-trouble", withNotes},
		{"summary-first", summary(compose.SummaryFacts{Common: desk("summary/2022-05/r1", at(5, 29, 9, 0))}, some)},
		{"summary-unreadable-mailbox", summary(compose.SummaryFacts{
			Common: desk("summary/2022-05/r1", at(5, 29, 13, 0)), UnreadableSince: at(5, 29, 7, 12),
		}, some)},
		{"summary-correction", summary(compose.SummaryFacts{
			Common: desk("summary/2022-05/r3", at(6, 2, 16, 0)), Correction: 2,
			Changes: []compose.FigureChange{
				change("禹州市", may, "pension", 102, 120, compose.CauseAmended, 2, ""),
				change("禹州市", may, "persons", 276, 294, compose.CauseAmended, 2, ""),
				change("长葛市", may, "injury", 5, -1, compose.CauseAmended, 2, ""),
				change("建安区", may, "persons", -1, 88, compose.CauseLate, 1, ""),
				change("魏都区", may, "persons", -1, 51, compose.CauseAdmitted, 1, "电话核实属实"),
				change("襄城县", may, "persons", 40, -1, compose.CauseWithdrawn, 0, "与业务系统不符"),
			},
		}, some)},
		{"summary-none-in", summary(compose.SummaryFacts{Common: desk("summary/2022-05/r1", at(5, 29, 9, 0))}, nobody)},
		{"summary-earlier", summary(compose.SummaryFacts{
			Common: june("summary/2022-06/r1", at(6, 29, 9, 0)),
			Earlier: []compose.FigureChange{
				change("禹州市", may, "pension", 120, 131, compose.CauseAmended, 2, ""),
				change("襄城县", may, "persons", -1, 66, compose.CauseLate, 1, ""),
			},
		}, all)},
		{"summary-correction-words-only", summary(compose.SummaryFacts{
			Common: desk("summary/2022-05/r2", at(5, 30, 16, 0)), Correction: 1}, all)},
		{"summary-new-targets", summary(compose.SummaryFacts{Common: desk("summary/2022-05/r1", at(5, 29, 9, 0)), Targets: []compose.TargetChange{
			{Unit: "禹州市", Measure: "企业养老", Old: "101500人", New: "103000人", Notice: "许社养老〔2022〕30号"},
			{Unit: "禹州市", Old: "90%", New: "95%"}, {Unit: "长葛市", Measure: "工伤", New: "64000人"}, {Unit: "长葛市", Measure: "失业", Old: "42000人"},
		}}, all)},
		{"summary-all-in", summary(compose.SummaryFacts{Common: desk("summary/2022-05/r1", at(5, 29, 9, 0))}, all)},
	}
}

// busy is a morning on which everything needs a person.
func busy(ls []compose.UnitLine) compose.DutyFacts {
	id := "3f9ac0de17b2/1"
	for i := range ls {
		if ls[i].Standing.Unit == "襄城县" {
			ls[i].LastReminder = at(5, 27, 9, 30)
		}
	}
	return compose.DutyFacts{
		Common: desk("duty/2022-05-29", at(5, 29, 9, 0)), Lines: ls, Tally: tallyOf(ls),
		Held: []compose.HeldItem{
			{ID: id, Unit: "魏都区", Period: may, File: "魏都区台账.xlsx", From: "weidu_sb@qq.com", Subject: "魏都区5月台账",
				Arrived: at(5, 28, 17, 45), Findings: held().Findings, Choices: []compose.Choice{
					{Means: "采用", Command: `taizhang desk accept ` + id + ` --reason "电话核实"`},
					{Means: "改属长葛市", Command: `taizhang desk assign ` + id + ` 长葛市 2022-05 --reason "电话核实"`},
					{Means: "退回", Command: `taizhang desk return ` + id + ` --reason "单位填错"`},
				}},
			{ID: "77aa01/1", File: "工作台账.xls", From: "zhang1987@sina.com", Arrived: at(5, 28, 20, 1), Findings: []ledger.Finding{
				{Code: ledger.ISenderUnknown, Severity: ledger.Hold}, {Code: ledger.IPeriodAbsent, Severity: ledger.Hold}},
				Choices: []compose.Choice{{Means: "登记该地址", Command: "taizhang desk address 襄城县 zhang1987@sina.com"}}},
		},
		Bounced: []compose.BouncedItem{{Unit: "襄城县", Addr: "xcx2022@163.com", At: at(5, 27, 9, 31), Reply: "550 User not found",
			Command: "taizhang desk address 襄城县 新地址"}},
		NoAddress: []string{"鄢陵县"},
		Stuck: []compose.StuckItem{{Unit: "襄城县", Subject: "【明日截止】襄城县2022年5月工作台账", To: []string{"xcx2022@163.com"},
			State: ledger.SendHuman, Since: at(5, 27, 9, 35), Choices: []compose.Choice{
				{Means: "对方已收到", Command: "taizhang desk delivered remind/2022-05/襄城县/tomorrow --reason 原因"},
				{Means: "对方没有收到，重发一次", Command: "taizhang desk resend remind/2022-05/襄城县/tomorrow --reason 原因"}}}},
		Quarantined:     []compose.QuarantinedItem{{From: "xcsb@163.com", Subject: "襄城县5月台账", Arrived: at(5, 28, 18, 0), Failures: 3}},
		UnreadableSince: at(5, 29, 7, 12), BackupFailing: at(5, 27, 3, 30), Paused: "451 MI:SFQ", PausedUntil: at(5, 29, 12, 0),
		Mailbox: compose.MailboxFacts{Quota: ledger.Quota{Used: 934, Limit: 1000}, Clock: ledger.Clock{Ahead: -200 * time.Minute}, Notices: []ledger.Notice{
			{What: ledger.NoticeVanished, At: at(5, 28, 9, 10), Since: at(5, 28, 9, 2), Folder: "INBOX", Size: 48_000},
			{What: ledger.NoticeOutage, At: at(5, 28, 8, 0), Since: at(5, 26, 20, 30)},
			{What: ledger.NoticeJunk, At: at(5, 28, 17, 50), Since: at(5, 28, 17, 45), Folder: "垃圾邮件", From: "weidu_sb@qq.com", Subject: "魏都区5月台账", Size: 52_000},
			{What: ledger.NoticeLarge, At: at(5, 28, 18, 0), Since: at(5, 28, 17, 58), Folder: "INBOX", From: "ylx@163.com", Subject: "照片和台账", Size: 93_500_000, Told: true},
			{What: ledger.NoticeLarge, At: at(5, 28, 18, 0), Since: at(5, 28, 17, 59), Folder: "INBOX", From: "x@y.example", Subject: "录像", Size: 120_000_000},
			{What: ledger.NoticeLimits, At: at(5, 28, 18, 10), Since: at(5, 28, 18, 8), Folder: "INBOX", From: "xcsb@163.com", Subject: "襄城县5月台账", Told: true, Mail: "4f1c2d3e4a5b6c7d"},
			{What: ledger.NoticeStranger, At: at(5, 28, 18, 20), Since: at(5, 28, 18, 15), Folder: "垃圾邮件", From: "zhang1987@sina.com", Subject: "5月报表", Mail: "90ab12cd34ef5678"},
		}},
	}
}
