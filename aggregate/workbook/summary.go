package workbook

import (
	"fmt"
	"strings"
	"time"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// Wording puts a finding into words: what is wrong, and what to do.
type Wording func(ledger.Finding) (message, remedy string)

// Summary writes the monthly workbook of rule book §9. Figures show without
// recalculation, totals are live formulas that agree with them, and a figure
// that is not there is －. Open queries are named by a short title.
func Summary(s *aggregate.Summary) (ledger.Attachment, error) {
	return SummaryWith(s, shortWording)
}

// SummaryWith is Summary with open queries worded by w.
func SummaryWith(s *aggregate.Summary, w Wording) (ledger.Attachment, error) {
	if s == nil || s.Campaign == nil || s.Period.IsZero() || len(s.Columns) == 0 {
		return ledger.Attachment{}, fmt.Errorf("write summary: the summary lacks its campaign, period or columns")
	}
	sw := &summaryBook{book: newBook(), s: s, words: w, yearAt: map[string]span{}, rateAt: map[string]span{},
		prefix: s.Campaign.City + monthName(s.Period) + s.Campaign.Name}
	for _, sheet := range []func(){sw.figures, sw.standings, sw.measures, sw.trend, sw.notes, sw.sources} {
		sheet()
	}
	title := fmt.Sprintf(summaryTitle, s.Campaign.City, monthName(s.Period), s.Campaign.Name)
	if n := s.Correction(); n >= 1 {
		title += fmt.Sprintf(correctionMark, n)
	}
	at := s.At
	if at.IsZero() {
		at = s.Campaign.Schedule.CutOff(s.Period)
	}
	data, err := sw.save(title, at)
	if err != nil {
		return ledger.Attachment{}, fmt.Errorf("summary of %s: %w", s.Period, err)
	}
	return ledger.Attachment{Name: fileName(title), Type: typeXLSX, Data: data}, nil
}

// summaryBook is the summary under construction.
type summaryBook struct {
	*book
	s      *aggregate.Summary
	words  Wording
	prefix string // 许昌市2022年5月全民参保计划攻坚行动
	// Where 汇总表 holds the cumulative figures and the completion rates, by
	// measure.
	yearAt, rateAt map[string]span
}

// head writes the title and the lines that say what the issue stands for.
func (b *summaryBook) head(p *page, title string) {
	p.line(title, lookTitle)
	p.height(1, 34)
	parts := []string{fmt.Sprintf(asOf, b.minute(b.s.At))}
	if n := b.s.Correction(); n >= 1 {
		parts = append(parts, fmt.Sprintf(correctionLabel, n))
	}
	t := b.s.Tally
	parts = append(parts, fmt.Sprintf(reportedOf, t.Reported, t.Due), fmt.Sprintf(countedOf, t.InForce, t.Due))
	p.line(strings.Join(parts, "　　"), look{align: "center"})
	if !b.s.Unreadable.IsZero() {
		p.line(fmt.Sprintf(unreadableLine, b.minute(b.s.Unreadable)), lookAlert)
	}
}

func (b *summaryBook) zone() *time.Location {
	if z := b.s.Campaign.Schedule.Zone; z != nil {
		return z
	}
	return time.UTC
}

// minute prints a moment in the campaign's zone, － for none.
func (b *summaryBook) minute(t time.Time) string {
	if t.IsZero() {
		return none
	}
	t = t.In(b.zone())
	return fmt.Sprintf(minuteName, t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute())
}

// second prints a moment for the evidence: 2022-05-28 23:59:59.
func (b *summaryBook) second(t time.Time) string {
	if t.IsZero() {
		return none
	}
	return t.In(b.zone()).Format(time.DateTime)
}

// deadline prints the bound of a half-open span: midnight belongs to the day
// it ends.
func deadline(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return none
	}
	t = t.In(zone)
	if t.Hour() == 0 && t.Minute() == 0 {
		d := ledger.DateOf(t).AddDays(-1)
		return fmt.Sprintf(dueBefore, int(d.Month), d.Day)
	}
	return fmt.Sprintf(minuteName, t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute())
}

func monthName(p ledger.Period) string { return fmt.Sprintf(periodName, p.Year, int(p.Month)) }

// named is the heading of a measure with its unit: 企业养老（人）.
func named(m ledger.Measure) string {
	if m.Unit == "" {
		return m.Name
	}
	return fmt.Sprintf(withUnit, m.Name, m.Unit)
}

// orNone returns s, or － for nothing.
func orNone(s string) string {
	if strings.TrimSpace(s) == "" {
		return none
	}
	return s
}

// shortWording names a finding by the short title of its code.
func shortWording(f ledger.Finding) (string, string) { return queryTitles[f.Code], "" }

// fileName makes the name of a workbook of a title that may hold what a file
// name must not.
func fileName(title string) string {
	return fmt.Sprintf(summaryMediaName, safeName(title))
}

// safeName replaces what Windows does not take in the name of a file.
func safeName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20 || r == 0x7F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0xFFFD:
			return -1
		case strings.ContainsRune(`\/:*?"<>|`, r):
			return '_'
		}
		return r
	}, s)
}
