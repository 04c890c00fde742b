//go:build e2e

package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/attach"
	"taizhang/internal/samples"
	"taizhang/internal/smtptest"
)

// office is the whole set-up: Dovecot, the SMTP sink, the program's files.
type office struct {
	t      *testing.T
	dir    string
	bin    string
	config string
	box    *dovecot
	sink   *smtptest.Server

	mu   sync.Mutex
	now  time.Time
	kill func() // called once, when the sink has taken a mail and not yet said so
}

func newOffice(t *testing.T) *office {
	t.Helper()
	root := os.Getenv("E2E_OUT")
	if root == "" {
		root = t.TempDir()
	}
	dir, err := os.MkdirTemp(root, strings.ReplaceAll(t.Name(), "/", "_")+"-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, dir: dir, bin: os.Getenv("TAIZHANG_BIN")}
	if o.bin == "" {
		t.Fatal("TAIZHANG_BIN does not name the program; run scripts/e2e.sh")
	}
	o.box = startDovecot(t, dir)
	o.sink, err = smtptest.Start(smtptest.Options{User: samples.Own, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.sink.Close() })
	o.sink.OnAccept(o.accepted)
	o.config = filepath.Join(dir, "config.yaml")
	text, err := samples.Config(samples.Setting{IMAP: o.box.addr, SMTP: o.sink.Addr(), CAFile: "ca.pem", PasswordFile: "authcode", Store: filepath.Join(dir, "store")})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"config.yaml": text, "authcode": []byte(password), "ca.pem": slices.Concat(o.box.caPEM, o.sink.CAPEM())} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// accepted files the copy to ourselves into Dovecot, as the provider would,
// and kills the program at the worst moment when that was asked for: the mail
// is taken, and the program has not heard so.
func (o *office) accepted(m smtptest.Accepted) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if slices.Contains(m.To, samples.Own) {
		head := fmt.Appendf(nil, "Received: by mx19 (Coremail) with SMTP id e2e;\r\n\t%s (CST)\r\n", o.now.Format(time.RFC1123Z))
		o.box.deliver(o.t, "INBOX", slices.Concat(head, m.Raw), o.now)
	}
	if o.kill != nil {
		o.kill()
		o.kill = nil
	}
}

// cut says how a round is cut short.
type cut struct {
	inFlight bool          // when the sink has taken a mail and not yet said so
	after    time.Duration // so long after the start; 0: not
}

