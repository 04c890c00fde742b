package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest"
	"taizhang/internal/samples"
	"taizhang/ledger"
	"taizhang/notify"
)

var (
	permutations = flag.Int("permutations", 1, "orders of arrival to try, within a poll and across polls")
	permuted     = flag.Int("permuted", 40, "mails in each")
	shuffle      = flag.Uint64("shuffle", 2022, "seed of the mails and their orders; 0: another each time")
)

// posted is one mail of the permutations, with what it states.
type posted struct {
	raw     []byte
	at      place
	arrived time.Time
	facts   stated
	page    []byte
	signed  bool // from the unit's own address, and proven
}

// counties are the seven units with an address of each.
var counties = map[string]string{
	"市本级": "shizhi@xuchang.example", "禹州市": "shebao@yuzhou.example", "长葛市": "cgsb@mail163.example", "魏都区": "weidu@mail163.example",
	"建安区": "jaqsb@jianan.example", "鄢陵县": "ylxsb@yanling.example", "襄城县": "xcxsb@mail163.example",
}

// postbag writes n mails of the seven units over four months: ledgers and their
// corrections, the same ones again, faulty ones, blank forms, and some from
// strangers, unproven or false. With plain only those whose fate is the same
// whatever came before them.
func postbag(rng *rand.Rand, names []string, n int, plain bool) []posted {
	var out []posted
	number := func() string { return fmt.Sprint(20 + rng.IntN(40)) }
	for len(out) < n {
		at := place{names[len(out)%len(names)], samples.Period.Add(rng.IntN(4))}
		p := posted{at: at, signed: true, facts: stated{firms: "12", pension: number(), injury: number(), unemployment: number(), words: "走访企业。"}}
		p.arrived = on(at.period, 20, 8).Add(time.Duration(rng.IntN(20*24*60*60)) * time.Second)
		addr, proof := counties[at.unit], "pass"
		switch k := rng.IntN(12); {
		case k == 0:
			p.facts.pension = "约" + p.facts.pension
		case k == 1 && len(out) > len(names): // what the unit sent before, word for word
			p.facts, p.at = out[len(out)-len(names)].facts, out[len(out)-len(names)].at
			p.arrived = out[len(out)-len(names)].arrived.Add(time.Duration(1+rng.IntN(100_000)) * time.Second)
		case k == 2:
			addr, p.signed = "stranger@qq.example", false
		case k == 3 && !plain:
			proof, p.signed = "", false
		case k == 4 && !plain:
			proof, p.signed = "fail", false
		case k == 5 && !plain:
			p.facts = stated{words: p.facts.words}
		}
		p.page = page(p.at, p.facts, filledOn(p.at.period, p.arrived))
		p.raw = letter(p.arrived, addr, proof, "台账", "请查收附件。", enclosed{"台账.csv", p.page})
		if !slices.ContainsFunc(out, func(o posted) bool { return o.arrived.Equal(p.arrived) && o.at == p.at || bytes.Equal(o.raw, p.raw) }) {
			out = append(out, p)
		}
	}
	return out
}

// pillar is a mailbox whose order of UIDs is the test's, and a mail server that
// takes everything.
type pillar struct {
	folders map[string][][]byte
	sent    map[string]int
	down    bool // it cannot be read
}

func (p *pillar) Folders(context.Context) ([]ingest.Folder, error) {
	if p.down {
		return nil, errors.New("the mailbox is out of reach")
	}
	return []ingest.Folder{{Name: "INBOX"}, {Name: "台账"}, {Name: "垃圾邮件", Junk: true}}, nil
}

func (p *pillar) List(_ context.Context, folder string) (ingest.Listing, error) {
	l := ingest.Listing{Validity: "1"}
	for i, raw := range p.folders[folder] {
		l.Items = append(l.Items, ingest.Item{UID: uint32(i + 1), Size: int64(len(raw))}) //nolint:gosec // few
	}
	return l, nil
}

func (p *pillar) Fetch(_ context.Context, folder string, i ingest.Item, w io.Writer) error {
	_, err := w.Write(p.folders[folder][i.UID-1])
	return err
}

func (p *pillar) FetchHeader(_ context.Context, folder string, i ingest.Item, w io.Writer) error {
	header, _, _ := bytes.Cut(p.folders[folder][i.UID-1], []byte("\r\n\r\n"))
	_, err := w.Write(append(bytes.Clone(header), "\r\n\r\n"...))
	return err
}

func (p *pillar) Send(_ context.Context, o ledger.Outgoing, endOfData func(map[string]string) error) notify.Report {
	p.sent[o.Key]++
	if err := endOfData(nil); err != nil {
		return notify.Report{Phase: notify.PhaseEnd, Err: err}
	}
	return notify.Report{Phase: notify.PhaseEnd, Code: 250, Text: "OK", EndOfData: true}
}

// bureau is the whole program over a pillar.
type bureau struct {
	t   *testing.T
	app *app.App
	cfg *config.Config
	box *pillar
	dir string
}

