package app_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"taizhang/ledger"
)

// The rule book's §5 stated anew, in its own words and without the program's
// book: what the random histories are compared with. Instants follow from the
// sample's settings: due on the 28th, compiled on the 29th at 09:00, closed
// with the 15th of the next month.

var officeZone = time.FixedZone("CST", 8*3600)

// class is what became of a document, as far as figures and attempts go: the
// model does not tell 合格, 有疑问 and 核定 apart.
type class string

const (
	isAccepted  class = "accepted"
	isReturned  class = "returned"
	isHeld      class = "held"
	isDuplicate class = "duplicate"
	isRejected  class = "rejected"
	isWithdrawn class = "withdrawn"
)

func classOf(q ledger.Quality) class {
	if q.Counts() {
		return isAccepted
	}
	return class(q)
}

// facts are what a ledger of the histories states. An odd cell is text.
type stated struct {
	firms, pension, injury, unemployment string
	words                                string
}

// blank reports a form without any figure.
func (f stated) blank() bool { return f.firms+f.pension+f.injury+f.unemployment == "" }

// faulty reports a figure that cannot be read, or is missing.
func (f stated) faulty() bool { return strings.HasPrefix(f.pension, "约") || f.blank() }

func (f stated) figures() stated { f.words = ""; return f }

type place struct {
	unit   string
	period ledger.Period
}

// paperwork is one document that arrived.
type paperwork struct {
	id      string
	at      place
	arrived time.Time
	facts   stated
	class   class
	version int
	repeats class // of the version that a duplicate repeated, when it came
}

// attempt is §5.1: read for a known unit and month, with at least one figure;
// a rejected one is void.
func (d *paperwork) attempt() bool {
	return d.at.unit != "" && d.class != isRejected && !d.facts.blank()
}

// mirror is the model of everything.
type mirror struct {
	epoch    time.Time
	docs     []*paperwork
	exempt   map[place]bool
	until    map[place]time.Time
	closed   map[ledger.Period]time.Time
	expected map[ledger.Period][]string
	said     map[string]int // decisions of the desk, by action
}

func newMirror() *mirror {
	return &mirror{exempt: map[place]bool{}, until: map[place]time.Time{}, closed: map[ledger.Period]time.Time{},
		expected: map[ledger.Period][]string{}, said: map[string]int{}}
}

func on(p ledger.Period, day, hour int) time.Time {
	return time.Date(p.Year, p.Month, day, hour, 0, 0, 0, officeZone)
}

func (m *mirror) due(at place) time.Time {
	if u, ok := m.until[at]; ok {
		return u
	}
	return on(at.period, 29, 0)
}

func (m *mirror) cutOff(at place) time.Time {
	c, d := on(at.period, 29, 9), m.due(at)
	if d.After(c) {
		return d
	}
	return c
}

func (m *mirror) closing(p ledger.Period) time.Time {
	if k, ok := m.closed[p]; ok {
		return k
	}
	return on(p.Next(), 16, 0)
}

