package app

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"taizhang/config"
	"taizhang/ingest"
	"taizhang/ingest/attach"
	"taizhang/ledger"
	"taizhang/store"
)

// RebuildRequest says where the rebuilt store goes.
type RebuildRequest struct {
	Out string // a folder that is not there yet, or is empty
	Now time.Time
	// Salvage starts this program as the child that reads a damaged database
	// (ServeSalvage); empty: it is read in this process.
	Salvage []string
	Inspect []string // as Options.InspectCommand
	Reader  []string // as Options.ReaderCommand
	Played  bool     // as Options.Played
	Log     *slog.Logger
}

// Rebuilt is what a rebuilt store holds and what it lacks.
type Rebuilt struct {
	Path     string            `json:"path"`
	Messages int               `json:"messages"`
	Damaged  []string          `json:"damaged_messages,omitempty"` // left behind: their bytes are not those of their names
	Old      bool              `json:"old_database"`               // one was there to take records from
	Taken    map[string]int    `json:"taken,omitempty"`            // records taken over, by bucket
	Lost     map[string]int    `json:"lost,omitempty"`             // records that cannot be read any more, by bucket
	Refused  map[string]string `json:"refused,omitempty"`
	Reread   int               `json:"reread"` // messages read and decided anew
	Guessed  []string          `json:"arrival_guessed,omitempty"`
	Failed   map[string]string `json:"failed,omitempty"` // messages that could not be decided: they wait in it
}

// Rebuild makes a new store out of the messages of the config's store, and of
// the records of its database that can still be read and whose checksum is
// right. Messages without a record are read and decided anew, by arrival, as
// mail from before the first start: they cause no mail. The old store is not
// touched. The new one is marked as a copy, so that it starts only with the
// word that it was restored, which leaves what was not sent to the mailbox and
// the desk.
func Rebuild(ctx context.Context, cfg *config.Config, req RebuildRequest) (_ *Rebuilt, err error) {
	if err := freshFolder(cfg.StoreDir, req.Out); err != nil {
		return nil, err
	}
	part := req.Out + ".part"
	if err := errors.Join(os.RemoveAll(part), os.MkdirAll(part, 0o700)); err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(part)) }() // renamed by then, unless something failed
	out := &Rebuilt{Path: req.Out, Lost: map[string]int{}, Failed: map[string]string{}}
	if out.Messages, out.Damaged, err = store.CopyMessages(ctx, cfg.StoreDir, part); err != nil {
		return nil, fmt.Errorf("copy the messages: %w", err)
	}
	recs, err := salvage(ctx, cfg.StoreDir, req.Salvage, out)
	if err != nil {
		return nil, err
	}
	made, err := store.Assemble(ctx, part, recs)
	if err != nil {
		return nil, err
	}
	out.Taken, out.Refused = made.Taken, made.Refused
	if err := reread(ctx, cfg, part, req, out); err != nil {
		return nil, err
	}
	if err := store.MarkCopy(ctx, part, req.Now); err != nil {
		return nil, err
	}
	if len(req.Inspect) > 0 {
		rep, err := Inspect(ctx, req.Inspect, Inspection{Dir: part, Raw: true})
		if err := errors.Join(err, damageIn(rep)); err != nil {
			return nil, fmt.Errorf("the rebuilt store is none: %w", err)
		}
	}
	_ = os.Remove(req.Out) // an empty folder
	if err := os.Rename(part, req.Out); err != nil {
		return nil, fmt.Errorf("give the new store its name: %w", err)
	}
	return out, nil
}

func damageIn(rep *Report) error {
	if rep == nil {
		return nil
	}
	return damageOf(rep)
}

// freshFolder refuses a place that holds something, or is the store's own.
func freshFolder(dir, out string) error {
	if rel, err := filepath.Rel(dir, out); err == nil && !strings.HasPrefix(rel, "..") {
		return refuse(RefuseInside, out)
	}
	entries, err := os.ReadDir(out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("look at the folder: %w", err)
	case len(entries) > 0:
		return refuse(RefuseNotEmpty, out)
	}
	return nil
}

// ServeSalvage is the child's side of Rebuild: it writes every record of the
// bucket that can still be read, one a line, and at last how many cannot.
func ServeSalvage(ctx context.Context, dir, bucket string, out io.Writer) error {
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	lost, err := store.Salvage(ctx, dir, bucket, func(r store.Rescued) error {
		return errors.Join(enc.Encode(salvaged{Record: &r}), w.Flush()) // each at once: the next may be the last
	})
	if err != nil {
		return fmt.Errorf("salvage %s: %w", bucket, err)
	}
	return errors.Join(enc.Encode(salvaged{Lost: &lost}), w.Flush())
}

type salvaged struct {
	Record *store.Rescued `json:"record,omitempty"`
	Lost   *int           `json:"lost,omitempty"`
}

