package check

import (
	"strings"
	"time"

	"taizhang/ingest/check/value"
	"taizhang/internal/lazyregexp"
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
	s.compare(r, "officer", r.Officer, known.Officer.Name, officer)
	s.compare(r, "liaison", r.Liaison, known.Liaison.Name, liaison)
}

// What stands beside a name: a telephone, a bracket with the post, the post
// itself; and what is written where there is no name.
var (
	besidePhone   = lazyregexp.New(`[\s　,，;；、]*(?:[(（]?(?:联系)?(?:电话|手机|方式)[\s:：]*)?[(（]?(?:\+?86[- ]?)?\d[\d\s\-—]{5,}.*$`)
	besideBracket = lazyregexp.New(`[\s　]*[(（【\[].*$`)
	besidePost    = lazyregexp.New(`[\s　]+[^\s　]*(?:长|主任|科员|书记|经理|职员|干事|同志|专员|负责人)$`)
	spacedName    = lazyregexp.New(`^\p{Han}(?:[\s　]+\p{Han}){1,3}$`)
	nobody        = lazyregexp.New(`^(?:[^\p{L}\p{N}]*|无|暂无|空|空缺|暂缺|缺|[xX×某]+)$`)
)

// personName returns the name that a signature states: without telephone, post
// and the spaces that stretch a name of two characters; "" where there is none.
// What is not understood stays.
func personName(text string) string {
	name := text
	for _, re := range []*lazyregexp.Regexp{besidePhone, besideBracket, besidePost} {
		if cut := strings.TrimSpace(re.ReplaceAllString(name, "")); cut != "" {
			name = cut
		}
	}
	if spacedName.MatchString(name) {
		name = strings.Join(strings.Fields(name), "")
	}
	if nobody.MatchString(strings.Trim(name, "()（） 　")) {
		return ""
	}
	return name
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
func (s *sheet) compare(r *ledger.Reading, role, name, roster string, x labelled) {
	if name == "" || roster == "" || strings.Contains(value.Fold(x.value), value.Fold(roster)) {
		return
	}
	r.Findings = append(r.Findings, s.finding(ledger.PNotRoster, x.place, name, "role", role, "name", name, "roster", roster))
}
