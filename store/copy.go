package store

import (
	"fmt"
	"reflect"
	"sync"
	"time"
)

// compact returns a copy of the record that shares nothing with it that could
// be changed, and whose slices have no room behind their end: they take no more
// memory than is used, and what is appended to one goes elsewhere. It goes by the
// type, so that no field is ever forgotten.
func compact[T any](v *T) T {
	out := *v
	if own := ownerOf(reflect.TypeFor[T]()); own != nil {
		own(reflect.ValueOf(&out).Elem())
	}
	return out
}

// owner replaces what a value refers to by copies of it. The value can be set.
type owner func(reflect.Value)

var owners sync.Map // by type

// ownerOf returns the owner of a type, nil when its values refer to nothing. It
// panics for a type that no record is made of.
func ownerOf(t reflect.Type) owner {
	if own, ok := owners.Load(t); ok {
		return own.(owner)
	}
	own := makeOwner(t)
	owners.Store(t, own)
	return own
}

func makeOwner(t reflect.Type) owner {
	if t == reflect.TypeFor[time.Time]() {
		return nil // refers to its zone, which nobody can change
	}
	switch t.Kind() {
	case reflect.Struct:
		return ownFields(t)
	case reflect.Slice:
		return ownSlice(t)
	case reflect.Map:
		return ownMap(t)
	case reflect.Pointer:
		inner := ownerOf(t.Elem())
		return func(v reflect.Value) {
			if v.IsNil() {
				return
			}
			p := reflect.New(t.Elem())
			p.Elem().Set(v.Elem())
			if inner != nil {
				inner(p.Elem())
			}
			v.Set(p)
		}
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return nil
	}
	panic(fmt.Sprintf("store: no record holds a %s", t))
}

func ownFields(t reflect.Type) owner {
	type field struct {
		i   int
		own owner
	}
	var fields []field
	for i := range t.NumField() {
		own := ownerOf(t.Field(i).Type)
		if own == nil {
			continue
		}
		if !t.Field(i).IsExported() {
			panic(fmt.Sprintf("store: %s of %s cannot be copied", t.Field(i).Name, t))
		}
		fields = append(fields, field{i, own})
	}
	if fields == nil {
		return nil
	}
	return func(v reflect.Value) {
		for _, f := range fields {
			f.own(v.Field(f.i))
		}
	}
}

func ownSlice(t reflect.Type) owner {
	inner := ownerOf(t.Elem())
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		if list, ok := v.Addr().Interface().(*[]string); ok { // most of them
			out := make([]string, len(*list))
			copy(out, *list)
			*list = out
			return
		}
		list := reflect.MakeSlice(t, v.Len(), v.Len())
		reflect.Copy(list, v)
		if inner != nil {
			for i := range list.Len() {
				inner(list.Index(i))
			}
		}
		v.Set(list)
	}
}

func ownMap(t reflect.Type) owner {
	if ownerOf(t.Key()) != nil {
		panic(fmt.Sprintf("store: the keys of %s cannot be copied", t))
	}
	inner := ownerOf(t.Elem())
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		out := reflect.MakeMapWithSize(t, v.Len())
		elem := reflect.New(t.Elem()).Elem()
		for it := v.MapRange(); it.Next(); {
			elem.SetIterValue(it)
			if inner != nil {
				inner(elem)
			}
			out.SetMapIndex(it.Key(), elem)
		}
		v.Set(out)
	}
}
