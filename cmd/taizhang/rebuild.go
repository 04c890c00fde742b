package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"taizhang/app"
)

// salvageCmd is how the program starts itself as the child that reads what is
// left of a damaged database. It is not for people.
type salvageCmd struct {
	Dir    string `arg:"" name:"DIR"`
	Bucket string `arg:"" name:"BUCKET"`
}

// Run writes the records, one a line.
func (c *salvageCmd) Run(e *env) error { return app.ServeSalvage(e.ctx, c.Dir, c.Bucket, e.out) }

type rebuildCmd struct {
	Out string `name:"out" required:"" placeholder:"DIR" help:"重建到这个目录，须尚不存在或是空的；原数据目录不作改动。"`
}

// Run rebuilds the store beside the old one and says what it lacks.
func (c *rebuildCmd) Run(e *env) error {
	cfg, err := e.loadFile()
	if err != nil {
		return err
	}
	if _, pid, err := app.Dial(e.ctx, cfg.StoreDir); err == nil {
		return usage(textRunning, pid)
	}
	req := app.RebuildRequest{Now: time.Now(), Log: e.log}
	for name, to := range map[string]*[]string{"salvager": &req.Salvage, "inspector": &req.Inspect, "reader": &req.Reader} {
		if *to, err = selfCommand(name); err != nil {
			return err
		}
	}
	if req.Out, err = filepath.Abs(c.Out); err != nil {
		return usage(textWrite, c.Out, err)
	}
	if cfg.StoreDir, err = filepath.Abs(cfg.StoreDir); err != nil {
		return usage(textWrite, cfg.StoreDir, err)
	}
	r, err := app.Rebuild(e.ctx, cfg, req)
	if err != nil {
		return err
	}
	c.tell(e, r)
	if len(r.Damaged)+len(r.Failed)+len(r.Lost) > 0 || !r.Old {
		return &exitError{code: exitPerson}
	}
	return nil
}

func (c *rebuildCmd) tell(e *env, r *app.Rebuilt) {
	e.print(textRebuilt, r.Path, r.Messages, r.Reread)
	if n := r.Taken; len(n) > 0 {
		e.print(textFromOld, n["mails"], n["submissions"], n["outbox"],
			n["addresses"]+n["exempt"]+n["extended"]+n["closed"]+n["issues"]+n["rosters"]+n["snapshots"], n["events"])
	} else {
		e.print(textNoOld)
	}
	for _, b := range slices.Sorted(maps.Keys(r.Lost)) {
		if r.Lost[b] < 0 {
			e.print(textLostUnknown, bucketNames[b])
		} else {
			e.print(textLostSome, bucketNames[b], r.Lost[b])
		}
	}
	for _, k := range slices.Sorted(maps.Keys(r.Refused)) {
		e.print(textRefusedOne, strings.ToValidUTF8(k, "?"), r.Refused[k])
	}
	for _, name := range r.Damaged {
		e.print(textMailDamaged, name)
	}
	for _, d := range slices.Sorted(maps.Keys(r.Failed)) {
		e.print(textMailFailed, d, r.Failed[d])
	}
	for _, d := range r.Guessed {
		e.print(textGuessed, d)
	}
	e.print(textRebuildHow, r.Path)
}
