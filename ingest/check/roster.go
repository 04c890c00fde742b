package check

import (
	"slices"
	"strings"

	"taizhang/ledger"
)

// rosterLike reports Annex 3: its title with a name and a telephone below it,
// or its header of names and telephones, without a task column.
func (s *sheet) rosterLike(title string) bool {
	if containsAny(title, s.form.Words.Roster) && !s.asksAny() {
		return s.rosterWords()
	}
	return !s.hasTask && !s.hasWords && !s.asksAny() && s.rosterHeader()
}

// rosterHeader reports a row with both roles and a telephone.
func (s *sheet) rosterHeader() bool {
	return slices.ContainsFunc(s.v.rows, func(row int) bool {
		var has [fieldCount]bool
		for _, c := range s.v.byRow[row] {
			has[s.fieldOf(c.text)] = true
		}
		return has[fieldOfficer] && has[fieldLiaison] && has[fieldPhone]
	})
}

// rosterWords reports that some text names a role of the roster.
func (s *sheet) rosterWords() bool {
	for _, c := range s.v.cells {
		if f := s.fieldOf(c.text); f == fieldOfficer || f == fieldLiaison || len(s.keysIn(c.text)) > 0 {
			return true
		}
	}
	return slices.ContainsFunc(slices.Concat(s.v.t.Before, s.v.t.After), func(p string) bool { return len(s.keysIn(p)) > 0 })
}

// roster reads the sheet as Annex 3.
func (s *sheet) roster(in *Input) ledger.Reading {
	r := s.blankReading(in, ledger.KindRoster)
	u := s.unit(in)
	r.Unit, r.UnitFrom = u.unit, u.from
	reader := rosterReader{s: s}
	reader.read()
	for i := range reader.lines {
		l := &reader.lines[i]
		if l.unit == "" {
			l.unit = u.unit
		}
		// A further row of a unit adds people: it need not name both again.
		before := slices.ContainsFunc(reader.lines[:i], func(o foundLine) bool { return o.unit == l.unit })
		r.Roster = append(r.Roster, l.line(&r, before))
	}
	if len(reader.lines) == 0 { // a form without a name: both are missing
		empty := foundLine{unit: u.unit}
		empty.line(&r, false)
	}
	s.rosterUnits(&r, u, in)
	s.hiddenNotes(&r)
	s.judgeSender(&r, in)
	if !in.HasSender && !in.ByDesk {
		r.NotChecked = []string{"I11", "I12", "I13", "I14"}
	}
	sortFindings(r.Findings)
	return r
}

// rosterUnits judges whose roster it is: lines that name their units speak for
// themselves when the desk sends them; a unit's own mail speaks for that unit
// alone (rule book §3).
func (s *sheet) rosterUnits(r *ledger.Reading, u unitFound, in *Input) {
	named := len(r.Roster) > 0 && !slices.ContainsFunc(r.Roster, func(l ledger.RosterLine) bool { return l.Unit == "" })
	several := slices.ContainsFunc(r.Roster, func(l ledger.RosterLine) bool { return l.Unit != r.Roster[0].Unit })
	switch {
	case named && several:
		r.Unit, r.UnitFrom = "", ""
		if in.SenderUnit != "" && !in.ByDesk {
			r.Findings = append(r.Findings, s.finding(ledger.ISenderOther, "", "", "unit", in.SenderUnit))
		}
	case named && r.Unit == "":
		r.Unit, r.UnitFrom = r.Roster[0].Unit, atDocument
		if in.SenderUnit != "" && !in.ByDesk && in.SenderUnit != r.Unit {
			r.Findings = append(r.Findings, s.finding(ledger.ISenderOther, "", "", "unit", in.SenderUnit))
		}
	default:
		r.Findings = append(r.Findings, u.findings...)
	}
}

// foundPerson is a person with the places that the facts stand at.
type foundPerson struct {
	ledger.Person
	seen      bool
	at, phone string // A1 names, for findings
	numeric   bool   // the telephone is a number
	rawPhone  string
	rawAddr   string
	addrAt    string
}

// foundLine is a roster line with its places.
type foundLine struct {
	unit             string
	officer, liaison foundPerson
}

// line judges the line and returns it (rule book §1, 名单: names, posts and
// telephones). further says that the unit has a line already.
func (l *foundLine) line(r *ledger.Reading, further bool) ledger.RosterLine {
	out := ledger.RosterLine{Unit: l.unit, Officer: l.officer.Person, Liaison: l.liaison.Person}
	for _, x := range []struct {
		role  string
		p     *foundPerson
		empty ledger.Code
	}{{"officer", &l.officer, ledger.POfficer}, {"liaison", &l.liaison, ledger.PLiaison}} {
		say := func(code ledger.Code, cell, text string, args ...string) {
			f := newFinding(code, args...)
			f.File, f.Sheet, f.Cell, f.Value = r.File, r.Sheet, cell, text
			if code == ledger.POfficer || code == ledger.PLiaison {
				f.Severity = ledger.Block // a ledger without a name is accepted with a query, a roster is not
			}
			r.Findings = append(r.Findings, f)
		}
		if x.p.Name == "" {
			if !further {
				say(x.empty, x.p.at, "")
			}
			continue // the rest follows from it
		}
		phone, offer, ok := readPhone(x.p.rawPhone, x.p.numeric)
		switch {
		case strings.TrimSpace(x.p.rawPhone) == "" || emptyWords.MatchString(x.p.rawPhone):
			say(ledger.PNoPhone, x.p.phone, "", "role", x.role, "name", x.p.Name)
			phone = ""
		case ok:
		case offer != "":
			say(ledger.PPhoneShort, x.p.phone, x.p.rawPhone, "role", x.role, "name", x.p.Name, "offer", offer)
		default:
			say(ledger.PPhone, x.p.phone, x.p.rawPhone, "role", x.role, "name", x.p.Name)
		}
		addr := strings.ToLower(strings.TrimSpace(x.p.rawAddr))
		if addr != "" && !emptyWords.MatchString(addr) && !mailAddress.MatchString(addr) {
			say(ledger.PAddress, x.p.addrAt, x.p.rawAddr, "role", x.role, "name", x.p.Name)
			addr = ""
		}
		if emptyWords.MatchString(addr) {
			addr = ""
		}
		if x.role == "officer" {
			out.Officer.Phone, out.Officer.Addr = phone, addr
		} else {
			out.Liaison.Phone, out.Liaison.Addr = phone, addr
		}
	}
	return out
}
