package score

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"taizhang/app"
	"taizhang/config"
	"taizhang/internal/messy"
	"taizhang/ledger"
)

// Board counts what became of cases.
type Board struct {
	Cases, Readable int
	All             Tally
	Kinds, Rules    map[string]*Tally
	unplaced        map[string]bool // rules of cases that no sentence claims
}

// Tally counts the grades.
type Tally struct {
	Grades   [4]int
	Readable int
}

// Of returns how many cases have the grade.
func (t Tally) Of(g Grade) int { return t.Grades[g] }

// Cases returns how many cases were counted; t may be nil.
func (t *Tally) Cases() int {
	if t == nil {
		return 0
	}
	return t.Grades[0] + t.Grades[1] + t.Grades[2] + t.Grades[3]
}

// NewBoard returns a board without cases.
func NewBoard() *Board {
	return &Board{Kinds: map[string]*Tally{}, Rules: map[string]*Tally{}, unplaced: map[string]bool{}}
}

// Options are those by which the case is checked; reader is nil for one in this
// process.
func Options(cfg *config.Config, c messy.Case, reader app.FileReader) app.CheckOptions {
	return app.CheckOptions{Config: Knowing(cfg, c.Known), Arrived: c.Arrived, Sender: c.Sender, Reader: reader}
}

// Count judges what came out of the case and counts it. It says what was
// wrong, or "".
func (b *Board) Count(c messy.Case, got []app.Checked) string {
	g, why := Judge(c, got)
	b.add(c, g)
	if g == Right {
		return ""
	}
	return fmt.Sprintf("%s: %s\n  file %s\n  %s\n%s", [...]string{"right", "HELD", "SILENT", "ASTRAY"}[g], c.Name, c.File, why, Brief(got))
}

func (b *Board) add(c messy.Case, g Grade) {
	b.Cases++
	count := func(m map[string]*Tally, key string) {
		if m[key] == nil {
			m[key] = &Tally{}
		}
		m[key].add(c, g)
	}
	b.All.add(c, g)
	if c.Want.MustRead() {
		b.Readable++
	}
	count(b.Kinds, c.Kind)
	ids := c.Sentences()
	if len(ids) == 0 {
		b.unplaced[c.Rule] = true
	}
	for _, id := range ids {
		count(b.Rules, id)
	}
}

func (t *Tally) add(c messy.Case, g Grade) {
	t.Grades[g]++
	if c.Want.MustRead() {
		t.Readable++
	}
}

// Accepted returns the share of the readable cases that were accepted.
func (b *Board) Accepted() float64 {
	return float64(b.Readable-b.All.Of(Held)) / float64(max(b.Readable, 1))
}

// String returns the counts by kind and by sentence, and a line of totals.
func (b *Board) String() string {
	var s strings.Builder
	head := func(what string) {
		fmt.Fprintf(&s, "%-58s %6s %8s %7s %6s %7s %7s\n", what, "cases", "readable", "right", "held", "silent", "astray")
	}
	line := func(name string, t *Tally) {
		if t == nil {
			t = &Tally{}
		}
		fmt.Fprintf(&s, "%-58s %6d %8d %7d %6d %7d %7d\n", name, t.Cases(), t.Readable, t.Of(Right), t.Of(Held), t.Of(Silent), t.Of(Astray))
	}
	head("kind of file")
	for _, k := range slices.Sorted(maps.Keys(b.Kinds)) {
		line(k, b.Kinds[k])
	}
	s.WriteString("\n")
	head("sentence of the rule book")
	for _, x := range messy.Sentences {
		line(fmt.Sprintf("%-7s %s", x.ID, short(x.Says)), b.Rules[x.ID])
	}
	if len(b.unplaced) > 0 {
		fmt.Fprintf(&s, "\nno sentence claims these lines: %s\n", strings.Join(slices.Sorted(maps.Keys(b.unplaced)), ", "))
	}
	return s.String() + "\n" + b.Total()
}

// Total is the last line.
func (b *Board) Total() string {
	right := float64(b.All.Of(Right)) / float64(max(b.Cases, 1)) * 100
	return fmt.Sprintf("accuracy: %d cases, %d readable (%.1f %%), %d right (%.2f %%), %d held, %d wrong in silence, %d turned back in another way",
		b.Cases, b.Readable, float64(b.Readable)/float64(max(b.Cases, 1))*100, b.All.Of(Right), right, b.All.Of(Held), b.All.Of(Silent), b.All.Of(Astray))
}

func short(s string) string {
	r := []rune(s)
	if len(r) <= 48 {
		return s
	}
	return string(r[:47]) + "…"
}

// Knowing is the config with these addresses of units.
func Knowing(cfg *config.Config, known map[string]string) *config.Config {
	if known == nil {
		return cfg
	}
	with := *cfg
	with.Campaign.Units = slices.Clone(cfg.Campaign.Units)
	for i := range with.Campaign.Units {
		for addr, unit := range known {
			if u := &with.Campaign.Units[i]; u.Name == unit {
				u.Addresses = append(slices.Clone(u.Addresses), ledger.UnitAddress{Addr: addr, Unsigned: true})
			}
		}
	}
	return &with
}
