package app_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"taizhang/ledger"
)

// The rule book's §3 and §5 stated anew, in its own words and without the
// program's book: what the random histories are compared with.

// class is what became of a document: its quality, in words of the model.
type class string

const (
	isAccepted  class = "accepted"  // 合格
	isQueried   class = "queried"   // 有疑问
	isVerified  class = "verified"  // 核定
	isReturned  class = "returned"  // 退回
	isHeld      class = "held"      // 待核实
	isDuplicate class = "duplicate" // 重复件
	isRejected  class = "rejected"
	isWithdrawn class = "withdrawn"
)

// counts reports whether a version of the class may be in force.
func (c class) counts() bool { return c == isAccepted || c == isQueried || c == isVerified }

// stated is what a ledger of the histories says. An odd cell is text.
type stated struct {
	firms, pension, injury, unemployment string
	words                                string
}

// blank reports a form without any figure.
func (f stated) blank() bool { return f.firms+f.pension+f.injury+f.unemployment == "" }

// faulty reports a figure that cannot be read, or is missing.
func (f stated) faulty() bool { return strings.HasPrefix(f.pension, "约") || f.blank() }

func (f stated) figures() stated { f.words = ""; return f }

// numbers are the cells that are numbers, by measure.
func (f stated) numbers() map[string]int64 {
	out := map[string]int64{}
	for key, text := range map[string]string{"enterprises": f.firms, "pension": f.pension, "injury": f.injury, "unemployment": f.unemployment} {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			out[key] = n
		}
	}
	return out
}

// repeats reports that every number is last month's too (§6, T).
func (f stated) repeats(last stated) bool {
	was := last.numbers()
	for key, n := range f.numbers() {
		if m, ok := was[key]; !ok || m != n {
			return false
		}
	}
	return len(f.numbers()) > 0
}

type place struct {
	unit   string
	period ledger.Period
}

// paperwork is one document that arrived.
type paperwork struct {
	id       string
	at       place
	arrived  time.Time
	facts    stated
	from     string // the address
	proof    string // pass, fail, "" no verdict
	class    class
	version  int
	repeated int      // of a duplicate: the version it repeats
	repeats  class    // and what that was
	asked    bool     // it was read with a query
	barred   bool     // it repeats what the desk has withdrawn
	holds    []string // why it was held
}

// attempt is §5.1: read for a known unit and month, with at least one figure;
// a rejected one is void.
func (d *paperwork) attempt() bool {
	return d.at.unit != "" && d.class != isRejected && !d.facts.blank()
}

// binding is what is known of an address.
type binding struct {
	unit     string
	unsigned bool // mail without proof is accepted from it
	since    time.Time
}

// mirror is the model of everything.
type mirror struct {
	epoch    time.Time
	docs     []*paperwork
	book     map[string]binding // known addresses
	exempt   map[place]bool
	until    map[place]time.Time
	extended map[place]bool // at some time
	closed   map[ledger.Period]time.Time
	expected map[ledger.Period][]string
	said     map[string]int // decisions of the desk, by action
}

// configured is the address book of the sample.
var configured = map[string]binding{
	"shizhi@xuchang.example": {unit: "市本级"}, "shebao@yuzhou.example": {unit: "禹州市"}, "cgsb@mail163.example": {unit: "长葛市", unsigned: true},
	"weidu@mail163.example": {unit: "魏都区", unsigned: true}, "jaqsb@jianan.example": {unit: "建安区"}, "xcxsb@mail163.example": {unit: "襄城县", unsigned: true},
}

func ownAddress(unit string) string {
	for addr, b := range configured {
		if b.unit == unit {
			return addr
		}
	}
	return ""
}

