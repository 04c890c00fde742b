package check

import (
	"slices"
	"strings"

	"taizhang/ledger"
)

// This file reads the layouts of Annex 3 that offices send: columns under a
// header, one block for each role, rows by role, and keys with values.

// rosterColumn is a column of a header.
type rosterColumn struct {
	field field
	role  field // fieldOfficer, fieldLiaison, or none: by the row
	c0    int
}

// rosterReader gathers lines in reading order.
type rosterReader struct {
	s       *sheet
	lines   []foundLine
	columns []rosterColumn
	upper   []*vcell // roles that stand above a second row of headers
	role    field    // of the keys that follow
	unit    string   // named above the lines that follow
	fresh   bool     // the next person begins a new line
}

func (r *rosterReader) read() {
	for _, p := range r.s.v.t.Before {
		r.pairs(r.s.keysIn(p), "")
	}
	for _, row := range r.s.v.rows {
		r.row(row)
	}
	for _, p := range r.s.v.t.After {
		r.pairs(r.s.keysIn(p), "")
	}
}

// row reads one row of the table: a header, keys with values, a heading that
// names a unit, or people under the header.
func (r *rosterReader) row(row int) {
	cells := r.s.v.byRow[row]
	heads, roles, phones := 0, 0, 0
	for _, c := range cells {
		f := r.s.fieldOf(c.text)
		if f != fieldNone {
			heads++
		}
		if f == fieldOfficer || f == fieldLiaison {
			roles++
		}
		if f == fieldPhone || f == fieldPost || f == fieldName {
			phones++
		}
	}
	switch {
	case heads == len(cells) && heads >= 2 && (roles > 0 || phones > 1):
		r.header(cells)
	case heads == len(cells) && heads >= 1 && len(r.columns) > 0 && roles == 0:
		// an empty row of keys; nothing
	case r.keyRow(cells):
	case len(r.columns) > 0 && r.people(row, cells):
	case len(cells) <= 2:
		r.heading(cells)
	}
}

// header takes the columns. Where only roles stand in it, the fields follow in
// the next row of headers.
func (r *rosterReader) header(cells []*vcell) {
	only := true
	for _, c := range cells {
		f := r.s.fieldOf(c.text)
		only = only && (f == fieldOfficer || f == fieldLiaison || f == fieldIgnored || f == fieldUnit)
	}
	var above []*vcell
	if len(r.upper) > 0 {
		above = r.upper
	}
	r.columns, r.upper = nil, nil
	role := fieldNone
	for _, c := range cells {
		f := r.s.fieldOf(c.text)
		switch f {
		case fieldOfficer, fieldLiaison:
			role = f
			r.columns = append(r.columns, rosterColumn{fieldName, f, c.c0})
			continue
		case fieldUnit, fieldIgnored, fieldRole:
			r.columns = append(r.columns, rosterColumn{f, fieldNone, c.c0})
			continue
		}
		of := role
		for _, a := range above {
			if a.c0 <= c.c0 && c.c0 <= a.c1 {
				of = r.s.fieldOf(a.text)
			}
		}
		r.columns = append(r.columns, rosterColumn{f, of, c.c0})
	}
	if only {
		r.upper = cells
	}
	for _, a := range above { // a unit's column may stand in the upper row alone
		if r.s.fieldOf(a.text) == fieldUnit && !slices.ContainsFunc(r.columns, func(c rosterColumn) bool { return c.field == fieldUnit }) {
			r.columns = append(r.columns, rosterColumn{fieldUnit, fieldNone, a.c0})
		}
	}
	r.fresh = false
}

// keyRow reads a row of keys and values: in one cell, or in cells side by side.
func (r *rosterReader) keyRow(cells []*vcell) bool {
	found := false
	for i := 0; i < len(cells); i++ {
		c := cells[i]
		pairs := r.s.keysIn(c.text)
		if len(pairs) > 0 {
			if last := &pairs[len(pairs)-1]; last.value == "" && i+1 < len(cells) && r.s.fieldOf(cells[i+1].text) == fieldNone && len(r.s.keysIn(cells[i+1].text)) == 0 {
				r.pairs(pairs[:len(pairs)-1], c.name())
				r.pair(keyed{last.field, cells[i+1].text}, cells[i+1])
				i++
			} else {
				r.pairs(pairs, c.name())
			}
			found = true
			continue
		}
		f := r.s.fieldOf(c.text)
		beside := i+1 < len(cells) && r.s.fieldOf(cells[i+1].text) == fieldNone && len(r.s.keysIn(cells[i+1].text)) == 0
		if f == fieldNone || f == fieldIgnored || f == fieldRole || len(r.columns) > 0 {
			continue
		}
		if beside {
			r.pair(keyed{f, cells[i+1].text}, cells[i+1])
			i++
		} else {
			r.pair(keyed{f, ""}, c)
		}
		found = true
	}
	return found
}

