package app

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"taizhang/ledger"
	"taizhang/store"
)

// BackupMade is what a backup came to.
type BackupMade = store.BackupResult

// Backup makes a complete copy of the store in a new folder within dir, while
// the store is in use; it counts only after it was restored for trial and
// found whole. "": the configured folder. Older backups go only there.
func (a *App) Backup(ctx context.Context, now time.Time, dir string) (*BackupMade, error) {
	conf := a.opt.Config.Backup
	keep := 0
	if dir == "" {
		dir = conf.Dir
	}
	if dir == "" {
		return nil, refuse(RefuseNoBackup)
	}
	if same(dir, conf.Dir) {
		keep = conf.Keep
	}
	a.copying.Lock() // one at a time: each tidies away what it takes for left over
	defer a.copying.Unlock()
	opt := store.BackupOptions{At: now.In(a.zone()), Keep: keep}
	if len(a.opt.InspectCommand) > 0 {
		opt.Inspect = a.inspectCopy
	}
	made, err := a.store.BackupTo(ctx, dir, opt)
	switch {
	case errors.Is(err, store.ErrForeign):
		return nil, refuse(RefuseForeign, dir, lastPart(err))
	case errors.Is(err, store.ErrInside):
		return nil, refuse(RefuseInside, dir)
	case errors.Is(err, store.ErrNoRoom):
		return nil, refuse(RefuseNoRoom, dir, lastPart(err))
	case err != nil:
		return nil, err
	}
	a.log.Info("backup made", "path", made.Path, "files", made.Files, "linked", made.Linked)
	if keep > 0 {
		a.store.backups.made(now)
	}
	return made, nil
}

func same(a, b string) bool {
	x, errX := filepath.Abs(a)
	y, errY := filepath.Abs(b)
	return b != "" && errX == nil && errY == nil && x == y
}

// lastPart is what an error says behind its last colon and space.
func lastPart(err error) string {
	s := err.Error()
	for i := len(s) - 2; i > 0; i-- {
		if s[i] == ':' && s[i+1] == ' ' {
			return s[i+2:]
		}
	}
	return s
}

// inspectCopy has a child look at a restored copy and open it.
func (a *App) inspectCopy(ctx context.Context, dir string) error {
	rep, err := Inspect(ctx, a.opt.InspectCommand, Inspection{Dir: dir, Raw: true, Restore: true})
	if err != nil {
		return err
	}
	return damageOf(rep)
}

// nightlyBackup makes the configured backup. A failure is told to the operator
// (log, status) and to the desk (【值班】).
func (a *App) nightlyBackup(now time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), 6*time.Hour)
	defer cancel()
	if _, err := a.Backup(ctx, now, ""); err != nil {
		a.log.Error("the backup failed", "err", err)
		a.store.backups.failed(now)
	}
}

// backupAlarm is how old the newest backup may be before a start says that
// they fail: one night may be missed with the machine off.
const backupAlarm = 48 * time.Hour

// lookAtBackups takes from the folder how the backups went before this start.
func (a *App) lookAtBackups(now time.Time) {
	names, err := store.Backups(a.opt.Config.Backup.Dir)
	if err != nil {
		a.log.Error("the backups cannot be read", "err", err)
		a.store.backups.failed(now)
		return
	}
	if len(names) == 0 {
		return // the first is made this night
	}
	newest, _ := store.BackupInstant(names[len(names)-1], a.zone())
	a.store.backups.made(newest)
	if now.Sub(newest) > backupAlarm {
		a.store.backups.failed(newest.Add(24 * time.Hour))
	}
}

// backupLog remembers how the nightly backups go.
type backupLog struct {
	mu sync.Mutex
	st ledger.BackupState
}

func (l *backupLog) made(at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.st = ledger.BackupState{Newest: at}
}

func (l *backupLog) failed(at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.st.Failing.IsZero() {
		l.st.Failing = at
	}
}

func (l *backupLog) state() ledger.BackupState {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.st
}
