package ledger

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// FactKind tells the four kinds of fact apart (rule book §2). They stay
// distinct in store, totals and documents: nothing is ever silently read as 0.
type FactKind string

// The kinds of fact. A figure that a document does not state at all has no
// entry in Figures.
const (
	Number FactKind = "number"
	Zero   FactKind = "zero"  // an explicit 0
	Dash   FactKind = "dash"  // －, —, /
	Blank  FactKind = "blank" // the column exists and the cell is empty
)

// Figure is one number of a ledger with its evidence.
type Figure struct {
	Kind    FactKind `json:"kind"`
	Value   int64    `json:"value"`             // persons, enterprises or projects; 0 unless Kind is Number
	Sheet   string   `json:"sheet,omitempty"`   // where it stands
	Cell    string   `json:"cell,omitempty"`    // A1 name; "" when derived
	Text    string   `json:"text,omitempty"`    // as written
	Derived bool     `json:"derived,omitempty"` // not stated: the sum of the parts
}

// Stated reports whether the figure counts as a number: an explicit number or
// an explicit 0.
func (f Figure) Stated() bool { return f.Kind == Number || f.Kind == Zero }

// NewNumber returns a Number, or a Zero when v is 0.
func NewNumber(v int64) Figure {
	if v == 0 {
		return Figure{Kind: Zero}
	}
	return Figure{Kind: Number, Value: v}
}

// Figures holds a ledger's figures by measure key. A measure that the document
// does not state has no entry.
type Figures map[string]Figure

// Value returns the number under the key and whether it is stated as a number
// or an explicit 0.
func (fs Figures) Value(key string) (int64, bool) {
	f, ok := fs[key]
	if !ok || !f.Stated() {
		return 0, false
	}
	return f.Value, true
}

// fact is what the figure says, however it is spelled and wherever it stands.
func (f Figure) fact() string {
	if f.Kind == Number {
		return strconv.FormatInt(f.Value, 10)
	}
	return string(f.Kind)
}

// facts is what all figures say, in the order of their keys.
func (fs Figures) facts() string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(fs)) {
		out = append(out, k+"="+fs[k].fact())
	}
	return strings.Join(out, ";")
}

// SameFacts reports whether both hold the same facts for the same measures;
// where a fact stands and how it was spelled does not matter.
func (fs Figures) SameFacts(o Figures) bool {
	if len(fs) != len(o) {
		return false
	}
	for k, a := range fs {
		b, ok := o[k]
		if !ok || a.Kind != b.Kind || a.Value != b.Value || a.Derived != b.Derived {
			return false
		}
	}
	return true
}

// AnyNumber reports whether at least one figure is a number or an explicit 0.
func (fs Figures) AnyNumber() bool {
	for _, f := range fs {
		if f.Stated() {
			return true
		}
	}
	return false
}
