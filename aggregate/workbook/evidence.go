package workbook

import (
	"cmp"
	"fmt"
	"strings"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// measures writes 措施与做法: each unit's words, verbatim. A text that is too
// high for one row of a printed page goes on in further rows.
func (b *summaryBook) measures() {
	p := b.page(sheetWords, 12, 11, 11, 20, 84)
	b.head(p, fmt.Sprintf(wordsTitle, b.s.Campaign.City, monthName(b.s.Period)))
	p.repeat(p.row)
	p.heads([]string{headUnit, headOfficer, headLiaison, headTask, headWords})
	p.freeze(2, p.row)
	top := lookText
	top.top = true
	for _, r := range b.s.Rows {
		for i, words := range split(plain(orNone(r.Measures)), p.widths[4]) {
			cells := []string{r.Unit, orNone(r.Officer), orNone(r.Liaison), orNone(r.Task), words}
			if i > 0 {
				cells = []string{r.Unit + continued, "", "", "", words}
			}
			b.rowOf(p, cells, top)
		}
	}
	p.finish()
}

// rowOf writes a row of texts, as high as its highest.
func (b *summaryBook) rowOf(p *page, cells []string, l look) {
	most, size := 1, cmp.Or(l.size, bodySize)
	for i, s := range cells {
		p.text(i+1, p.row, s, l)
		most = max(most, linesOf(strings.TrimSuffix(s, "\n"), p.widths[i], size))
	}
	p.height(p.row, max(rowHeight, float64(most)*bodyLine*size/bodySize+6))
	p.row++
}

// maxLines is how many lines one row takes. Excel cuts a row at 409 points, and
// a row that does not fit on what is left of a page goes to the next one.
const maxLines = 12

// split cuts a text into parts that fit one row each, at the end of a line, else
// of a sentence, where there is one in the later half. Together the parts are
// the text.
func split(s string, width float64) []string {
	var parts []string
	for linesOf(strings.TrimSuffix(s, "\n"), width, bodySize) > maxLines {
		end, line, sentence := 0, 0, 0
		for i, r := range s {
			next := i + len(string(r))
			if linesOf(strings.TrimSuffix(s[:next], "\n"), width, bodySize) > maxLines {
				break
			}
			end = next
			switch r {
			case '\n':
				line = next
			case '。', '；':
				sentence = next
			}
		}
		switch half := end / 2; {
		case line > half:
			end = line
		case sentence > half:
			end = sentence
		}
		parts, s = append(parts, s[:end]), s[end:]
	}
	return append(parts, s)
}

// notes writes 问题与说明: what changed since the last issue, the queries that
// are still open, those that are explained, and the desk's word.
func (b *summaryBook) notes() {
	p := b.page(sheetNotes, 14, 16, 14, 20, 20, 54)
	b.head(p, fmt.Sprintf(notesTitle, b.s.Campaign.City, monthName(b.s.Period)))
	p.repeat(p.row - 1)
	p.freeze(1, p.row)
	p.line(changesHead, lookSection)
	switch {
	case len(b.s.Changes) > 0:
		b.changes(p, b.s.Changes)
	case b.s.Correction() < 1:
		p.line(firstIssue, lookLine)
	default:
		p.line(nothing, lookLine)
	}
	if len(b.s.Earlier) > 0 {
		p.line(earlierLine, lookLine)
		b.changes(p, b.s.Earlier)
	}
	p.row++
	p.line(queriesHead, lookSection)
	if len(b.s.Queries) == 0 {
		p.line(nothing, lookLine)
	} else {
		b.queries(p)
	}
	p.row++
	p.line(explainedHead, lookSection)
	if len(b.s.Explained) == 0 {
		p.line(nothing, lookLine)
	} else {
		b.explained(p)
	}
	p.row++
	p.line(rulingsHead, lookSection)
	if len(b.s.Rulings) == 0 {
		p.line(nothing, lookLine)
	} else {
		b.rulings(p)
	}
	if len(b.s.Targets) > 0 {
		p.row++
		p.line(targetsHead, lookSection)
		b.targets(p)
	}
	p.finish()
}

// changes lists each figure that differs from the issue before, and why.
func (b *summaryBook) changes(p *page, list []aggregate.Change) {
	p.heads([]string{headUnit, headMeasure, headOld, headNew, headDiff, headCause})
	for _, c := range list {
		row := p.row
		cause := causeText(&c)
		if c.Period != b.s.Period {
			cause = fmt.Sprintf(monthCause, monthName(c.Period), cause)
		}
		b.rowOf(p, []string{c.Unit, named(c.Measure), "", "", "", cause}, lookText)
		next := p.row
		p.row = row
		p.value(3, c.Old, lookNumber)
		p.value(4, c.New, lookNumber)
		p.value(5, aggregate.Value{N: c.New.N - c.Old.N, Known: c.Old.Known && c.New.Known}, lookDelta)
		p.row = next
	}
}

func causeText(c *aggregate.Change) string {
	cause := map[aggregate.Cause]string{aggregate.Amended: fmt.Sprintf(causeAmended, c.Version), aggregate.Late: causeLate,
		aggregate.Admitted: fmt.Sprintf(causeAdmit, c.Version), aggregate.Withdrawn: causeGone}[c.Cause]
	if r := strings.TrimSpace(c.Reason); r != "" {
		cause = fmt.Sprintf(reasonIn, cause, r)
	}
	return orNone(cause)
}

func (b *summaryBook) queries(p *page) {
	p.heads([]string{headUnit, headMeasure, headVersion, headWhere, headFound, headQuery})
	for _, q := range b.s.Queries {
		message, remedy := b.words(q.Finding)
		b.query(p, &q, strings.TrimSpace(string(q.Finding.Code)+" "+message+remedy))
	}
}

// targets lists the targets that hold from this month on: persons, per cent of
// the project rate.
func (b *summaryBook) targets(p *page) {
	p.heads([]string{headUnit, headMeasure, headWas, headNow, headDiff, headNotice})
	for _, t := range b.s.Targets {
		row, name := p.row, named(t.Measure)
		if t.Measure.Key == "" {
			name = projectRate
		}
		b.rowOf(p, []string{t.Unit, name, "", "", "", orNone(t.Notice)}, lookText)
		next := p.row
		p.row = row
		diff := aggregate.Value{N: t.New.N - t.Old.N, Known: t.Old.Known && t.New.Known}
		if t.Measure.Key == "" { // stated in per mille
			for i, v := range []aggregate.Value{t.Old, t.New, diff} {
				if l := lookPoints; v.Known {
					p.decimal(3+i, row, float64(v.N)/10, l)
				} else {
					p.text(3+i, row, none, l.centred())
				}
			}
		} else {
			p.value(3, t.Old, lookNumber)
			p.value(4, t.New, lookNumber)
			p.value(5, diff, lookDelta)
		}
		p.row = next
	}
}

// explained lists the queries that the units have explained: each with the
// unit's words, who wrote them, when, and in which mail.
func (b *summaryBook) explained(p *page) {
	p.heads([]string{headUnit, headMeasure, headVersion, headWhere, headFound, headExplained})
	for _, q := range b.s.Explained {
		e := q.Explanation
		message, _ := b.words(q.Finding)
		who := orNone(e.Sender)
		if e.ByDesk {
			who = fmt.Sprintf(reasonIn, who, byDesk)
		}
		for i, words := range split(fmt.Sprintf(explainedText, string(q.Finding.Code)+" "+message, plain(e.Reason), who, b.second(e.Arrived), first(e.Mail, 16)), p.widths[5]) {
			if i > 0 {
				b.rowOf(p, []string{q.Unit + continued, "", "", "", "", words}, lookText)
				continue
			}
			b.query(p, &q, words)
		}
	}
}

// query writes one query with what is to be said of it.
func (b *summaryBook) query(p *page, q *aggregate.Query, words string) {
	f := q.Finding
	measure := none
	if m := b.s.Campaign.Form.Measure(f.Args["measure"]); m != nil {
		measure = m.Name
	}
	b.rowOf(p, []string{q.Unit, measure, fmt.Sprintf(versionName, q.Version), orNone(where(f.Sheet, f.Cell)), orNone(f.Value), words}, lookText)
}

// rulings lists what the desk said of versions in force.
func (b *summaryBook) rulings(p *page) {
	top := p.row
	p.heads([]string{headUnit, headRuling, headVersion, headWhen, headReason})
	p.merge(5, top, 6, top, headReason, lookHead)
	for _, r := range b.s.Rulings {
		action, ok := actions[r.Decision.Action]
		if !ok {
			action = none
		}
		row := p.row
		b.rowOf(p, []string{r.Unit, action, fmt.Sprintf(versionName, r.Version), b.minute(r.Decision.At), "", ""}, lookText)
		p.merge(5, row, 6, row, r.Decision.Reason, lookText)
		p.height(row, max(rowHeight, float64(linesOf(r.Decision.Reason, p.widths[4]+p.widths[5], bodySize))*bodyLine+6))
	}
}

func where(sheet, cell string) string {
	if sheet == "" || cell == "" {
		return sheet + cell
	}
	return fmt.Sprintf(placeOf, sheet, cell)
}

// sources writes 数据来源: where each figure of the month comes from.
func (b *summaryBook) sources() {
	p := b.page(sheetSources, 9, 15, 10, 14, 6, 20, 19, 16, 24, 10, 8, 30)
	b.head(p, fmt.Sprintf(sourcesTitle, b.s.Campaign.City, monthName(b.s.Period)))
	p.repeat(p.row)
	p.heads([]string{headUnit, headMeasure, headValue, headWritten, headRevision, headSender, fmt.Sprintf(headArrived, zoneName), headMail, headFile, headSheet, headCell, headDigest})
	p.freeze(3, p.row)
	for _, s := range b.s.Sources {
		b.source(p, s)
	}
	if len(b.s.Sources) == 0 {
		p.line(nothing, lookLine)
	}
	p.row++
	p.line(notesHead+sourcesNote, lookNote)
	p.finish()
}

func (b *summaryBook) source(p *page, s aggregate.Source) {
	v := s.Submission
	cell, written := orNone(s.Figure.Cell), orNone(s.Figure.Text)
	if s.Figure.Derived {
		cell, written = none, derivedCell
	}
	cells := []string{s.Unit, named(s.Measure), "", written, fmt.Sprintf(versionName, v.Version), orNone(v.Sender), b.second(v.Arrived), first(v.Mail, 16),
		orNone(aggregate.Masked(v.Reading.File)), orNone(s.Figure.Sheet), cell, orNone(v.Reading.FileDigest)}
	small := lookText
	small.size = 9
	row := p.row
	b.rowOf(p, cells, small)
	number := lookNumber
	number.size = small.size
	switch {
	case s.Figure.Stated():
		p.integer(3, row, s.Figure.Value, number)
	case s.Figure.Kind == ledger.Blank:
		p.text(3, row, blankCell, number.centred())
	default:
		p.text(3, row, none, number.centred())
	}
}

func first(s string, n int) string { return orNone(s[:min(n, len(s))]) }
