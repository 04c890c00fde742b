package attach_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"taizhang/ingest/attach"
)

// TestCorpora reads every mail of testdata/mails and, when TAIZHANG_CORPORA
// names a folder with unpacked public mails, every file in it. It asserts that
// nothing panics and that the invariants hold, and prints what it saw.
func TestCorpora(t *testing.T) {
	roots := []string{"testdata/mails"}
	if dir := os.Getenv("TAIZHANG_CORPORA"); dir != "" {
		roots = append(roots, dir)
	}
	for _, root := range roots {
		var c counts
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			c.add(t, path, raw)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if c.mails == 0 {
			t.Errorf("%s: no mails", root)
		}
		c.print(t, root)
	}
}

type counts struct {
	mails, noMessage, withFiles, files, damaged, links, inner, auto, bounces, subjects int

	types  map[attach.Type]int
	damage map[attach.DamageCode]int
}

func (c *counts) add(t *testing.T, path string, raw []byte) {
	t.Helper()
	m, err := attach.Parse(raw, limits())
	if m == nil {
		t.Fatalf("%s: nil message", path)
	}
	if c.types == nil {
		c.types, c.damage = map[attach.Type]int{}, map[attach.DamageCode]int{}
	}
	c.mails++
	if err != nil {
		c.noMessage++
	}
	checkInvariants(t, path, m)
	if len(m.Files) > 0 {
		c.withFiles++
	}
	for _, f := range m.Files {
		c.files++
		c.types[f.Type]++
		if f.Damaged {
			c.damaged++
		}
	}
	for _, d := range m.Damage {
		c.damage[d.Code]++
	}
	c.links += len(m.Links)
	c.inner += len(m.Inner)
	if _, ok := m.Automatic(); ok {
		c.auto++
	}
	if m.Bounce() != nil {
		c.bounces++
	}
	if m.Header.Subject != "" {
		c.subjects++
	}
	if testing.Verbose() && os.Getenv("TAIZHANG_CORPORA_LIST") != "" {
		for _, d := range m.Damage {
			t.Logf("%s: %+v", path, d)
		}
		for _, f := range m.Files {
			t.Logf("%s: file %s %q %s %s inline=%v damaged=%v cut=%v %d bytes", path, f.Path, f.Name, f.Type, f.Declared, f.Inline, f.Damaged, f.Cut, len(f.Data))
		}
	}
}

func (c *counts) print(t *testing.T, root string) {
	t.Helper()
	t.Logf("%s: %d mails (%d without header), %d with files, %d files, %d damaged, %d links, %d nested mails, %d automatic, %d bounces, %d subjects",
		root, c.mails, c.noMessage, c.withFiles, c.files, c.damaged, c.links, c.inner, c.auto, c.bounces, c.subjects)
	var lines []string
	for k, n := range c.types {
		lines = append(lines, string(k), itoa(n))
	}
	t.Logf("types: %v", sortPairs(lines))
	lines = nil
	for k, n := range c.damage {
		lines = append(lines, string(k), itoa(n))
	}
	t.Logf("damage: %v", sortPairs(lines))
}

func sortPairs(kv []string) []string {
	var out []string
	for i := 0; i+1 < len(kv); i += 2 {
		out = append(out, kv[i]+"="+kv[i+1])
	}
	sort.Strings(out)
	return out
}
