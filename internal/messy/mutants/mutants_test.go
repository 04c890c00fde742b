package mutants_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest/sheet"
	"taizhang/ingest/unpack"
	"taizhang/internal/messy"
	"taizhang/ledger"
)

var (
	count = flag.Int("mutants", 1000, "how many mutants")
	seed  = flag.Uint64("seed", 2022, "seed of the mutants")
	at    = flag.Int("at", -1, "only the mutant of this number, kept as mutant.bin in -keep")
	keep  = flag.String("keep", "", "folder for that mutant")
	show  = flag.Int("show", 40, "how many silent ones to print")
)

// reading is what came out of a file: the accepted ledgers, all findings, and
// the tables that were read on the way.
type reading struct {
	accepted []app.Checked
	findings []app.CheckedFinding
	tables   []*ledger.Table
}

func read(t *testing.T, cfg *config.Config, c messy.Case, data []byte) reading {
	t.Helper()
	var out reading
	got, err := app.CheckFile(t.Context(), c.File, data, app.CheckOptions{Config: cfg, Reader: noting{&out}})
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	for _, d := range got {
		if d.Kind == ledger.KindLedger && d.Verdict == ledger.Accepted {
			out.accepted = append(out.accepted, d)
		}
		out.findings = append(out.findings, d.Findings...)
	}
	return out
}

// noting reads in this process and notes the tables.
type noting struct{ out *reading }

func (n noting) Read(ctx context.Context, name string, data []byte) ([]*ledger.Table, error) {
	ts, err := sheet.Read(ctx, name, data, sheet.Limits{})
	n.out.tables = append(n.out.tables, ts...)
	return ts, err
}

func (noting) Unpack(ctx context.Context, archive []byte, lim unpack.Limits) (*unpack.Archive, error) {
	return unpack.Open(ctx, archive, lim)
}

// stated is all that is taken over from a ledger.
func stated(d app.Checked) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(d.Figures)) {
		f := d.Figures[k]
		if f.Value != nil {
			out = append(out, fmt.Sprintf("%s=%d", k, *f.Value))
		} else {
			out = append(out, k+" dash")
		}
	}
	unit, period := "", ""
	if d.Unit != nil {
		unit = *d.Unit
	}
	if d.Period != nil {
		period = *d.Period
	}
	return strings.Join(append(out, unit, period), " ")
}

// TestMutants damages good ledgers of every kind. Each mutant is not accepted,
// or is accepted with what the original says, or with a question about the
// difference. Excused is only what fates gives a reason for, each counted.
func TestMutants(t *testing.T) {
	cfg, err := config.Builtin()
	must(err)
	kinds := slices.DeleteFunc(messy.Kinds(), func(k messy.Kind) bool { return k.Name == messy.AsGiven })
	table := map[string]map[string]int{}
	total := map[string]int{}
	goods := messy.Good(*seed)
	rest := *show
	only := *at
	for i := range *count {
		k := kinds[i%len(kinds)]
		if only >= 0 && i != only {
			continue
		}
		r := rand.New(rand.NewPCG(*seed, uint64(i)))
		c := goods[r.IntN(len(goods))]
		if ok, _ := k.Can(c); !ok {
			c = goods[0]
		}
		c = c.As(k)
		m, data := mutant(r, c.Data)
		if only >= 0 && *keep != "" {
			must(os.WriteFile(filepath.Join(*keep, "mutant.bin"), data, 0o600))
			must(os.WriteFile(filepath.Join(*keep, "good.bin"), c.Data, 0o600))
		}
		was, is := read(t, cfg, c, c.Data), read(t, cfg, c, data)
		if len(was.accepted) != 1 {
			t.Fatalf("%s: the original is not accepted: %v", c.Name, was.findings)
		}
		f, why := fate(k, m, was, is, c.Data, data)
		if table[k.Name] == nil {
			table[k.Name] = map[string]int{}
		}
		table[k.Name][f]++
		total[f]++
		if f == silent {
			t.Fail()
			if rest--; rest >= 0 {
				t.Logf("mutant %d, %s: %s\n  was %s\n  is  %s\n  %s", i, c.Name, m.name, stated(was.accepted[0]), stated(is.accepted[0]), why)
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(table)) {
		t.Logf("%-20s %s", k, counts(table[k]))
	}
	t.Logf("mutants: %d, seed %d: %s", *count, *seed, counts(total))
}

func counts(m map[string]int) string {
	var out []string
	for _, f := range slices.Sorted(maps.Keys(m)) {
		out = append(out, fmt.Sprintf("%s %d", f, m[f]))
	}
	return strings.Join(out, ", ")
}

func mutant(r *rand.Rand, data []byte) (mutation, []byte) {
	for {
		list := raw
		if r.IntN(2) == 0 {
			list = packed
		}
		m := list[r.IntN(len(list))]
		if out := m.of(r, data); out != nil {
			return m, out
		}
		m = raw[r.IntN(len(raw))]
		if out := m.of(r, data); out != nil {
			return m, out
		}
	}
}
