package main

import (
	"fmt"
	"slices"
	"strings"

	"taizhang/app"
	"taizhang/ledger"
)

// screen is the width, in columns, that human output keeps to (commands.md).
const screen = 80

// describe tells one result in words: what the document is, what was read of
// it, and its findings cell by cell, the gravest first.
func describe(r app.Checked, campaign *ledger.Campaign) string {
	p := &page{}
	name := r.Document
	if name == "" {
		name = r.File
	}
	p.line(0, name)
	what := kinds[r.Kind]
	if r.Unit != nil {
		what += "　" + *r.Unit
	}
	if r.Period != nil {
		what += "　" + *r.Period
	}
	if r.Verdict != "" {
		what += "　" + verdict[r.Verdict]
	}
	p.line(2, what+count(r.Findings))
	p.figures(r, campaign)
	for _, l := range r.Roster {
		p.roster(l)
	}
	for _, s := range []ledger.Severity{ledger.Unreadable, ledger.Hold, ledger.Block, ledger.Query, ledger.Note} {
		p.findings(s, r.Findings)
	}
	return p.b.String()
}

// count says how many findings there are of each weight.
func count(fs []app.CheckedFinding) string {
	var parts []string
	for _, s := range []ledger.Severity{ledger.Hold, ledger.Block, ledger.Query} {
		n := 0
		for _, g := range grouped(s, fs) {
			n += len(g.cells)
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf(checkCount, n, app.SeverityName(s)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "（" + strings.Join(parts, "，") + "）"
}

// page gathers lines that fit the columns.
type page struct{ b strings.Builder }

// line writes the text from the indent on, further lines two places deeper.
func (p *page) line(indent int, text string) {
	p.b.WriteString(fold(text, indent, screen))
}

// figures lists what was read in one paragraph.
func (p *page) figures(r app.Checked, campaign *ledger.Campaign) {
	var parts []string
	for _, m := range campaign.Form.Measures {
		f, ok := r.Figures[m.Key]
		switch {
		case !ok:
		case f.Dash:
			parts = append(parts, fmt.Sprintf(checkDash, m.Name, f.Cell))
		case f.Derived:
			parts = append(parts, fmt.Sprintf(checkDerived, m.Name, *f.Value))
		default:
			parts = append(parts, fmt.Sprintf(checkFigure, m.Name, *f.Value, f.Cell))
		}
	}
	if len(parts) > 0 {
		p.line(2, checkRead+strings.Join(parts, "，"))
	}
}

// roster lists one line of a roster.
func (p *page) roster(l ledger.RosterLine) {
	if l.Unit != "" {
		p.line(2, l.Unit)
	}
	for _, x := range []struct {
		role string
		who  ledger.Person
	}{{checkOfficer, l.Officer}, {checkLiaison, l.Liaison}} {
		var parts []string
		for _, s := range []string{x.who.Name, x.who.Post, x.who.Phone, x.who.Addr} {
			if s != "" {
				parts = append(parts, s)
			}
		}
		if len(parts) == 0 {
			parts = []string{"－"}
		}
		p.line(2, x.role+strings.Join(parts, "，"))
	}
}

// group is one finding with all the cells that it is said of.
type group struct {
	app.CheckedFinding
	cells []string
}

// grouped returns the findings of the severity, identical ones as one.
func grouped(s ledger.Severity, fs []app.CheckedFinding) []group {
	var out []group
	for _, f := range fs {
		if f.Severity != s {
			continue
		}
		i := slices.IndexFunc(out, func(g group) bool {
			return g.Code == f.Code && g.Sheet == f.Sheet && g.Value == f.Value && g.Message == f.Message && g.Remedy == f.Remedy
		})
		if i < 0 {
			out = append(out, group{f, []string{f.Cell}})
		} else if !slices.Contains(out[i].cells, f.Cell) {
			out[i].cells = append(out[i].cells, f.Cell)
		}
	}
	return out
}

// findings lists those of one severity: the place, what stands there, what is
// wrong with it and what to do.
func (p *page) findings(s ledger.Severity, fs []app.CheckedFinding) {
	gs := grouped(s, fs)
	if len(gs) == 0 {
		return
	}
	p.line(2, app.SeverityName(s)+"：")
	for _, g := range gs {
		head := string(g.Code) + " " + g.Name
		if cells := strings.Trim(strings.Join(g.cells, "、"), "、"); cells != "" {
			head += "　" + fmt.Sprintf(checkCell, cells)
			if g.Value == "" {
				head += checkBlank
			}
		}
		if g.Value != "" {
			head += "　" + fmt.Sprintf(checkValue, shortened(g.Value))
		}
		p.line(4, head)
		p.line(6, checkProblem+g.Message)
		p.line(6, checkRemedy+g.Remedy)
	}
}

// shortened cuts a long value: the message quotes it at length.
func shortened(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 12 {
		return string(r[:12]) + "……"
	}
	return s
}
