package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"taizhang/ledger"
	"taizhang/store"
)

// fillIn gives a value to everything that v consists of and refers to.
func fillIn(v reflect.Value, n *int64) {
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(*n, 0).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fillIn(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 3))
		fillIn(v.Index(0), n)
		fillIn(v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fillIn(key, n)
			fillIn(elem, n)
			v.SetMapIndex(key, elem)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillIn(v.Elem(), n)
	case reflect.String:
		v.SetString(fmt.Sprint("s", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(*n)
	case reflect.Uint8:
		v.SetUint(uint64(*n % 256))
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n))
	default:
		panic("a record holds a " + v.Type().String())
	}
}

// scribble overwrites everything that v consists of and refers to.
func scribble(v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(1, 0)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			scribble(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Cap() { // behind its end too: that is what append writes to
			scribble(v.Slice(0, v.Cap()).Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			elem := reflect.New(v.Type().Elem()).Elem()
			elem.Set(v.MapIndex(key))
			scribble(elem)
			v.SetMapIndex(key, elem)
		}
		if !v.IsNil() {
			v.SetMapIndex(reflect.Zero(v.Type().Key()), reflect.Zero(v.Type().Elem()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			scribble(v.Elem())
		}
	case reflect.String:
		v.SetString("scribbled")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(v.Uint() ^ 1)
	case reflect.Float64:
		v.SetFloat(v.Float() + 1)
	default:
		panic("a record holds a " + v.Type().String())
	}
}

// What is decoded for sharing is its own and has no room behind any slice, so
// that whoever appends to one writes elsewhere: each type of record, with all its
// fields filled in.
func TestACompactRecordSharesNothing(t *testing.T) {
	n := 0
	n += sharesNothing[ledger.MailRecord](t)
	n += sharesNothing[ledger.Submission](t)
	n += sharesNothing[ledger.Outgoing](t)
	n += sharesNothing[ledger.KnownAddress](t)
	n += sharesNothing[ledger.Snapshot](t)
	n += sharesNothing[ledger.UnitDecision](t)
	n += sharesNothing[ledger.UnitExtension](t)
	n += sharesNothing[ledger.PeriodDecision](t)
	n += sharesNothing[ledger.Issue](t)
	n += sharesNothing[ledger.RosterRecord](t)
	n += sharesNothing[ledger.Reply](t)
	if n != 11 {
		t.Errorf("%d types of records were copied", n)
	}
	type odd struct {
		Text string
		list []string
	}
	defer func() {
		if recover() == nil {
			t.Error("a field that cannot be copied was shared in silence")
		}
	}()
	store.Compact(&odd{list: []string{"x"}})
}

func sharesNothing[T any](t *testing.T) int {
	t.Helper()
	var v, none T
	var n int64
	fillIn(reflect.ValueOf(&v).Elem(), &n)
	before, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	c := store.Compact(&v)
	if !reflect.DeepEqual(v, c) {
		t.Errorf("the copy of %T differs", v)
	}
	roomy(t, reflect.ValueOf(&c).Elem(), reflect.TypeFor[T]().String())
	scribble(reflect.ValueOf(&c).Elem())
	if reflect.DeepEqual(v, c) {
		t.Errorf("the copy of %T was not scribbled over", v)
	}
	if after, err := json.Marshal(v); err != nil || string(after) != string(before) {
		t.Errorf("%T changed with its copy: %s\nwas %s, %v", v, after, before, err)
	}
	if c := store.Compact(&none); !reflect.DeepEqual(none, c) {
		t.Errorf("the copy of an empty %T is %+v", none, c) // nil stays nil
	}
	return 1
}

// roomy wants no slice within v to have room behind its end.
func roomy(t *testing.T, v reflect.Value, what string) {
	t.Helper()
	if v.Type() == reflect.TypeFor[time.Time]() {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			roomy(t, v.Field(i), what+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		if v.Cap() > v.Len() {
			t.Errorf("%s has room for %d and holds %d", what, v.Cap(), v.Len())
		}
		for i := range v.Len() {
			roomy(t, v.Index(i), what+"[]")
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			roomy(t, v.MapIndex(key), what+"{}")
		}
	case reflect.Pointer:
		if !v.IsNil() {
			roomy(t, v.Elem(), what)
		}
	}
}

// Whoever writes into what State hands out is found out, whatever it is and by
// the way it is usually done; the State and its map of books are the caller's.
func TestScribblesAreFound(t *testing.T) {
	for name, write := range scribblers {
		db := open(t, t.TempDir()) // storetest's would look at it in the end
		m := arrive(t, db, "mail", day, 4)
		sub, held := submission(m, "禹州市", 1), submission(m, "", 0)
		held.ID, held.Quality = m.Digest+"/9", ledger.QualityHeld
		o := outgoing("a")
		mustApply(t, db, ledger.Change{
			At: day, Outgoing: []ledger.Outgoing{o, outgoing("b")}, Submissions: []ledger.Submission{sub, held}, Replies: []ledger.Reply{reply(m, sub.ID)},
			Addresses: []ledger.KnownAddress{{Addr: "a@163.com", Unit: "禹州市", Since: day}}, Snapshots: []ledger.Snapshot{{Period: may, Units: []string{"市本级", "禹州市"}}},
			Exempt:  []ledger.UnitDecision{{Unit: "市本级", Period: may, Decision: ledger.Decision{At: day, Actor: "desk", Action: "exempt", Reason: "x"}}},
			Issues:  []ledger.Issue{{Period: may, Number: 1, At: day, Key: "summary/x", Figures: map[string]ledger.Figures{"禹州市": figures(3)}}},
			Rosters: []ledger.RosterRecord{{From: day, Line: ledger.RosterLine{Unit: "禹州市"}, Ref: "ref"}},
		})
		if err := db.CheckMemory(t.Context()); err != nil {
			t.Fatalf("%s: before: %v", name, err)
		}
		harmless := write(state(t, db))
		err := db.CheckMemory(t.Context())
		if harmless && err != nil || !harmless && !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%s: CheckMemory = %v", name, err)
		}
		if err := db.Check(t.Context()); harmless != (err == nil) {
			t.Errorf("%s: Check = %v", name, err)
		}
	}
}

// scribblers write into a state, and say whether they may.
var scribblers = map[string]func(*ledger.State) (harmless bool){
	"nothing":         func(*ledger.State) bool { return true },
	"all":             func(s *ledger.State) bool { scribble(reflect.ValueOf(s).Elem()); return false },
	"a state of send": func(s *ledger.State) bool { s.Outbox["a"].State = ledger.SendSent; return false },
	"a mail is gone":  func(s *ledger.State) bool { delete(s.Outbox, "a"); return false },
	"a recipient":     func(s *ledger.State) bool { s.Outbox["a"].Recipients[0] = "x"; return false },
	"an address":      func(s *ledger.State) bool { s.Addresses["x"] = ledger.KnownAddress{Addr: "x"}; return false },
	"a figure": func(s *ledger.State) bool {
		s.Books[may].Submissions[0].Reading.Figures["x"] = ledger.Figure{}
		return false
	},
	"a version":      func(s *ledger.State) bool { s.Books[may].Submissions[0].Version = 7; return false },
	"an exemption":   func(s *ledger.State) bool { s.Books[may].Exempt["x"] = ledger.Decision{}; return false },
	"an issue":       func(s *ledger.State) bool { s.Books[may].Issues[0].Figures["禹州市"] = nil; return false },
	"an explanation": func(s *ledger.State) bool { s.Books[may].Explanations[0].Reason = "x"; return false },
	"expected": func(s *ledger.State) bool {
		s.Books[may].Expected[0], s.Books[may].Expected[1] = "b", "a"
		return false
	},
	"books of the caller": func(s *ledger.State) bool {
		delete(s.Books, may)
		s.Outbox, s.Poll.Count, s.Addresses = nil, 99, nil
		return true
	},
	"held":        func(s *ledger.State) bool { s.Unplaced[0].Unit = "x"; return false },
	"a roster":    func(s *ledger.State) bool { s.Rosters[0].Line.Unit = "x"; return false },
	"a place":     func(s *ledger.State) bool { s.Undecided[0].Places[0].UID = 99; return false },
	"its own row": func(s *ledger.State) bool { s.Undecided[0].Status = ""; return true },
	"appended": func(s *ledger.State) bool {
		o, b := s.Outbox["a"], s.Books[may]
		_ = append(o.Recipients, "x")
		_ = append(b.Submissions, ledger.Submission{})
		_ = append(b.Submissions[0].Reading.Findings, ledger.Finding{Code: "x"})
		_ = append(s.Rosters, ledger.RosterRecord{})
		return true
	},
	"put": func(s *ledger.State) bool {
		sub := s.Books[may].Submissions[0]
		sub.Version, sub.Quality = 2, ledger.QualityReturned
		s.Put(sub)
		sub.Unit = ""
		s.Put(sub)
		r := s.Replies[0]
		r.State = ledger.ReplyHeld
		s.PutReply(r)
		r.ID, r.Mail, r.Explanations = "x/0", "x", slices.Clone(r.Explanations)
		s.PutReply(r)
		return true
	},
}
