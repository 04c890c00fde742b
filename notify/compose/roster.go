package compose

import (
	"cmp"
	"fmt"

	"taizhang/ledger"
)

// rosterView is one roster as a letter shows it.
type rosterView struct {
	File     string
	People   string // table of unit, role, name, post, telephone, address
	Recorded bool   // its people are now on record
	Returned bool
	OnHold   bool
	Blocks   string // tables of findings; "" when none
	Queries  string
	Held     string
	Notes    string
	Missing  int // findings to correct
}

type rosterLetterView struct {
	*view
	Kind                     string // 回执, 请更正, 已收到，待核实
	Recorded, Returned, Held bool   // the gravest of the rosters
	Missing, Asked           int
}

// Roster composes the answer to a mail with rosters and no ledger: 【回执】 with
// what was recorded, 【请更正】 with what is missing, or 【已收到，待核实】.
func (k *Composer) Roster(f RosterFacts) (ledger.Mail, error) {
	if len(f.Rosters) == 0 {
		return ledger.Mail{}, fmt.Errorf("compose roster %s: %w", f.Key, errNoDocument)
	}
	v := k.shared(f.Common)
	data := rosterLetterView{view: v, Kind: k.words.Mail[f.Kind],
		Returned: f.Kind == ledger.MailReturn, Held: f.Kind == ledger.MailHeld, Recorded: f.Kind == ledger.MailReceipt}
	for i, r := range v.Rosters {
		data.Missing += r.Missing
		if r.Queries != "" {
			data.Asked += len(k.mergeFindings(f.Rosters[i].Findings)[ledger.Query])
		}
	}
	return k.write(draft{letter: "roster", kind: f.Kind, answer: true, common: f.Common, data: data, view: v})
}

// rosters fills the views of the rosters of the mail.
func (k *Composer) rosters(v *view, rs []Roster) {
	for i, r := range rs {
		id := fmt.Sprint("roster", i)
		groups := k.mergeFindings(r.Findings)
		w := rosterView{File: k.name(r.File), People: v.add(id, k.peopleTable(r.Lines)),
			Recorded: r.Quality.Counts(), Returned: r.Quality == ledger.QualityReturned, OnHold: r.Quality == ledger.QualityHeld,
			Missing: len(groups[ledger.Block])}
		w.Blocks = v.add(id+"blocks", k.findingTable(groups[ledger.Block]))
		w.Queries = v.add(id+"queries", k.findingTable(groups[ledger.Query]))
		w.Held = v.add(id+"held", k.heldTable(groups[ledger.Hold]))
		w.Notes = v.add(id+"notes", k.noteTable(groups[ledger.Note]))
		v.Rosters = append(v.Rosters, w)
	}
}

// peopleTable lists the people of a roster; the column of addresses is left out
// where nobody has one, and that of units where there is only one.
func (k *Composer) peopleTable(lines []ledger.RosterLine) *table {
	mail, several := false, false
	for _, l := range lines {
		mail = mail || l.Officer.Addr != "" || l.Liaison.Addr != ""
		several = several || l.Unit != lines[0].Unit
	}
	t := &table{Cols: []column{k.col("role"), k.col("person"), k.col("post"), k.col("phone")}}
	if mail {
		t.Cols = append(t.Cols, k.col("mail"))
	}
	if several {
		t.Cols = append([]column{k.col("unit")}, t.Cols...)
	}
	for _, l := range lines {
		for _, x := range []struct {
			role string
			p    ledger.Person
		}{{k.words.Args["role"]["officer"], l.Officer}, {k.words.Args["role"]["liaison"], l.Liaison}} {
			if x.p == (ledger.Person{}) && len(lines) > 1 {
				continue
			}
			row := []string{x.role, k.orNone(k.name(x.p.Name)), k.orNone(k.name(x.p.Post)), k.orNone(k.name(x.p.Phone))}
			if mail {
				row = append(row, k.orNone(k.name(x.p.Addr)))
			}
			if several {
				row = append([]string{cmp.Or(k.name(l.Unit), k.words.None)}, row...)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}
