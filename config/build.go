package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zone must be known on a host without tzdata

	"taizhang/ledger"
)

// zoneName is the only zone of the business (rule book §4).
const zoneName = "Asia/Shanghai"

// config builds the Config and records every mistake on the way.
func (b *builder) config(f *file) *Config {
	c := &Config{StoreDir: f.Store.Dir, BulletinTemplate: b.beside(f.Bulletin.Template)}
	c.Campaign = b.campaign(f)
	c.Mailbox = b.mailbox(f)
	c.Sending = b.sending(f)
	c.Reminders = b.reminders(f)
	c.Senders = Senders{
		Open:       b.choice("$.senders.trust", f.Senders.Trust, "known", "open") == "open",
		UnsignedOK: b.choice("$.senders.unsigned", f.Senders.Unsigned, "ask", "ok") == "ok",
	}
	c.Limits = Limits{
		Message:  b.size("$.limits.message", f.Limits.Message),
		File:     b.size("$.limits.file", f.Limits.File),
		Unpacked: b.size("$.limits.unpacked", f.Limits.Unpacked),
		ReadTime: b.duration("$.limits.read_time", f.Limits.ReadTime),
		Failures: b.within("$.limits.failures", f.Limits.Failures, 1, 10),
	}
	b.required("$.store.dir", f.Store.Dir, "dir: /var/lib/taizhang")
	b.addresses(c)
	return c
}

func (b *builder) campaign(f *file) ledger.Campaign {
	b.required("$.campaign.name", f.Campaign.Name, "name: 全民参保计划攻坚行动")
	b.required("$.campaign.city", f.Campaign.City, "city: 许昌市")
	c := ledger.Campaign{
		Name: f.Campaign.Name, City: f.Campaign.City, Notice: f.Campaign.Notice,
		Year:  b.within("$.campaign.year", f.Campaign.Year, 2000, 2100),
		First: b.month("$.campaign.first_month", f.Campaign.First),
		Last:  b.month("$.campaign.last_month", f.Campaign.Last),
		Basis: ledger.FigureBasis(b.choice("$.campaign.figures", f.Campaign.Basis, "monthly", "cumulative")),
	}
	if c.Last.Before(c.First) {
		b.problem("$.campaign.last_month", fmt.Sprintf(textMonthOrder, c.Last, c.First), hintMonthOrder)
	}
	c.Desk = b.desk(f)
	c.Form = b.form(f)
	c.Units = b.units(f, &c.Form)
	b.changes(f, &c)
	b.stocks(f, &c)
	c.Schedule = b.schedule(f)
	return c
}

func (b *builder) desk(f *file) ledger.Desk {
	d := ledger.Desk{Name: f.Desk.Name}
	b.required("$.desk.name", d.Name, "name: 许昌市全民参保计划攻坚行动专项小组")
	if len(f.Desk.Addresses) == 0 {
		b.problem("$.desk.addresses", fmt.Sprintf(textMissing, "desk.addresses"), fmt.Sprintf(hintMissing, "addresses: [{ name: 市专项小组, addr: desk@163.com }]"))
	}
	for i, a := range f.Desk.Addresses {
		d.Addresses = append(d.Addresses, ledger.Address{Name: a.Name, Addr: b.addr(fmt.Sprintf("$.desk.addresses[%d].addr", i), a.Addr)})
	}
	if len(f.Desk.Contacts) == 0 {
		b.problem("$.desk.contacts", fmt.Sprintf(textMissing, "desk.contacts"), fmt.Sprintf(hintMissing, "contacts: [{ name: 李文举, phone: 0374-2620807 }]"))
	}
	for i, c := range f.Desk.Contacts {
		at := fmt.Sprintf("$.desk.contacts[%d]", i)
		b.required(at+".name", c.Name, "name: 李文举")
		b.required(at+".phone", c.Phone, "phone: 0374-2620807")
		d.Contacts = append(d.Contacts, ledger.Contact(c))
	}
	return d
}

func (b *builder) mailbox(f *file) Mailbox {
	m := Mailbox{
		User: b.addr("$.mailbox.user", f.Mailbox.User), Name: f.Mailbox.Name,
		IMAP:   b.server("$.mailbox.imap", f.Mailbox.IMAP),
		SMTP:   b.server("$.mailbox.smtp", f.Mailbox.SMTP),
		CAFile: b.beside(f.Mailbox.CAFile), Folders: f.Mailbox.Folders,
		Poll:     b.duration("$.mailbox.poll", f.Mailbox.Poll),
		Password: Secret{file: b.beside(f.Mailbox.PasswordFile), env: f.Mailbox.PasswordEnv},
	}
	if f.Mailbox.PasswordFile == "" && f.Mailbox.PasswordEnv == "" {
		b.problem("$.mailbox", textSecretPlace, hintSecretPlace)
	}
	return m
}

// beside resolves a relative path against the folder of the config file.
func (b *builder) beside(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(b.path), path)
}

func (b *builder) server(path string, s fileServer) Server {
	b.required(path+".host", s.Host, "host: imap.163.com")
	return Server{Host: s.Host, Port: b.within(path+".port", s.Port, 1, 65535)}
}

func (b *builder) sending(f *file) Sending {
	s := f.Sending
	return Sending{
		Spacing:          b.duration("$.sending.spacing", s.Spacing),
		PerQuarter:       b.within("$.sending.per_quarter", s.PerQuarter, 1, 1000),
		PerDay:           b.within("$.sending.per_day", s.PerDay, 1, 10000),
		Doubt:            b.duration("$.sending.doubt", s.Doubt),
		DoubtPolls:       b.within("$.sending.doubt_polls", s.DoubtPolls, 1, 100),
		AnswerEvery:      b.duration("$.sending.answers.every", s.Answers.Every),
		AnswersPerSender: b.within("$.sending.answers.per_sender", s.Answers.PerSender, 0, 100),
		AnswersPerDay:    b.within("$.sending.answers.per_day", s.Answers.PerDay, 0, 1000),
	}
}

