package unpack_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/unpack"
	"taizhang/internal/rartest"
)

const (
	one = "填报单位,禹州市\n企业养老,120\n"
	two = "单位,长葛市\n"
)

var x = strings.Repeat("x", 5000)

func file(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t testing.TB, b []byte, lim unpack.Limits) *unpack.Archive {
	t.Helper()
	a, err := unpack.Open(t.Context(), b, lim)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// got is an archive in a form that can be compared: name=data, and behind it
// why and word.
func got(a *unpack.Archive) []string {
	var out []string
	for _, m := range a.Members {
		s := m.Name + "=" + string(m.Data)
		if m.Fault.Why != "" {
			s += "!" + string(m.Fault.Why) + m.Fault.Word
		}
		out = append(out, s)
	}
	if a.Fault.Why != "" {
		out = append(out, "!"+string(a.Fault.Why)+a.Fault.Word)
	}
	return out
}

// TestOpen has a case for each kind of archive and each way in which it can
// be refused. It is long because it is a table.
func TestOpen(t *testing.T) {
	stored := []rartest.File{{Name: "台账.csv", Data: []byte(one)}, {Name: "附件/二.csv", Data: []byte(two)}}
	r := rartest.Archive{Files: stored}
	v4, v5 := r.V4(), r.V5()
	rar := func(f ...rartest.File) rartest.Archive { return rartest.Archive{Files: f} }
	whole := []string{"台账.csv=" + one, "附件/二.csv=" + two}
	with := func(f func(a *rartest.Archive)) rartest.Archive {
		a := rartest.Archive{Files: stored}
		f(&a)
		return a
	}
	volume := with(func(a *rartest.Archive) { a.Volume = true })
	names := with(func(a *rartest.Archive) { a.NamesEncrypted = true })
	noEnd := with(func(a *rartest.Archive) { a.NoEnd = true })
	tests := []struct {
		name string
		data []byte
		lim  unpack.Limits
		want []string
	}{
		{"7z, solid", file(t, "solid.7z"), unpack.Limits{}, []string{"x.txt=" + x, whole[0], whole[1]}},
		{"7z, not solid", file(t, "single.7z"), unpack.Limits{}, whole},
		{"7z, lzma", file(t, "lzma.7z"), unpack.Limits{}, []string{"x.txt=" + x, whole[0]}},
		{"7z, bzip2", file(t, "bzip2.7z"), unpack.Limits{}, []string{"x.txt=" + x, whole[0]}},
		{"7z, ppmd", file(t, "ppmd.7z"), unpack.Limits{}, []string{"x.txt=" + x, whole[0]}},
		{"7z, deflate", file(t, "deflate.7z"), unpack.Limits{}, []string{"x.txt=" + x, whole[0]}},
		{"7z, copied", file(t, "copy.7z"), unpack.Limits{}, []string{"x.txt=" + x, whole[0]}},
		{"7z with a password", file(t, "encrypted.7z"), unpack.Limits{}, []string{"台账.csv=!encrypted"}},
		{"7z with a password and nothing packed", file(t, "encrypted-copy.7z"), unpack.Limits{}, []string{"台账.csv=!encrypted"}},
		{"7z with a password for its names", file(t, "encrypted-names.7z"), unpack.Limits{}, []string{"!encrypted"}},
		{"7z with a link", file(t, "link.7z"), unpack.Limits{}, []string{"link=!no-file", whole[0]}},
		{"7z, first volume", file(t, "volumes.7z.001"), unpack.Limits{}, []string{"!damagedcut"}},
		{"7z, bomb", file(t, "bomb.7z"), unpack.Limits{}, []string{"zeros.csv=!too-largeratio"}},
		{"7z, larger than the limit", file(t, "solid.7z"), unpack.Limits{Unpacked: 1000}, []string{"x.txt=!too-largeunpacked", whole[0], whole[1]}},
		{"7z, more members than the limit", file(t, "solid.7z"), unpack.Limits{Entries: 1}, []string{"x.txt=" + x, "!too-largemembers"}},
		{"7z, noise behind its mark", append([]byte("7z\xBC\xAF\x27\x1C"), make([]byte, 100)...), unpack.Limits{}, []string{"!damagedcontainer"}},
		{"rar 4", v4, unpack.Limits{}, whole},
		{"rar 5", v5, unpack.Limits{}, whole},
		{"rar 5, packed", rar(rartest.File{Name: "a.csv", Data: []byte(one), Packed: true}, rartest.File{Name: "b", Data: []byte(x), Packed: true}).V5(), unpack.Limits{}, []string{"a.csv=" + one, "b=" + x}},
		{"rar 5, packed solid", rar(rartest.File{Name: "a.csv", Data: []byte(one), Packed: true}, rartest.File{Name: "b", Data: []byte(x), Packed: true, Solid: true}).V5(), unpack.Limits{}, []string{"a.csv=" + one, "b=" + x}},
		{"rar 4 with a name in two forms", rar(rartest.File{Name: "\xCC\xA8\xD5\xCB.csv", Unicode: "台账.csv", Data: []byte(one)}).V4(), unpack.Limits{}, []string{"台账.csv=" + one}},
		{"rar 4 with a name in GBK", rar(rartest.File{Name: "\xCC\xA8\xD5\xCB.csv", Data: []byte(one)}).V4(), unpack.Limits{}, []string{"\xCC\xA8\xD5\xCB.csv=" + one}},
		{"rar, unsafe names and litter", rar(rartest.File{Name: "../../etc/x.csv", Data: []byte(one)}, rartest.File{Name: "__MACOSX/._x.csv", Data: []byte(two)}).V5(), unpack.Limits{}, []string{"../../etc/x.csv=" + one}},
		{"rar 4, one of several", volume.V4(), unpack.Limits{}, []string{"!volume"}},
		{"rar 5, one of several", volume.V5(), unpack.Limits{}, []string{"!volume"}},
		{"rar 4 with a password for its names", names.V4(), unpack.Limits{}, []string{"!encrypted"}},
		{"rar 5 with a password for its names", names.V5(), unpack.Limits{}, []string{"!encrypted"}},
		{"rar 4 with a password", rar(rartest.File{Name: "a", Data: []byte(one), Encrypted: true}, stored[1]).V4(), unpack.Limits{}, []string{"a=!encrypted", whole[1]}},
		{"rar 5 with a password", rar(rartest.File{Name: "a", Data: []byte(one), Encrypted: true}, stored[1]).V5(), unpack.Limits{}, []string{"a=!encrypted", whole[1]}},
		{"rar 4 with a link", rar(rartest.File{Name: "a", Link: "/etc/passwd"}, stored[1]).V4(), unpack.Limits{}, []string{"a=!no-file", whole[1]}},
		{"rar 5 with a link", rar(rartest.File{Name: "a", Link: "/etc/passwd"}, stored[1]).V5(), unpack.Limits{}, []string{"a=!no-file", whole[1]}},
		{"rar 4, wrong checksum", rar(rartest.File{Name: "a", Data: []byte(one), WrongSum: true}, stored[1]).V4(), unpack.Limits{}, []string{"a=" + one + "!damagedchecksum", whole[1]}},
		{"rar 5, wrong checksum", rar(rartest.File{Name: "a", Data: []byte(one), WrongSum: true}, stored[1]).V5(), unpack.Limits{}, []string{"a=" + one + "!damagedchecksum", whole[1]}},
		{"rar 5, no checksum", rar(rartest.File{Name: "a", Data: []byte(one), NoSum: true}).V5(), unpack.Limits{}, []string{"a=" + one + "!damagedchecksum"}},
		{"rar 5, less than it says", rar(rartest.File{Name: "a", Data: []byte(one), Packed: true, Claim: 500}).V5(), unpack.Limits{}, []string{"a=" + one + "!damagedcut"}},
		{"rar 4 without its end", noEnd.V4(), unpack.Limits{}, append(append([]string{}, whole...), "!damagedcut")},
		{"rar 5 without its end", noEnd.V5(), unpack.Limits{}, append(append([]string{}, whole...), "!damagedcut")},
		{"rar 4, cut inside a member", v4[:len(v4)-15], unpack.Limits{}, []string{whole[0], "附件/二.csv=" + two[:len(two)-8] + "!damagedcut", "!damagedcut"}},
		{"rar 5, larger than the limit", rar(rartest.File{Name: "a", Data: []byte(x)}, stored[0]).V5(), unpack.Limits{Unpacked: 1000}, []string{"a=!too-largeunpacked", whole[0]}},
		{"rar 5, too dense", rar(rartest.File{Name: "a", Data: []byte(one), Packed: true, Claim: 100 << 20}).V5(), unpack.Limits{}, []string{"a=!too-largeratio"}},
		{"rar 5, too large a dictionary", rar(rartest.File{Name: "a", Data: []byte(one), Packed: true, Dict: 14, Solid: true}).V5(), unpack.Limits{}, []string{"!too-largedictionary"}},
		{"rar 5, more members than the limit", v5, unpack.Limits{Entries: 1}, []string{whole[0], "!too-largemembers"}},
		{"rar, noise behind its mark", append([]byte("Rar!\x1A\x07\x00"), make([]byte, 100)...), unpack.Limits{}, []string{"!damagedcontainer"}},
		{"rar of an unknown format", []byte("Rar!\x1A\x07\x09\x00 and more"), unpack.Limits{}, []string{"!unsupported"}},
		{"zip, one of several", append([]byte("PK\x07\x08"), zipOf(t, "a", one)...), unpack.Limits{}, []string{"!volume"}},
		{"zip, cut", zipOf(t, "a", one)[:50], unpack.Limits{}, []string{"!damagedcontainer"}},
		{"no archive", []byte("台账"), unpack.Limits{}, []string{"!unsupported"}},
		{"nothing", nil, unpack.Limits{}, []string{"!unsupported"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, got(open(t, tt.data, tt.lim))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func zipOf(t testing.TB, name, data string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	f, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// samples are whole archives of every kind.
func samples(t testing.TB) map[string][]byte {
	files := []rartest.File{{Name: "台账.csv", Data: []byte(one)}, {Name: "附件/二.csv", Data: []byte(two), Packed: true}}
	r := rartest.Archive{Files: files}
	files4 := rartest.Archive{Files: []rartest.File{{Name: "台账.csv", Data: []byte(one)}, {Name: "附件/二.csv", Data: []byte(two)}}}
	out := map[string][]byte{"zip": zipOf(t, "台账.csv", one), "rar 4": files4.V4(), "rar 5": r.V5()}
	for _, name := range []string{"solid.7z", "single.7z", "lzma.7z", "deflate.7z", "bzip2.7z", "ppmd.7z", "copy.7z"} {
		out[name] = file(t, name)
	}
	return out
}

// Nothing is lost or changed in silence: of an archive that was cut or changed
// in a byte anywhere, each member has its bytes or a fault, and a member that is
// missing is told of.
func TestNoHalfArchiveInSilence(t *testing.T) {
	for name, whole := range samples(t) {
		want := map[string]string{}
		for _, m := range open(t, whole, unpack.Limits{}).Members {
			want[m.Name] = string(m.Data)
		}
		if len(want) == 0 {
			t.Fatalf("%s: no member", name)
		}
		silent := func(a *unpack.Archive) string {
			have := map[string]bool{}
			faults := a.Fault.Why != ""
			for _, m := range a.Members {
				have[string(m.Data)] = true
				faults = faults || m.Fault.Why != ""
				if w, known := want[m.Name]; m.Fault.Why == "" && known && w != string(m.Data) {
					return "changed: " + m.Name
				}
			}
			for _, w := range want {
				if !have[w] && !faults {
					return "lost: " + w
				}
			}
			return ""
		}
		step := 1 + len(whole)/500 // a file of 5,000 times x is not more telling at each of them
		for n := 0; n < len(whole); n += step {
			if n == len(whole)-1 && strings.HasPrefix(name, "rar 5") {
				continue // the last byte is a mark of the end block that says only whether a volume follows
			}
			if why := silent(open(t, whole[:n], unpack.Limits{})); why != "" {
				t.Errorf("%s cut at %d of %d: %s", name, n, len(whole), why)
			}
			b := bytes.Clone(whole)
			b[n] ^= []byte{0x01, 0x80, 0x08}[n%3]
			if why := silent(open(t, b, unpack.Limits{Unpacked: 1 << 20})); why != "" {
				t.Errorf("%s changed at %d: %s", name, n, why)
			}
		}
	}
}

func TestContextEndsTheWork(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, b := range samples(t) {
		if a, err := unpack.Open(ctx, b, unpack.Limits{}); !errors.Is(err, context.Canceled) || a != nil {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
}

// FuzzOpen: no bytes make a decoder panic through, or give more than the limits.
func FuzzOpen(f *testing.F) {
	for _, b := range samples(f) {
		f.Add(b)
	}
	for _, n := range []string{"encrypted.7z", "encrypted-names.7z", "link.7z", "volumes.7z.001", "bomb.7z"} {
		f.Add(file(f, n))
	}
	lim := unpack.Limits{Entries: 10, Unpacked: 1 << 20, Dictionary: 1 << 20}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := unpack.Open(t.Context(), b, lim)
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, m := range a.Members {
			total += len(m.Data)
		}
		if len(a.Members) > lim.Entries || total > 1<<20 {
			t.Errorf("%d members of %d bytes", len(a.Members), total)
		}
	})
}
