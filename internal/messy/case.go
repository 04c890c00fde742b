package messy

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"taizhang/ledger"
)

// The keys of the measures of Annex 2 (rule book §2).
const (
	firms   = "enterprises"
	pension = "pension"
	injury  = "injury"
	jobless = "unemployment"
	persons = "persons"
	projNew = "projects_new"
	projIns = "projects_insured"
)

// Any stands in Want.Unit and Want.Period for "whatever it says".
const Any = "*"

// Case is one file and the truth about it.
type Case struct {
	Rule    string // the rule, as "§2 cell: read"
	Line    string // the line of the table
	Name    string // unique
	File    string // the file's name, which may speak of unit and month
	Kind    string // the kind of file it was written as
	Book    []Sheet
	Data    []byte            // the file; a case that is only a Book has none until a Kind has written it
	Arrived time.Time         // zero: not told
	Sender  string            // "": not told
	Known   map[string]string // addresses of the config, with their units
	Needs   []Need            // besides what the book itself shows to need
	Want    Want
}

// Want is the truth. Several verdicts mean that the rule book leaves the choice
// open; an accepted reading must then still be right.
type Want struct {
	Kind     ledger.DocumentKind
	Verdicts []ledger.Verdict
	Unit     string // "" when it must be unknown, Any when it does not matter
	Period   string
	Figures  map[string]int64
	Dashes   map[string]bool // stated as a dash: known, and no number
	Codes    []ledger.Code   // findings that must be there
	Not      []ledger.Code   // findings that must not be there
	Queried  bool            // at least one query must be there
	Derived  bool            // persons is the sum of its parts, and marked so
	Officer  string          // "" is not compared, like the three below
	Liaison  string
	Measures string
	FilledOn string
}

// MustRead reports whether the ledger must be accepted without a person.
func (w Want) MustRead() bool {
	return len(w.Verdicts) == 1 && w.Verdicts[0] == ledger.Accepted
}

// Allows reports whether the verdict is one of those wanted.
func (w Want) Allows(v ledger.Verdict) bool {
	for _, x := range w.Verdicts {
		if x == v {
			return true
		}
	}
	return false
}

// spec is one line of the table of cases: a sentence of the rule book, and how
// to build a ledger that it decides.
type spec struct {
	rule, name string
	make       func(m *maker) Case
}

// tables are all lines, in the order of the rule book.
func tables() []spec {
	var all []spec
	for _, t := range [][]spec{
		completeSpecs, cellSpecs(), numberSpecs, formulaSpecs, sentenceSpecs(), headerSpecs(), foreignSpecs(),
		layoutSpecs(), rowSpecs, taskSpecs(), firmSpecs(), monthLayoutSpecs, hiddenSpecs, landmarkSpecs, companySpecs, damageSpecs,
		unitSpecs(), periodSpecs(), arrivalSpecs, placeSpecs, peopleSpecs(), findingSpecs(), bookSpecs(), crossSpecs(), misledSpecs(), officeSpecs,
	} {
		all = append(all, t...)
	}
	return all
}

// Some returns one case of every nth line of the table, as a workbook: seeds for
// fuzzing.
func Some(seed uint64, nth int) []Case {
	var out []Case
	for i, s := range tables() {
		if i%nth != 0 {
			continue
		}
		c := build(s, seed, 0)
		if c.Data == nil {
			c.Data = c.workbook()
		}
		out = append(out, c)
	}
	return out
}

// build makes the case of one line with numbers, unit and month of its own.
// The same seed gives the same case.
func build(s spec, seed uint64, round int) Case {
	h := fnv.New64a()
	fmt.Fprint(h, s.rule, s.name, round)
	m := newMaker(rand.New(rand.NewPCG(seed, h.Sum64())))
	c := s.make(m)
	c.Rule, c.Line = s.rule, s.name
	c.Name = fmt.Sprintf("%s/%s/%d", s.rule, s.name, round)
	return c
}
