package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"taizhang"
	"taizhang/config"
	"taizhang/ledger"
)

func TestBuiltinIsTheNoticeOf2022(t *testing.T) {
	c, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][3]int64{ // Annex 1: pension, unemployment, injury, in persons
		"市本级": {206100, 125100, 120500}, "禹州市": {101500, 59000, 58000}, "长葛市": {99500, 42000, 63500},
		"魏都区": {51100, 26000, 27000}, "建安区": {56600, 33000, 37000}, "鄢陵县": {36600, 25000, 32000}, "襄城县": {46700, 31000, 29000},
	}
	if len(c.Campaign.Units) != len(want) {
		t.Fatalf("units: got %d, want %d", len(c.Campaign.Units), len(want))
	}
	var sum [3]int64
	for _, u := range c.Campaign.Units {
		got := [3]int64{u.Target.Heads["pension"], u.Target.Heads["unemployment"], u.Target.Heads["injury"]}
		if got != want[u.Name] || u.Target.ProjectRate != 900 {
			t.Errorf("%s: got %v and %d per mille, want %v", u.Name, got, u.Target.ProjectRate, want[u.Name])
		}
		for i := range sum {
			sum[i] += got[i]
		}
	}
	if sum != [3]int64{598100, 341100, 367000} { // the annex's own total row
		t.Errorf("totals: got %v", sum)
	}
	due := c.Campaign.Schedule.Due(ledger.Period{Year: 2022, Month: time.May})
	if got := due.Format(time.RFC3339); got != "2022-05-29T00:00:00+08:00" {
		t.Errorf("due: got %s", got)
	}
	cal := c.Campaign.Schedule.Calendar
	for day, worked := range map[string]bool{"2022-05-02": false, "2022-05-07": true, "2022-06-03": false, "2022-10-08": true, "2022-05-28": false, "2022-05-27": true} {
		d, _ := ledger.ParseDate(day)
		if cal.IsWorkday(d) != worked {
			t.Errorf("%s: workday is %t, want %t", day, !worked, worked)
		}
	}
}

// misspelt changes the example once in each case and says at which text of the
// changed line the problem must point, and what it must speak of.
var misspelt = []struct{ name, old, new, at, what string }{
	{"due day", "due_day: 28", "due_day: 31", "31", "1 到 28"},
	{"not a number", "due_day: 28", "due_day: 月底", "月底", "整数"},
	{"unknown key", "due_hour: 24", "due_hours: 24", "due_hours", "没有“due_hours”"},
	{"holiday rule", "holiday_rule: none", "holiday_rule: maybe", "maybe", "maybe"},
	{"month", `first_month: "2022-05"`, `first_month: "2022年5月"`, `"2022年5月"`, "年-月"},
	{"month order", `last_month: "2022-12"`, `last_month: "2022-04"`, `"2022-04"`, "早于"},
	{"clock", `request_at: "09:30"`, `request_at: "9点半"`, `"9点半"`, "时刻"},
	{"duration", "spacing: 20s", "spacing: 20", "20", "时长"},
	{"size", "file: 20MiB", "file: 20M", "20M", "大小"},
	{"date", "holidays: []", "holidays: [6月3日]", "6月3日", "日期"},
	{"address", "user: xczjk2620807@163.com", "user: xczjk2620807", "xczjk2620807", "邮箱地址"},
	{"target", "pension: 10.15", "pension: 101500", "101500", "万人"},
	{"target that is no number", "pension: 10.15", "pension: .nan", ".nan", "不是数字"},
	{"baseline in 万人", "baselines: {} ", "baselines: { pension: 19.8 } ", "19.8", "应是整数，现为 19.8"},
	{"baseline that is no number", "baselines: {} ", "baselines: { pension: .inf } ", ".inf", "应是整数"},
	{"measure", "pension: 10.15", "pensions: 10.15", "10.15", "pensions"},
	{"alias twice", "aliases: [长葛]", "aliases: [禹州]", "禹州", "禹州"},
	{"trust", "trust: known", "trust: all", "all", "known、open"},
	{"port", "port: 993", "port: 99300", "99300", "65535"},
	{"backups kept", "keep: 30", "keep: 1", "1", "2 到 1000"},
	{"duplicate", "due_hour: 24", "due_day: 24", "due_day", "两次"},
}

