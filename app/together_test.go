package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// atOnce has two people give the same command to the daemon at once, each over
// a connection of their own. It returns how often it was carried out, and what
// those who came second were told.
func atOnce(t *testing.T, dir string, call app.Call) (done int, told []string) {
	t.Helper()
	start := make(chan struct{})
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 2 {
		r, _, err := app.Dial(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			<-start
			_, err := r.Do(t.Context(), call)
			mu.Lock()
			defer mu.Unlock()
			var no *app.Refusal
			switch {
			case err == nil:
				done++
			case errors.As(err, &no):
				told = append(told, no.Code)
			default:
				t.Errorf("got %v", err)
			}
		})
	}
	close(start)
	wg.Wait()
	return done, told
}

// Fault 128: two people decide the same thing at once. One decision is carried
// out, with one mail; the other is told that it is dealt with.
func TestTwoPeopleAtOnce(t *testing.T) {
	t.Run("accept", func(t *testing.T) {
		o := newOffice(t, nil)
		o.step(may(24, 9, 0))
		o.mailed(yuzhouLedger)
		o.step(may(24, 10, 1))
		if err := o.app.Listen(); err != nil {
			t.Fatal(err)
		}
		id := o.held(may(24, 10, 2))[0].ID
		done, told := atOnce(t, o.cfg.StoreDir, app.Call{Op: "desk", At: may(24, 11, 0), Desk: &app.DeskAction{Action: "accept", Target: id, Reason: "已电话核实"}})
		if done != 1 || !slices.Equal(told, []string{app.RefuseNotHeld}) {
			t.Errorf("carried out %d times, told %v", done, told)
		}
		st, err := o.app.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		subs, receipts := st.Book(samples.Period).Submissions, 0
		for _, m := range st.Outbox {
			if m.Kind == ledger.MailReceipt {
				receipts++
			}
		}
		if len(subs) != 1 || subs[0].Version != 1 || len(subs[0].Decisions) != 1 || receipts != 1 {
			t.Errorf("%d receipts, %+v", receipts, subs)
		}
	})
	t.Run("resend", func(t *testing.T) {
		p, key := inDoubt(t, lostThenCut)
		if err := p.app.Listen(); err != nil {
			t.Fatal(err)
		}
		done, told := atOnce(t, p.cfg.StoreDir, app.Call{Op: "desk", At: p.now, Desk: &app.DeskAction{Action: "resend", Target: key, Reason: "电话核实"}})
		if done != 1 || !slices.Equal(told, []string{app.RefuseNoDoubt}) {
			t.Errorf("carried out %d times, told %v", done, told)
		}
		p.play(p.now.Add(time.Hour))
		if p.got(key) != 1 {
			t.Errorf("sent %d times", p.got(key))
		}
	})
}

// Fault 129: nobody decides without a reason, whatever it is about: nothing
// changes, and the log of events has no line of it.
func TestEveryDecisionNeedsAReason(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	r.yuzhou(may(26, 9, 0), form())
	before, err := r.app.AuditLog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"accept", "return", "verify", "assign", "address", "exempt", "extend", "withdraw", "close", "file", "delivered", "resend", "forget", "anything"} {
		var no *app.Refusal
		_, err := r.app.Desk(t.Context(), may(26, 15, 0), app.DeskAction{Action: action, Unit: "禹州市", Period: samples.Period, Reason: " \n"})
		if !errors.As(err, &no) || no.Code != app.RefuseNoReason {
			t.Errorf("%s: %v", action, err)
		}
	}
	if after, err := r.app.AuditLog(t.Context()); err != nil || len(after) != len(before) {
		t.Errorf("%d lines in the log where %d were, %v", len(after), len(before), err)
	}
}