func (r *rosterReader) pairs(list []keyed, at string) {
	for _, k := range list {
		r.take(k, at, false)
	}
}

func (r *rosterReader) pair(k keyed, c *vcell) {
	r.take(k, c.name(), c.cell.Kind == ledger.CellNumber)
}

// take enters one key with its value.
func (r *rosterReader) take(k keyed, at string, numeric bool) {
	switch k.field {
	case fieldUnit:
		if m := r.s.units.Match(k.value); m.Unit != "" {
			r.unit, r.fresh = m.Unit, true
		}
		return
	case fieldOfficer, fieldLiaison:
		r.role = k.field
		p := r.person(k.field)
		p.Name, p.at = personNameOf(k.value), at
		return
	}
	if r.role == fieldNone {
		return
	}
	p := r.person0(r.role)
	switch k.field {
	case fieldName:
		p.Name, p.at = personNameOf(k.value), at
	case fieldPost:
		p.Post = oneLine(k.value)
	case fieldPhone:
		p.rawPhone, p.phone, p.numeric = k.value, at, numeric
	case fieldMail:
		p.rawAddr, p.addrAt = k.value, at
	}
}

// heading notes a unit that stands above its people.
func (r *rosterReader) heading(cells []*vcell) {
	for _, c := range cells {
		if m := r.s.units.Match(c.text); m.Unit != "" && len([]rune(c.text)) <= maxTitle {
			r.unit, r.fresh = m.Unit, true
		}
	}
}

// people reads a row under the header.
func (r *rosterReader) people(row int, cells []*vcell) bool {
	byRow := fieldNone // the role that the row itself names
	for _, c := range cells {
		if f := r.s.fieldOf(c.text); f == fieldOfficer || f == fieldLiaison {
			byRow = f
		}
	}
	if len(cells) == 1 && byRow == fieldNone && r.s.units.Match(cells[0].text).Unit != "" {
		r.heading(cells)
		return true
	}
	unit := r.rowUnit(row, cells)
	if unit != "" && unit != r.unit {
		r.unit, r.fresh = unit, true
	}
	any := false
	for _, role := range []field{fieldOfficer, fieldLiaison} {
		p := foundPerson{}
		for _, c := range r.columns {
			if c.role != role && (c.role != fieldNone || byRow != role) {
				continue
			}
			x := r.s.v.at(row, c.c0)
			if x == nil || x.r0 != row {
				continue
			}
			switch c.field {
			case fieldName:
				p.Name, p.at, p.seen = personNameOf(x.text), x.name(), true
			case fieldPost:
				p.Post, p.seen = oneLine(x.text), true
			case fieldPhone:
				p.rawPhone, p.phone, p.numeric, p.seen = x.text, x.name(), x.cell.Kind == ledger.CellNumber, true
			case fieldMail:
				p.rawAddr, p.addrAt, p.seen = x.text, x.name(), true
			}
		}
		if p.seen {
			*r.person(role) = p
			any = true
		}
	}
	return any
}

// rowUnit is the unit that the row is for: its column of units, or its first
// cell where that is no person.
func (r *rosterReader) rowUnit(row int, cells []*vcell) string {
	column := -1
	for _, c := range r.columns {
		if c.field == fieldUnit {
			column = c.c0
		}
	}
	if column >= 0 {
		if x := r.s.v.at(row, column); x != nil {
			return r.s.units.Match(x.text).Unit
		}
		return ""
	}
	first := cells[0]
	for _, c := range r.columns {
		if c.c0 >= first.c0 && c.c0 <= first.c1 && c.field != fieldIgnored {
			return ""
		}
	}
	return r.s.units.Match(first.text).Unit
}

// person returns the role's place in the current line, in a new one when that
// is taken.
func (r *rosterReader) person(role field) *foundPerson {
	if p := r.current(role); p != nil && !p.seen && !r.fresh {
		p.seen = true
		return p
	}
	r.lines, r.fresh = append(r.lines, foundLine{unit: r.unit}), false
	p := r.current(role)
	p.seen = true
	return p
}

// person0 returns the role's person in the current line as it is.
func (r *rosterReader) person0(role field) *foundPerson {
	if p := r.current(role); p != nil {
		return p
	}
	return r.person(role)
}

func (r *rosterReader) current(role field) *foundPerson {
	if len(r.lines) == 0 {
		return nil
	}
	l := &r.lines[len(r.lines)-1]
	if role == fieldOfficer {
		return &l.officer
	}
	return &l.liaison
}

// personNameOf is the name without the spaces inside it: 王  芳.
func personNameOf(text string) string {
	t := strings.Join(strings.Fields(strings.ReplaceAll(text, "　", " ")), "")
	if emptyWords.MatchString(t) {
		return ""
	}
	return t
}

func oneLine(text string) string {
	if emptyWords.MatchString(text) {
		return ""
	}
	return strings.Join(strings.Fields(text), " ")
}
