package check

import (
	"slices"
	"strings"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// The places that may name a unit or a month besides a cell, as evidence and
// as arguments of findings.
const (
	atTitle    = "title"
	atDocument = "document"
	atSheet    = "sheet name"
	atFile     = "file name"
	atSubject  = "subject"
	atSender   = "sender"
	atFilled   = "filled on"
	atMark     = "form mark" // of a pre-filled form, see ledger.FormMark
)

// source is one place that may name something.
type source struct {
	where, text string
	cell        string // A1; "" outside the sheet
}

func (x source) place() string {
	if x.cell != "" && x.where == atDocument {
		return x.cell
	}
	return x.where
}

// titles returns what stands above the form: the short texts before its first
// header or key, labels excepted.
func (s *sheet) titles() []source {
	var out []source
	for _, p := range s.v.t.Before {
		if p = value.Clean(p); p != "" && len([]rune(p)) <= maxTitle && s.lex.labelRole(p) == roleNone {
			out = append(out, source{where: atTitle, text: p})
		}
	}
	for _, row := range s.v.rows {
		if s.inData[row] || s.pairRow(row) {
			break
		}
		for _, c := range s.v.byRow[row] {
			if c.term.label == roleNone && len([]rune(c.text)) <= maxTitle && c.cell.Kind == ledger.CellText {
				out = append(out, source{where: atTitle, text: c.text, cell: c.name()})
			}
		}
	}
	return out
}

// maxTitle is the longest text, in characters, that is read as a title.
const maxTitle = 80

func (s *sheet) pairRow(row int) bool {
	return slices.ContainsFunc(s.v.byRow[row], func(c *vcell) bool {
		return c.term.class == classTask || c.term.class == classWords || c.term.class == classMeasure
	})
}

// unitFound is what the places say of the unit.
type unitFound struct {
	unit, from string
	findings   []ledger.Finding
	several    []string
}

// ownUnits returns the units that the sheet itself names in its labels, title
// and name.
func (s *sheet) ownUnits() []string {
	var out []string
	for _, x := range append(s.unitLabels(), append(s.titles(), source{where: atSheet, text: s.v.t.Sheet})...) {
		if m := s.units.Match(x.text); m.Unit != "" && !slices.Contains(out, m.Unit) {
			out = append(out, m.Unit)
		}
	}
	return out
}

func (s *sheet) unitLabels() []source {
	var out []source
	for _, l := range s.labels {
		if l.role == roleUnit && l.value != "" {
			out = append(out, source{where: atDocument, text: l.value, cell: l.place})
		}
	}
	return out
}

// unit decides whose ledger it is: all places that speak must agree (rule book
// §3).
func (s *sheet) unit(in *Input) unitFound {
	labels := s.unitLabels()
	sources := slices.Concat(labels, s.titles(), []source{{where: atSheet, text: s.v.t.Sheet}, {where: atFile, text: in.File}, {where: atSubject, text: in.Subject}})
	var u unitFound
	var first source
	for i, x := range sources {
		m := s.units.Match(x.text)
		switch {
		case m.Unit != "" && u.unit == "":
			u.unit, first = m.Unit, x
			u.from = x.place()
		case m.Unit != "" && m.Unit != u.unit:
			s.disagree(&u, first, x, m.Unit)
		case len(m.Several) > 0 && i < len(labels):
			u.several = m.Several
		}
	}
	s.unsure(&u, sources, labels, first)
	if len(s.unitsSeen) > 1 {
		u.several = s.unitsSeen
	} else if len(s.unitsSeen) == 1 {
		if u.unit == "" && len(u.findings) == 0 && len(u.several) == 0 {
			u.unit, u.from = s.unitsSeen[0], atDocument
		} else if u.unit != "" && u.unit != s.unitsSeen[0] {
			s.disagree(&u, first, source{where: atDocument}, s.unitsSeen[0])
		}
	}
	if len(u.several) > 0 {
		u.unit, u.from = "", ""
		u.findings = []ledger.Finding{s.finding(ledger.ISeveralUnits, "", "", "units", strings.Join(u.several, ","))}
		return u
	}
	s.sender(&u, in)
	if m, ok := ledger.ParseFormMark(s.v.t.Mark); ok && in.Campaign.Unit(m.Unit) != nil && u.unit != "" && u.unit != m.Unit {
		s.disagree(&u, source{where: u.from}, source{where: atMark, text: m.Unit}, m.Unit)
	}
	return u
}

func (s *sheet) disagree(u *unitFound, a, b source, second string) {
	if slices.ContainsFunc(u.findings, func(f ledger.Finding) bool { return f.Code == ledger.IUnitMismatch && f.Args["second"] == second }) {
		return
	}
	u.findings = append(u.findings, s.finding(ledger.IUnitMismatch, b.cell, b.text, "first", u.unit, "where", a.place(), "second", second, "other", b.place()))
}

// unsure treats names that are not taken for a unit: a label that names
// another place is held whatever else speaks; a name that is only offered is
// held where nothing else speaks, and where it offers another unit.
func (s *sheet) unsure(u *unitFound, sources, labels []source, first source) {
	for i, x := range sources {
		m := s.units.Match(x.text)
		if m.Unit != "" {
			continue
		}
		label := i < len(labels)
		switch {
		case len(m.Several) > 0 && u.unit == "" && !label:
			u.several = m.Several
		case len(m.Several) > 0 && !label && (x.where != atSubject || !slices.Contains(m.Several, u.unit)):
			s.disagree(u, first, x, strings.Join(m.Several, "、")) // a subject may list what its files hold
		case m.Offer != "" && u.unit != "" && m.Offer != u.unit:
			s.disagree(u, first, x, m.Offer)
		case m.Offer != "" && (label || u.unit == ""):
			s.unknown(u, x, m.Offer)
			if u.unit == "" {
				u.unit, u.from = m.Offer, x.place()
			}
		case label && m.Offer == "" && len(m.Several) == 0 && namedPlace.MatchString(x.text):
			s.unknown(u, x, "")
		}
	}
	if u.unit == "" && len(u.findings) == 0 && len(u.several) == 0 && len(labels) > 0 {
		u.from = "label"
	}
}

func (s *sheet) unknown(u *unitFound, x source, offer string) {
	if !slices.ContainsFunc(u.findings, func(f ledger.Finding) bool { return f.Code == ledger.IUnitUnknown }) {
		u.findings = append(u.findings, s.finding(ledger.IUnitUnknown, x.cell, x.text, "offer", offer))
	}
}

// sender lets the sender speak: a known address of another unit is held, and
// where nothing else names a unit the sender's counts.
func (s *sheet) sender(u *unitFound, in *Input) {
	label := u.from == "label"
	if label {
		u.from = ""
	}
	speaks := in.SenderUnit != "" && !in.ByDesk
	switch {
	case speaks && u.unit != "" && u.unit != in.SenderUnit:
		u.findings = append(u.findings, s.finding(ledger.ISenderOther, "", "", "unit", in.SenderUnit))
	case speaks && u.unit == "":
		u.unit, u.from = in.SenderUnit, atSender
	case u.unit == "" && len(u.findings) == 0 && label:
		x := s.unitLabels()[0]
		u.findings = append(u.findings, s.finding(ledger.IUnitUnknown, x.cell, x.text, "offer", ""))
	case u.unit == "" && len(u.findings) == 0:
		u.findings = append(u.findings, s.finding(ledger.IUnitAbsent, "", ""))
	}
}
