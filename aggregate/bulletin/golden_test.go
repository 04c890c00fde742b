package bulletin_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"taizhang/aggregate"
	"taizhang/internal/golden"
	"taizhang/ledger"
)

const (
	wordsA = "一是开展信息数据比对，用数据“找人”，筛查未参保企业126家；二是组织“送政策上门”活动，走访企业42家；三是联合市场监管、税务部门建立信息共享和工作联络机制，每周通报一次进展。\n四是在办事大厅设置参保扩面专窗，实行“一窗通办”，企业当场办结；五是对快递、外卖、网约车等行业召开座谈会3次。"
	wordsB = "走访企业，宣传政策"
)

// full is May with seven reports, targets with baselines, and projects.
func full(t *testing.T) *aggregate.Summary {
	c, st := world(t)
	for i, u := range units {
		k := int64(i + 1)
		fs := figures(10*k, 100*k, 90*k, 80*k, 120*k)
		if i < 2 {
			fs = figures(12, 150, 120, 110, 180)
			fs["projects_new"], fs["projects_insured"] = ledger.NewNumber(10), ledger.NewNumber(int64(8+i))
		}
		submit(c, st, report{unit: u, period: may, figures: fs, words: []string{wordsA, wordsB, ""}[i%3]})
		c.Unit(u).Baselines = map[string]int64{}
		for k, n := range c.Unit(u).Target.Heads {
			c.Unit(u).Baselines[k] = n * int64(85+i) / 100
		}
	}
	return build(c, st, may, 1)
}

// five is June with five of seven: one late, one held, one returned, one
// missing, one exempt, one extended; the mailbox could not be read.
func five(t *testing.T) *aggregate.Summary {
	c, st := world(t)
	for i, u := range units {
		if i != 5 {
			submit(c, st, report{unit: u, period: may, figures: figures(10, 100, 90, 80, 120+int64(i/2))})
		}
	}
	due := c.Schedule.Due(june)
	submit(c, st, report{unit: "市本级", period: june, figures: figures(35, 312, 287, 240, 401), words: wordsA})
	submit(c, st, report{unit: "禹州市", period: june, figures: ledger.Figures{"enterprises": {Kind: ledger.Dash}, "persons": ledger.NewNumber(120)}, words: wordsB})
	submit(c, st, report{unit: "禹州市", period: june, version: 2, quality: ledger.QualityReturned, figures: figures(1, 2, 3, 4, 50)})
	submit(c, st, report{unit: "长葛市", period: june, figures: figures(0, 0, 0, 0, 0), arrived: due.Add(8 * time.Hour)})
	submit(c, st, report{unit: "魏都区", period: june, quality: ledger.QualityHeld, figures: figures(1, 2, 3, 4, 5), arrived: due.Add(-20 * time.Minute)})
	submit(c, st, report{unit: "建安区", period: june, quality: ledger.QualityReturned, figures: figures(1, 2, 3, 4, 50)})
	st.Book(june).Exempt = map[string]ledger.Decision{"鄢陵县": {Reason: "机构合并"}}
	st.Book(june).Extended = map[string]ledger.Extension{"襄城县": {Until: due.AddDate(0, 0, 3), Decision: ledger.Decision{Reason: "暴雨停电"}}}
	return aggregate.Build(c, st, aggregate.Request{Period: june, Number: 1, At: c.Schedule.CutOff(june), Unreadable: due.Add(-time.Hour)})
}

