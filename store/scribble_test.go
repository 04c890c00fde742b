package store_test

import (
	"encoding/json"
	"fmt"
	"reflect"
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

// Whatever is done to a copy, the record stays as it is: each type of record,
// with all its fields filled in.
func TestACopySharesNothing(t *testing.T) {
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
	store.CopyOf(&odd{list: []string{"x"}})
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
	c := store.CopyOf(&v)
	if !reflect.DeepEqual(v, c) {
		t.Errorf("the copy of %T differs", v)
	}
	scribble(reflect.ValueOf(&c).Elem())
	if reflect.DeepEqual(v, c) {
		t.Errorf("the copy of %T was not scribbled over", v)
	}
	if after, err := json.Marshal(v); err != nil || string(after) != string(before) {
		t.Errorf("%T changed with its copy: %s\nwas %s, %v", v, after, before, err)
	}
	if c := store.CopyOf(&none); !reflect.DeepEqual(none, c) {
		t.Errorf("the copy of an empty %T is %+v", none, c) // nil stays nil
	}
	return 1
}