func newMirror() *mirror {
	m := &mirror{book: map[string]binding{}, exempt: map[place]bool{}, until: map[place]time.Time{}, extended: map[place]bool{},
		closed: map[ledger.Period]time.Time{}, expected: map[ledger.Period][]string{}, said: map[string]int{}}
	for addr, b := range configured {
		m.book[addr] = b
	}
	return m
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

func (m *mirror) top(at place) *paperwork {
	return m.newest(at, func(*paperwork) bool { return true })
}

// spoke is when the unit last said what its newest version says: R of it, or of
// the last 重复件 of it. Zero without a version.
func (m *mirror) spoke(at place) time.Time {
	top := m.top(at)
	if top == nil {
		return time.Time{}
	}
	last := top.arrived
	for _, d := range m.of(at) {
		if d.class == isDuplicate && d.repeated == top.version && d.arrived.After(last) {
			last = d.arrived
		}
	}
	return last
}

func (m *mirror) inForce(at place) *paperwork {
	return m.newest(at, func(d *paperwork) bool { return d.class.counts() })
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

// arrival is a mail before it is decided.
type arrival struct {
	doc   paperwork
	from  string // an address, or "desk": handed in
	proof string
}

// take decides the document as §3 and §5 say.
func (m *mirror) take(a arrival) *paperwork {
	d := a.doc
	d.from, d.proof = a.from, a.proof
	top, force := m.top(d.at), m.inForce(d.at)
	d.holds = m.doubts(&d)
	switch {
	case len(d.holds) > 0:
		d.class = isHeld
	case top != nil && top.facts == d.facts && (top.class != isWithdrawn || a.from != "desk"):
		d.class, d.repeated, d.repeats = isDuplicate, top.version, top.class
	default:
		if d.arrived.Before(m.spoke(d.at)) {
			d.holds = append(d.holds, "found late")
		}
		if force != nil && !d.proven() && force.facts.figures() != d.facts.figures() {
			d.holds = append(d.holds, "unsigned change")
		}
		d.barred = a.from != "desk" && m.withdrew(&d)
		d.asked = m.older(&d) && !d.barred
		d.class = isAccepted
	}
	last := m.inForce(place{d.at.unit, d.at.period.Prev()})
	d.asked = d.asked || d.facts.firms == "－" || last != nil && d.facts.repeats(last.facts)
	switch {
	case d.class != isAccepted:
	case len(d.holds) > 0:
		d.class = isHeld
	case d.barred || d.facts.faulty():
		d.class = isReturned
	case d.asked:
		d.class = isQueried
	}
	if d.class.counts() || d.class == isReturned {
		d.version = m.next(d.at)
	}
	m.docs = append(m.docs, &d)
	return &d
}

// proven reports whether the sender is: by a signature, or by the desk's hand.
func (d *paperwork) proven() bool { return d.from == "desk" || d.proof == "pass" }

// doubts says why the document is held before it is compared with the versions
// there are (§3): the sender, or a month that takes nothing more.
func (m *mirror) doubts(d *paperwork) []string {
	if d.from == "desk" {
		return nil
	}
	var out []string
	b, known := m.book[d.from]
	switch {
	case d.proof == "fail":
		out = append(out, "failed")
	case !known:
		out = append(out, "stranger")
	case b.unit != d.at.unit:
		out = append(out, "another unit's address")
	case d.proof == "" && !b.unsigned:
		out = append(out, "unsigned")
	}
	if !d.arrived.Before(m.closing(d.at.period)) {
		out = append(out, "closed")
	}
	return out
}

// withdrew reports whether the newest of the versions that the document
// repeats was withdrawn: only the desk may bring it back (§5.2).
func (m *mirror) withdrew(d *paperwork) bool {
	same := m.newest(d.at, func(o *paperwork) bool { return o.facts == d.facts })
	return same != nil && same.class == isWithdrawn
}

// older reports that the document says what a version before the newest said:
// a new version with a query (§5.3).
func (m *mirror) older(d *paperwork) bool {
	top := m.top(d.at)
	return top != nil && slices.ContainsFunc(m.of(d.at), func(o *paperwork) bool {
		return o.version > 0 && o.version < top.version && o.facts == d.facts
	})
}

func (m *mirror) next(at place) int {
	if top := m.top(at); top != nil {
		return top.version + 1
	}
	return 1
}

// settle is the desk's word on a held document: a version after the newest,
// unless it repeats one that is in force.
func (m *mirror) settle(d *paperwork, c class) {
	top := m.top(d.at)
	d.holds = nil
	if d.class = c; c == isRejected {
		return
	}
	if c == isAccepted && top != nil && top.class.counts() && top.facts == d.facts {
		d.class, d.repeated = isDuplicate, top.version
		return
	}
	if c == isAccepted && d.asked {
		d.class = isQueried
	}
	d.version = m.next(d.at)
}

// bind is the desk's word on an address. What was held for nothing else is
// decided as if it came now from a known address.
func (m *mirror) bind(addr string, b binding) (released []*paperwork) {
	if old, known := m.book[addr]; known {
		b.unsigned, b.since = b.unsigned || old.unsigned, old.since
	}
	m.book[addr] = b
	var wait []*paperwork
	for _, d := range m.docs {
		settled := !slices.ContainsFunc(d.holds, func(why string) bool { return why != "stranger" && (why != "unsigned" || !b.unsigned) })
		if d.class == isHeld && d.from == addr && d.at.unit == b.unit && settled {
			wait = append(wait, d)
		}
	}
	slices.SortStableFunc(wait, func(x, y *paperwork) int {
		return cmp.Or(x.arrived.Compare(y.arrived), x.at.period.Compare(y.at.period), cmp.Compare(x.id, y.id))
	})
	for _, d := range wait {
		force := m.inForce(d.at)
		if d.facts.faulty() || m.spoke(d.at).After(d.arrived) || force != nil && !d.proven() && force.facts.figures() != d.facts.figures() {
			continue // still for the desk
		}
		m.settle(d, isAccepted)
		released = append(released, d)
	}
	return released
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
	why := ""
	if len(d.holds) > 0 {
		why = " (" + strings.Join(d.holds, ", ") + ")"
	}
	return fmt.Sprintf("%s %s from %s of %s: %s%s v%d %+v", d.at.unit, d.at.period, d.from, d.arrived.In(officeZone).Format(time.DateTime), d.class, why, d.version, d.facts)
}
