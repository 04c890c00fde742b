package endurance

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"taizhang/config"
	"taizhang/internal/oracle"
	"taizhang/store"
)

// The bounds of the daemon.
const (
	mostMemory = 150 << 20 // bytes resident, at most at any time
	mostStore  = 3.0       // times the raw mails
	fewMails   = 1000      // below, the database's file, which grows by doubling, says nothing of its records
)

// judge compares what was measured with the bounds, and has the oracle look at
// what is left.
func judge(t *testing.T, y year) {
	t.Helper()
	text, err := os.ReadFile(y.path(measuredFile))
	if err != nil {
		t.Fatal(err)
	}
	var got measured
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	first, last := got.Points[1], got.Points[len(got.Points)-1]
	first.Goroutines, first.Opened = max(first.Goroutines, got.Points[0].Goroutines), max(first.Opened, got.Points[0].Opened)
	if last.Peak > mostMemory {
		t.Errorf("the daemon took %s at its peak, more than %s", mib(last.Peak), mib(mostMemory))
	}
	if last.Goroutines > first.Goroutines {
		t.Errorf("%d goroutines in the first two months, %d at the end", first.Goroutines, last.Goroutines)
	}
	if last.Opened > first.Opened {
		t.Errorf("%d descriptors in the first two months, %d at the end", first.Opened, last.Opened)
	}
	if last.times() > mostStore && y.Mails >= fewMails {
		t.Errorf("the store is %.2f times the raw mails, more than %.0f", last.times(), mostStore)
	}
	counts, err := look(t, y)
	if err != nil {
		list := strings.Split(err.Error(), "\n")
		t.Errorf("%d invariants are broken:\n%s", len(list), strings.Join(list[:min(len(list), 40)], "\n"))
	}
	if counts.Mails < y.Mails || counts.Figures == 0 || counts.Accepted == 0 {
		t.Errorf("the oracle looked at too little: %+v", counts)
	}
	if t.Failed() {
		return
	}
	fmt.Printf("endurance: oracle: %+v\n", counts)
	fmt.Printf("endurance: %d months, %d units, %d mails, peak RSS %d MiB, goroutines %d..%d, descriptors %d..%d, store %.2f times raw, lost 0, doubled 0\n",
		y.Months, y.Units, got.Mails, last.Peak>>20, first.Goroutines, last.Goroutines, first.Opened, last.Opened, last.times())
}

// look has the oracle check the invariants over the whole year.
func look(t *testing.T, y year) (oracle.Counts, error) {
	t.Helper()
	cfg, err := config.Load(y.path("config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), cfg.StoreDir, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // read only
	run := oracle.Run{Config: cfg, Store: db, Secrets: []string{password}, Settled: true}
	shown, err := os.ReadFile(y.path(shownFile))
	if err != nil {
		t.Fatal(err)
	}
	run.ShownDigests = strings.Fields(string(shown))
	if run.Accepted, err = accepted(y.path(acceptedFile)); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(y.path(logFile))
	if err != nil {
		t.Fatal(err)
	}
	run.Log = string(log)
	return oracle.New().Check(t.Context(), run)
}

// accepted reads what the world's mail server took.
func accepted(path string) ([]oracle.Accepted, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	r := bufio.NewReader(f)
	var out []oracle.Accepted
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		var head taken
		if err := json.Unmarshal(line, &head); err != nil {
			return nil, err
		}
		raw := make([]byte, head.Size)
		if _, err := io.ReadFull(r, raw); err != nil {
			return nil, err
		}
		out = append(out, oracle.Accepted{To: head.To, Raw: raw})
	}
}
