package ledger

import "slices"

// FigureBasis says what a unit's number is (rule book §7).
type FigureBasis string

// The two meanings of a reported number.
const (
	BasisMonthly    FigureBasis = "monthly"    // what was added in the month
	BasisCumulative FigureBasis = "cumulative" // what was added since the campaign began
)

// Campaign (行动) is one drive with its year, city, desk, units, form and
// targets. Another city or year is another Campaign, never other code.
type Campaign struct {
	Name     string // 全民参保计划攻坚行动
	City     string // 许昌市
	Year     int
	First    Period
	Last     Period
	Notice   string // the notice it rests on, 许社养老〔2022〕12号
	Desk     Desk
	Units    []Unit // in the order of Annex 1
	Form     Form
	Basis    FigureBasis
	Schedule Schedule
}

// Periods returns every period of the campaign in order.
func (c *Campaign) Periods() []Period {
	var ps []Period
	for p := c.First; !p.After(c.Last); p = p.Next() {
		ps = append(ps, p)
	}
	return ps
}

// Has reports whether p is a period of the campaign.
func (c *Campaign) Has(p Period) bool {
	return !p.IsZero() && !p.Before(c.First) && !p.After(c.Last)
}

// Unit returns the unit with the canonical name, or nil.
func (c *Campaign) Unit(name string) *Unit {
	i := slices.IndexFunc(c.Units, func(u Unit) bool { return u.Name == name })
	if i < 0 {
		return nil
	}
	return &c.Units[i]
}

// UnitNames returns the canonical names in the order of Annex 1.
func (c *Campaign) UnitNames() []string {
	names := make([]string, len(c.Units))
	for i, u := range c.Units {
		names[i] = u.Name
	}
	return names
}

// Desk (专项小组) is the city task group: it receives summaries and alarms and
// decides what the program must not decide.
type Desk struct {
	Name      string    // 许昌市全民参保计划攻坚行动专项小组
	Addresses []Address // where summaries and alarms go
	Contacts  []Contact // named in every mail to a county
}

// Address is a mail address with the name of its owner. Addr is lower case.
type Address struct {
	Name string `json:"name,omitempty"`
	Addr string `json:"addr"`
}

// Contact is a person who can be telephoned.
type Contact struct {
	Matter string // what the person answers for, such as 失业保险; may be empty
	Name   string
	Phone  string
}

// Unit (填报单位) is one of those who must report.
type Unit struct {
	Name      string   // canonical, as in Annex 1
	Aliases   []string // further names that mean this unit
	Offers    []string // names that are not taken for it, but offered to the desk: 许昌县
	Addresses []UnitAddress
	Officer   Person           // 负责人
	Liaison   Person           // 联络员
	Target    Target           // from the campaign's first period; ask TargetAt
	Baselines map[string]int64 // measure key → 上年末参保人数, persons
	// Stocks are 期末参保人数 as the desk knows them, by the period at whose end they
	// held and by measure key, in persons. They stand above baseline and additions,
	// for their own period only.
	Stocks map[Period]map[string]int64
	// TargetChanges are later targets, by the period from which they hold.
	TargetChanges []TargetChange
}

// UnitAddress is a mail address from which a unit is known to write.
type UnitAddress struct {
	Addr     string `json:"addr"`     // lower case
	Unsigned bool   `json:"unsigned"` // the desk has confirmed unsigned mail from it
}

// Person is somebody named on a roster or a ledger.
type Person struct {
	Name  string `json:"name,omitempty"`
	Post  string `json:"post,omitempty"` // 单位及职务
	Phone string `json:"phone,omitempty"`
	Addr  string `json:"addr,omitempty"`
}
