package config_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"taizhang"
	"taizhang/config"
)

// FuzzConfig: no bytes make the reader of the configuration panic; whatever is
// wrong is told as Problems, each with file, line, column and a hint; and what
// loads holds to every limit that the validation promises.
func FuzzConfig(f *testing.F) {
	example := string(taizhang.ExampleConfig)
	f.Add(taizhang.ExampleConfig)
	for _, c := range misspelt {
		f.Add([]byte(strings.Replace(example, c.old, c.new, 1)))
	}
	const small = "campaign: { name: 试点行动, city: 甲市, year: 2024, first_month: \"2024-01\", last_month: \"2024-03\" }\n" +
		"desk: { name: 专班, addresses: [{ addr: desk@example.cn }], contacts: [{ name: 某人, phone: \"123\" }] }\n" +
		"mailbox: { user: box@example.cn, password_env: X }\n" +
		"units: [{ name: 乙县, addresses: [{ addr: YI@example.cn }], targets: { pension: 1.5 } }]\n"
	for _, s := range []string{
		small, small + "form:\n", small + "form: { id: x }\n", small + "workdays: { holidays: [2024-01-01..2024-01-03] }\n", small + "limits: { file: 9999999999GiB }\n",
		strings.Replace(small, "1.5", ".nan", 1), strings.Replace(small, "1.5", "-.inf", 1), strings.Replace(small, "乙县", "", 1),
		"", "\ufeff", "a", "- a", "---\n---\n", "&a [*a]", "a: &a {b: *a}", "<<: {a: b}", "\t", "\"", "units: {}", "units: [~]", "campaign: ~", "? a\n: b", "a: |\n b", "a: !!binary x", "\xff", "\x00", "%YAML 1.2\n---\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := config.Parse("f.yaml", data)
		if err != nil {
			problemsHavePlaces(t, err, strings.Count(string(data), "\n")+strings.Count(string(data), "\r")+1)
			return
		}
		holds(t, cfg)
	})
}

// problemsHavePlaces asserts that the error is made of Problems and that each
// of them says what is wrong, where, and what to write.
func problemsHavePlaces(t *testing.T, err error, lines int) {
	t.Helper()
	list := []error{err}
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		list = j.Unwrap()
	}
	for _, e := range list {
		var p *config.Problem
		switch {
		case !errors.As(e, &p):
			t.Errorf("%T is no Problem: %v", e, e)
		case p.File != "f.yaml" || p.Line < 1 || p.Line > lines+1 || p.Column < 1:
			t.Errorf("no place in %d lines: %+v", lines, p)
		case p.What == "" || p.Hint == "" || !utf8.ValidString(p.Error()):
			t.Errorf("says too little: %+v", p)
		}
	}
}

// holds asserts what a configuration that was loaded promises to the rest.
func holds(t *testing.T, c *config.Config) {
	t.Helper()
	k := &c.Campaign
	check := func(name string, ok bool) {
		if !ok {
			t.Errorf("%s: %+v", name, c)
		}
	}
	check("names", k.Name != "" && k.City != "" && k.Desk.Name != "" && c.StoreDir != "")
	check("months", !k.Last.Before(k.First) && k.First.Month >= 1 && k.First.Month <= 12 && k.Last.Month >= 1 && k.Last.Month <= 12)
	s := k.Schedule
	check("schedule", s.Zone != nil && s.DueDay >= 1 && s.DueDay <= 28 && s.ClosingDay >= 1 && s.ClosingDay <= 28 && s.DueHour >= 1 && s.DueHour <= 24 && s.CutoffHour >= 0 && s.CutoffHour < 24)
	l := c.Limits
	for _, n := range []int64{l.Message, l.File, l.Unpacked} {
		check("limits", n > 0 && n <= 1<<62)
	}
	for _, d := range []time.Duration{l.ReadTime, c.Mailbox.Poll, c.Sending.Spacing, c.Sending.Doubt, c.Sending.AnswerEvery, s.SummaryWait} {
		check("durations", d > 0)
	}
	check("servers", c.Mailbox.IMAP.Host != "" && c.Mailbox.SMTP.Host != "" && c.Mailbox.IMAP.Port > 0 && c.Mailbox.SMTP.Port < 65536)
	form := &k.Form
	check("total", form.Measure(form.Total) != nil)
	for _, key := range form.Parts {
		check("part "+key, form.Measure(key) != nil)
	}
	check("units", len(k.Units) > 0 && len(k.Desk.Addresses) > 0 && len(k.Desk.Contacts) > 0)
	owner := map[string]string{c.Mailbox.User: "us"}
	seen := map[string]bool{}
	for _, u := range k.Units {
		check("unit "+u.Name, u.Name != "" && !seen[u.Name])
		seen[u.Name] = true
		for _, a := range u.Addresses {
			check("address "+a.Addr, a.Addr == strings.ToLower(a.Addr) && strings.Contains(a.Addr, "@") && (owner[a.Addr] == "" || owner[a.Addr] == u.Name))
			owner[a.Addr] = u.Name
		}
		for key, heads := range u.Target.Heads {
			check("target "+key, form.Measure(key) != nil && heads >= 0 && heads <= 50_000_000)
		}
		check("rate", u.Target.ProjectRate >= 0 && u.Target.ProjectRate <= 1000)
		for key, n := range u.Baselines {
			check("baseline "+key, form.Measure(key) != nil && n >= 0)
		}
	}
	// The schedule can be asked about every month of the campaign.
	for p, n := k.First, 0; !k.Last.Before(p) && n < 24; p, n = p.Next(), n+1 {
		check("order of "+p.String(), s.Opens(p).Before(s.Due(p)) && !s.CutOff(p).Before(s.Due(p)))
	}
}
