package workbook

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"taizhang/ledger"
)

// FormRequest says which form is asked for.
type FormRequest struct {
	Campaign *ledger.Campaign
	Unit     ledger.Unit
	Period   ledger.Period
	Officer  ledger.Person
	Liaison  ledger.Person
	Last     ledger.Figures // of the month before, for reference; nil: none
}

// Form writes the campaign's form (Annex 2) with the unit, the month and the
// people filled in, to be completed by the county (rule book §8, 【请报送】). A
// second sheet holds the rules and, in one sentence, last month's figures:
// nothing outside the form's own cells can be read as a figure. A hidden name
// says whom the form was made for (ledger.FormMark).
func Form(r FormRequest) (ledger.Attachment, error) {
	if r.Campaign == nil || r.Unit.Name == "" || r.Period.IsZero() {
		return ledger.Attachment{}, fmt.Errorf("write form: the request lacks its campaign, unit or period")
	}
	columns := formColumns(&r.Campaign.Form)
	if len(columns) == 0 {
		return ledger.Attachment{}, fmt.Errorf("write form: form %q asks for no measure", r.Campaign.Form.ID)
	}
	b := newBook()
	r.ledgerPage(b, columns)
	r.guidePage(b, columns)
	b.hiddenName(ledger.FormMarkName, ledger.FormMark{Form: r.Campaign.Form.ID, Period: r.Period, Unit: r.Unit.Name}.String())
	title := r.Campaign.Form.Title
	data, err := b.save(title, r.Period.First().At(0, 0, time.UTC))
	if err != nil {
		return ledger.Attachment{}, fmt.Errorf("form of %s for %s: %w", r.Period, r.Unit.Name, err)
	}
	name := fmt.Sprintf(formName, r.Unit.Name, monthName(r.Period), strings.TrimPrefix(title, fmt.Sprintf("%d年", r.Period.Year)))
	return ledger.Attachment{Name: safeName(name), Type: typeXLSX, Data: data}, nil
}

// formColumns are the measures a complete ledger states, in the form's order.
func formColumns(f *ledger.Form) []ledger.Measure {
	var out []ledger.Measure
	for _, m := range f.Measures {
		if m.Key == f.Count || m.Key == f.Total || slices.Contains(f.Parts, m.Key) {
			out = append(out, m)
		}
	}
	return out
}

// unitOf is the unit that the form names once above the table: that of its
// total.
func unitOf(f *ledger.Form, columns []ledger.Measure) string {
	if m := f.Measure(f.Total); m != nil {
		return m.Unit
	}
	return columns[0].Unit
}

// heading is how the form's header names the measure. The count goes by the
// first of its header words: 户数 alone does not say of what.
func heading(f *ledger.Form, m ledger.Measure, unit string) string {
	name := m.Name
	if m.Key == f.Count && len(m.Words) > 0 {
		name = m.Words[0]
	}
	if m.Unit == unit || m.Unit == "" {
		return name
	}
	return fmt.Sprintf(overUnit, name, m.Unit)
}

// ledgerPage writes the form itself.
func (r *FormRequest) ledgerPage(b *book, columns []ledger.Measure) {
	f := &r.Campaign.Form
	widths := []float64{20, 48}
	for range columns {
		widths = append(widths, 12)
	}
	n := len(widths)
	p := b.page(formSheet, widths...)
	p.line(f.Title, look{font: fontTitle, size: 22, align: "center"})
	p.height(1, 46)
	unit := unitOf(f, columns)
	p.text(1, 2, fmt.Sprintf(formUnit, r.Unit.Name), lookPlain)
	p.text(2, 2, fmt.Sprintf(formPeriod, monthName(r.Period)), lookPlain)
	p.merge(n-1, 2, n, 2, fmt.Sprintf(formUnitIs, unit), look{size: 12, align: "right"})
	p.height(2, 26)
	p.merge(1, 3, 1, 4, formTask, formHead)
	p.merge(2, 3, 2, 4, formWords, formHead)
	all := fmt.Sprintf(formAll, f.Phrases.Added)
	if len(f.OneColumn) > 0 {
		all = f.OneColumn[0]
	}
	p.merge(3, 3, n, 3, all, formHead)
	for i, m := range columns {
		p.text(3+i, 4, heading(f, m, unit), formHead)
		p.text(3+i, 5, "", lookBox)
	}
	p.height(3, 30)
	p.height(4, 36)
	p.text(1, 5, f.Task, formHead)
	words := lookBox
	words.align, words.top = "left", true
	p.text(2, 5, "", words)
	p.height(5, 330)
	p.text(1, 6, fmt.Sprintf(formOfficer, r.Officer.Name), lookPlain)
	p.text(2, 6, fmt.Sprintf(formLiaison, r.Liaison.Name), lookPlain)
	p.merge(3, 6, n, 6, formFilled, lookPlain)
	p.height(6, 30)
	p.validate(3, n)
	p.onePage, p.unnumbered = true, true
	p.finish()
}

