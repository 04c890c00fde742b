package compose_test

import (
	"testing"
	"time"

	"taizhang/ledger"
	"taizhang/notify/compose"
)

// shanghai has no summer time in the years of the tests.
var shanghai = time.FixedZone("CST", 8*3600)

// may is the period of the tests; at returns an instant of May 2022 and beyond.
var may = ledger.Period{Year: 2022, Month: time.May}

func at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2022, month, day, hour, minute, 0, 0, shanghai)
}

// campaign is that of the notice, with two liaisons known.
func campaign() *ledger.Campaign {
	heads := func(p, u, i int64) ledger.Target {
		return ledger.Target{Heads: map[string]int64{"pension": p, "unemployment": u, "injury": i}, ProjectRate: 900}
	}
	c := &ledger.Campaign{
		Name: "全民参保计划攻坚行动", City: "许昌市", Year: 2022, First: may, Last: ledger.Period{Year: 2022, Month: 12},
		Notice: "许社养老〔2022〕12号",
		Desk: ledger.Desk{
			Name:      "许昌市全民参保计划攻坚行动专项小组",
			Addresses: []ledger.Address{{Name: "许昌市专项小组", Addr: "xczjk2620807@163.com"}},
			Contacts: []ledger.Contact{
				{Matter: "企业职工基本养老保险", Name: "李文举", Phone: "0374-2620807"},
				{Matter: "失业保险", Name: "乔雨露", Phone: "0374-2627395"},
				{Matter: "工伤保险", Name: "王洋", Phone: "0374-2968266"},
			},
		},
		Units: []ledger.Unit{
			{Name: "市本级", Target: heads(206100, 125100, 120500)}, {Name: "禹州市", Target: heads(101500, 59000, 58000)},
			{Name: "长葛市", Target: heads(99500, 42000, 63500)}, {Name: "魏都区", Target: heads(51100, 26000, 27000)},
			{Name: "建安区", Target: heads(56600, 33000, 37000)}, {Name: "鄢陵县", Target: heads(36600, 25000, 32000)},
			{Name: "襄城县", Target: heads(46700, 31000, 29000)},
		},
		Form: ledger.Form{
			Measures: []ledger.Measure{
				{Key: "enterprises", Name: "参保户数", Unit: "户"}, {Key: "pension", Name: "企业养老", Unit: "人"},
				{Key: "injury", Name: "工伤", Unit: "人"}, {Key: "unemployment", Name: "失业", Unit: "人"},
				{Key: "persons", Name: "合计人数", Unit: "人"},
				{Key: "projects_new", Name: "新开工项目数", Unit: "个", Optional: true},
				{Key: "projects_insured", Name: "已参保项目数", Unit: "个", Optional: true},
			},
			Total: "persons", Parts: []string{"pension", "injury", "unemployment"}, Count: "enterprises",
			Title: "2022年全民参保计划攻坚行动工作落实台账",
			Phrases: ledger.FormPhrases{Added: "新增参保", Counted: "新增参保企业", Parts: "险种", Stock: "参保人数",
				Overlap: "一人参加几个险种的，合计人数只计一次", Annex: "附件2", Targets: "附件1"},
		},
		Schedule: ledger.Schedule{
			Zone: shanghai, DueDay: 28, DueHour: 24, Holiday: ledger.HolidayNone, CutoffDays: 1, CutoffHour: 9, ClosingDay: 15,
		},
	}
	return c
}

