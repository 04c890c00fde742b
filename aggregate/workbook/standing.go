package workbook

import (
	"fmt"
	"strings"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// standings writes 报送情况: the three facts of each unit (rule book §5), and
// the rates.
func (b *summaryBook) standings() {
	p := b.page(sheetStanding, 14, 16, 10, 30, 10, 20, 18, 26)
	b.head(p, fmt.Sprintf(standingTitle, b.s.Campaign.City, monthName(b.s.Period)))
	p.repeat(p.row)
	p.heads([]string{headUnit, headPunctuality, headLate, headQuality, headVersion, fmt.Sprintf(headFirst, zoneName), headDue, headRemark})
	p.freeze(2, p.row)
	for i := range b.s.Rows {
		b.standing(p, &b.s.Rows[i])
	}
	p.row++
	b.rates(p)
	p.row++
	p.line(notesHead+standingNote, lookNote)
	p.finish()
}

// Colours that stay apart when they are printed in grey; the words say the
// same.
const (
	fillLate    = "FFF2CC"
	fillWaiting = "DDEBF7"
	fillMissing = "F4B6A6"
)

func (b *summaryBook) standing(p *page, r *aggregate.Row) {
	s := &r.Standing
	p.text(1, p.row, s.Unit, lookMiddle)
	p.text(2, p.row, punctualityText(s), b.shade(s))
	p.value(3, aggregate.Value{N: int64(s.LateDays), Known: s.LateDays > 0}, lookPlace)
	quality, l := qualityText(s), lookMiddle
	switch {
	case s.Newest != nil && s.Newest.Quality == ledger.QualityReturned:
		l = l.filled(fillMissing)
		l.bold = true
	case len(s.Held) > 0:
		l = l.filled(fillWaiting)
	case s.Quality == ledger.QualityQueried:
		l = l.filled(fillLate)
	}
	p.text(4, p.row, quality, l)
	version := none
	if s.InForce != nil {
		version = fmt.Sprintf(versionName, s.InForce.Version)
	}
	p.text(5, p.row, version, lookMiddle)
	p.text(6, p.row, b.minute(s.Attempt), lookMiddle)
	p.text(7, p.row, deadline(s.Due, b.zone()), lookMiddle)
	remark := b.remark(r)
	l = lookText
	if remark == none {
		l = l.centred()
	}
	p.text(8, p.row, remark, l)
	p.height(p.row, max(24, float64(max(linesOf(quality, p.widths[3], bodySize), linesOf(remark, p.widths[7], bodySize)))*bodyLine+6))
	p.row++
}

func (b *summaryBook) shade(s *ledger.Standing) look {
	l := lookMiddle
	switch s.Punctuality {
	case ledger.PunctualLate, ledger.PunctualAfter:
		return l.filled(fillLate)
	case ledger.PunctualHeld, ledger.PunctualAwaited:
		return l.filled(fillWaiting)
	case ledger.PunctualOverdue, ledger.PunctualMissing:
		l.bold = true
		return l.filled(fillMissing)
	}
	return l
}

func punctualityText(s *ledger.Standing) string {
	switch s.Punctuality {
	case ledger.PunctualLate:
		return fmt.Sprintf(lateBy, s.LateDays)
	case ledger.PunctualAfter:
		return fmt.Sprintf(afterBy, s.LateDays)
	}
	return orNone(punctualities[s.Punctuality])
}

// qualityText shows the version in force and a later one that is not
// (rule book §5.2): v1 合格，更正 v2 退回.
func qualityText(s *ledger.Standing) string {
	var parts []string
	if s.InForce != nil {
		parts = append(parts, fmt.Sprintf(versionQuality, s.InForce.Version, qualities[s.Quality]))
	}
	if n := s.Newest; n != nil && n != s.InForce {
		format := versionQuality
		if s.InForce != nil {
			format = amendmentQuality
		}
		parts = append(parts, fmt.Sprintf(format, n.Version, qualities[n.Quality]))
	}
	switch n := len(s.Held); {
	case n > 0 && len(parts) > 0:
		parts = append(parts, fmt.Sprintf(heldCount, n))
	case n > 0:
		parts = append(parts, qualities[ledger.QualityHeld])
	}
	return orNone(strings.Join(parts, "，"))
}

// remark says why a unit is exempt or has more time, how long one that has
// not reported has been due, and what else sets it apart.
func (b *summaryBook) remark(r *aggregate.Row) string {
	s := &r.Standing
	because := func(what, reason string) string {
		if strings.TrimSpace(reason) == "" {
			return what
		}
		return fmt.Sprintf(reasonIn, what, reason)
	}
	var parts []string
	if s.Exempt {
		parts = append(parts, because(punctualities[ledger.PunctualExempt], r.ExemptReason))
	}
	if s.Extended {
		parts = append(parts, because(fmt.Sprintf(extendedTo, deadline(s.Due, b.zone())), r.ExtendReason))
	}
	if s.Punctuality == ledger.PunctualOverdue || s.Punctuality == ledger.PunctualMissing {
		parts = append(parts, fmt.Sprintf(overdueBy, b.s.DaysOverdue(r)))
	}
	if s.InForce != nil && s.InForce.ByDesk {
		parts = append(parts, remarkDesk)
	}
	return orNone(strings.Join(parts, clause))
}

// rates writes the counts and the shares of rule book §5. No share is above
// 100 %: should a count be wrong, － says so.
func (b *summaryBook) rates(p *page) {
	t := b.s.Tally
	p.line(ratesTitle, lookSection)
	p.line(fmt.Sprintf(tallyLine, t.Due, t.Reported, t.Due, t.InForce, t.Due), lookLine)
	p.heads(countHeads)
	for i, n := range []int{t.OnTime, t.Late, t.After, t.Held, t.Awaited + t.Overdue + t.Missing} {
		p.integer(1+i, p.row, int64(n), lookPlace)
	}
	due := p.cell(6, p.row)
	p.formula(6, p.row, "SUM("+p.area(1, p.row, 5, p.row)+")", fmt.Sprint(t.Due), lookPlace.total())
	p.integer(7, p.row, int64(t.Exempt), lookPlace)
	p.integer(8, p.row, int64(t.Extended), lookPlace)
	p.height(p.row, 24)
	p.row++
	p.gap()
	p.heads(rateHeads)
	count := func(col, n int) { p.integer(col, p.row, int64(n), lookPlace) }
	share := func(col, n, of int, num, den string) {
		r := aggregate.Ratio{Num: int64(n), Den: int64(of)}
		if n > of {
			r = aggregate.Ratio{}
		}
		p.rate(col, p.row, fmt.Sprintf("OR(%s=0,%s>%s)", den, num, den), num, den, r, lookRate.centred())
	}
	p.formula(1, p.row, due, fmt.Sprint(t.Due), lookPlace)
	count(2, t.Reported)
	count(4, t.OnTime)
	count(6, t.FirstPass)
	count(8, t.InForce)
	share(3, t.Reported, t.Due, p.cell(2, p.row), p.cell(1, p.row))
	share(5, t.OnTime, t.Due, p.cell(4, p.row), p.cell(1, p.row))
	share(7, t.FirstPass, t.Reported, p.cell(6, p.row), p.cell(2, p.row))
	p.height(p.row, 24)
	p.row++
}
