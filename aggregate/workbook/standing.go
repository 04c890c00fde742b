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
		b.standing(p, &b.s.Rows[i].Standing)
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

func (b *summaryBook) standing(p *page, s *ledger.Standing) {
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
	case s.InForce != nil && s.InForce.Quality == ledger.QualityQueried:
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
	remark := b.remark(s)
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
		parts = append(parts, fmt.Sprintf(versionQuality, s.InForce.Version, qualities[s.InForce.Quality]))
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

func (b *summaryBook) remark(s *ledger.Standing) string {
	var parts []string
	if s.Exempt {
		parts = append(parts, punctualities[ledger.PunctualExempt])
	}
	if s.Extended {
		parts = append(parts, fmt.Sprintf(extendedTo, deadline(s.Due, b.zone())))
	}
	if s.InForce != nil && s.InForce.ByDesk {
		parts = append(parts, remarkDesk)
	}
	return orNone(strings.Join(parts, clause))
}

// rates writes the counts and the shares of rule book §5.
func (b *summaryBook) rates(p *page) {
	t := b.s.Tally
	p.line(ratesTitle, lookSection)
	p.heads(rateHeads)
	count := func(col, n int) { p.integer(col, p.row, int64(n), lookPlace) }
	share := func(col, n, of int) {
		r := aggregate.Ratio{Num: int64(n), Den: int64(of)}
		if n > of { // no share is above 100 %: a count is wrong, and － says so
			r = aggregate.Ratio{}
		}
		l := lookRate
		l.align = "center"
		p.ratio(col, r, l)
	}
	count(1, t.Due)
	count(2, t.Reported)
	share(3, t.Reported, t.Due)
	count(4, t.OnTime)
	share(5, t.OnTime, t.Due)
	count(6, t.FirstPass)
	share(7, t.FirstPass, t.Reported)
	count(8, t.InForce)
	p.height(p.row, 24)
	p.row++
}
