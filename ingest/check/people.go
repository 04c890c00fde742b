package check

import (
	"strings"
	"time"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// people reads 负责人 and 联络员 and compares them with the roster.
func (s *sheet) people(r *ledger.Reading, in *Input) {
	officer := first(s.labels, roleOfficer)
	liaison := first(s.labels, roleLiaison)
	r.Officer, r.Liaison = personName(officer.value), personName(liaison.value)
	if r.Officer == "" {
		r.Findings = append(r.Findings, s.finding(ledger.POfficer, officer.place, ""))
	}
	if r.Liaison == "" {
		r.Findings = append(r.Findings, s.finding(ledger.PLiaison, liaison.place, ""))
	}
	known := knownPeople(in, r.Unit)
	s.compare(r, "officer", r.Officer, known.Officer.Name, officer.place)
	s.compare(r, "liaison", r.Liaison, known.Liaison.Name, liaison.place)
}

func personName(text string) string {
	if emptyWords.MatchString(text) {
		return ""
	}
	return text
}

// knownPeople returns the roster line in force for the unit on arrival, with
// the configured people where the roster names none.
func knownPeople(in *Input, unit string) ledger.RosterLine {
	var line ledger.RosterLine
	if u := in.Campaign.Unit(unit); u != nil {
		line = ledger.RosterLine{Unit: unit, Officer: u.Officer, Liaison: u.Liaison}
	}
	if in.State == nil || unit == "" {
		return line
	}
	var from time.Time
	for _, x := range in.State.Rosters {
		if x.Line.Unit != unit || !in.Arrived.IsZero() && x.From.After(in.Arrived) || x.From.Before(from) {
			continue
		}
		from = x.From
		if x.Line.Officer.Name != "" {
			line.Officer = x.Line.Officer
		}
		if x.Line.Liaison.Name != "" {
			line.Liaison = x.Line.Liaison
		}
	}
	return line
}

// compare asks about a person who is not the roster's. A telephone or a post
// beside the name does not matter.
func (s *sheet) compare(r *ledger.Reading, role, name, roster, place string) {
	if name == "" || roster == "" || strings.Contains(value.Fold(name), value.Fold(roster)) {
		return
	}
	r.Findings = append(r.Findings, s.finding(ledger.PNotRoster, place, name, "role", role, "name", name, "roster", roster))
}
