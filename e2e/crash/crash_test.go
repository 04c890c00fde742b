//go:build crash

package crash

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"taizhang/internal/crashpoint"
	"taizhang/internal/oracle"
	"taizhang/internal/samples"
)

var (
	points  = flag.Int("points", 60, "crash points to try, spread over the month; 0: all")
	doubles = flag.Int("doubles", 20, "of these, how many are killed a second time while they recover")
	seed    = flag.Uint64("seed", 2022, "of the choice of points")
	variant = flag.Uint64("variant", 0, "of the month: 0 wakes the program at the usual hours, others at hours of their own")
	shard   = flag.String("shard", "0/1", "which part of them this process tries")
)

// point is one step of the month: the k-th of round r.
type point struct{ r, k int }

// reference is the month as it goes when nothing happens to it.
type reference struct {
	rounds  []time.Time
	events  []samples.Event
	moments []*moment  // before each round
	after   []*picture // after each round
	steps   []point
}

// aftermath is how long the program goes on after the sample month, so that
// what its last round leaves in doubt is settled.
const aftermath = 6 * 24 * time.Hour

// instants are when the program is woken: a few times each day, and when
// something happens.
func instants(events []samples.Event) []time.Time {
	var out []time.Time
	zone := samples.Start.Location()
	hours := [][2]int{{8, 31}, {9, 1}, {9, 31}, {16, 1}, {20, 0}}
	if *variant > 0 {
		rng := rand.New(rand.NewPCG(*variant, 2))
		for i := range hours {
			hours[i] = [2]int{7 + rng.IntN(15), rng.IntN(60)}
		}
	}
	for day := samples.Start; !day.After(samples.End.Add(aftermath)); day = day.AddDate(0, 0, 1) {
		y, m, d := day.Date()
		for _, hm := range hours {
			out = append(out, time.Date(y, m, d, hm[0], hm[1], 0, 0, zone))
		}
	}
	for _, e := range events {
		out = append(out, e.At.Add(time.Minute))
	}
	out = slices.DeleteFunc(out, func(t time.Time) bool { return t.Before(samples.Start) || t.After(samples.End.Add(aftermath)) })
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// play plays the month uncut and keeps what it was before and after each round.
func play(t *testing.T, root string, o *oracle.Oracle) *reference {
	t.Helper()
	ctx := t.Context()
	events, err := samples.World()
	if err != nil {
		t.Fatal(err)
	}
	ref := &reference{events: events, rounds: instants(events)}
	w := newWorld(t, root, nil, events, ref.rounds)
	defer w.end()
	for r := range ref.rounds {
		ref.moments = append(ref.moments, w.keep(fmt.Sprintf("m%03d", r)))
		crashpoint.Arm(0)
		w.uncut(ctx, r)
		n, _ := crashpoint.Count()
		for k := range n {
			ref.steps = append(ref.steps, point{r, k + 1})
		}
		p, _, err := w.judge(ctx, o, r == len(ref.rounds)-1)
		if err != nil {
			t.Fatalf("the uncut month, after round %d:\n%v", r, err)
		}
		ref.after = append(ref.after, p)
	}
	return ref
}

// pick spreads n points evenly over all, and begins at a place that the seed
// says.
func (ref *reference) pick(n int, rng *rand.Rand) []point {
	if n <= 0 || n >= len(ref.steps) {
		return ref.steps
	}
	begin := rng.Float64()
	out := make([]point, n)
	for i := range out {
		out[i] = ref.steps[int((float64(i)+begin)*float64(len(ref.steps))/float64(n))]
	}
	return out
}

// stepsOf is how many steps the round has.
func (ref *reference) stepsOf(r int) int {
	n := 0
	for _, p := range ref.steps {
		if p.r == r {
			n++
		}
	}
	return n
}

// tally counts what came of the points.
type tally struct {
	tried, twice, passed, late int
	checked                    oracle.Counts
	names                      map[string]int
}

// TestCrash stops the program at steps of the month. After each the program is
// started again, for some stopped a second time while it recovers, and the
// month goes on until it is what it would have been.
func TestCrash(t *testing.T) {
	var part, parts int
	if _, err := fmt.Sscanf(*shard, "%d/%d", &part, &parts); err != nil || parts < 1 || part >= parts {
		t.Fatalf("-shard %s: want i/n", *shard)
	}
	o := oracle.New()
	root := t.TempDir()
	ref := play(t, root, o)
	rng := rand.New(rand.NewPCG(*seed, 1))
	chosen := ref.pick(*points, rng)
	sum := tally{names: map[string]int{}}
	asked := 0 // to be stopped twice, in this shard
	for i, p := range chosen {
		second := 0
		if i*(*doubles)/len(chosen) != (i+1)*(*doubles)/len(chosen) {
			second = 1 + rng.IntN(ref.stepsOf(p.r))
		}
		// By rounds: the month's end costs more than its beginning, and what is the
		// same step in two processes is the same only within its round.
		if p.r%parts != part {
			continue
		}
		if second > 0 {
			asked++
		}
		ref.try(t, root, o, p, second, &sum)
	}
	if sum.tried == 0 || asked > 0 && sum.twice == 0 {
		t.Errorf("%d points were tried, and %d of %d that were to be stopped a second time were: nothing is shown", sum.tried, sum.twice, asked)
	}
	t.Logf("steps by kind: %s", list(sum.names))
	fmt.Printf("crash: month %d, shard %s: points %d of %d in %d rounds, %d of them stopped twice; %d as if nothing had happened after their round, %d later that month; lost 0, doubled 0, stuck %d; oracle: %+v\n",
		*variant, *shard, sum.tried, len(ref.steps), len(ref.rounds), sum.twice, sum.passed-sum.late, sum.late, sum.tried-sum.passed, sum.checked)
}

// try stops the program at the point, and at the second-th step of its
// recovery unless that is 0.
func (ref *reference) try(t *testing.T, root string, o *oracle.Oracle, p point, second int, sum *tally) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	w := newWorld(t, root, ref.moments[p.r], ref.events, ref.rounds)
	defer w.end()
	w.set(ref.rounds[p.r])
	where := fmt.Sprintf("round %d at %s, step %d", p.r, ref.rounds[p.r].Format("01-02 15:04"), p.k)
	name := w.cut(ctx, p.r, p.k, ref.rounds[p.r])
	if name == "" {
		return // the servers' pace moved a step to another round
	}
	where += " (" + name + ")"
	sum.tried++
	sum.names[name]++
	if second > 0 {
		if again := w.cut(ctx, p.r, second, w.resumed()); again != "" {
			sum.twice++
			where += fmt.Sprintf(", then step %d (%s)", second, again)
		}
	}
	var diff string
	for r := p.r; r < len(ref.rounds); r++ {
		from := ref.rounds[r]
		if r == p.r {
			from = w.resumed()
		}
		err := w.round(ctx, r, from)
		w.stop()
		if err != nil {
			t.Errorf("%s: going on in round %d: %v", where, r, err)
			return
		}
		got, counts, err := w.judge(ctx, o, r == len(ref.rounds)-1)
		if err != nil {
			t.Errorf("%s: after round %d:\n%v", where, r, err)
			return
		}
		sum.checked = counts
		if diff = cmp.Diff(ref.after[r].without(got.moot), got.without(got.moot), cmpopts.IgnoreUnexported(picture{})); diff == "" {
			sum.passed++
			if r > p.r {
				sum.late++
			}
			return
		}
	}
	t.Errorf("%s: at the month's end (-uncut +cut):\n%s", where, diff)
}

func list(n map[string]int) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(n)) {
		out = append(out, fmt.Sprintf("%s %d", name, n[name]))
	}
	return strings.Join(out, ", ")
}
