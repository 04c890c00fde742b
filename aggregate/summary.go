// Package aggregate adds up what the units reported: versions in force become
// the city's Summary of one period, with totals, cumulative figures, rates and
// ranks (rule book §7, §9).
//
// It is pure: it reads no clock and no store, and it words nothing. How a
// Summary looks on paper is the business of workbook and bulletin.
package aggregate

import (
	"time"

	"taizhang/ledger"
)

// Summary is one issue of one period's city figures.
type Summary struct {
	Campaign *ledger.Campaign
	Period   ledger.Period
	Number   int       // 1 at the cut-off; n ≥ 2 is 更正版 n-1
	At       time.Time // the instant the figures stand for
	// Unreadable is since when the mailbox could not be read when the summary
	// was made; zero: it could. The list may then be incomplete.
	Unreadable time.Time
	Closing    time.Time // K of the period: until then it takes reports

	Columns []ledger.Measure // the required measures, in the order of print
	Rows    []Row            // in the order of Annex 1; exempt units that reported included
	Total   Row              // Σ of the versions in force; its Unit is empty
	Tally   ledger.Tally
	Rulings []Ruling // the desk's word on versions in force
	Sources []Source
	Changes []Change    // since the issue before; empty for the first
	Earlier []Change    // of earlier periods, since a later one was issued
	Queries []Query     // open ones of the versions in force
	Targets []NewTarget // that hold from this period on
	// Explained are their queries that the unit has explained.
	Explained []Query
	// ByRate says of each measure that its ranks go by completion rate; else
	// they go by the cumulative figure.
	ByRate       map[string]bool
	Projects     Projects // of the month
	ProjectsYear Projects // since the campaign's first month
	Months       []Month  // from the campaign's first to the period
	MonthNames   []string // the units of Months: those of Rows, then those of earlier months only
}

// Correction returns n of 更正版 n, and 0 for the first issue.
func (s *Summary) Correction() int { return s.Number - 1 }

// Value is a whole number that may be unknown. Unknown is printed as －.
type Value struct {
	N     int64
	Known bool
}

// Row is what one unit contributes, by measure key.
type Row struct {
	Unit       string
	Standing   ledger.Standing
	Month      map[string]Value // of the version in force
	Derived    map[string]bool  // Month was derived, not stated
	Cumulative map[string]Value // since the campaign's first month
	Target     map[string]Value // year-end headcount, persons
	Rate       map[string]Ratio // (baseline + cumulative) / target, or 期末参保人数 / target
	Stock      map[string]bool  // Rate is of a 期末参保人数 that the config states for the period
	Rank       map[string]int   // 1 is best; ties share; 0: not ranked
	Delta      map[string]Value // this month less last month
	Counted    int              // months with a version in force, up to the period
	Task       string
	Measures   string // 主要工作措施, verbatim
	Officer    string
	Liaison    string
	// Why the desk exempted the unit or extended its time; "" where it did not.
	ExemptReason, ExtendReason string
}

// Source is the evidence of one printed figure.
type Source struct {
	Unit       string
	Measure    ledger.Measure
	Figure     ledger.Figure
	Submission *ledger.Submission
}

// Change is one figure that differs from the issue before. A figure that was
// or is absent is unknown.
type Change struct {
	Unit     string
	Period   ledger.Period
	Measure  ledger.Measure
	Old, New Value
	Was, Is  *ledger.Figure // as stated; nil: not stated, or no version was in force
	Cause    Cause
	Version  int    // now in force; 0: none
	Reason   string // the desk's word since the issue before; "" without one
}

// Cause is why a figure differs from the issue before.
type Cause int

// The causes.
const (
	Amended   Cause = iota + 1 // another version is in force
	Late                       // the unit's first report came after the cut-off (补报)
	Admitted                   // an earlier report was not in force and now is
	Withdrawn                  // the version in force was withdrawn
)

// NewTarget is a target that holds from the summary's period on and differs from
// the one before. It is said in the issues of that period only.
type NewTarget struct {
	Unit     string
	Measure  ledger.Measure // zero for the project rate
	Old, New Value          // persons, or per mille of the project rate; unknown: none
	Notice   string         // the document it rests on; may be empty
}

// Query is a question about a version in force.
type Query struct {
	Unit        string
	Version     int
	Finding     ledger.Finding
	Explanation *ledger.Explanation // nil while it is open
}

// Ruling is a decision about a version in force, with the reason given.
type Ruling struct {
	Unit     string
	Version  int
	Decision ledger.Decision
}