func composer(t testing.TB) *compose.Composer {
	t.Helper()
	k, err := compose.New(campaign(), compose.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// yuzhou are the common facts of a mail to 禹州市, whose liaison is known.
func yuzhou(key string, now time.Time) compose.Common {
	s := campaign().Schedule
	return compose.Common{
		Key: key, Reason: "test", Now: now, Unit: "禹州市", Period: may,
		Liaison: ledger.Person{Name: "张晓燕", Post: "禹州市社会养老服务中心"},
		To:      []ledger.Address{{Name: "张晓燕", Addr: "yzylzx@163.com"}},
		Due:     s.Due(may), CutOff: s.CutOff(may), Closing: s.Closing(may),
	}
}

// changge are those of a unit whose liaison's name is not known.
func changge(key string, now time.Time) compose.Common {
	c := yuzhou(key, now)
	c.Unit, c.Liaison, c.To = "长葛市", ledger.Person{}, []ledger.Address{{Addr: "cgsb6011@126.com"}}
	return c
}

// desk are those of a mail to the desk about all units.
func desk(key string, now time.Time) compose.Common {
	c := yuzhou(key, now)
	c.Unit, c.Liaison, c.To = "", ledger.Person{}, campaign().Desk.Addresses
	return c
}

func answering(c compose.Common, subject string) compose.Common {
	c.Original = &compose.Original{
		MessageID: "<20220526093112.1A2B@163.com>", References: []string{"<request-2022-05@taizhang>"},
		Subject: subject, Arrived: at(5, 26, 9, 31),
	}
	return c
}

func attached(c compose.Common, names ...string) compose.Common {
	for _, n := range names {
		c.Attachments = append(c.Attachments, ledger.Attachment{
			Name: n, Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Data: []byte("PK"),
		})
	}
	return c
}

func figures(enterprises, pension, injury, unemployment, persons int64) ledger.Figures {
	return ledger.Figures{
		"enterprises": ledger.NewNumber(enterprises), "pension": ledger.NewNumber(pension), "injury": ledger.NewNumber(injury),
		"unemployment": ledger.NewNumber(unemployment), "persons": ledger.NewNumber(persons),
	}
}

// good is a complete ledger of 禹州市 with the sum derived.
func good() compose.Document {
	fs := figures(12, 120, 98, 76, 294)
	fs["persons"] = ledger.Figure{Kind: ledger.Number, Value: 294, Derived: true}
	return compose.Document{
		File: "禹州市2022年5月工作台账.xlsx", Sheet: "Sheet1", Version: 1, Arrived: at(5, 26, 9, 31),
		Punctuality: ledger.PunctualOnTime, Attempt: true, Figures: fs,
		Progress: map[string]compose.Progress{
			"enterprises": {Cumulative: 12}, "pension": {Cumulative: 120, Done: compose.Ratio{Num: 97120, Den: 101500}},
			"injury": {Cumulative: 98, Done: compose.Ratio{Num: 55098, Den: 58000}}, "unemployment": {Cumulative: 76},
			"persons": {Cumulative: 294},
		},
	}
}

// queried is a ledger accepted with open queries, a dash and an absent figure.
func queried() compose.Document {
	d := good()
	d.File, d.Arrived = "长葛市5月份台账（定稿）.xls", at(5, 29, 8, 5)
	d.Punctuality, d.LateDays = ledger.PunctualLate, 1
	d.Figures = figures(0, 135, 0, 0, 135)
	d.Figures["injury"] = ledger.Figure{Kind: ledger.Dash}
	delete(d.Figures, "unemployment")
	d.Progress = map[string]compose.Progress{
		"enterprises": {Cumulative: 0}, "pension": {Cumulative: 135}, "persons": {Cumulative: 135},
	}
	d.Findings = []ledger.Finding{
		{Code: ledger.CNormalised, Severity: ledger.Note, File: d.File, Sheet: "台账", Cell: "D6", Value: "１３５ 人",
			Args: map[string]string{"read": "135"}},
		{Code: ledger.CDash, Severity: ledger.Query, File: d.File, Sheet: "台账", Cell: "E6", Value: "－",
			Args: map[string]string{"measure": "injury"}},
		{Code: ledger.HAbsent, Severity: ledger.Query, File: d.File, Sheet: "台账", Args: map[string]string{"measures": "unemployment"}},
		{Code: ledger.RNoFirms, Severity: ledger.Query, File: d.File, Sheet: "台账", Cell: "C6", Value: "0",
			Args: map[string]string{"persons": "135"}},
	}
	return d
}

// bad is a ledger that is returned: two blank cells, 万, and a query.
func bad() compose.Document {
	d := good()
	d.Figures = ledger.Figures{"pension": ledger.NewNumber(120)}
	d.Progress = nil
	f := func(c ledger.Code, s ledger.Severity, cell, value string, args map[string]string) ledger.Finding {
		return ledger.Finding{Code: c, Severity: s, File: d.File, Sheet: "Sheet1", Cell: cell, Value: value, Args: args}
	}
	d.Findings = []ledger.Finding{
		f(ledger.POfficer, ledger.Query, "B9", "", nil),
		f(ledger.CBlank, ledger.Block, "F6", "", map[string]string{"measure": "injury"}),
		f(ledger.CBlank, ledger.Block, "G6", "", map[string]string{"measure": "unemployment"}),
		f(ledger.CTenThou, ledger.Block, "D6", "0.012万", map[string]string{"measure": "persons", "offer": "120"}),
		f(ledger.RNoWords, ledger.Block, "C6", "", nil),
		f(ledger.RNoWords, ledger.Block, "C7", "", nil),
	}
	return d
}

// blank is a form without any figure: no attempt.
func blank() compose.Document {
	return compose.Document{
		File: "台账.xlsx", Sheet: "附件2", Version: 1, Arrived: at(5, 29, 0, 12),
		Findings: []ledger.Finding{{Code: ledger.IBlankForm, Severity: ledger.Block, File: "台账.xlsx", Sheet: "附件2"}},
	}
}

// held is a document whose two places name different units.
func held() compose.Document {
	d := good()
	d.Version, d.Progress = 0, nil
	d.Findings = []ledger.Finding{
		{Code: ledger.IUnitMismatch, Severity: ledger.Hold, File: d.File, Sheet: "Sheet1", Cell: "A2", Value: "长葛市",
			Args: map[string]string{"first": "长葛市", "where": "A2", "second": "禹州市", "other": "file name"}},
		{Code: ledger.GHalf, Severity: ledger.Hold, File: d.File, Sheet: "Sheet1", Cell: "E6", Value: "58000",
			Args: map[string]string{"measure": "pension", "value": "58000", "target": "101500"}},
	}
	return d
}
