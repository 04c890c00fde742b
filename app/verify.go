package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"taizhang/config"
	"taizhang/store"
)

// Report is what a look at the store found.
type Report = store.Report

// Problem is one thing that is wrong with it.
type Problem = store.Problem

// DamageError says what is wrong with the store; it is ErrDamaged.
type DamageError struct{ Problems []Problem }

// Error names the first few problems.
func (e *DamageError) Error() string {
	var parts []string
	for i, p := range e.Problems {
		if i == 5 {
			parts = append(parts, fmt.Sprintf("and %d more", len(e.Problems)-i))
			break
		}
		parts = append(parts, strings.TrimSpace(p.File+" "+p.What))
	}
	return ErrDamaged.Error() + ": " + strings.Join(parts, "; ")
}

// Unwrap returns ErrDamaged.
func (e *DamageError) Unwrap() error { return ErrDamaged }

// damageOf returns the problems of a report as an error, nil without any.
func damageOf(r *Report) error {
	if len(r.Problems) == 0 {
		return nil
	}
	return &DamageError{r.Problems}
}

// Inspection is what the child is asked to look at.
type Inspection struct {
	Dir    string
	Raw    bool   // each message's bytes, too
	RawDir string // where the messages are; "": in Dir

	Restore bool // then open it as a restored copy, for trial
}

// inspected is the child's answer, one line of JSON.
type inspected struct {
	Report *Report `json:"report,omitempty"`
	Code   string  `json:"code,omitempty"` // of conditions that a command must tell apart
	Error  string  `json:"error,omitempty"`
}

// inspectCodes are the errors that keep their identity between the processes.
var inspectCodes = map[string]error{
	"locked": store.ErrLocked, "newer": store.ErrNewer, "absent": fs.ErrNotExist, "permission": fs.ErrPermission,
}

// ServeInspect is the child's side: it looks at the store and writes what it
// found to out. A damaged file may end the process on the way.
func ServeInspect(ctx context.Context, in Inspection, out io.Writer) error {
	var a inspected
	var err error
	if a.Report, err = store.Inspect(ctx, in.Dir, store.InspectOptions{Raw: in.Raw, RawDir: in.RawDir, Restore: in.Restore}); err != nil {
		a.Error = err.Error()
		for code, e := range inspectCodes {
			if errors.Is(err, e) {
				a.Code = code
			}
		}
	}
	if err := json.NewEncoder(out).Encode(&a); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return nil
}

// inspectTime is how long a child may look: a damaged file must not hold the
// daemon for ever. It reads some 100 MB a second.
const inspectTime = 30 * time.Minute

// Inspect has a child process look at a store that nobody writes to. That the
// child dies of it is a problem in the report; an error says that it could not
// look, such as ErrLocked.
func Inspect(ctx context.Context, command []string, in Inspection) (*Report, error) {
	ctx, cancel := context.WithTimeout(ctx, inspectTime)
	defer cancel()
	args := []string{"--raw-dir", in.RawDir}
	if in.Raw {
		args = append(args, "--raw")
	}
	if in.Restore {
		args = append(args, "--restore")
	}
	cmd := exec.CommandContext(ctx, command[0], append(append(command[1:len(command):len(command)], args...), "--", in.Dir)...)
	if p := runningProgram(command[0]); p != "" {
		cmd.Path = p
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append(os.Environ(), "GOTRACEBACK=none")
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err != nil && ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, ctx.Err()
	case err != nil && !errors.As(err, &exit):
		return nil, fmt.Errorf("start the inspector: %w", err)
	}
	var a inspected
	if err != nil || json.Unmarshal(stdout.Bytes(), &a) != nil {
		what := "no answer"
		if exit != nil {
			what = exit.String()
		}
		first, _, _ := strings.Cut(stderr.String(), "\n")
		return &Report{Problems: []Problem{{Kind: store.ProblemDied, What: strings.TrimSpace(what + " " + first)}}}, nil
	}
	if a.Error != "" {
		if e, ok := inspectCodes[a.Code]; ok {
			return nil, fmt.Errorf("%w (%s)", e, a.Error)
		}
		return nil, errors.New(a.Error)
	}
	return a.Report, nil
}

// runningProgram returns the path under which Linux starts the program that
// runs now, even when its file was replaced since; "" when path is another's.
func runningProgram(path string) string {
	const self = "/proc/self/exe"
	if exe, err := os.Executable(); err != nil || exe != path {
		return ""
	}
	if _, err := os.Stat(self); err != nil {
		return ""
	}
	return self
}

// lookFirst has a child look at the database before this process opens it. None
// yet is no problem: it is made.
func (a *App) lookFirst(ctx context.Context) error {
	if len(a.opt.InspectCommand) == 0 {
		return nil
	}
	rep, err := Inspect(ctx, a.opt.InspectCommand, Inspection{Dir: a.opt.Config.StoreDir})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return damageOf(rep)
}

// VerifyStore looks at the whole store of the config, which no daemon has
// open: the database and each message's bytes.
func VerifyStore(ctx context.Context, cfg *config.Config, command []string) (*Report, error) {
	return Inspect(ctx, command, Inspection{Dir: cfg.StoreDir, Raw: true})
}

// inspectDir is the pattern of a folder with a copy that is looked at.
const inspectDir = ".inspect-*"

// Verify looks at the whole store while it is in use: at the heads of the file
// itself and at what is kept in memory of it, then, in a child, at a copy of the
// database of one instant and at each message's bytes.
func (a *App) Verify(ctx context.Context) (*Report, error) {
	if len(a.opt.InspectCommand) == 0 { // a test or the demo: no child to start
		rep := &Report{}
		if err := a.store.Check(ctx); err != nil {
			rep.Problems = []Problem{{Kind: store.ProblemDatabase, What: err.Error()}}
		}
		return rep, nil
	}
	here := errors.Join(a.store.CheckHeads(ctx), a.store.CheckMemory(ctx))
	a.release(ctx)
	if here != nil && !errors.Is(here, ErrDamaged) {
		return nil, here
	}
	dir, err := a.snapshot(ctx)
	if dir != "" {
		defer func() { _ = os.RemoveAll(dir) }()
	}
	if err != nil {
		return nil, err
	}
	rep, err := Inspect(ctx, a.opt.InspectCommand, Inspection{Dir: dir, Raw: true, RawDir: filepath.Join(a.opt.Config.StoreDir, "raw")})
	if err == nil && here != nil {
		rep.Problems = append([]Problem{{Kind: store.ProblemDatabase, What: here.Error()}}, rep.Problems...)
	}
	return rep, err
}

// snapshot copies the database into a folder of its own beside it.
func (a *App) snapshot(ctx context.Context) (string, error) {
	old, _ := filepath.Glob(filepath.Join(a.opt.Config.StoreDir, inspectDir)) // of a run that was ended
	for _, d := range old {
		_ = os.RemoveAll(d)
	}
	dir, err := os.MkdirTemp(a.opt.Config.StoreDir, inspectDir)
	if err != nil {
		return "", fmt.Errorf("make a folder for the copy: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, store.FileName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return dir, fmt.Errorf("make the copy: %w", err)
	}
	_, err = a.store.Snapshot(ctx, f)
	return dir, errors.Join(err, f.Close())
}
