package check

import (
	"slices"

	"taizhang/ledger"
)

// AcrossMail holds (I10) the ledgers of one mail that state different things
// for one unit and month, such as 初稿 and 定稿: none is chosen by guess (rule
// book §2). A blank form states nothing and contradicts none. Equal ones are left alone. Calling it again adds nothing.
func AcrossMail(rs []ledger.Reading) {
	for i := range rs {
		a := &rs[i]
		if a.Kind != ledger.KindLedger || a.Unit == "" || a.Period.IsZero() {
			continue
		}
		for j := range rs {
			b := &rs[j]
			if i == j || b.Kind != ledger.KindLedger || b.Unit != a.Unit || b.Period != a.Period || a.SameContent(b) ||
				blankForm(a) || blankForm(b) {
				continue
			}
			if slices.ContainsFunc(a.Findings, func(f ledger.Finding) bool { return f.Code == ledger.ITwoLedgers }) {
				break
			}
			f := newFinding(ledger.ITwoLedgers, "other", b.Document)
			f.File, f.Sheet = a.File, a.Sheet
			a.Findings = append(a.Findings, f)
			sortFindings(a.Findings)
			break
		}
	}
}

// blankForm reports a reading of a form that states no figure and is not
// refused for what it states either.
func blankForm(r *ledger.Reading) bool {
	return !r.Figures.AnyNumber() && slices.ContainsFunc(r.Findings, func(f ledger.Finding) bool { return f.Code == ledger.IBlankForm })
}
