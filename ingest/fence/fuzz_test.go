package fence

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"

	"taizhang/ingest/sheet"
	"taizhang/ingest/unpack"
	"taizhang/ledger"
)

// FuzzServe lets a parent say anything after its greeting: frames of any kind
// and payload, then any bytes. The child ends, with nil or a reason, answers
// no more often than it was asked, and every answer is a frame of ours.
func FuzzServe(f *testing.F) {
	q := request{name: "台账.xlsx", data: []byte("PK\x03\x04")}
	parts, err := q.parts()
	if err != nil {
		f.Fatal(err)
	}
	whole := bytes.Join(parts, nil)
	f.Add(byte(kindRequest), whole, []byte{})
	f.Add(byte(kindRequest), whole, []byte("TZRF\x01\x03\x00\x00\x00\x02"))
	f.Add(byte(kindUnpack), append(appendBytes(nil, []byte("{}")), "PK\x03\x04"...), []byte{})
	f.Add(byte(kindSetup), []byte(`{"file":1}`), []byte("x"))
	f.Add(byte(kindTables), []byte{}, []byte("TZRF"))
	f.Fuzz(func(t *testing.T, k byte, payload, rest []byte) {
		var in, out bytes.Buffer
		for _, frame := range []struct {
			kind kind
			body []byte
		}{{kindSetup, []byte(`{"memory":0,"file":65536,"answer":65536}`)}, {kind(k), payload}} {
			if _, err := writeFrame(&in, frame.kind, frame.body); err != nil {
				t.Fatal(err)
			}
		}
		in.Write(rest)
		var asked atomic.Int64 // Serve may end while a file is still being read
		err := Serve(context.Background(), &in, &out, ServeOptions{Read: func(_ context.Context, name string, _ []byte, _ sheet.Limits) ([]*ledger.Table, error) {
			asked.Add(1)
			return []*ledger.Table{ledger.NewTable(name, "", nil)}, nil
		}, Unpack: func(context.Context, []byte, unpack.Limits) (*unpack.Archive, error) {
			asked.Add(1)
			return &unpack.Archive{}, nil
		}})
		_ = err       // any reason will do
		answers := -1 // the greeting is none
		for {
			_, err := readFrame(&out, 1<<20, nil)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("the child said what is no frame: %v", err)
			}
			answers++
		}
		if n := int(asked.Load()); answers > n {
			t.Errorf("%d answers to %d files", answers, n)
		}
	})
}

// FuzzAnswer lets a child say anything to a request: frames of any kind and
// body, for this request or another, then any bytes. The parent takes tables
// only from an answer to its own request, and never panics.
func FuzzAnswer(f *testing.F) {
	sum := [32]byte{1, 2, 3}
	body, err := encodeTables([]*ledger.Table{full(&testing.T{}, "a")}, testBudget)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(byte(kindTables), true, body, []byte{})
	f.Add(byte(kindTables), false, body, []byte("x"))
	f.Add(byte(kindRefused), true, encodeError(&sheet.Error{Code: ledger.FDamaged, Args: map[string]string{"reason": "crc"}, Err: errors.New("x")}), []byte{})
	f.Add(byte(kindFailed), true, []byte("panic"), []byte{})
	f.Add(byte(kindHello), true, []byte(`{"limited":true,"cut_off":true}`), []byte("TZRF\x01\x04\xff\xff\xff\xff"))
	f.Add(byte(kindMembers), true, bytes.Join(archiveParts(&unpack.Archive{Members: []unpack.Member{{Name: "台账.xlsx", Data: []byte("PK")}}}), nil), []byte{})
	lim := unpack.Limits{Unpacked: testBudget}.OrDefault()
	f.Fuzz(func(t *testing.T, k byte, ours bool, body, rest []byte) {
		of := sum
		if !ours {
			of[0]++
		}
		var pipe bytes.Buffer
		if _, err := writeFrame(&pipe, kind(k), answerHead(of, 1), body); err != nil {
			t.Fatal(err)
		}
		pipe.Write(rest)
		admit := func() error { return nil }
		fr, err := readFrame(&pipe, 1<<20, admit)
		if err != nil {
			return // too long
		}
		taken := false
		_, err = understand(fr, sum, func(a answer) error {
			taken = true
			switch a.kind {
			case kindTables:
				_, err := decodeTables(a.body, testBudget)
				return err
			case kindMembers:
				_, err := parseArchive(a.body, lim)
				return err
			case kindRefused:
				_, err := parseError(a.body)
				return err
			}
			return a.failed()
		})
		if taken && !ours || !taken && err == nil {
			t.Errorf("kind %d, ours %t: taken %t, %v", k, ours, taken, err)
		}
		_, _ = readFrame(&pipe, 1<<20, admit)
	})
}
