package messy_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"taizhang/app"
	"taizhang/config"
	"taizhang/internal/messy"
	"taizhang/ledger"
)

var (
	rounds = flag.Int("rounds", 2, "cases for each line of the table")
	seed   = flag.Uint64("seed", 2022, "seed of the cases")
	keep   = flag.String("keep", "", "folder for the workbooks of cases that come out wrong")
	show   = flag.Int("show", 60, "how many wrong cases to print")
)

// grade is what became of one case.
type grade int

const (
	right   grade = iota
	refused       // readable, and not accepted
	silent        // accepted, and wrong: figure, unit, month or a question not asked
	astray        // turned back as it should, in another way than the rule book says
)

// tally counts the grades of one rule.
type tally [4]int

// TestAccuracy reads every case as the command `check` does. Nothing may be
// accepted wrongly, and everything that must read is accepted.
func TestAccuracy(t *testing.T) {
	cfg, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	cases := messy.Cases(*seed, *rounds)
	by := map[string]*tally{}
	var all tally
	shown, must := 0, 0
	for _, c := range cases {
		got, err := app.CheckFile(t.Context(), c.File, c.Data, app.CheckOptions{Config: knowing(cfg, c.Known), Arrived: c.Arrived, Sender: c.Sender})
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		g, why := judge(c, got)
		if c.Want.MustRead() {
			must++
		}
		if by[c.Rule] == nil {
			by[c.Rule] = new(tally)
		}
		by[c.Rule][g]++
		all[g]++
		if g == right {
			continue
		}
		t.Fail()
		if shown++; shown <= *show {
			t.Logf("%s\n  file %s\n  %s\n%s", c.Name, c.File, why, brief(got))
		}
		save(t, c)
	}
	report(t, by)
	t.Logf("%d cases: %d right, %d readable and not accepted (of %d), %d wrong in silence, %d astray", len(cases), all[right], all[refused], must, all[silent], all[astray])
}

// knowing is the config with these addresses of units.
func knowing(cfg *config.Config, known map[string]string) *config.Config {
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

func save(t *testing.T, c messy.Case) {
	t.Helper()
	if *keep == "" {
		return
	}
	name := strings.NewReplacer("/", "_", " ", "_", "\n", "_").Replace(c.Name) + "__" + c.File
	if err := os.WriteFile(filepath.Join(*keep, name), c.Data, 0o600); err != nil {
		t.Error(err)
	}
}

func report(t *testing.T, by map[string]*tally) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%-32s %6s %6s %8s %7s %7s\n", "rule", "cases", "right", "refused", "silent", "astray")
	for _, rule := range slices.Sorted(mapsKeys(by)) {
		n := by[rule]
		fmt.Fprintf(&b, "%-32s %6d %6d %8d %7d %7d\n", rule, n[0]+n[1]+n[2]+n[3], n[right], n[refused], n[silent], n[astray])
	}
	t.Log("\n" + b.String())
}

func mapsKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// judge compares what was read with the truth.
func judge(c messy.Case, got []app.Checked) (grade, string) {
	accepted := 0
	for _, d := range got {
		if d.Kind == ledger.KindLedger && d.Verdict == ledger.Accepted {
			accepted++
		}
	}
	switch {
	case c.Want.Kind == ledger.KindNone && c.Want.Verdicts == nil:
		return judgeForeign(got)
	case accepted > 1:
		return silent, fmt.Sprintf("%d documents accepted", accepted)
	}
	doc, ok := chosen(c, got)
	if !ok {
		if c.Want.MustRead() {
			return refused, "no document of the kind " + string(c.Want.Kind)
		}
		return astray, "no document of the kind " + string(c.Want.Kind)
	}
	if !c.Want.Allows(doc.Verdict) {
		switch {
		case doc.Verdict == ledger.Accepted:
			return silent, fmt.Sprintf("accepted, want %v", c.Want.Verdicts)
		case c.Want.MustRead():
			return refused, fmt.Sprintf("%s, want accepted", doc.Verdict)
		}
		return astray, fmt.Sprintf("%s, want %v", doc.Verdict, c.Want.Verdicts)
	}
	if doc.Verdict == ledger.Accepted && doc.Kind == ledger.KindLedger {
		if why := differs(c.Want, doc); why != "" {
			return silent, why
		}
	}
	if why := unsaid(c.Want, doc); why != "" {
		if doc.Verdict == ledger.Accepted {
			return silent, why
		}
		return astray, why
	}
	return right, ""
}

