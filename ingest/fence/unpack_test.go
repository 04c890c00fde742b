//go:build linux

package fence_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/fence"
	"taizhang/ingest/unpack"
	"taizhang/internal/rartest"
)

// One warm child unpacks what this process would unpack, between files.
func TestUnpackAsTheParentWould(t *testing.T) {
	r := newReader(t, "", nil)
	whole := rartest.Archive{Files: []rartest.File{{Name: "\xCC\xA8\xD5\xCB.csv", Data: []byte("1,2")}, {Name: "b", Data: []byte("4"), WrongSum: true}, {Name: "c", Encrypted: true, Data: []byte("5")}, {Name: "empty"}}}
	archives := [][]byte{whole.V4(), whole.V5(), whole.V5()[:90], nil, []byte("PK")}
	paths, err := filepath.Glob("../unpack/testdata/*.7z*")
	if err != nil || len(paths) < 10 {
		t.Fatal(paths, err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		archives = append(archives, b)
	}
	goesOn(t, r)
	pid := r.Pids()[0]
	for _, b := range archives {
		want, err := unpack.Open(t.Context(), b, unpack.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Unpack(t.Context(), b, unpack.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-in-process +fenced:\n%s", diff)
		}
	}
	goesOn(t, r)
	if pids := r.Pids(); len(pids) != 1 || pids[0] != pid {
		t.Errorf("child %v, was %d", pids, pid)
	}
}

// A child that dies of an archive is the archive's fault after three tries.
func TestADeadChildIsTheArchivesFault(t *testing.T) {
	for _, tt := range []struct {
		verb string
		want unpack.Fault
	}{
		{"suicide", unpack.Fault{Why: unpack.TooLarge, Word: fence.LimitMemory}},
		{"hang", unpack.Fault{Why: unpack.TooLarge, Word: fence.LimitTime}},
		{"crash", unpack.Fault{Why: unpack.Damaged, Word: unpack.Container}},
	} {
		t.Run(tt.verb, func(t *testing.T) {
			var log bytes.Buffer
			r := newReader(t, "", func(o *fence.Options) {
				o.Memory, o.Logger = 128<<20, slog.New(slog.NewTextHandler(&log, nil))
				if tt.want.Word == fence.LimitTime {
					o.Time = 300 * time.Millisecond
				}
			})
			goesOn(t, r)
			a, err := r.Unpack(t.Context(), tell(tt.verb), unpack.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			a.Fault.Detail = ""
			if diff := cmp.Diff(&unpack.Archive{Fault: tt.want}, a); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if n := strings.Count(log.String(), "a reader child was lost"); n != 3 {
				t.Errorf("%d children lost, want three:\n%s", n, log.String())
			}
			goesOn(t, r)
		})
	}
}

// What says nothing about the archive is an error of ours.
func TestOurOwnFailuresAreNoFaultsOfArchives(t *testing.T) {
	r := newReader(t, "", nil)
	for _, verb := range []string{"garbage", "half", "checksum", "exit", "panic", "fail"} {
		if a, err := r.Unpack(t.Context(), tell(verb), unpack.Limits{}); err == nil || a != nil {
			t.Errorf("%s: %+v, want an error of ours", verb, a)
		}
	}
	goesOn(t, r)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Unpack(ctx, []byte("PK"), unpack.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := r.Unpack(t.Context(), []byte("PK"), unpack.Limits{}); !errors.Is(err, fence.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// An archive above the limit is not handed over, and its members never take
// more here than an answer may.
func TestUnpackIsBounded(t *testing.T) {
	r := newReader(t, "", func(o *fence.Options) { o.Archive, o.Answer = 40<<20, 4<<20 })
	a, err := r.Unpack(t.Context(), make([]byte, 40<<20+1), unpack.Limits{})
	if err != nil || a.Fault.Why != unpack.TooLarge || len(r.Pids()) > 0 {
		t.Errorf("%+v, %v", a, err)
	}
	big := rartest.Archive{Files: []rartest.File{{Name: "a", Data: make([]byte, 3<<20)}, {Name: "b", Data: make([]byte, 2<<20)}, {Name: "c", Data: make([]byte, 30<<20)}}}
	a, err = r.Unpack(t.Context(), big.V5(), unpack.Limits{})
	if err != nil || len(a.Members) != 3 || len(a.Members[0].Data) != 3<<20 {
		t.Fatalf("%d members, %v", len(a.Members), err)
	}
	for _, m := range a.Members[1:] {
		if m.Data != nil || m.Fault.Word != unpack.LimitUnpacked {
			t.Errorf("%s: %d bytes, %+v", m.Name, len(m.Data), m.Fault)
		}
	}
}
