package check

import (
	"regexp"
	"slices"
	"strings"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// The columns of Annex 3 beside its two names.
var (
	postHead  = regexp.MustCompile(`职务|职位`)
	phoneHead = regexp.MustCompile(`电话|手机|联系方式`)
	mailHead  = regexp.MustCompile(`邮箱|信箱|电子邮件`)
)

// rosterLike reports Annex 3: its title, or its header of names and telephones
// without a task column.
func (s *sheet) rosterLike(title string) bool {
	_, _, ok := s.rosterHeader()
	return ok && (containsAny(title, s.form.Words.Roster) || !s.hasTask && !s.hasWords)
}

// rosterHeader finds the row with 负责人, 联络员 and a telephone.
func (s *sheet) rosterHeader() (officer, liaison *vcell, ok bool) {
	for _, row := range s.v.rows {
		var o, l *vcell
		phone := false
		for _, c := range s.v.byRow[row] {
			f := value.Fold(c.text)
			switch {
			case o == nil && equalsAny(f, s.form.Words.Officer):
				o = c
			case l == nil && equalsAny(f, s.form.Words.Liaison):
				l = c
			case phoneHead.MatchString(f):
				phone = true
			}
		}
		if o != nil && l != nil && phone {
			return o, l, true
		}
	}
	return nil, nil, false
}

func equalsAny(f string, words []string) bool {
	f = strings.TrimSuffix(f, "姓名")
	return slices.ContainsFunc(words, func(w string) bool { return value.Fold(w) == f })
}

// roster reads the rows below the header of Annex 3.
func (s *sheet) roster(in *Input) ledger.Reading {
	r := s.blankReading(in, ledger.KindRoster)
	officer, liaison, _ := s.rosterHeader()
	u := s.unit(in)
	heads := s.v.byRow[officer.r0]
	for _, row := range between(s.v.rows, max(officer.r1, liaison.r1)+1, 1<<30) {
		line := ledger.RosterLine{Officer: s.person(heads, officer, row), Liaison: s.person(heads, liaison, row)}
		if line.Officer.Name == "" && line.Liaison.Name == "" {
			continue
		}
		line.Unit = u.unit
		if m := s.rowUnit(heads, row, officer, liaison); m != "" {
			line.Unit = m
		}
		r.Roster = append(r.Roster, line)
	}
	r.Unit, r.UnitFrom = u.unit, u.from
	own := slices.ContainsFunc(r.Roster, func(l ledger.RosterLine) bool { return l.Unit != "" && l.Unit != u.unit })
	if !own && len(u.several) == 0 {
		r.Findings = append(r.Findings, u.findings...)
	}
	if len(r.Roster) == 0 {
		r.Findings = append(r.Findings, s.finding(ledger.IBlankForm, "", ""))
	}
	s.hiddenNotes(&r)
	sortFindings(r.Findings)
	return r
}

// person reads one name and the columns that follow it, up to the next name.
func (s *sheet) person(heads []*vcell, name *vcell, row int) ledger.Person {
	var p ledger.Person
	at := func(h *vcell) string {
		if x := s.v.at(row, h.c0); x != nil && x.r0 == row {
			return strings.Join(strings.Fields(x.text), " ")
		}
		return ""
	}
	p.Name = strings.ReplaceAll(at(name), " ", "")
	i := slices.Index(heads, name)
	for _, h := range heads[i+1:] {
		f := value.Fold(h.text)
		switch {
		case equalsAny(f, s.form.Words.Officer) || equalsAny(f, s.form.Words.Liaison):
			return p
		case phoneHead.MatchString(f):
			p.Phone = at(h)
		case postHead.MatchString(f):
			p.Post = at(h)
		case mailHead.MatchString(f):
			p.Addr = strings.ToLower(at(h))
		}
	}
	return p
}

// rowUnit reads the unit that a row of a roster of several units is for.
func (s *sheet) rowUnit(heads []*vcell, row int, officer, liaison *vcell) string {
	for _, x := range s.v.byRow[row] {
		if x.c0 >= min(officer.c0, liaison.c0) || len(heads) == 0 {
			break
		}
		if m := s.units.Match(x.text); m.Unit != "" {
			return m.Unit
		}
	}
	return ""
}