func (b *builder) schedule(f *file) ledger.Schedule {
	zone, err := time.LoadLocation(zoneName)
	if err != nil { // cannot happen: tzdata is built in
		zone = time.FixedZone("CST", 8*3600)
	}
	s := f.Schedule
	return ledger.Schedule{
		Zone:        zone,
		Calendar:    calendar(b.days("$.workdays.holidays", f.Workdays.Holidays), b.days("$.workdays.worked", f.Workdays.Worked)),
		DueDay:      b.within("$.schedule.due_day", s.DueDay, 1, 28),
		DueHour:     b.within("$.schedule.due_hour", s.DueHour, 1, 24),
		Holiday:     ledger.HolidayRule(b.choice("$.schedule.holiday_rule", s.Holiday, "none", "previous", "next")),
		CutoffDays:  b.within("$.schedule.cutoff_days", s.CutoffDays, 0, 14),
		CutoffHour:  b.within("$.schedule.cutoff_hour", s.CutoffHour, 0, 23),
		ClosingDay:  b.within("$.schedule.closing_day", s.ClosingDay, 1, 28),
		SummaryWait: b.duration("$.schedule.summary_wait", s.SummaryWait),
	}
}

func (b *builder) reminders(f *file) Reminders {
	r := f.Reminders
	return Reminders{
		RequestWorkdays: b.within("$.reminders.request_workdays", r.RequestWorkdays, 1, 15),
		RequestAt:       b.clock("$.reminders.request_at", r.RequestAt),
		OverdueAt:       b.clock("$.reminders.overdue_at", r.OverdueAt),
		OverdueEvery:    b.within("$.reminders.overdue_every", r.OverdueEvery, 1, 10),
		OverdueDays:     b.within("$.reminders.overdue_days", r.OverdueDays, 0, 31),
		DutyAt:          b.clock("$.reminders.duty_at", r.DutyAt),
		DutyDays:        b.within("$.reminders.duty_days", r.DutyDays, 0, 15),
		ReissueAt:       b.clock("$.reminders.reissue_at", r.ReissueAt),
	}
}

// The readers of one value each. They record the mistake and return a value
// that lets the rest be checked.

func (b *builder) required(path, value, example string) {
	if strings.TrimSpace(value) == "" {
		b.problem(path, fmt.Sprintf(textMissing, strings.TrimPrefix(path, "$.")), fmt.Sprintf(hintMissing, example))
	}
}

func (b *builder) within(path string, v, least, most int) int {
	if v < least || v > most {
		b.problem(path, fmt.Sprintf(textRange, key(path), least, most, v), fmt.Sprintf(hintRange, least))
	}
	return v
}

func (b *builder) choice(path, v string, allowed ...string) string {
	if !slices.Contains(allowed, v) {
		b.problem(path, fmt.Sprintf(textChoice, key(path), v), fmt.Sprintf(hintChoice, strings.Join(allowed, "、")))
	}
	return v
}

func (b *builder) month(path, v string) ledger.Period {
	p, err := ledger.ParsePeriod(v)
	if err != nil {
		b.problem(path, fmt.Sprintf(textMonth, key(path), v), hintMonth)
	}
	return p
}

func (b *builder) clock(path, v string) int {
	t, err := time.Parse("15:04", v)
	if err != nil {
		b.problem(path, fmt.Sprintf(textClock, key(path), v), hintClock)
		return 0
	}
	return t.Hour()*60 + t.Minute()
}

func (b *builder) duration(path, v string) time.Duration {
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		b.problem(path, fmt.Sprintf(textDuration, key(path), v), hintDuration)
	}
	return d
}

func (b *builder) size(path, v string) int64 {
	for unit, factor := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if n, ok := strings.CutSuffix(v, unit); ok {
			if i, err := strconv.ParseInt(strings.TrimSpace(n), 10, 32); err == nil && i > 0 {
				return i * factor
			}
		}
	}
	b.problem(path, fmt.Sprintf(textSize, key(path), v), hintSize)
	return 1
}

// days reads dates and ranges of dates, both ends included.
func (b *builder) days(path string, list []string) map[ledger.Date]bool {
	out := map[ledger.Date]bool{}
	for i, s := range list {
		from, to, isRange := strings.Cut(s, "..")
		first, err := ledger.ParseDate(from)
		last := first
		if err == nil && isRange {
			last, err = ledger.ParseDate(to)
		}
		if err != nil || last.Before(first) || last.DaysSince(first) > 60 {
			b.problem(fmt.Sprintf("%s[%d]", path, i), fmt.Sprintf(textDate, s), hintDate)
			continue
		}
		for d := first; !d.After(last); d = d.AddDays(1) {
			out[d] = true
		}
	}
	return out
}

func (b *builder) addr(path, v string) string {
	a := strings.ToLower(strings.TrimSpace(v))
	local, domain, ok := strings.Cut(a, "@")
	if !ok || local == "" || !strings.Contains(domain, ".") || strings.ContainsAny(a, " \t\r\n<>,;\"'()") || !ascii(a) || strings.Contains(domain, "@") {
		b.problem(path, fmt.Sprintf(textAddr, v), hintAddr)
	}
	return a
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < 0x21 || r > 0x7e }) < 0
}

// key is the last part of a YAML path, as the administrator knows it.
func key(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }
