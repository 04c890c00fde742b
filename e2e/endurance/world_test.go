package endurance

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"taizhang/internal/coremail"
	"taizhang/internal/samples"
	"taizhang/internal/smtptest"
)

const password = "endurance-code-7781"

// The files that the world leaves in the year's folder.
const (
	shownFile    = "shown"    // the digest of each message that lay in the mailbox, a line each
	acceptedFile = "accepted" // what the SMTP server took: a line of JSON and the bytes, each
	socketFile   = "world"    // the daemon's side of the clock: see world.obey
)

// taken heads the bytes of an accepted mail.
type taken struct {
	To   []string
	Size int
}

// world is the mailbox and the mail server.
type world struct {
	y    year
	imap *coremail.Server
	smtp *smtptest.Server
	made <-chan made // the mails that are to come, in order
	next made
	more bool

	mu       sync.Mutex
	now      time.Time
	lies     map[string][]lying
	shown    *bufio.Writer
	accepted *bufio.Writer
	n        int   // mails of others that have come
	failed   error // while a mail was accepted
}

// lying is a message in a folder.
type lying struct {
	uid uint32
	at  time.Time
}

// made is a mail that is ready to be delivered.
type made struct {
	at     time.Time
	folder string
	raw    []byte
	err    error
}

// serveWorld is the process with both servers. It ends with its input.
func serveWorld(_ context.Context, args []string) (err error) {
	w := &world{lies: map[string][]lying{}}
	if err := json.Unmarshal([]byte(args[0]), &w.y); err != nil {
		return err
	}
	if w.imap, err = coremail.Start(coremail.Options{User: samples.Own, Password: password}); err != nil {
		return err
	}
	if w.smtp, err = smtptest.Start(smtptest.Options{User: samples.Own, Password: password}); err != nil {
		return err
	}
	w.smtp.OnAccept(w.accept)
	var files []*os.File
	for name, to := range map[string]**bufio.Writer{shownFile: &w.shown, acceptedFile: &w.accepted} {
		f, err := os.Create(w.y.path(name))
		if err != nil {
			return err
		}
		files, *to = append(files, f), bufio.NewWriter(f)
	}
	if err := w.configure(); err != nil {
		return err
	}
	listener, err := net.Listen("unix", w.y.path(socketFile))
	if err != nil {
		return err
	}
	w.make()
	go w.obey(listener)
	fmt.Println("begun")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.n != w.y.Mails {
		w.failed = errors.Join(w.failed, fmt.Errorf("%d mails of %d have come", w.n, w.y.Mails))
	}
	errs := []error{w.failed, w.shown.Flush(), w.accepted.Flush(), listener.Close()}
	for _, f := range files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// make writes the mails ahead of their time, some of them.
func (w *world) make() {
	ready := make(chan made, 64)
	w.made = ready
	go func() {
		defer close(ready)
		for _, a := range w.y.arrivals() {
			folder, raw, err := a.raw()
			ready <- made{a.at, folder, raw, err}
		}
	}()
	w.next, w.more = <-w.made
}

// obey sets the clock as the daemon says: it sends the instant in nanoseconds,
// a line, and is answered with the number of mails that have come.
func (w *world) obey(l net.Listener) {
	conn, err := l.Accept()
	if err != nil {
		return // ended before the daemon began
	}
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		n, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err == nil {
			err = w.set(time.Unix(0, n).In(zone))
		}
		if err != nil {
			fmt.Fprintln(conn, err)
			return
		}
		fmt.Fprintln(conn, w.n)
	}
}

// set lets the time go by until now: mails come, and what IMAP shows no longer
// is removed.
func (w *world) set(now time.Time) error {
	w.imap.SetNow(now)
	w.smtp.SetNow(now)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
	for w.more && !w.next.at.After(now) {
		if w.next.err != nil {
			return w.next.err
		}
		w.deliver(w.next)
		w.n++
		w.next, w.more = <-w.made
	}
	for folder, list := range w.lies {
		for len(list) > 0 && list[0].at.Before(now.AddDate(0, 0, -35)) {
			if err := w.imap.Remove(folder, list[0].uid); err != nil {
				return err
			}
			list = list[1:]
		}
		w.lies[folder] = list
	}
	return w.failed
}

func (w *world) deliver(m made) {
	uid := w.imap.Deliver(m.folder, m.raw, m.at)
	w.lies[m.folder] = append(w.lies[m.folder], lying{uid, m.at})
	sum := sha256.Sum256(m.raw)
	_, _ = w.shown.WriteString(hex.EncodeToString(sum[:]) + "\n") // shows in Flush
}

// accept notes a mail that the server took, and files the copy to ourselves.
func (w *world) accept(a smtptest.Accepted) {
	w.smtp.Forget() // it is in the file
	w.mu.Lock()
	defer w.mu.Unlock()
	head, err := json.Marshal(taken{a.To, len(a.Raw)})
	_, werr := w.accepted.Write(slices.Concat(head, []byte("\n"), a.Raw))
	w.failed = errors.Join(w.failed, err, werr)
	if slices.Contains(a.To, samples.Own) {
		head := fmt.Appendf(nil, "Received: by mx19 (Coremail) with SMTP id year;\r\n\t%s (CST)\r\n", w.now.Format(time.RFC1123Z))
		w.deliver(made{at: w.now, folder: "INBOX", raw: slices.Concat(head, a.Raw)})
	}
}

// unitsList is where the list of units stands in the example configuration.
var unitsList = regexp.MustCompile(`(?s)\nunits:\n.*?\n\n# ---- 目标变更`)

// configure writes the configuration of the year into its folder.
func (w *world) configure() error {
	text, err := samples.Config(samples.Setting{IMAP: w.imap.Addr(), SMTP: w.smtp.Addr(), CAFile: "ca.pem", PasswordFile: "code", Store: w.y.path("store")})
	if err != nil {
		return err
	}
	s := string(text)
	for _, e := range [][2]string{
		{`first_month: "2022-05"`, `first_month: "2022-01"`}, {`last_month: "2022-12"`, fmt.Sprintf(`last_month: "2022-%02d"`, w.y.Months)},
		{"per_day: 150 ", "per_day: 400 "}, {`dir: ""  `, fmt.Sprintf("dir: %q  ", w.y.path("backups"))},
	} {
		if !strings.Contains(s, e[0]) {
			return fmt.Errorf("the sample's configuration has no %q any more", e[0])
		}
		s = strings.Replace(s, e[0], e[1], 1)
	}
	var list strings.Builder
	for n := range w.y.Units {
		fmt.Fprintf(&list, "  - name: %s\n    addresses: [{ addr: %s }]\n    targets: { pension: 10.15, unemployment: 5.9, injury: 5.8, project_rate: 90 }\n", unitName(n), unitAddress(n))
	}
	if !unitsList.MatchString(s) {
		return errors.New("the sample's configuration has no list of units any more")
	}
	s = unitsList.ReplaceAllLiteralString(s, "\nunits:\n"+list.String()+"\n# ---- 目标变更")
	for name, data := range map[string][]byte{
		"config.yaml": []byte(s), "code": []byte(password), "ca.pem": bytes.Join([][]byte{w.imap.CAPEM(), w.smtp.CAPEM()}, nil),
	} {
		if err := os.WriteFile(w.y.path(name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}