func TestProblemsNameTheirPlace(t *testing.T) {
	for _, c := range misspelt {
		t.Run(c.name, func(t *testing.T) {
			text := string(taizhang.ExampleConfig)
			if !strings.Contains(text, c.old) {
				t.Fatalf("the example has no %q", c.old)
			}
			line := 1 + strings.Count(text[:strings.Index(text, c.old)], "\n")
			text = strings.Replace(text, c.old, c.new, 1)
			path := write(t, text)
			cfg, err := config.Load(path)
			var p *config.Problem
			if !errors.As(err, &p) || cfg != nil {
				t.Fatalf("got %v, %v, want a Problem and no configuration", cfg, err)
			}
			if p.File != path {
				t.Errorf("file %s, want %s", p.File, path)
			}
			if p.Line != line {
				t.Errorf("line %d, want %d: %v", p.Line, line, err)
			}
			if p.Hint == "" || !strings.Contains(p.Error(), c.what) {
				t.Errorf("got %q, want it to speak of %q and to give a hint", p.Error(), c.what)
			}
			row := strings.Split(text, "\n")[p.Line-1]
			if got := string([]rune(row)[p.Column-1:]); !strings.HasPrefix(got, c.at) {
				t.Errorf("column %d points at %q, want %q", p.Column, got, c.at)
			}
		})
	}
}

// An empty file, and one with a second document, which the decoder would pass
// over in silence, are refused with a place.
func TestOneDocument(t *testing.T) {
	for text, want := range map[string]string{"": "1:1: 配置文件没有内容", "---\n": "1:1: 配置文件没有内容", "# nothing\n": "1:1: 配置文件没有内容",
		"a: 1\n---\nb: 2\n": "2:1: “---”"} {
		_, err := config.Load(write(t, text))
		if err == nil || !strings.Contains(err.Error(), ":"+want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestAllProblemsAreToldAtOnce(t *testing.T) {
	text := strings.Replace(string(taizhang.ExampleConfig), "due_day: 28", "due_day: 0", 1)
	text = strings.Replace(text, "cutoff_hour: 9", "cutoff_hour: 30", 1)
	c, err := config.Load(write(t, text))
	if n := strings.Count(fmt.Sprint(err), "应在"); n != 2 || c != nil {
		t.Errorf("got %d problems, want 2 and no configuration: %v", n, err)
	}
}

func TestSmallFileTakesDefaults(t *testing.T) {
	c, err := config.Load(write(t, `
campaign: { name: 试点行动, city: 甲市, year: 2024, first_month: "2024-01", last_month: "2024-03" }
desk: { name: 专班, addresses: [{ addr: desk@example.cn }], contacts: [{ name: 某人, phone: "123" }] }
mailbox: { user: box@example.cn, password_env: X }
units: [{ name: 乙县, addresses: [{ addr: YI@example.cn }] }]
`))
	if err != nil {
		t.Fatal(err)
	}
	if c.Mailbox.IMAP.Host != "imap.163.com" || c.Sending.PerDay != 150 || len(c.Campaign.Form.Measures) != 7 {
		t.Errorf("defaults are missing: %+v", c.Mailbox.IMAP)
	}
	if c.Campaign.Units[0].Addresses[0].Addr != "yi@example.cn" {
		t.Error("addresses are compared in lower case")
	}
}

func TestSecret(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "code")
	if err := os.WriteFile(path, []byte(" s3cret-canary\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(taizhang.ExampleConfig), "/etc/taizhang/authcode", path, 1)
	c, err := config.Load(write(t, text))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TAIZHANG_AUTHCODE", "")
	if got, err := c.Mailbox.Password.Read(); err != nil || got != "s3cret-canary" {
		t.Fatalf("got %q, %v", got, err)
	}
	for _, s := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c.Mailbox.Password), c.Mailbox.Password.String()} {
		if strings.Contains(s, "canary") {
			t.Errorf("the secret shows in %s", s)
		}
	}
	t.Setenv("TAIZHANG_AUTHCODE", "other")
	if got, _ := c.Mailbox.Password.Read(); got != "other" {
		t.Errorf("the environment wins: got %q", got)
	}
	t.Setenv("TAIZHANG_AUTHCODE", "")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Mailbox.Password.Read(); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others can read must be refused: %v", err)
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
