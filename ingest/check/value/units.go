package value

import "taizhang/ledger"

// Units matches names of reporting units.
type Units struct{ c *ledger.Campaign }

// UnitMatch is what a text says about the unit.
type UnitMatch struct {
	Unit    string
	Offer   string
	Several []string
	Named   bool
}

// NewUnits returns a matcher.
func NewUnits(c *ledger.Campaign) *Units { return &Units{c} }

// Match finds the unit.
func (u *Units) Match(text string) UnitMatch {
	for _, n := range u.c.Units {
		if Fold(n.Name) == Fold(text) {
			return UnitMatch{Unit: n.Name, Named: true}
		}
	}
	return UnitMatch{}
}