var (
	lookPlain = look{size: 12, align: "left"}
	formHead  = look{font: fontHead, size: 12, align: "center", wrap: true, lines: true}
	lookBox   = look{size: 12, align: "center", wrap: true, lines: true}
)

// hiddenName defines a name that no list of names shows, for a text.
func (b *book) hiddenName(name, text string) {
	b.do(b.f.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: `"` + strings.ReplaceAll(text, `"`, `""`) + `"`}))
	if b.err != nil {
		return
	}
	names := b.f.WorkBook.DefinedNames.DefinedName
	for i := range names {
		if names[i].Name == name {
			names[i].Hidden = true
		}
	}
}

// validate lets only whole numbers ≥ 0 into the figure cells of row 5.
func (p *page) validate(from, to int) {
	dv := excelize.NewDataValidation(true)
	dv.Sqref = p.cell(from, 5) + ":" + p.cell(to, 5)
	p.do(dv.SetRange(0, 99999999, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween))
	dv.SetError(excelize.DataValidationErrorStyleStop, validationTitle, validationText)
	dv.SetInput(validationTitle, promptText)
	p.do(p.f.AddDataValidation(p.name, dv))
}

// guidePage writes the rules and last month's figures, all as sentences.
func (r *FormRequest) guidePage(b *book, columns []ledger.Measure) {
	p := b.page(guideSheet, 110)
	p.line(guideTitle, look{font: fontHead, size: 14, align: "center"})
	l := look{size: 12, align: "left", wrap: true}
	for _, s := range append(r.rules(), r.lastMonth(columns)) {
		p.line(s, l)
	}
	p.finish()
}

func (r *FormRequest) rules() []string {
	c := r.Campaign
	basis := guideLines[1]
	if c.Basis == ledger.BasisCumulative {
		basis = guideLines[2]
	}
	rules := []string{guideLines[0], fmt.Sprintf(basis, monthName(r.Period))}
	var parts []string
	for _, k := range c.Form.Parts {
		if m := c.Form.Measure(k); m != nil {
			parts = append(parts, m.Name)
		}
	}
	if m := c.Form.Measure(c.Form.Total); m != nil && len(parts) > 0 {
		rules = append(rules, fmt.Sprintf(guideLines[3], m.Name, strings.Join(parts, comma)))
	}
	rules = append(rules, guideLines[4], guideLines[5])
	if c.Schedule.Zone != nil {
		rules = append(rules, fmt.Sprintf(guideLines[6], deadline(c.Schedule.Due(r.Period), c.Schedule.Zone)))
	}
	return rules
}

// lastMonth is one sentence with the figures in force of the month before.
func (r *FormRequest) lastMonth(columns []ledger.Measure) string {
	var figures []string
	for _, m := range columns {
		if v, ok := r.Last.Value(m.Key); ok {
			figures = append(figures, fmt.Sprintf(lastFigure, m.Name, grouped(v), m.Unit))
		}
	}
	if len(figures) == 0 {
		return lastNone
	}
	return fmt.Sprintf(lastSome, monthName(r.Period.Prev()), strings.Join(figures, comma))
}
