package attach_test

import (
	"slices"
	"testing"

	"taizhang/ingest/attach"
	"taizhang/internal/mailshapes"
)

// TestShapes reads every fault of form: the file comes out byte for byte where
// it can, and what was damaged is noted. What a county is told of each is tested
// where all is connected.
func TestShapes(t *testing.T) {
	file := []byte(xlsx(t))
	for _, s := range mailshapes.Shapes("ledger.xlsx", file) {
		t.Run(s.Name, func(t *testing.T) {
			m, work := attach.Work(s.Raw, limits())
			checkInvariants(t, s.Name, m)
			if kept := slices.ContainsFunc(m.Files, func(f attach.File) bool {
				return string(f.Data) == string(file) && f.Type == attach.TypeXLSX && f.Name == name(s.Name) && !f.Damaged
			}); kept != s.Kept {
				t.Errorf("file kept: %v, want %v; files %v", kept, s.Kept, list(m)[:min(len(m.Files), 5)])
			}
			for _, d := range s.Damage {
				if !hasDamage(m, attach.DamageCode(d)) {
					t.Errorf("damage %q is not noted; have %+v", d, m.Damage[:min(len(m.Damage), 5)])
				}
			}
			for _, d := range m.Damage {
				if s.Says == "" && !slices.Contains(s.Damage, string(d.Code)) {
					t.Errorf("unexpected damage %+v", d)
				}
			}
			if work > 30*int64(len(s.Raw)) {
				t.Errorf("looked at %d bytes for a mail of %d", work, len(s.Raw))
			}
		})
	}
}

// name is what the file is called in the shape.
func name(shape string) string {
	if shape == "labelled text/html in UTF-8, no name" {
		return ""
	}
	return "ledger.xlsx"
}
