package aggregate

import (
	"cmp"
	"math/big"
	"slices"
)

// Ratio is an exact share. The zero Ratio is unknown: there is no division by
// a missing or zero target (rule book §7).
type Ratio struct{ Num, Den int64 }

// Known reports whether the ratio has a value.
func (r Ratio) Known() bool { return r.Den > 0 }

// Permille returns the share in tenths of a per cent, rounded half up: 0.1235
// is 124, printed as 12.4 %.
func (r Ratio) Permille() int64 {
	n := new(big.Int).Mul(big.NewInt(r.Num), big.NewInt(2000))
	n.Add(n, big.NewInt(r.Den))
	n.Div(n, big.NewInt(2*r.Den)) // floor: half rounds up, also below zero
	return n.Int64()
}

// AtLeast reports whether the unrounded share is at least permille/1000.
func (r Ratio) AtLeast(permille int64) bool {
	return r.Known() && r.Compare(Ratio{permille, 1000}) >= 0
}

// Compare compares the unrounded shares of two known ratios.
func (r Ratio) Compare(o Ratio) int {
	a := new(big.Int).Mul(big.NewInt(r.Num), big.NewInt(o.Den))
	return a.Cmp(new(big.Int).Mul(big.NewInt(o.Num), big.NewInt(r.Den)))
}

// rank gives 1 to the largest of the known ratios; ties share a rank and the
// next one is skipped: 1, 1, 3. Unknown ones get 0.
func rank(rs []Ratio) []int {
	order := make([]int, 0, len(rs))
	for i, r := range rs {
		if r.Known() {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Or(rs[b].Compare(rs[a]), cmp.Compare(a, b)) })
	out := make([]int, len(rs))
	for place, i := range order {
		out[i] = place + 1
		if place > 0 && rs[order[place-1]].Compare(rs[i]) == 0 {
			out[i] = out[order[place-1]]
		}
	}
	return out
}
