package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"taizhang/ledger"
)

// SocketName is the control socket's file beside the database (0600).
const SocketName = "taizhang.sock"

// Call is one command for the owner of the store: the method's name and its
// arguments. The zero At means the wall clock's now.
type Call struct {
	Op     string         `json:"op"` // status, explain, summary, form, remind, import, desk, verify, backup, ping
	At     time.Time      `json:"at,omitzero"`
	Unit   string         `json:"unit,omitempty"`
	Period ledger.Period  `json:"period,omitzero"`
	Dry    bool           `json:"dry,omitempty"`
	Send   bool           `json:"send,omitempty"`
	Desk   *DeskAction    `json:"desk,omitempty"`
	Import *ImportRequest `json:"import,omitempty"`

	Explain *ExplainRequest `json:"explain,omitempty"`
	Dir     string          `json:"dir,omitempty"` // backup: an absolute path
}

// Reply is the answer to a Call: one of its fields is set.
type Reply struct {
	PID       int         `json:"pid,omitempty"`
	Status    *Status     `json:"status,omitempty"`
	Files     *Files      `json:"files,omitempty"`
	Reminders *Reminders  `json:"reminders,omitempty"`
	Imported  *Imported   `json:"imported,omitempty"`
	Desk      *DeskResult `json:"desk,omitempty"`

	Explained *Explanation `json:"explained,omitempty"`
	Report    *Report      `json:"report,omitempty"`
	Backup    *BackupMade  `json:"backup,omitempty"`
	Refusal   *Refusal     `json:"refusal,omitempty"`
	Error     string       `json:"error,omitempty"`
}

// Do carries out a call in this process.
func (a *App) Do(ctx context.Context, c Call) (Reply, error) {
	defer a.release(ctx)
	now := c.At
	if now.IsZero() {
		now = time.Now()
	}
	switch c.Op {
	case "ping":
		return Reply{PID: os.Getpid()}, nil
	case "status":
		s, err := a.Status(ctx, c.Period, now)
		return Reply{Status: &s}, err
	case "summary":
		f, err := a.WriteSummary(ctx, c.Period, now, c.Send)
		return Reply{Files: &f}, err
	case "form":
		f, err := a.WriteForm(ctx, c.Unit, c.Period)
		return Reply{Files: &f}, err
	case "remind":
		r, err := a.Remind(ctx, now, c.Dry)
		return Reply{Reminders: &r}, err
	case "verify":
		r, err := a.Verify(ctx)
		return Reply{Report: r}, err
	case "backup":
		b, err := a.Backup(ctx, now, c.Dir)
		return Reply{Backup: b}, err
	case "explain":
		if c.Explain != nil {
			x, err := a.Explain(ctx, now, *c.Explain)
			return Reply{Explained: x}, err
		}
	case "import":
		if c.Import != nil {
			i, err := a.Import(ctx, now, *c.Import)
			return Reply{Imported: &i}, err
		}
	case "desk":
		if c.Desk != nil {
			d, err := a.Desk(ctx, now, *c.Desk)
			return Reply{Desk: &d}, err
		}
	}
	return Reply{}, fmt.Errorf("unknown call %q", c.Op)
}

// maxCall bounds what a call may carry: a mail of the largest size in base64,
// and a little.
const maxCall = 120 << 20

// callTime is how long a call may take to come, whole. It stands in no way of
// what the call asks for, which may take as long as it takes.
var callTime = 10 * time.Minute

// Listen serves calls on the control socket until Close. It must be called by
// the owner of the store: a socket left behind by a dead owner is removed.
func (a *App) Listen() error {
	path := filepath.Join(a.opt.Config.StoreDir, SocketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the old control socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("open the control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return errors.Join(fmt.Errorf("protect the control socket: %w", err), l.Close())
	}
	srv := &http.Server{Handler: http.HandlerFunc(a.serveCall), ReadHeaderTimeout: 5 * time.Second, ErrorLog: nil}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	a.closers.add("control socket", func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		err := srv.Shutdown(ctx)
		if serr := <-done; !errors.Is(serr, http.ErrServerClosed) {
			err = errors.Join(err, serr)
		}
		return err
	})
	return nil
}

func (a *App) serveCall(w http.ResponseWriter, r *http.Request) {
	c, status, err := readCall(w, r)
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	reply, err := a.Do(r.Context(), c)
	var no *Refusal
	switch {
	case errors.As(err, &no):
		reply = Reply{Refusal: no}
	case err != nil:
		a.log.Error("a command failed", "err", err)
		reply = Reply{Error: err.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(reply); err != nil {
		a.log.Warn("a command's answer could not be given", "err", err)
	}
}

// readCall reads a call whole, within callTime, or says with which status it is
// refused. Not by the server's ReadTimeout, which would end the context of a
// long call too. After an error the deadline stays: nobody waits for the rest.
func readCall(w http.ResponseWriter, r *http.Request) (c Call, status int, err error) {
	conn := http.NewResponseController(w)
	if err := conn.SetReadDeadline(time.Now().Add(callTime)); err != nil {
		return c, http.StatusInternalServerError, err
	}
	if r.Method != http.MethodPost {
		return c, http.StatusMethodNotAllowed, errors.New("a call is a POST")
	}
	body := http.MaxBytesReader(w, r.Body, maxCall)
	if err := json.NewDecoder(body).Decode(&c); err != nil {
		return c, http.StatusBadRequest, err
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		return c, http.StatusBadRequest, err
	}
	return c, http.StatusInternalServerError, conn.SetReadDeadline(time.Time{})
}

// Remote speaks to the daemon that owns the store.
type Remote struct{ http *http.Client }

// ErrNoDaemon says that nothing answers on the control socket.
var ErrNoDaemon = errors.New("no daemon answers")

// Dial finds the daemon of the store in dir; ErrNoDaemon when there is none.
func Dial(ctx context.Context, dir string) (*Remote, int, error) {
	path := filepath.Join(dir, SocketName)
	r := &Remote{http: &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		},
	}}}
	ping, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	reply, err := r.Do(ping, Call{Op: "ping"})
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", ErrNoDaemon, err)
	}
	return r, reply.PID, nil
}

// Do has the daemon carry out the call.
func (r *Remote) Do(ctx context.Context, c Call) (Reply, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return Reply{}, fmt.Errorf("encode the call: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://taizhang/call", bytes.NewReader(body))
	if err != nil {
		return Reply{}, fmt.Errorf("prepare the call: %w", err)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return Reply{}, fmt.Errorf("call the daemon: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	var reply Reply
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxCall)).Decode(&reply); err != nil {
		return Reply{}, fmt.Errorf("read the daemon's answer: %w", err)
	}
	switch {
	case reply.Refusal != nil:
		return reply, reply.Refusal
	case reply.Error != "":
		return reply, errors.New(reply.Error)
	}
	return reply, nil
}