func judgeForeign(got []app.Checked) (grade, string) {
	for _, d := range got {
		if d.Kind != ledger.KindNone {
			if d.Verdict == ledger.Accepted {
				return silent, "a foreign file accepted"
			}
			return astray, "a foreign file taken for " + string(d.Kind)
		}
	}
	return right, ""
}

// chosen is the document that the case is about: the worst of the kind, unless
// one was accepted.
func chosen(c messy.Case, got []app.Checked) (app.Checked, bool) {
	var of []app.Checked
	for _, d := range got {
		if c.Want.Kind == messy.Any || d.Kind == c.Want.Kind || d.Verdict == ledger.UnreadableIt {
			of = append(of, d)
		}
	}
	if len(of) == 0 {
		return app.Checked{}, false
	}
	slices.SortStableFunc(of, func(a, b app.Checked) int {
		return cmp.Compare(rank(a.Verdict), rank(b.Verdict))
	})
	return of[0], true
}

func rank(v ledger.Verdict) int {
	return slices.Index([]ledger.Verdict{ledger.Accepted, ledger.Held, ledger.Returned, ledger.UnreadableIt, ""}, v)
}

// differs compares an accepted reading with the truth.
func differs(w messy.Want, d app.Checked) string {
	var bad []string
	add := func(what, got, want string) {
		if want != messy.Any && got != want {
			bad = append(bad, fmt.Sprintf("%s is %q, want %q", what, got, want))
		}
	}
	add("unit", deref(d.Unit), w.Unit)
	add("period", deref(d.Period), w.Period)
	for k, f := range d.Figures {
		want, stated := w.Figures[k]
		switch {
		case f.Dash != w.Dashes[k]:
			bad = append(bad, fmt.Sprintf("%s dash is %v", k, f.Dash))
		case f.Dash:
		case !stated:
			bad = append(bad, fmt.Sprintf("%s = %d, want none", k, *f.Value))
		case f.Value == nil || *f.Value != want:
			bad = append(bad, fmt.Sprintf("%s = %s, want %d", k, number(f), want))
		}
	}
	for k := range w.Figures {
		if _, ok := d.Figures[k]; !ok {
			bad = append(bad, fmt.Sprintf("%s is missing, want %d", k, w.Figures[k]))
		}
	}
	if d.People != nil {
		bad = append(bad, names("officer", d.People.Officer, w.Officer)...)
		bad = append(bad, names("liaison", d.People.Liaison, w.Liaison)...)
	} else if w.Officer != "" {
		bad = append(bad, "no people")
	}
	if d.Text != nil {
		bad = append(bad, names("measures", d.Text.Measures, w.Measures)...)
	}
	bad = append(bad, names("filled on", d.FilledOn, w.FilledOn)...)
	slices.Sort(bad)
	return strings.Join(bad, "; ")
}

// names compares words without their spaces; "" is not compared.
func names(what, got, want string) []string {
	strip := func(s string) string { return strings.Join(strings.Fields(s), "") }
	if want == "" || strip(got) == strip(want) {
		return nil
	}
	return []string{fmt.Sprintf("%s is %q, want %q", what, got, want)}
}

func number(f app.CheckedFigure) string {
	if f.Value == nil {
		return "nothing"
	}
	return fmt.Sprint(*f.Value)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// unsaid says which findings are missing, or there against the rule.
func unsaid(w messy.Want, d app.Checked) string {
	var bad []string
	has := func(code ledger.Code) bool {
		return slices.ContainsFunc(d.Findings, func(f app.CheckedFinding) bool { return f.Code == code })
	}
	for _, code := range w.Codes {
		if !has(code) {
			bad = append(bad, "finding missing: "+string(code))
		}
	}
	for _, code := range w.Not {
		if has(code) {
			bad = append(bad, "finding not wanted: "+string(code))
		}
	}
	if w.Queried && !slices.ContainsFunc(d.Findings, func(f app.CheckedFinding) bool { return f.Severity == ledger.Query }) {
		bad = append(bad, "no query")
	}
	return strings.Join(bad, "; ")
}

// brief prints what was read, for the log of the test.
func brief(got []app.Checked) string {
	var b strings.Builder
	for _, d := range got {
		fmt.Fprintf(&b, "    %s %s %s %s:", d.Kind, d.Verdict, deref(d.Unit), deref(d.Period))
		for _, k := range slices.Sorted(mapsKeys(d.Figures)) {
			fmt.Fprintf(&b, " %s=%s", k, number(d.Figures[k]))
		}
		b.WriteString("\n")
		for _, f := range d.Findings {
			fmt.Fprintf(&b, "      %s %s %s %q %s\n", f.Code, f.Severity, f.Cell, f.Value, f.Message)
		}
	}
	return b.String()
}