// Fault 129: whatever the desk decides, no figure that was read changes: a
// figure handed in by a person is a version of its own, with the desk's name and
// reason, and the one before it stays.
func TestFiguresChangeOnlyAsVersions(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	r.yuzhou(may(26, 9, 0), form())
	read := func() map[string]string {
		out := map[string]string{}
		subs, err := r.app.Shelf().Submissions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range subs {
			out[s.ID] = asJSON(t, s.Reading.Figures)
		}
		return out
	}
	first := read()
	for _, d := range []app.DeskAction{
		{Action: "verify", Unit: "禹州市", Period: samples.Period}, {Action: "exempt", Unit: "禹州市", Period: samples.Period},
		{Action: "exempt", Unit: "禹州市", Period: samples.Period, Undo: true},
		{Action: "file", Unit: "禹州市", Period: samples.Period, File: &app.HandedIn{Name: "台账.xlsx", Data: xlsx(form("D4", 130)), Arrived: may(26, 14, 0)}},
	} {
		r.says(d)
	}
	after := read()
	for id, figures := range first {
		if after[id] != figures {
			t.Errorf("%s had %s and has %s", id, figures, after[id])
		}
	}
	st := r.state()
	s := st.Book(samples.Period).Standing(r.app.Campaign().Schedule, "禹州市", may(26, 16, 0))
	if len(after) != 2 || s.InForce == nil || s.InForce.Version != 2 || !s.InForce.ByDesk || s.InForce.Reading.Figures["pension"].Value != 130 ||
		s.InForce.Decisions[0].Actor != "desk" || s.InForce.Decisions[0].Reason == "" || s.First.Reading.Figures["pension"].Value != 120 {
		t.Errorf("got %+v", s.InForce)
	}
}

// Fault 126, of what there is to ask: the control socket is its owner's alone,
// changes nothing by GET, takes no endless call, and one who connects and says
// nothing holds up neither the next command nor the end.
func TestTheControlSocket(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(24, 9, 0))
	if err := o.app.Listen(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(o.cfg.StoreDir, app.SocketName)
	for name, want := range map[string]os.FileMode{path: 0o600, o.cfg.StoreDir: 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", name, info.Mode().Perm(), err, want)
		}
	}
	silent, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}
	defer client.CloseIdleConnections()
	body, err := json.Marshal(app.Call{Op: "desk", At: may(24, 9, 1), Desk: &app.DeskAction{Action: "exempt", Unit: "禹州市", Period: samples.Period, Reason: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, body string
		want         int
	}{{http.MethodGet, string(body), http.StatusMethodNotAllowed}, {http.MethodPost, strings.Repeat(" ", 120<<20) + string(body), http.StatusBadRequest}, {http.MethodPost, "x", http.StatusBadRequest}} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, "http://taizhang/call", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil { // it did not wait for the end of the call
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", c.method, resp.StatusCode, c.want)
		}
	}
	if _, _, err := app.Dial(t.Context(), o.cfg.StoreDir); err != nil {
		t.Errorf("beside one who says nothing: %v", err)
	}
	if u := o.unit("禹州市", may(24, 9, 2)); u.Punctuality == ledger.PunctualExempt {
		t.Error("a call that was refused was carried out")
	}
}

// A call that begins and does not come to its end is given up, and holds up
// nobody while it is waited for.
func TestACallThatDripsIsGivenUp(t *testing.T) {
	t.Cleanup(app.CallTime(500 * time.Millisecond))
	o := newOffice(t, nil)
	if err := o.app.Listen(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"half a call":             "POST /call HTTP/1.1\r\nHost: taizhang\r\nContent-Length: 1000\r\n\r\n{\"op\":",
		"a call and no end of it": "POST /call HTTP/1.1\r\nHost: taizhang\r\nContent-Length: 1000\r\n\r\n{\"op\":\"ping\"}",
		"a GET with half a body":  "GET /call HTTP/1.1\r\nHost: taizhang\r\nContent-Length: 1000\r\n\r\n{",
	} {
		conn, err := net.Dial("unix", filepath.Join(o.cfg.StoreDir, app.SocketName))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, text)
		_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
		if _, _, err := app.Dial(t.Context(), o.cfg.StoreDir); err != nil {
			t.Errorf("beside %s: %v", name, err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s is waited for: %v", name, err)
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest && resp.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %s", name, resp.Status)
		}
	}
}