// corrected is the second issue of May: a corrected unit, a late one, and one
// that the desk withdrew.
func corrected(t *testing.T) *aggregate.Summary {
	c, st := world(t)
	for i, u := range units[:6] {
		k := int64(i + 1)
		submit(c, st, report{unit: u, period: may, figures: figures(10*k, 100*k, 90*k, 80*k, 120*k), words: wordsB})
	}
	cut := c.Schedule.CutOff(may)
	first := build(c, st, may, 1)
	st.Book(may).Issues = []ledger.Issue{first.Issue("summary/2022-05/r1")}
	submit(c, st, report{unit: "禹州市", period: may, version: 2, figures: figures(20, 201, 180, 160, 241), arrived: cut.Add(time.Hour), words: wordsB})
	submit(c, st, report{unit: "襄城县", period: may, figures: figures(7, 15, 12, 9, 18), arrived: cut.Add(30 * time.Hour)})
	submit(c, st, report{unit: "鄢陵县", period: may, quality: ledger.QualityWithdrawn, figures: figures(1, 1, 1, 1, 1),
		decided: []ledger.Decision{{At: cut.Add(2 * time.Hour), Action: "withdraw", Reason: "误报他县数字"}}})
	for i := range st.Book(may).Submissions {
		if s := &st.Book(may).Submissions[i]; s.Unit == "鄢陵县" && s.Quality == ledger.QualityAccepted {
			s.Quality, s.Decisions = ledger.QualityWithdrawn, []ledger.Decision{{At: cut.Add(2 * time.Hour), Action: "withdraw", Reason: "误报他县数字"}}
		}
	}
	return aggregate.Build(c, st, aggregate.Request{Period: may, Number: 2, At: cut.Add(31 * time.Hour)})
}

// retargeted is June with all reports and targets that hold from June on.
func retargeted(t *testing.T) *aggregate.Summary {
	c, st := world(t)
	for i, u := range units {
		submit(c, st, report{unit: u, period: june, figures: figures(10, 100, 90, 80, 120+int64(i))})
	}
	c.Unit("禹州市").TargetChanges = []ledger.TargetChange{{From: june, Notice: "许社养老〔2022〕30号",
		Target: ledger.Target{Heads: map[string]int64{"pension": 103000, "injury": 59000}}}}
	c.Unit("长葛市").TargetChanges = []ledger.TargetChange{{From: june, Target: ledger.Target{ProjectRate: 955}}}
	return build(c, st, june, 1)
}

// nobody is a month without any report.
func nobody(t *testing.T) *aggregate.Summary {
	c, st := world(t)
	return build(c, st, may, 1)
}

// december is the last month, by cumulative figures.
func december(t *testing.T) *aggregate.Summary {
	c, st := world(t)
	c.Basis, c.Notice = ledger.BasisCumulative, ""
	for i, u := range units {
		submit(c, st, report{unit: u, period: c.Last, figures: figures(100, 1000, 900, 800, 1200+int64(i))})
	}
	return build(c, st, c.Last, 1)
}

// earlier is June after its predecessor was corrected behind its last issue.
func earlier(t *testing.T) *aggregate.Summary {
	c, st := world(t)
	for i, u := range units {
		n := int64(i + 1)
		submit(c, st, report{unit: u, period: may, figures: figures(n, 10*n, 9*n, 8*n, 12*n)})
		submit(c, st, report{unit: u, period: june, figures: figures(n, 20*n, 19*n, 18*n, 22*n)})
	}
	s := build(c, st, june, 1)
	total := *c.Form.Measure("persons")
	s.Earlier = []aggregate.Change{
		{Unit: "禹州市", Period: may, Measure: *c.Form.Measure("pension"), Old: aggregate.Value{N: 18, Known: true}, New: aggregate.Value{N: 20, Known: true}, Cause: aggregate.Amended, Version: 2},
		{Unit: "禹州市", Period: may, Measure: total, Old: aggregate.Value{N: 22, Known: true}, New: aggregate.Value{N: 24, Known: true}, Cause: aggregate.Amended, Version: 2},
		{Unit: "襄城县", Period: may, Measure: total, New: aggregate.Value{N: 84, Known: true}, Cause: aggregate.Late, Version: 1},
	}
	return s
}

func TestTextOfTheBulletin(t *testing.T) {
	for name, s := range map[string]*aggregate.Summary{
		"7-of-7": full(t), "5-of-7": five(t), "0-of-7": nobody(t), "correction": corrected(t), "earlier-months": earlier(t), "targets": retargeted(t), "december-cumulative": december(t),
	} {
		t.Run(name, func(t *testing.T) {
			a := write(t, s)
			golden.Check(t, filepath.Join("testdata", name+".golden"), []byte(a.Name+"\n\n"+text(t, a.Data)))
			if dir := os.Getenv("TAIZHANG_BULLETINS"); dir != "" { // to look at them in an office program
				if err := os.WriteFile(filepath.Join(dir, name+".docx"), a.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
