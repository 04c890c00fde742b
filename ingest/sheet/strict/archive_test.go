package strict_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

func pack(t *testing.T, parts ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for i := 0; i < len(parts); i += 2 {
		w, err := zw.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestArchive(t *testing.T) {
	a, err := strict.OpenArchive(pack(t, "xl/", "", `xl\A.xml`, "<a/>", "b.bin", strings.Repeat("b", 100_000), "empty", ""), strict.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"xl/", "xl/a.xml", "b.bin", "empty"}, a.Names()); d != "" {
		t.Error(d)
	}
	failed := errors.New("given up")
	if err := a.Read("b.bin", func(io.Reader) error { return failed }); !errors.Is(err, failed) {
		t.Error(err)
	}
	var got []string
	collect := func(name string, r io.Reader) error {
		b, err := io.ReadAll(r)
		got = append(got, fmt.Sprint(name, " ", len(b)))
		return err
	}
	if err := a.Read("xl/a.xml", func(r io.Reader) error { return collect("first", r) }); err != nil {
		t.Error(err)
	}
	if err := a.Rest(collect); err != nil {
		t.Error(err)
	}
	if d := cmp.Diff([]string{"first 4", "xl/ 0", "b.bin 100000", "empty 0"}, got); d != "" {
		t.Error(d)
	}
	if err := a.Read("nothing", nil); strict.CodeOf(err) != ledger.FDamaged {
		t.Error(err)
	}
	nested := a.Read("empty", func(io.Reader) error { return a.Read("empty", nil) })
	if nested == nil {
		t.Error("two members were read at once")
	}
}

// TestUnreadMemberIsChecked: damage counts in a member whose content nobody
// wants.
func TestUnreadMemberIsChecked(t *testing.T) {
	data := pack(t, "a", strings.Repeat("0123456789", 50))
	i := bytes.Index(data, []byte("PK\x01\x02"))
	data[i+16]++ // the checksum in the directory
	a, err := strict.OpenArchive(data, strict.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var e *strict.Error
	if err := a.Rest(func(string, io.Reader) error { return nil }); !errors.As(err, &e) || e.Args["reason"] != string(strict.Checksum) {
		t.Error(err)
	}
}

func TestPartName(t *testing.T) {
	for in, want := range map[string]string{
		"xl/Workbook.XML": "xl/workbook.xml", "/xl/a": "xl/a", `xl\a`: "xl/a", "xl/../../a": "a", "xl/./b/../c": "xl/c", "": "",
	} {
		if got := strict.PartName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestLimits(t *testing.T) {
	d := strict.Limits{}.OrDefault()
	if d.File != 20<<20 || d.Members != 2000 || d.Unpacked != 200<<20 || d.Cells != 200_000 {
		t.Errorf("%+v", d)
	}
	if d != d.OrDefault() {
		t.Error("defaults of defaults differ")
	}
	data := pack(t, "a", strings.Repeat("a", 1000), "b", "")
	for _, lim := range []strict.Limits{{File: 10}, {Members: 1}, {Unpacked: 999}} {
		if _, err := strict.OpenArchive(data, lim); strict.CodeOf(err) != ledger.FTooLarge {
			t.Errorf("%+v: %v", lim, err)
		}
	}
}