func (m *mirror) of(at place) []*paperwork {
	var out []*paperwork
	for _, d := range m.docs {
		if d.at == at {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(x, y *paperwork) int {
		return cmp.Or(x.arrived.Compare(y.arrived), cmp.Compare(x.id, y.id))
	})
	return out
}

// newest is the highest version, in force the highest accepted one.
func (m *mirror) newest(at place, match func(*paperwork) bool) *paperwork {
	var best *paperwork
	for _, d := range m.of(at) {
		if d.version > 0 && match(d) && (best == nil || d.version > best.version) {
			best = d
		}
	}
	return best
}

func anyVersion(*paperwork) bool          { return true }
func acceptedVersion(d *paperwork) bool   { return d.class == isAccepted }
func (m *mirror) top(at place) *paperwork { return m.newest(at, anyVersion) }
func (m *mirror) inForce(at place) *paperwork {
	return m.newest(at, acceptedVersion)
}

func (m *mirror) holds(at place) bool {
	return slices.ContainsFunc(m.of(at), func(d *paperwork) bool { return d.class == isHeld })
}

// first is R of the first attempt that was read, else of the first held one.
func (m *mirror) first(at place) (r time.Time, read bool) {
	var held time.Time
	for _, d := range m.of(at) {
		switch {
		case !d.attempt():
		case d.class != isHeld:
			return d.arrived, true
		case held.IsZero():
			held = d.arrived
		}
	}
	return held, false
}

func (m *mirror) punctuality(at place, now time.Time) ledger.Punctuality {
	r, read := m.first(at)
	d, c := m.due(at), m.cutOff(at)
	switch {
	case m.exempt[at]:
		return ledger.PunctualExempt
	case read && r.Before(d):
		return ledger.PunctualOnTime
	case read && r.Before(c):
		return ledger.PunctualLate
	case read:
		return ledger.PunctualAfter
	case !r.IsZero():
		return ledger.PunctualHeld
	case now.Before(d):
		return ledger.PunctualAwaited
	case now.Before(c):
		return ledger.PunctualOverdue
	}
	return ledger.PunctualMissing
}

// lateDays counts calendar dates from the due day, at least 1.
func (m *mirror) lateDays(at place) int {
	r, _ := m.first(at)
	midnight := func(t time.Time) time.Time {
		y, mo, d := t.In(officeZone).Date()
		return time.Date(y, mo, d, 0, 0, 0, 0, officeZone)
	}
	return max(1, int(midnight(r).Sub(midnight(m.due(at).Add(-time.Nanosecond))).Hours()/24))
}

// arrival is a mail before it is decided.
type arrival struct {
	doc      paperwork
	from     string // the unit whose address it came from; "" a stranger, "desk" handed in
	signed   bool
	failed   bool // the provider found the signature false
	unsigned bool // the address may write unsigned
}

// take decides the document as §3 and §5 say.
func (m *mirror) take(a arrival) *paperwork {
	d := a.doc
	top, force := m.top(d.at), m.inForce(d.at)
	switch {
	case a.from != "desk" && (a.from != d.at.unit || a.failed || !a.signed && !a.unsigned),
		a.from != "desk" && !d.arrived.Before(m.closing(d.at.period)):
		d.class = isHeld
	case top != nil && top.facts == d.facts && (top.class != isWithdrawn || a.from != "desk"):
		d.class, d.repeats = isDuplicate, top.class
	case top != nil && d.arrived.Before(top.arrived),
		force != nil && !a.signed && force.facts.figures() != d.facts.figures():
		d.class = isHeld
	case d.facts.faulty(), a.from != "desk" && m.withdrew(&d):
		d.class = isReturned
	default:
		d.class = isAccepted
	}
	if d.class == isAccepted || d.class == isReturned {
		d.version = 1
		if top != nil {
			d.version = top.version + 1
		}
	}
	m.docs = append(m.docs, &d)
	return &d
}

// withdrew reports whether the newest of the older versions that the document
// repeats was withdrawn: only the desk may bring it back.
func (m *mirror) withdrew(d *paperwork) bool {
	same := m.newest(d.at, func(o *paperwork) bool { return o.version > 0 && o.facts == d.facts })
	return same != nil && same.class == isWithdrawn
}

// settle is the desk's word on a held document: a version after the newest,
// unless it repeats one that is in force.
func (m *mirror) settle(d *paperwork, c class) {
	top := m.top(d.at)
	if d.class = c; c == isRejected {
		return
	}
	if c == isAccepted && top != nil && top.class == isAccepted && top.facts == d.facts {
		d.class = isDuplicate
		return
	}
	d.version = 1
	if top != nil {
		d.version = top.version + 1
	}
}

func (m *mirror) doc(id string) *paperwork {
	for _, d := range m.docs {
		if d.id == id {
			return d
		}
	}
	return nil
}

func (m *mirror) say(d *paperwork) string {
	return fmt.Sprintf("%s %s of %s: %s v%d %+v", d.at.unit, d.at.period, d.arrived.Format(time.DateTime), d.class, d.version, d.facts)
}
