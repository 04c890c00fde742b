package fence

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/sheet"
	"taizhang/ingest/unpack"
	"taizhang/ledger"
)

const testBudget = 1 << 20

// filler sets every field below a value to something of its own.
type filler struct {
	t *testing.T
	n int64
}

func (f *filler) fill(v reflect.Value, path string) {
	f.n++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(f.n % 120)
	case reflect.Uint8:
		v.SetUint(uint64(f.n%200) + 1)
	case reflect.String:
		v.SetString(fmt.Sprintf("%s 台账 \xff %d", path, f.n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range 3 {
			f.fill(v.Index(i), path)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 3 {
			key, val := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key, path)
			f.fill(val, path)
			v.SetMapIndex(key, val)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := path + "." + v.Type().Field(i).Name
			switch {
			case v.Type().Field(i).IsExported():
				f.fill(v.Field(i), name)
			case name != "Table.cells":
				f.t.Fatalf("%s is not exported: say here and in encode.go how it goes over", name)
			}
		}
	default:
		f.t.Fatalf("%s is a %s: say here and in encode.go how it goes over", path, v.Kind())
	}
}

// full returns a table in which every field of every type below it is set.
func full(t *testing.T, file string) *ledger.Table {
	f := &filler{t: t}
	cells := make([]ledger.Cell, 5)
	for i := range cells {
		f.fill(reflect.ValueOf(&cells[i]).Elem(), "Cell")
		cells[i].Row, cells[i].Col = i/2, i
	}
	table := ledger.NewTable(file, "", cells)
	f.fill(reflect.ValueOf(table).Elem(), "Table")
	return table
}

var unexported = cmp.AllowUnexported(ledger.Table{})

// Every field of ledger.Table and of what it holds arrives, also one that is
// added tomorrow: it is then set here and missed below.
func TestEveryFieldArrives(t *testing.T) {
	bare := ledger.NewTable("", "", nil)
	empty := ledger.NewTable("empty", "and not nil", []ledger.Cell{})
	empty.Before, empty.Merges, empty.Notes = []string{}, []ledger.Range{}, []ledger.Finding{{Args: map[string]string{}}}
	empty.HiddenRows = map[int]bool{}
	odd := ledger.NewTable("odd", "", []ledger.Cell{{Ref: ledger.Ref{Row: -1, Col: 1 << 40}, Date: ledger.Date{Year: -5, Month: 99, Day: 1 << 30}, Kind: 255}})
	odd.HiddenRows = map[int]bool{-3: true, -2: true, -1: false, 0: true, 7: true, 1 << 50: true}
	for _, tables := range [][]*ledger.Table{nil, {}, {bare}, {empty}, {odd}, {full(t, "a"), full(t, "b"), bare}} {
		body, err := encodeTables(tables, testBudget)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeTables(body, testBudget)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tables, got, unexported); diff != "" {
			t.Errorf("-sent +arrived:\n%s", diff)
		}
	}
}

func TestEveryFieldOfAnErrorArrives(t *testing.T) {
	f := &filler{t: t}
	sent := &sheet.Error{Err: errors.New("detail 台账 \xff")}
	v := reflect.ValueOf(sent).Elem()
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name != "Err" {
			f.fill(v.Field(i), name)
		}
	}
	for _, want := range []*sheet.Error{sent, {}, {Code: "F02", Args: map[string]string{}}} {
		got, err := parseError(encodeError(want))
		if err != nil {
			t.Fatal(err)
		}
		sameErr := cmp.Comparer(func(a, b error) bool { return fmt.Sprint(a) == fmt.Sprint(b) })
		if diff := cmp.Diff(*want, *got, sameErr); diff != "" {
			t.Errorf("-sent +arrived:\n%s", diff)
		}
	}
}

func TestEveryFieldOfARequestArrives(t *testing.T) {
	want := request{name: "台账\xff.xlsx", data: []byte{0, 1, 2}}
	(&filler{t: t}).fill(reflect.ValueOf(&want.limits).Elem(), "Limits")
	parts, err := want.parts()
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseRequest(bytes.Join(parts, nil))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(request{})); diff != "" {
		t.Errorf("-sent +arrived:\n%s", diff)
	}
}

