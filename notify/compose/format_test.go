package compose_test

import (
	"strings"
	"testing"
	"time"

	"taizhang/ledger"
	"taizhang/notify/compose"
)

func TestDeadline(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		year int
		want string
	}{
		{at(5, 29, 0, 0), 2022, "5月28日（星期六）24时"},
		{at(5, 29, 9, 0), 2022, "5月29日（星期日）9时"},
		{at(5, 29, 17, 30), 2022, "5月29日（星期日）17时30分"},
		{at(6, 1, 0, 0), 2022, "5月31日（星期二）24时"},
		{time.Date(2023, 1, 1, 0, 0, 0, 0, shanghai), 2022, "12月31日（星期六）24时"},
		{time.Date(2023, 1, 16, 0, 0, 0, 0, shanghai), 2022, "2023年1月15日（星期日）24时"},
		{time.Date(2024, 3, 1, 0, 0, 0, 0, shanghai), 2024, "2月29日（星期四）24时"},
		{time.Time{}, 2022, ""},
	} {
		if got := compose.Deadline(c.at, c.year); got != c.want {
			t.Errorf("Deadline(%v) = %q, want %q", c.at, got, c.want)
		}
	}
}

func TestInstantAndDay(t *testing.T) {
	for got, want := range map[string]string{
		compose.Instant(at(5, 28, 23, 59)):                     "2022年5月28日（星期六）23时59分",
		compose.Instant(at(5, 29, 0, 0)):                       "2022年5月29日（星期日）0时00分",
		compose.ShortInstant(at(5, 29, 8, 5)):                  "5月29日8时05分",
		compose.Day(ledger.Date{Year: 2022, Month: 5, Day: 1}): "2022年5月1日（星期日）",
		compose.PeriodName(may):                                "2022年5月",
		compose.PeriodName(ledger.Period{}):                    "",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestRatio(t *testing.T) {
	for _, c := range []struct {
		num, den int64
		want     string
	}{
		{1, 3, "33.3%"}, {2, 3, "66.7%"}, {1, 2000, "0.1%"}, {1, 2001, "0.0%"}, {0, 5, "0.0%"}, {5, 5, "100.0%"},
		{8985, 10000, "89.9%"}, {8984, 10000, "89.8%"}, {5, 0, "－"}, {0, 0, "－"}, {5, -1, "－"}, {-1, 5, "－"},
	} {
		if got := (compose.Ratio{Num: c.num, Den: c.den}).String(); got != c.want {
			t.Errorf("%d/%d = %q, want %q", c.num, c.den, got, c.want)
		}
	}
}

// The four kinds of fact, and a fact not stated, stay distinct.
func TestFigureTextDistinct(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range []string{
		compose.FigureText(ledger.NewNumber(12), true), compose.FigureText(ledger.NewNumber(0), true),
		compose.FigureText(ledger.Figure{Kind: ledger.Dash}, true), compose.FigureText(ledger.Figure{Kind: ledger.Blank}, true),
		compose.FigureText(ledger.Figure{}, false),
	} {
		if s == "" || seen[s] {
			t.Errorf("%q is empty or stands for two facts", s)
		}
		seen[s] = true
	}
}

func TestNamesComplete(t *testing.T) {
	for _, p := range []ledger.Punctuality{
		ledger.PunctualOnTime, ledger.PunctualLate, ledger.PunctualAfter, ledger.PunctualHeld, ledger.PunctualAwaited,
		ledger.PunctualOverdue, ledger.PunctualMissing, ledger.PunctualExempt,
	} {
		if compose.PunctualityName(p) == "" {
			t.Errorf("punctuality %q has no name", p)
		}
	}
	for _, q := range []ledger.Quality{
		ledger.QualityAccepted, ledger.QualityQueried, ledger.QualityReturned, ledger.QualityHeld, ledger.QualityVerified,
		ledger.QualityDuplicate, ledger.QualityRejected, ledger.QualityWithdrawn,
	} {
		if compose.QualityName(q) == "" {
			t.Errorf("quality %q has no name", q)
		}
	}
	for _, s := range []ledger.SendState{
		ledger.SendQueued, ledger.SendDeferred, ledger.SendSending, ledger.SendAmbiguous, ledger.SendSent, ledger.SendRefused,
		ledger.SendHuman, ledger.SendSkipped,
	} {
		if compose.SendName(s) == "" {
			t.Errorf("state %q has no name", s)
		}
	}
	for _, s := range []ledger.Severity{ledger.Note, ledger.Query, ledger.Block, ledger.Hold, ledger.Unreadable} {
		if compose.SeverityName(s) == "" {
			t.Errorf("severity %q has no name", s)
		}
	}
	if got := compose.MailName(ledger.MailHeld); got != "已收到，待核实" {
		t.Errorf("held mail is named %q", got)
	}
}

func TestVersionLine(t *testing.T) {
	s := ledger.Standing{InForce: sub(1, ledger.QualityQueried), Quality: ledger.QualityAccepted, Newest: sub(2, ledger.QualityReturned)}
	if got := compose.VersionLine(&s); got != "第1版合格，更正第2版退回" {
		t.Errorf("got %q", got)
	}
	s = ledger.Standing{InForce: s.InForce, Quality: s.Quality, Newest: s.InForce, Held: []*ledger.Submission{sub(0, ledger.QualityHeld)}}
	if got := compose.VersionLine(&s); got != "第1版合格，另有1件待核实" {
		t.Errorf("got %q", got)
	}
	if got := compose.VersionLine(&ledger.Standing{}); got != "－" {
		t.Errorf("got %q", got)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nBcc: x@y.z":                "a Bcc: x@y.z",
		"  禹州\u200b市 \u3000 台账 ":         "禹州市 台账",
		"exe\u202efdp.slx":               "exefdp.slx",
		"\x00figures1\x00":               "figures1",
		"bad\xffutf8":                    "bad\ufffdutf8",
		"tab\tand\u2028line":             "tab and line",
		"\ufeff\ufdd0\u3164台账\U000e0041": "台账",
		strings.Repeat(" ", 5):           "",
	} {
		if got := compose.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}
