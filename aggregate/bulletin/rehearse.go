package bulletin

import (
	"fmt"
	"slices"
	"text/template/parse"
	"time"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// rehearse finds the mistakes of a template before a month depends on it: a
// field that does not exist, in whatever branch, by reading the template; all
// else by writing bulletins of months that differ as far as months can.
func (t *Template) rehearse(c *ledger.Campaign) error {
	months := sampleMonths(c)
	known := map[string]bool{}
	for _, s := range months {
		gather(factsOf(s), known)
	}
	if err := t.checkFields(t.tmpl.Root, known); err != nil {
		return err
	}
	for _, s := range months {
		if _, err := Write(s, t); err != nil {
			return err
		}
	}
	return nil
}

// gather collects the names of fields, those of groups included.
func gather(v any, into map[string]bool) {
	switch v := v.(type) {
	case fields:
		for k, x := range v {
			into[k] = true
			gather(x, into)
		}
	case []fields:
		for _, x := range v {
			gather(x, into)
		}
	}
}

// checkFields looks at every field that the template names.
func (t *Template) checkFields(n parse.Node, known map[string]bool) error {
	var err error
	visit(n, func(n parse.Node, ident string) {
		if err == nil && !known[ident] {
			err = t.refuse(n, fmt.Sprintf(textField, ident), hintField)
		}
	})
	return err
}

// visit calls f for each name of a field.
func visit(n parse.Node, f func(parse.Node, string)) {
	branch := func(b *parse.BranchNode) {
		visit(b.Pipe, f)
		visit(b.List, f)
		if b.ElseList != nil {
			visit(b.ElseList, f)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			visit(c, f)
		}
	case *parse.ActionNode:
		visit(n.Pipe, f)
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			for _, a := range c.Args {
				visit(a, f)
			}
		}
	case *parse.FieldNode:
		for _, i := range n.Ident {
			f(n, i)
		}
	case *parse.VariableNode:
		for _, i := range n.Ident[1:] {
			f(n, i)
		}
	case *parse.ChainNode:
		visit(n.Node, f)
		for _, i := range n.Field {
			f(n, i)
		}
	}
}

// sampleMonths are months of the campaign as they may turn out: nobody
// reported; everybody, with all that a ledger can hold; and a corrected issue
// of a month in which every state occurs.
func sampleMonths(c *ledger.Campaign) []*aggregate.Summary {
	full := *c
	full.Units = slices.Clone(c.Units)
	for i := range full.Units {
		u := &full.Units[i]
		if len(u.Target.Heads) == 0 { // another campaign may have none
			u.Target.Heads = map[string]int64{c.Form.Keys()[0]: 1000}
		}
		u.Baselines = map[string]int64{}
		for k, n := range u.Target.Heads {
			u.Baselines[k] = n / 2
		}
	}
	if len(full.Desk.Contacts) == 0 {
		full.Desk.Contacts = []ledger.Contact{{Matter: full.Name, Name: full.Name, Phone: "0"}}
	}
	last := max(0, full.Last.MonthsSince(full.First))
	p := full.First.Add(min(1, last))
	for i := range full.Units {
		u := &full.Units[i]
		next := ledger.Target{Heads: map[string]int64{}}
		for k, n := range u.Target.Heads {
			next.Heads[k] = n + int64(i%2)
		}
		u.TargetChanges = []ledger.TargetChange{{From: p, Notice: full.Notice, Target: next}}
	}
	build := func(c *ledger.Campaign, st *ledger.State, p ledger.Period, number int, unreadable time.Time) *aggregate.Summary {
		return aggregate.Build(c, st, aggregate.Request{Period: p, Number: number, At: c.Schedule.CutOff(p), Unreadable: unreadable})
	}
	return []*aggregate.Summary{
		build(c, sampleState(c, p), p, 1, time.Time{}),
		build(c, sampleState(c, full.Last), full.Last, 1, c.Schedule.Due(full.Last)),
		build(&full, reported(&full, full.First, full.First), full.First, 1, time.Time{}),
		build(&full, reported(&full, full.First, p), p, 1, time.Time{}),
		build(&full, mixed(&full, p), p, 2, c.Schedule.Due(p)),
	}
}

func sampleState(c *ledger.Campaign, p ledger.Period) *ledger.State {
	return &ledger.State{Books: map[ledger.Period]*ledger.Book{p: {Period: p, Expected: c.UnitNames()}}}
}

// sampleWords are a unit's words, long enough to be cut.
const sampleWords = "一是开展信息数据比对，逐户核对未参保企业；二是组织送政策上门，走访企业。"

// put enters a report of the unit with every measure of the form.
func put(c *ledger.Campaign, st *ledger.State, unit string, p ledger.Period, n int64, q ledger.Quality, arrived time.Time) {
	figures := ledger.Figures{}
	for _, m := range c.Form.Measures {
		figures[m.Key] = ledger.NewNumber(n)
	}
	version := 1
	if q == ledger.QualityHeld {
		version = 0
	}
	st.Put(ledger.Submission{ID: fmt.Sprint(unit, p, n), Unit: unit, Period: p, Version: version, Quality: q, Arrived: arrived,
		Reading: ledger.Reading{Kind: ledger.KindLedger, Unit: unit, Period: p, Figures: figures, Measures: sampleWords + sampleWords + sampleWords + sampleWords}})
}

// reported is a state in which every unit reported in time, in each month.
func reported(c *ledger.Campaign, first, last ledger.Period) *ledger.State {
	st := sampleState(c, last)
	for p := first; !p.After(last); p = p.Next() {
		for i, u := range c.Units {
			put(c, st, u.Name, p, int64(i/2+1), ledger.QualityAccepted, c.Schedule.Opens(p))
		}
	}
	return st
}

// mixed is a state after an issue, in which the units stand in every way.
func mixed(c *ledger.Campaign, p ledger.Period) *ledger.State {
	st := sampleState(c, p)
	b, due := st.Books[p], c.Schedule.Due(p)
	b.Exempt, b.Extended = map[string]ledger.Decision{}, map[string]ledger.Extension{}
	for i, u := range c.Units {
		switch i % 7 {
		case 0:
			put(c, st, u.Name, p, int64(i+2), ledger.QualityAccepted, c.Schedule.Opens(p))
		case 1:
			put(c, st, u.Name, p, int64(i), ledger.QualityAccepted, due)
		case 2:
			put(c, st, u.Name, p, int64(i), ledger.QualityReturned, c.Schedule.CutOff(p))
		case 3:
			put(c, st, u.Name, p, int64(i), ledger.QualityHeld, due)
		case 4:
			b.Exempt[u.Name] = ledger.Decision{Reason: u.Name}
		case 5:
			b.Extended[u.Name] = ledger.Extension{Until: c.Schedule.CutOff(p).AddDate(0, 0, 2), Decision: ledger.Decision{Reason: u.Name}}
		}
	}
	st.Books[p].Issues = []ledger.Issue{{Period: p, Number: 1, At: due}} // of the book that Put has made
	return st
}