func TestEveryFieldOfAnArchiveArrives(t *testing.T) {
	var full unpack.Archive
	(&filler{t: t}).fill(reflect.ValueOf(&full).Elem(), "Archive")
	lim := unpack.Limits{}.OrDefault()
	for _, want := range []*unpack.Archive{&full, {}, {Members: []unpack.Member{{Name: "nothing"}, {Name: "empty", Data: []byte{}}, {Data: []byte{0}}}}} {
		got, err := parseArchive(bytes.Join(archiveParts(want), nil), lim)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-sent +arrived:\n%s", diff)
		}
	}
	body := bytes.Join(archiveParts(&full), nil)
	for n := range body {
		if _, err := parseArchive(body[:n], lim); err == nil {
			t.Errorf("cut at %d: taken", n)
		}
	}
	for _, less := range []unpack.Limits{{Entries: 2, Unpacked: 1 << 20}, {Entries: 9, Unpacked: -9 * costFinding}} {
		if _, err := parseArchive(body, less); err == nil {
			t.Errorf("taken beyond %+v", less)
		}
	}
	sent := unpack.Limits{}
	(&filler{t: t}).fill(reflect.ValueOf(&sent).Elem(), "Limits")
	head, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	got, data, err := parseUnpack(append(appendBytes(nil, head), "archive"...))
	if err != nil || got != sent || string(data) != "archive" {
		t.Errorf("%+v, %q, %v", got, data, err)
	}
}

// No frame that was cut or changed anywhere is taken for one.
func TestNoHalfFrame(t *testing.T) {
	body, err := encodeTables([]*ledger.Table{full(t, "a")}, testBudget)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := writeFrame(&b, kindTables, body[:5], body[5:]); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	if f, err := readFrame(bytes.NewReader(whole), testBudget, nil); err != nil || !bytes.Equal(f.payload, body) || f.kind != kindTables {
		t.Fatalf("the whole frame: %v", err)
	}
	for n := range whole {
		_, err := readFrame(bytes.NewReader(whole[:n]), testBudget, nil)
		if n == 0 && err != io.EOF || n > 0 && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d: %v", n, err)
		}
		for bit := range 8 {
			flipped := bytes.Clone(whole)
			flipped[n] ^= 1 << bit
			if _, err := readFrame(bytes.NewReader(flipped), testBudget, nil); err == nil {
				t.Fatalf("bit %d of byte %d changed: read", bit, n)
			}
		}
	}
	t.Logf("a frame of %d bytes: %d cuts and %d changes refused", len(whole), len(whole), 8*len(whole))
}

// Both ends count memory alike: what the child may send the parent can take,
// and a child that sends more is not believed.
func TestBudget(t *testing.T) {
	tables := []*ledger.Table{full(t, "a")}
	var least int64
	for n := int64(64); ; n += 64 {
		body, err := encodeTables(tables, n)
		if err == nil {
			if _, err := decodeTables(body, n); err != nil {
				t.Errorf("sent and not taken at a budget of %d: %v", n, err)
			}
			least = n
			if _, err := decodeTables(body, n-64); err == nil {
				t.Errorf("taken beyond a budget of %d", n-64)
			}
			break
		}
		if !errors.Is(err, errBudget) {
			t.Fatal(err)
		}
	}
	t.Logf("a full table needs a budget of %d bytes", least)
	// A run of rows is three bytes and may claim a billion.
	e := encoder{ids: map[string]uint64{}, left: 1 << 62}
	e.len(1<<30, false)
	e.int(0)
	d := decoder{b: e.body, left: testBudget}
	if m := d.lines(); len(m) > 0 || d.err == nil {
		t.Errorf("%d rows from %d bytes", len(m), len(e.body))
	}
}

// One long text in very many cells goes over once.
func TestSharedText(t *testing.T) {
	long := string(bytes.Repeat([]byte("措"), 32_767))
	cells := make([]ledger.Cell, 200_000)
	for i := range cells {
		cells[i] = ledger.Cell{Ref: ledger.Ref{Row: i}, Kind: ledger.CellText, Text: long}
	}
	body, err := encodeTables([]*ledger.Table{ledger.NewTable("", "", cells)}, 128<<20)
	if err != nil || len(body) > 4<<20 {
		t.Fatalf("%d bytes, %v", len(body), err)
	}
	tables, err := decodeTables(body, 128<<20)
	if err != nil || tables[0].Cells()[199_999].Text != long {
		t.Fatal(err)
	}
	t.Logf("%d cells of %d bytes each go over in %d bytes", len(cells), len(long), len(body))
}

