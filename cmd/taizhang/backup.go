package main

import (
	"fmt"
	"path/filepath"

	"taizhang/app"
)

type backupCmd struct {
	Dir string `arg:"" optional:"" name:"DIR" help:"存放备份的目录；不写则用配置的 backup.dir。"`
}

// Run makes a backup and says how to restore it.
func (c *backupCmd) Run(e *env) error {
	dir := c.Dir
	if dir != "" {
		var err error
		if dir, err = filepath.Abs(dir); err != nil {
			return usage(textWrite, c.Dir, err)
		}
	}
	return withStore(e, func(s session) error {
		r, err := s.Do(e.ctx, app.Call{Op: "backup", Dir: dir})
		if err != nil {
			return err
		}
		b := r.Backup
		e.print(textBackedUp, b.Path, sizeText(b.Bytes), b.Files, b.Linked)
		for _, old := range b.Removed {
			e.print(textRetired, old)
		}
		e.print(textRestoring)
		return nil
	})
}

// backupLine tells how the nightly backups go.
func backupLine(s *app.BackupStatus) string {
	stamp := "2006-01-02 15:04"
	out := textNoBackup
	if !s.Newest.IsZero() {
		out = fmt.Sprintf(textBackupOK, s.Newest.In(shanghai()).Format(stamp))
	}
	if !s.Failing.IsZero() {
		out += fmt.Sprintf(textBackupBad, s.Failing.In(shanghai()).Format(stamp))
	}
	return out
}