// serve does one round of the real program at the played instant. It reports
// whether the program ended by itself.
func (o *office) serve(at time.Time, c cut) bool {
	o.t.Helper()
	cmd := exec.Command(o.bin, "--config", o.config, "--log", "warn", "serve", "--once", "--at", at.Format("2006-01-02T15:04:05"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	o.mu.Lock()
	o.now = at
	o.mu.Unlock()
	if err := cmd.Start(); err != nil {
		o.t.Fatal(err)
	}
	if c.inFlight {
		o.mu.Lock()
		o.kill = func() { _ = cmd.Process.Kill() }
		o.mu.Unlock()
	}
	if c.after > 0 {
		timer := time.AfterFunc(c.after, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
	}
	err := cmd.Wait()
	if err != nil && c == (cut{}) {
		o.t.Fatalf("serve --at %s: %v\n%s", at.Format(time.DateTime), err, out.String())
	}
	return err == nil
}

// tai runs another command of the program.
func (o *office) tai(args ...string) string {
	o.t.Helper()
	return run(o.t, o.bin, append([]string{"--config", o.config, "--log", "error"}, args...)...)
}

// month plays the sample world: the program is started for each round anew.
// cuts says how a round is cut short before it is done again, uncut.
func (o *office) month(cuts func(round int) cut) (rounds, kills int) {
	o.t.Helper()
	events, err := samples.World()
	if err != nil {
		o.t.Fatal(err)
	}
	for _, at := range instants(events) {
		for len(events) > 0 && !events[0].At.After(at) {
			o.happen(events[0])
			events = events[1:]
		}
		rounds++
		if c := cuts(rounds); c != (cut{}) && !o.serve(at, c) {
			kills++
		}
		o.mu.Lock()
		o.kill = nil
		o.mu.Unlock()
		o.serve(at, cut{})
	}
	return rounds, kills
}

func (o *office) happen(e samples.Event) {
	o.t.Helper()
	if e.Desk != nil {
		o.tai("desk", "address", e.Desk.Unit, e.Desk.Addr, "--reason", e.Desk.Reason, "--at", e.At.Format("2006-01-02T15:04:05"))
		return
	}
	o.box.deliver(o.t, e.Folder, e.Raw, e.At)
}

// instants are when the program is woken: a few times each day, and when
// something happens.
func instants(events []samples.Event) []time.Time {
	var out []time.Time
	for day := samples.Start.Truncate(24 * time.Hour); !day.After(samples.End); day = day.AddDate(0, 0, 1) {
		y, m, d := day.In(samples.Start.Location()).Date()
		for _, hm := range [][2]int{{8, 31}, {9, 1}, {9, 31}, {12, 0}, {16, 1}, {16, 45}, {20, 0}} {
			out = append(out, time.Date(y, m, d, hm[0], hm[1], 0, 0, samples.Start.Location()))
		}
	}
	for _, e := range events {
		out = append(out, e.At.Add(time.Minute))
	}
	out = slices.DeleteFunc(out, func(t time.Time) bool { return t.Before(samples.Start) || t.After(samples.End) })
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// sent lists the mails that left for others: subject and recipients.
func (o *office) sent() []string {
	o.t.Helper()
	var out []string
	for _, m := range o.sink.Accepted() {
		msg, err := attach.Parse(m.Raw, attach.Limits{})
		if err != nil {
			o.t.Fatal(err)
		}
		to := slices.DeleteFunc(slices.Clone(m.To), func(a string) bool { return a == samples.Own && len(m.To) > 1 })
		out = append(out, msg.Header.Subject+" → "+strings.Join(to, ","))
	}
	slices.Sort(out)
	return out
}

// TestMonth plays the month three times, each time on a fresh store and
// mailbox: uncut; killed with SIGKILL whenever a mail is taken and the program
// has not heard so; and killed at moments spread over every round. All must end
// alike: nothing lost, nothing twice.
func TestMonth(t *testing.T) {
	plain := newOffice(t)
	rounds, _ := plain.month(func(int) cut { return cut{} })
	want := plain.sent()
	if d := cmp.Diff(wantSent, want); d != "" {
		t.Errorf("mails sent in the uncut month (-want +got):\n%s", d)
	}
	plain.checkGrid()
	plain.checkWorkbooks()
	plain.checkBulletin(samples.Totals)
	t.Logf("counted: uncut: %d rounds, %d mails sent", rounds, len(want))

	for _, c := range []struct {
		name  string
		cuts  func(round int) cut
		least int // kills below which the test is blunt
	}{
		{"a mail in flight", func(round int) cut { return cut{inFlight: round%3 == 0} }, 3},
		{"any moment", func(round int) cut { return cut{after: time.Duration(round*37%120+1) * time.Millisecond} }, 20},
	} {
		o := newOffice(t)
		_, kills := o.month(c.cuts)
		if kills < c.least {
			t.Errorf("killed at %s: only %d kills hit", c.name, kills)
		}
		got := o.sent()
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("killed at %s, %d times: mails sent (-uncut +cut):\n%s", c.name, kills, d)
		}
		o.checkGrid()
		o.checkWorkbooks()
		t.Logf("counted: killed %d times with SIGKILL at %s: %d lost, %d twice", kills, c.name, difference(want, got), difference(got, want))
	}
}

// difference counts what a has more often than b.
func difference(a, b []string) int {
	left := map[string]int{}
	for _, s := range b {
		left[s]++
	}
	n := 0
	for _, s := range a {
		if left[s]--; left[s] < 0 {
			n++
		}
	}
	return n
}

// checkGrid compares the grid with what the month must come to.
func (o *office) checkGrid() {
	o.t.Helper()
	var s struct {
		Tally map[string]int `json:"tally"`
		Units []struct {
			Unit        string           `json:"unit"`
			Punctuality string           `json:"punctuality"`
			InForce     int              `json:"version_in_force"`
			Figures     map[string]int64 `json:"figures"`
		} `json:"units"`
	}
	if err := json.Unmarshal([]byte(o.tai("status", "--month", samples.Period.String(), "--at", samples.End.Format("2006-01-02T15:04"), "--json")), &s); err != nil {
		o.t.Fatal(err)
	}
	var got []string
	for _, u := range s.Units {
		got = append(got, fmt.Sprintf("%s %s v%d %d/%d/%d/%d/%d", u.Unit, u.Punctuality, u.InForce,
			u.Figures["enterprises"], u.Figures["pension"], u.Figures["injury"], u.Figures["unemployment"], u.Figures["persons"]))
	}
	if d := cmp.Diff(samples.Grid, got); d != "" {
		o.t.Errorf("grid (-want +got):\n%s", d)
	}
}

// checkWorkbooks has LibreOffice calculate the newest summary anew and
// compares its totals with the sum of what was reported.
func (o *office) checkWorkbooks() {
	o.t.Helper()
	book := o.mailed("进展情况汇总表")
	path := filepath.Join(o.dir, "summary.xlsx")
	if err := os.WriteFile(path, book, 0o644); err != nil {
		o.t.Fatal(err)
	}
	run(o.t, "soffice", "-env:UserInstallation=file://"+filepath.Join(o.dir, "lo"), "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", o.dir, path)
	data, err := os.ReadFile(filepath.Join(o.dir, "summary.csv"))
	if err != nil {
		o.t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		o.t.Fatal(err)
	}
	for _, row := range rows {
		if len(row) > 0 && strings.HasPrefix(row[0], "合计") {
			var got []string
			for col := 1; col < 21; col += 4 { // the month of each measure
				got = append(got, strings.TrimSpace(strings.ReplaceAll(row[col], ",", "")))
			}
			if d := cmp.Diff(samples.Totals, got); d != "" {
				o.t.Errorf("totals as LibreOffice calculates them (-want +got):\n%s", d)
			}
			return
		}
	}
	o.t.Errorf("LibreOffice shows no row 合计:\n%s", data)
}
