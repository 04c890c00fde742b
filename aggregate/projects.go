package aggregate

import (
	"time"

	"taizhang/ledger"
)

// The optional measures of the 90 % target (rule book §2).
const (
	projectsNew     = "projects_new"
	projectsInsured = "projects_insured"
)

// Projects are new construction projects and those insured against work
// injury, of the units that state both.
type Projects struct {
	New, Insured int64
	Units        int // that state both; 0: nobody
}

// Rate is Σ insured / Σ new, never a mean of rates (rule book §7). It is
// unknown without projects, and where more are insured than were begun: one of
// the two is then wrong.
func (p Projects) Rate() Ratio {
	if p.New <= 0 || p.Insured > p.New {
		return Ratio{}
	}
	return Ratio{p.Insured, p.New}
}

func (p *Projects) add(fs ledger.Figures) bool {
	begun, ok1 := fs.Value(projectsNew)
	insured, ok2 := fs.Value(projectsInsured)
	if !ok1 || !ok2 {
		return false
	}
	p.New, p.Insured = p.New+begun, p.Insured+insured
	return true
}

// projects adds up the month and the year.
func (s *Summary) projects(st *ledger.State, at time.Time) {
	c := s.Campaign
	for _, r := range s.Rows {
		if s.Projects.add(inForce(c, st, r.Unit, s.Period, at)) {
			s.Projects.Units++
		}
		any := false
		for p := s.Period; !p.Before(c.First); p = p.Prev() {
			any = s.ProjectsYear.add(inForce(c, st, r.Unit, p, at)) || any
			if any && c.Basis == ledger.BasisCumulative {
				break // the newest holds all before it
			}
		}
		if any {
			s.ProjectsYear.Units++
		}
	}
}

// ProjectTarget is the period's target of the project rate in per mille when all units
// that have one have the same; else 0.
func (s *Summary) ProjectTarget() int64 {
	target := 0
	for i := range s.Campaign.Units {
		switch t := s.Campaign.Units[i].TargetAt(s.Period).ProjectRate; {
		case t == 0 || t == target:
		case target != 0:
			return 0
		default:
			target = t
		}
	}
	return int64(target)
}