func newBureau(t *testing.T, root string) *bureau {
	t.Helper()
	dir, err := os.MkdirTemp(root, "o")
	if err != nil {
		t.Fatal(err)
	}
	text, err := samples.Config(samples.Setting{IMAP: "127.0.0.1:1", SMTP: "127.0.0.1:1", PasswordFile: "code", Store: filepath.Join(dir, "store")})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"config.yaml": text, "code": []byte(password)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(filepath.Join(dir, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	o := &bureau{t: t, cfg: cfg, dir: dir, box: &pillar{folders: map[string][][]byte{}, sent: map[string]int{}}}
	if o.app, err = app.New(t.Context(), app.Options{Config: cfg, Log: slog.New(slog.DiscardHandler), Version: "test", Offline: true, Played: true}); err != nil {
		t.Fatal(err)
	}
	o.app.Wire(o.box, o.box)
	for unit, addr := range counties { // the sample's config does not know all seven
		k, known := o.state().UnitOf(addr)
		switch {
		case known && k.Unit != unit:
			t.Fatalf("%s belongs to %s", addr, k.Unit)
		case !known:
			if _, err := o.app.Desk(t.Context(), begun, app.DeskAction{Action: "address", Unit: unit, Addr: addr, Reason: "已电话核实"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	o.step(begun)
	return o
}

// begun is the first start, before all mail.
var begun = on(samples.Period, 1, 8)

func (o *bureau) state() *ledger.State {
	o.t.Helper()
	st, err := o.app.State(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return st
}

func (o *bureau) step(now time.Time) {
	o.t.Helper()
	r, err := o.app.Step(o.t.Context(), now)
	if err := errors.Join(err, r.PollErr); err != nil {
		o.t.Fatal(err)
	}
}

func (o *bureau) end() {
	if err := errors.Join(o.app.Close(), os.RemoveAll(o.dir)); err != nil {
		o.t.Error(err)
	}
}

// whole writes to b, which it empties, everything that is known, and every mail
// written, byte for byte.
func (o *bureau) whole(b *bytes.Buffer) {
	o.t.Helper()
	st := o.state()
	b.Reset()
	line := func(v any) {
		j, err := json.Marshal(v)
		if err != nil {
			o.t.Fatal(err)
		}
		b.Write(append(j, '\n'))
	}
	for p := samples.Period; !p.After(ledger.Period{Year: 2022, Month: 12}); p = p.Next() {
		line(st.Book(p))
	}
	line(st.Unplaced)
	line(st.Addresses)
	keys := make([]string, 0, len(st.Outbox))
	for key := range st.Outbox {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		out, _, err := o.app.Outgoing(o.t.Context(), key)
		if err != nil {
			o.t.Fatal(err)
		}
		for i := range out.Attempts { // how long one took is the machine's matter
			out.Attempts[i].EndOfData, out.Attempts[i].Ended = time.Time{}, time.Time{}
		}
		line(out)
		fmt.Fprintf(b, "%d bytes\n%s\n", len(out.Raw), out.Raw)
	}
}

// ledgers is what the office answers for: of each unit and month the figures in
// force and when it first reported.
func (o *bureau) ledgers() map[string]string {
	o.t.Helper()
	st, out := o.state(), map[string]string{}
	for p := samples.Period; p.Before(samples.Period.Add(4)); p = p.Next() {
		for unit := range counties {
			s := st.Book(p).Standing(o.app.Campaign().Schedule, unit, lastPoll)
			if s.Attempt.IsZero() {
				continue
			}
			figures := "none"
			if s.InForce != nil {
				j, err := json.Marshal([]any{s.InForce.Reading.Figures, s.InForce.Reading.Measures})
				if err != nil {
					o.t.Fatal(err)
				}
				figures = string(j)
			}
			out[unit+p.String()] = fmt.Sprintf("%s %s %d %s", s.Attempt.Format(time.DateTime), s.Punctuality, s.LateDays, figures)
		}
	}
	return out
}

// lastPoll is when everything has arrived.
var lastPoll = on(samples.Period.Add(4), 25, 10)

// The order in which one poll finds mail, and how often it finds it, change
// nothing: neither what is known nor what is written to anybody. Across polls
// the desk decides what is found late, and then the ledger is the same.
func TestPermutations(t *testing.T) {
	part, _ := sharded(t)
	seed := *shuffle + uint64(part) //nolint:gosec // a small number
	if *shuffle == 0 {
		seed = rand.Uint64()
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	root := t.TempDir()
	names := make([]string, 0, len(counties))
	for name := range counties {
		names = append(names, name)
	}
	slices.Sort(names)
	mails, plain := postbag(rng, names, *permuted, false), postbag(rng, names, *permuted, true)
	together := func(mails []posted, order []int, again int) *bureau {
		o := newBureau(t, root)
		for _, i := range order {
			o.box.folders["INBOX"] = append(o.box.folders["INBOX"], mails[i].raw)
		}
		for range again {
			folder := []string{"INBOX", "台账"}[rng.IntN(2)]
			o.box.folders[folder] = append(o.box.folders[folder], mails[rng.IntN(len(mails))].raw)
		}
		o.step(lastPoll)
		return o
	}
	reference := together(mails, rng.Perm(len(mails)), 0)
	var want, got bytes.Buffer
	reference.whole(&want)
	reference.end()
	reference = together(plain, rng.Perm(len(plain)), 0)
	ledgers := reference.ledgers()
	reference.end()
	if len(ledgers) < len(names) {
		t.Fatalf("only %d ledgers in the reference", len(ledgers))
	}
	decided := 0
	for n := range *permutations {
		o := together(mails, rng.Perm(len(mails)), 1+rng.IntN(len(mails)))
		if o.whole(&got); !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Fatalf("seed %d, permutation %d: not alike (-reference +permuted):\n%s", seed, n, gocmp.Diff(want.String(), got.String()))
		}
		o.end()
		decided += apart(t, root, rng, plain, ledgers, fmt.Sprintf("seed %d, permutation %d", seed, n))
	}
	if *permutations > 0 && decided == 0 {
		t.Error("nothing was found late: the permutations test too little")
	}
	fmt.Printf("permutations: %d of %d mails: all alike; across polls %d decisions of the desk; seed %d\n", *permutations, *permuted, decided, seed)
}
