package aggregate

import (
	"fmt"
	"math/big"
)

// Pace is 序时进度: the months of the campaign that have passed, the period's
// own included, over all its months (rule book §7). It is unknown outside the
// campaign.
func (s *Summary) Pace() Ratio {
	c := s.Campaign
	if !c.Has(s.Period) {
		return Ratio{}
	}
	return Ratio{int64(s.Period.MonthsSince(c.First)) + 1, int64(c.Last.MonthsSince(c.First)) + 1}
}

// Gap is the difference of two shares in 百分点. It is taken of the unrounded
// shares: the sign tells which is larger even where Tenths is 0.
type Gap struct {
	Sign   int   // -1, 0, +1: the first is smaller, equal, larger
	Tenths int64 // the distance in tenths of a 百分点, rounded half up, never negative
}

// Gap compares r with o. It reports false where one of them is unknown.
func (r Ratio) Gap(o Ratio) (Gap, bool) {
	if !r.Known() || !o.Known() {
		return Gap{}, false
	}
	d := new(big.Rat).Sub(big.NewRat(r.Num, r.Den), big.NewRat(o.Num, o.Den))
	g := Gap{Sign: d.Sign()}
	d.Abs(d)
	n := new(big.Int).Mul(d.Num(), big.NewInt(2000))
	n.Add(n, d.Denom())
	g.Tenths = n.Div(n, new(big.Int).Mul(d.Denom(), big.NewInt(2))).Int64()
	return g, true
}

// Points prints the distance with one decimal: 78.1.
func (g Gap) Points() string { return tenths(g.Tenths) }

// Percent prints the share in per cent with one decimal, rounded half up:
// 12.4%. An unknown share is "".
func (r Ratio) Percent() string {
	if !r.Known() {
		return ""
	}
	return tenths(r.Permille()) + "%"
}

func tenths(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%d", sign, n/10, n%10)
}
