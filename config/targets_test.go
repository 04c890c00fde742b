package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang"
	"taizhang/config"
	"taizhang/ledger"
)

// changed is the example with other target changes, and the line they begin at.
func changed(t *testing.T, text string) (path string, line int) {
	t.Helper()
	const none = "target_changes: []"
	example := string(taizhang.ExampleConfig)
	before, after, ok := strings.Cut(example, none)
	if !ok {
		t.Fatalf("the example has no %q", none)
	}
	return write(t, before+text+after), 1 + strings.Count(before, "\n")
}

const twoNotices = `target_changes:
  - from: "2022-11"
    units:
      禹州市: { pension: 10.45 }
  - from: "2022-09"
    notice: 许社养老〔2022〕30号
    units:
      禹州市: { pension: 10.30, injury: 5.9 }
      长葛市: { project_rate: 95 }
`

// Each month has its own targets: what is not named keeps its target, and the
// order in the file does not matter.
func TestTargetChanges(t *testing.T) {
	path, _ := changed(t, twoNotices)
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range c.Campaign.Periods() {
		y, g := c.Campaign.Unit("禹州市").TargetAt(p), c.Campaign.Unit("长葛市").TargetAt(p)
		got = append(got, fmt.Sprint(p, y.Heads["pension"], y.Heads["injury"], y.Heads["unemployment"], g.ProjectRate, g.Heads["pension"]))
	}
	want := []string{
		"2022-05 101500 58000 59000 900 99500", "2022-06 101500 58000 59000 900 99500", "2022-07 101500 58000 59000 900 99500",
		"2022-08 101500 58000 59000 900 99500", "2022-09 103000 59000 59000 950 99500", "2022-10 103000 59000 59000 950 99500",
		"2022-11 104500 59000 59000 950 99500", "2022-12 104500 59000 59000 950 99500",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n := c.Campaign.Unit("禹州市").Target.Heads["pension"]; n != 101500 {
		t.Errorf("asking for a month changed the first target: %d", n)
	}
	if n := c.Campaign.Unit("禹州市").TargetChanges; len(n) != 2 || n[0].Notice != "许社养老〔2022〕30号" || n[1].From != (ledger.Period{Year: 2022, Month: 11}) {
		t.Errorf("got %+v", n)
	}
	shown, err := config.Show(path)
	if err != nil || !strings.Contains(shown, "target_changes:") || !strings.Contains(shown, "30号") || !strings.Contains(shown, "10.45") {
		t.Errorf("config show: %v\n%s", err, shown)
	}
}

// A mistake is told at its line and column.
func TestTargetChangeMistakes(t *testing.T) {
	entry := func(from, units string) string {
		return "target_changes:\n  - from: " + from + "\n    units:\n      " + units + "\n"
	}
	for _, c := range []struct {
		name, text string
		line       int // after that of target_changes
		at, what   string
	}{
		{"no start", "target_changes:\n  - notice: x\n    units:\n      禹州市: { pension: 10 }\n", 1, "", "缺少“target_changes[0].from”"},
		{"no month", entry("九月", "禹州市: { pension: 10 }"), 1, "九月", "应是年-月"},
		{"the first month", entry(`"2022-05"`, "禹州市: { pension: 10 }"), 1, `"2022-05"`, "不晚于第一个报告期（2022-05）"},
		{"before the first month", entry(`"2022-03"`, "禹州市: { pension: 10 }"), 1, `"2022-03"`, "不晚于第一个报告期"},
		{"after the last month", entry(`"2023-01"`, "禹州市: { pension: 10 }"), 1, `"2023-01"`, "晚于最后一个报告期（2022-12）"},
		{"unknown unit", entry(`"2022-09"`, "许昌县: { pension: 10 }"), 3, "{ pension", "“许昌县”不是填报单位"},
		{"unknown measure", entry(`"2022-09"`, "禹州市: { pensions: 10 }"), 3, "10", "“pensions”不是表样中的指标"},
		{"persons for 万人", entry(`"2022-09"`, "禹州市: { pension: 103000 }"), 3, "103000", "万人"},
		{"negative", entry(`"2022-09"`, "禹州市: { pension: -1 }"), 3, "-1", "不能小于零"},
		{"a rate of nothing", entry(`"2022-09"`, "禹州市: { project_rate: 0 }"), 3, "0", "project_rate"},
		{"no units", "target_changes:\n  - from: \"2022-09\"\n", 1, "", "target_changes[0].units"},
		{"overlap", entry(`"2022-09"`, "禹州市: { pension: 10 }") + "  - from: \"2022-09\"\n    units:\n      禹州市: { pension: 11 }\n", 6, "11", "禹州市的“pension”自 2022-09 起的目标写了两次"},
		{"unknown key", "target_changes:\n  - since: \"2022-09\"\n", 1, "since", "没有“since”"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path, line := changed(t, c.text)
			_, err := config.Load(path)
			if err == nil {
				t.Fatal("it was taken")
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			if want := fmt.Sprintf("%s:%d:", path, line+c.line); !strings.HasPrefix(first, want) || !strings.Contains(first, c.what) {
				t.Errorf("got %s\nwant %s … %s", first, want, c.what)
			}
			var col int
			row := strings.Split(c.text, "\n")[c.line]
			fmt.Sscanf(strings.TrimPrefix(first, fmt.Sprintf("%s:%d:", path, line+c.line)), "%d", &col)
			if r := []rune(row); c.at != "" && (col < 1 || col > len(r) || !strings.HasPrefix(string(r[col-1:]), c.at)) {
				t.Errorf("column %d of %q, want it at %q", col, row, c.at)
			}
		})
	}
}

func TestUnitStocks(t *testing.T) {
	load := func(stocks string) (*config.Config, error) {
		return config.Load(write(t, strings.Replace(string(taizhang.ExampleConfig), "    stocks: {} ", "    stocks: "+stocks+" ", 1)))
	}
	c, err := load(`{ "2022-09": { pension: 201500 } }`)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Campaign.Units[0].Stocks[ledger.Period{Year: 2022, Month: 9}]["pension"]; got != 201500 {
		t.Errorf("got %d", got)
	}
	for stocks, want := range map[string]string{
		`{ "2021-12": { pension: 1 } }`: "“2021-12”不是行动的报告期（2022-05 至 2022-12）", `{ "九月": { pension: 1 } }`: "“九月”不是行动的报告期",
		`{ "2022-09": { pensions: 1 } }`: "“pensions”不是表样中的指标", `{ "2022-09": { pension: -1 } }`: "不能小于零", `{ "2022-09": { pension: 20.15 } }`: "整数",
	} {
		_, err := load(stocks)
		line := 1 + strings.Count(string(taizhang.ExampleConfig)[:strings.Index(string(taizhang.ExampleConfig), "    stocks: {}")], "\n")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), fmt.Sprintf(".yaml:%d:", line)) {
			t.Errorf("%s: got %v, want line %d: %s", stocks, err, line, want)
		}
	}
}
