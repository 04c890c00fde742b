package compose_test

import (
	"time"

	"taizhang/ledger"
	"taizhang/notify/compose"
)

// june are the common facts of a mail to the desk about June.
func june(key string, now time.Time) compose.Common {
	c, s := desk(key, now), campaign().Schedule
	c.Period = may.Next()
	c.Due, c.CutOff, c.Closing = s.Due(c.Period), s.CutOff(c.Period), s.Closing(c.Period)
	return c
}

// dutyCases are a quiet morning, one on which everything needs a person, and
// each matter alone.
func dutyCases(k *compose.Composer) []mailCase {
	s := campaign().Schedule
	some, all, nobody := lines(s, cutOff), lines(s, complete), lines(s, missing)
	duty := func(f compose.DutyFacts, ls []compose.UnitLine) func() (ledger.Mail, error) {
		f.Lines, f.Tally = ls, tallyOf(ls)
		if f.Key == "" {
			f.Common = desk("duty/2022-05-27", at(5, 27, 8, 30))
		}
		return func() (ledger.Mail, error) { return k.Duty(f) }
	}
	full := busy(some)
	return []mailCase{
		{"duty-busy", func() (ledger.Mail, error) { return k.Duty(busy(some)) }},
		{"duty-quiet", duty(compose.DutyFacts{}, all)},
		{"duty-held", duty(compose.DutyFacts{Held: full.Held[:1]}, some)},
		{"duty-bounced", duty(compose.DutyFacts{Bounced: full.Bounced}, some)},
		{"duty-no-address", duty(compose.DutyFacts{NoAddress: []string{"襄城县", "鄢陵县"}}, nobody)},
		{"duty-unanswered", duty(compose.DutyFacts{
			Common: desk("duty/2022-05/襄城县/overdue-2022-06-06", at(6, 6, 9, 2)), NoAddress: []string{"鄢陵县"},
			Unanswered: []compose.UnansweredItem{
				{Unit: "长葛市", Period: may, Kind: ledger.MailOverdue, Slot: at(6, 6, 9, 0), Last: true},
				{Unit: "鄢陵县", Period: may, Kind: ledger.MailOverdue, Slot: at(6, 6, 9, 0), Lost: true, Last: true,
					Command: "taizhang desk address 鄢陵县 新地址 --reason 原因"},
				{Unit: "襄城县", Period: may.Next(), Kind: ledger.MailRequest, Slot: at(6, 6, 9, 30), Lost: true,
					Command: "taizhang desk address 襄城县 新地址 --reason 原因"},
			}}, nobody)},
		{"duty-doubt", duty(compose.DutyFacts{Stuck: []compose.StuckItem{
			full.Stuck[0],
			{Unit: "长葛市", Subject: "【回执】长葛市2022年5月工作台账已登记", To: []string{"cgsb6011@126.com"}, State: ledger.SendRefused, Since: at(5, 26, 17, 1)},
		}}, some)},
		{"duty-unknown-years", duty(compose.DutyFacts{UnknownYears: []int{2023}}, all)},
		{"duty-not-fetched", duty(compose.DutyFacts{Struck: []compose.StruckItem{
			{Folder: "INBOX", At: at(5, 26, 14, 2), Large: true}, {Folder: "垃圾邮件", At: at(5, 26, 15, 2)}}}, some)},
		{"duty-quarantined", duty(compose.DutyFacts{Quarantined: full.Quarantined}, some)},
		{"duty-mailbox", duty(compose.DutyFacts{UnreadableSince: at(5, 26, 7, 12)}, some)},
		{"duty-unread", duty(compose.DutyFacts{Mailbox: compose.MailboxFacts{Notices: []ledger.Notice{
			{What: ledger.NoticeLimits, At: at(5, 26, 18, 10), Since: at(5, 26, 18, 8), Folder: "INBOX", From: "xcsb@163.com", Subject: "襄城县5月台账", Told: true, Mail: "4f1c2d3e4a5b6c7d"},
			{What: ledger.NoticeLimits, At: at(5, 26, 19, 10), Since: at(5, 26, 19, 8), Folder: "INBOX", From: "zhang1987@sina.com", Subject: "照片", Mail: "90ab12cd34ef5678"},
			{What: ledger.NoticeStranger, At: at(5, 26, 20, 20), Since: at(5, 26, 20, 15), Folder: "垃圾邮件", From: "li1990@sina.com", Mail: "77ab12cd34ef5678"},
		}}}, some)},
		{"duty-paused", duty(compose.DutyFacts{Paused: "550 User has no permission"}, all)},
	}
}