// salvage reads the old database, a bucket at a time.
func salvage(ctx context.Context, dir string, command []string, out *Rebuilt) ([]store.Rescued, error) {
	if _, err := os.Stat(filepath.Join(dir, store.FileName)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	out.Old = true
	var recs []store.Rescued
	for _, bucket := range store.Rescuable {
		var text bytes.Buffer
		var err error
		if len(command) > 0 {
			cmd := exec.CommandContext(ctx, command[0], append(command[1:len(command):len(command)], "--", dir, bucket)...)
			if p := runningProgram(command[0]); p != "" {
				cmd.Path = p
			}
			cmd.Stdout = &text
			err = cmd.Run()
		} else {
			err = ServeSalvage(ctx, dir, bucket, &text)
		}
		ended := false
		for dec := json.NewDecoder(&text); ; {
			var s salvaged
			if dec.Decode(&s) != nil {
				break
			}
			if s.Record != nil {
				recs = append(recs, *s.Record)
			}
			if s.Lost != nil {
				ended = true
				if *s.Lost > 0 {
					out.Lost[bucket] = *s.Lost
				}
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err != nil || !ended {
			out.Lost[bucket] = -1 // nobody can say how many
		}
	}
	return recs, nil
}

// reread decides the messages that have no record, and those that were not
// decided, in the new store.
func reread(ctx context.Context, cfg *config.Config, dir string, req RebuildRequest, out *Rebuilt) (err error) {
	own := *cfg
	own.StoreDir = dir
	a, err := New(ctx, Options{Config: &own, Log: req.Log, Version: "rebuild", Offline: true, Played: req.Played, ReaderCommand: req.Reader})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if _, _, err := a.store.Start(ctx, req.Now); err != nil {
		return err
	}
	if err := a.snapshots(ctx, req.Now); err != nil {
		return err
	}
	todo, err := a.unknown(ctx, dir, out)
	if err != nil {
		return err
	}
	pending, err := a.store.Pending(ctx)
	if err != nil {
		return err
	}
	todo = append(todo, pending...)
	slices.SortFunc(todo, func(x, y ledger.MailRecord) int {
		return cmp.Or(x.Arrived.Compare(y.Arrived), cmp.Compare(x.Digest, y.Digest))
	})
	for _, rec := range todo {
		rec.PreEpoch = true
		if _, err := a.store.Arrive(ctx, rec); err != nil {
			return fmt.Errorf("take in %s: %w", rec.Digest, err)
		}
		if err := a.decideAgain(ctx, rec); err != nil {
			if errors.Is(err, ErrPoisoned) || ctx.Err() != nil {
				return err
			}
			out.Failed[rec.Digest] = err.Error()
			continue
		}
		out.Reread++
	}
	return nil
}

// unknown lists the messages that no record tells of.
func (a *App) unknown(ctx context.Context, dir string, out *Rebuilt) ([]ledger.MailRecord, error) {
	var todo []ledger.MailRecord
	err := store.EachMessage(dir, func(digest, path string) error {
		if _, known, err := a.store.Mail(ctx, digest); err != nil || known {
			return err
		}
		raw, err := a.store.Raw(ctx, digest)
		if err != nil {
			return err
		}
		rec, err := ingest.Keep(ctx, memorySpool{}, raw, int64(len(raw)))
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		rec.Stored = info.ModTime()
		if rec.Arrived.IsZero() { // it lay there by then
			rec.Arrived = rec.Stored
			out.Guessed = append(out.Guessed, digest)
		}
		todo = append(todo, rec)
		return nil
	})
	return todo, err
}

// asOf is the store as one message found it: without what came later and what
// was made of the message itself.
type asOf struct {
	*records
	rec *ledger.MailRecord
}

// State returns the state without those documents.
func (r asOf) State(ctx context.Context) (*ledger.State, error) {
	st, err := r.records.State(ctx)
	if err != nil {
		return nil, err
	}
	later := func(s ledger.Submission) bool {
		return s.Mail == r.rec.Digest || s.Arrived.After(r.rec.Arrived)
	}
	st.Unplaced = slices.DeleteFunc(slices.Clone(st.Unplaced), later)
	for p, b := range st.Books {
		own := *b // what the store hands out is shared
		own.Submissions = slices.DeleteFunc(slices.Clone(b.Submissions), later)
		st.Books[p] = &own
	}
	return st, nil
}

// decideAgain decides one message as of its arrival. Documents of it that are
// on record stay as they are there, with what the desk decided since.
func (a *App) decideAgain(ctx context.Context, rec ledger.MailRecord) error {
	raw, err := a.store.Raw(ctx, rec.Digest)
	if err != nil {
		return err
	}
	h, _ := attach.ReadHeader(raw, attach.Limits{}) // a damaged mail still has a header
	decide := *a.decide
	decide.Recorder = asOf{a.store, &rec}
	var change ledger.Change
	if len(h.Received) > 0 && strings.Contains(h.Received[0], handedInBy) {
		by := ledger.Decision{At: rec.Arrived, Actor: actorDesk, Action: actionFile, Reason: h.Subject}
		change, err = decide.File(ctx, rec, ingest.Filed{By: by}, rec.Arrived)
	} else {
		change, err = decide.Decide(ctx, rec, rec.Arrived)
	}
	if err != nil {
		return err
	}
	change.Outgoing = nil // nothing is mailed for the past
	known, err := a.store.Submissions(ctx)
	if err != nil {
		return err
	}
	change.Submissions = slices.DeleteFunc(change.Submissions, func(s ledger.Submission) bool {
		return slices.ContainsFunc(known, func(k ledger.Submission) bool { return k.ID == s.ID })
	})
	_, err = a.store.Apply(ctx, change)
	return err
}