// FuzzDecode: no bytes make the parent panic, or build more than its budget,
// and what it takes says the same when sent again.
func FuzzDecode(f *testing.F) {
	body, err := encodeTables([]*ledger.Table{full(&testing.T{}, "a")}, testBudget)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte{0, 0})
	f.Add([]byte{1, 1, 'a', 2, 0, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		_, _ = parseError(body)
		_, _ = parseRequest(body)
		_, _, _ = parseUnpack(body)
		_, _ = parseArchive(body, unpack.Limits{Entries: 5, Unpacked: testBudget})
		tables, err := decodeTables(body, testBudget)
		if err != nil {
			return
		}
		again, err := encodeTables(tables, 2*testBudget)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeTables(again, 2*testBudget)
		if err != nil || !reflect.DeepEqual(tables, back) {
			t.Fatal(err)
		}
	})
}

// conversation serves in this process, without limits of the process.
func conversation(t *testing.T, f func(in io.WriteCloser, out io.Reader)) error {
	t.Helper()
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := Serve(context.Background(), inR, outW, ServeOptions{})
		inR.Close()
		outW.Close()
		ended <- err
	}()
	f(inW, outR)
	inW.Close()
	_, _ = io.Copy(io.Discard, outR)
	return <-ended
}

func TestServeKeepsToTheProtocol(t *testing.T) {
	write := func(w io.Writer, k kind, text string) { _, _ = writeFrame(w, k, []byte(text)) }
	greeted := func(in io.WriteCloser, out io.Reader) {
		write(in, kindSetup, `{"memory":0,"file":1000,"answer":1000}`)
		if f, err := readFrame(out, 100, nil); err != nil || f.kind != kindHello {
			t.Errorf("greeting: %v", err)
		}
	}
	for _, tt := range []struct {
		name string
		say  func(in io.WriteCloser, out io.Reader)
		want error // nil: it ends well
	}{
		{"nothing", func(io.WriteCloser, io.Reader) {}, nil},
		{"a greeting", greeted, nil},
		{"half a frame", func(in io.WriteCloser, _ io.Reader) { _, _ = in.Write([]byte("TZRF")) }, io.ErrUnexpectedEOF},
		{"a file before the limits", func(in io.WriteCloser, _ io.Reader) { write(in, kindRequest, "x") }, errFrame},
		{"limits it does not know", func(in io.WriteCloser, _ io.Reader) { write(in, kindSetup, `{"network":1}`) }, errFrame},
		{"limits twice", func(in io.WriteCloser, out io.Reader) { greeted(in, out); write(in, kindSetup, "{}") }, errFrame},
		{"a request without sense", func(in io.WriteCloser, out io.Reader) { greeted(in, out); write(in, kindRequest, "\xff") }, errFrame},
		{"a file beyond the limit", func(in io.WriteCloser, out io.Reader) {
			greeted(in, out)
			write(in, kindRequest, string(make([]byte, 1001)))
		}, errFrame},
		{"a file", func(in io.WriteCloser, out io.Reader) {
			greeted(in, out)
			q := request{name: "x.pdf", data: []byte("%PDF-1.7")}
			parts, _ := q.parts()
			sum, _ := writeFrame(in, kindRequest, parts...)
			f, err := readFrame(out, 1000, nil)
			if err != nil {
				t.Fatal(err)
			}
			a, err := parseAnswer(f)
			if err != nil || a.of != sum || a.kind != kindRefused || a.mapped == 0 {
				t.Errorf("answer: %+v, %v", a, err)
			}
		}, nil},
	} {
		if err := conversation(t, tt.say); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// The child gives up a file when its parent goes away: nobody would know of it.
func TestServeNoticesAParentThatIsGone(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	defer close(end)
	hang := func(context.Context, string, []byte, sheet.Limits) ([]*ledger.Table, error) {
		close(begun)
		<-end
		return nil, nil
	}
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	defer func() { _ = outW.Close() }() // never fails
	ended := make(chan error, 1)
	go func() { ended <- Serve(context.Background(), inR, outW, ServeOptions{Read: hang}) }()
	go func() { _, _ = io.Copy(io.Discard, outR) }()
	dir := filepath.Join(t.TempDir(), "own")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	_, _ = writeFrame(inW, kindSetup, fmt.Appendf(nil, `{"file":1000,"folder":%q}`, dir))
	q := request{name: "x"}
	parts, _ := q.parts()
	_, _ = writeFrame(inW, kindRequest, parts...)
	<-begun
	inW.Close()
	if err := <-ended; !errors.Is(err, errAbandoned) {
		t.Errorf("got %v, want %v", err, errAbandoned)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its folder: %v", err)
	}
}
