package messy

import (
	"fmt"
	"iter"
	"math/rand/v2"
)

// MinCases is how many cases every sentence of the rule book and MinKind how
// many every kind of file has in a test run; MinReadable is the share of
// cases that must be accepted.
const (
	MinCases    = 10
	MinKind     = 100
	MinReadable = 0.70
)

// Sample returns the cases of a test run: every line of the table once, those
// that must be read twice, and more of the lines of a sentence that would have
// fewer than MinCases. Each is written as the kind that has the fewest cases
// so far among those that can express it.
func Sample(seed uint64) []Case {
	d := dealer{count: map[string]int{}, kinds: Kinds(), rng: rand.New(rand.NewPCG(seed, 1))}
	lines := tables()
	round := make([]int, len(lines))
	of := make([][]string, len(lines))
	have := map[string]int{}
	add := func(i int) {
		d.deal(build(lines[i], seed, round[i]))
		round[i]++
		for _, id := range of[i] {
			have[id]++
		}
	}
	for i, s := range lines {
		of[i] = sentencesOf(s.rule, s.name)
		add(i)
		if d.out[len(d.out)-1].Want.MustRead() {
			add(i)
		}
	}
	for _, s := range Sentences {
		for have[s.ID] < MinCases && have[s.ID] > 0 {
			for i := range lines {
				if contains(of[i], s.ID) && have[s.ID] < MinCases {
					add(i)
				}
			}
		}
	}
	for len(d.out) < 40_000 {
		poor := d.poorest()
		if d.count[poor] >= MinKind {
			break
		}
		i := d.rng.IntN(len(lines))
		if c := build(lines[i], seed, round[i]); c.Want.MustRead() && d.can(poor, c) {
			add(i)
		}
	}
	return d.out
}

// dealer deals cases out to the kinds of file.
type dealer struct {
	rng   *rand.Rand
	count map[string]int
	kinds []Kind
	out   []Case
}

func (d *dealer) deal(c Case) {
	var best *Kind
	for _, i := range d.rng.Perm(len(d.kinds)) {
		k := &d.kinds[i]
		if ok, _ := k.Can(c); ok && (best == nil || d.count[k.Name] < d.count[best.Name]) {
			best = k
		}
	}
	if best == nil {
		panic(c.Name + ": no kind can express it")
	}
	d.count[best.Name]++
	d.out = append(d.out, c.As(*best))
}

func (d *dealer) poorest() string {
	name := d.kinds[0].Name
	for _, k := range d.kinds {
		if d.count[k.Name] < d.count[name] {
			name = k.Name
		}
	}
	return name
}

func (d *dealer) can(name string, c Case) bool {
	for _, k := range d.kinds {
		if k.Name == name {
			ok, _ := k.Can(c)
			return ok
		}
	}
	return false
}

// Every yields every line of the table that must be read as every kind that
// can express it, rounds times, each with numbers, unit and month of its own;
// of the other lines two kinds of three, in turn, so that most cases are
// readable.
func Every(seed uint64, rounds int) iter.Seq[Case] {
	return func(yield func(Case) bool) {
		for n, s := range tables() {
			for r := range rounds {
				for i, k := range Kinds() {
					c := build(s, seed, r*len(Kinds())+i)
					if ok, _ := k.Can(c); !ok || !c.Want.MustRead() && c.Book != nil && (n+i+r)%3 == 0 {
						continue
					}
					if !yield(c.As(k)) {
						return
					}
				}
			}
		}
	}
}

// Crossing says, for each kind, how many lines of the table it can express and
// what it cannot.
func Crossing(seed uint64) []string {
	var out []string
	lines := tables()
	for _, k := range Kinds() {
		can := 0
		for _, s := range lines {
			if ok, _ := k.Can(build(s, seed, 0)); ok {
				can++
			}
		}
		out = append(out, fmt.Sprintf("%-20s %5d of %d lines; cannot say: %v", k.Name, can, len(lines), k.Lacks))
	}
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Good returns ledgers that must be accepted, one in each layout, whose unit
// and month the file's name and the ledger both state; they are material for
// damage.
func Good(seed uint64) []Case {
	var out []Case
	for _, l := range layouts {
		out = append(out, build(spec{"good", l.name, func(m *maker) Case { return m.accepted(m.case1(l.draw(m)), l.keys...) }}, seed, 0))
	}
	return out
}
