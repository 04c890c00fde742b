package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taizhang/app"
	"taizhang/ingest/attach"
	"taizhang/internal/samples"
)

// The nightly backup: a failure is told in status and makes a 【值班】 due that
// says so; the next success ends it.
func TestNightlyBackup(t *testing.T) {
	root := filepath.Join(t.TempDir(), "backups")
	o := newOffice(t, func(s string) string {
		return strings.NewReplacer(`  dir: ""                          # 例如`, "  dir: "+root+" # 例如", "keep: 30", "keep: 2").Replace(s)
	})
	o.step(may(9, 7, 0)) // a Monday far from any due day
	if err := os.MkdirAll(root, 0o700); err != nil {
		t.Fatal(err)
	}
	thesis := filepath.Join(root, "thesis.doc")
	if err := os.WriteFile(thesis, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	app.NightlyBackup(o.app, may(9, 8, 0))
	s, err := o.app.Status(t.Context(), samples.Period, may(9, 8, 1))
	if err != nil || s.Backup == nil || !s.Backup.Failing.Equal(may(9, 8, 0)) || !s.Backup.Newest.IsZero() {
		t.Fatalf("status: %+v, %v", s.Backup, err)
	}
	o.step(may(9, 9, 0))
	told := false
	for _, m := range o.smtp.Accepted() {
		msg, err := attach.Parse(m.Raw, attach.Limits{})
		told = told || err == nil && strings.Contains(msg.Text, "起备份没有成功")
	}
	if !told {
		t.Error("no 【值班】 says that the backup failed")
	}
	if err := os.Remove(thesis); err != nil {
		t.Fatal(err)
	}
	for d := 10; d < 14; d++ {
		app.NightlyBackup(o.app, may(d, 3, 30))
	}
	s, err = o.app.Status(t.Context(), samples.Period, may(13, 9, 0))
	if err != nil || !s.Backup.Failing.IsZero() || !s.Backup.Newest.Equal(may(13, 3, 30)) {
		t.Errorf("status: %+v, %v", s.Backup, err)
	}
	if left, _ := os.ReadDir(root); len(left) != 2 {
		t.Errorf("backups: %v", left)
	}
	var no *app.Refusal
	if _, err := o.app.Do(t.Context(), app.Call{Op: "backup", At: may(13, 9, 0), Dir: filepath.Join(o.cfg.StoreDir, "b")}); !errors.As(err, &no) || no.Code != app.RefuseInside {
		t.Errorf("within the store: %v", err)
	}
}
