package hostile_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"taizhang/app"
	"taizhang/config"
	"taizhang/internal/hostile"
	"taizhang/ledger"
)

// Each hostile file is refused with a finding of its kind, in this process and
// small; none is taken for a ledger, none reaches a file of this machine.
// scripts/corpora.sh runs the real ones.
func TestSmallOnes(t *testing.T) {
	cfg, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	cfg.Limits.File = 1 << 20 // what is small must still be too large
	cases := hostile.Cases(true)
	if len(cases) < 60 {
		t.Fatalf("only %d cases", len(cases))
	}
	seen := map[string]bool{}
	for _, c := range cases {
		if seen[c.Name] {
			t.Fatalf("%s stands twice", c.Name)
		}
		seen[c.Name] = true
		t.Run(c.Name, func(t *testing.T) {
			results, err := app.CheckFile(t.Context(), c.File, c.Make(), app.CheckOptions{Config: cfg})
			if err != nil {
				t.Fatal(err)
			}
			judge(t, c, results)
		})
	}
	if _, err := os.Stat("/tmp/hostile-was-here.xlsx"); err == nil {
		t.Error("a member of an archive was written outside")
	}
}

func judge(t *testing.T, c hostile.Case, results []app.Checked) {
	t.Helper()
	var codes []ledger.Code
	for _, r := range results {
		if r.Kind != ledger.KindNone && c.Want != nil || r.Verdict == ledger.Accepted {
			t.Errorf("%s is taken for a %s", r.Document, r.Kind)
		}
		for _, f := range r.Findings {
			codes = append(codes, f.Code)
			if f.Message == "" {
				t.Errorf("%s says nothing", f.Code)
			}
			if strings.Contains(f.Message+f.Value, "root:") {
				t.Errorf("a file of this machine was read: %s", f.Code)
			}
		}
	}
	if len(codes) == 0 {
		t.Error("nothing is said about it")
	}
	if c.Want != nil && !slices.ContainsFunc(c.Want, func(w ledger.Code) bool { return slices.Contains(codes, w) }) {
		t.Errorf("findings %v, want one of %v", codes, c.Want)
	}
}

// The quine is one: its member is the archive.
func TestQuine(t *testing.T) {
	for _, c := range hostile.Cases(true) {
		if c.File != "quine.zip" {
			continue
		}
		data := c.Make()
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := z.File[0].Open()
		if err != nil {
			t.Fatal(err)
		}
		inner, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(inner, data) {
			t.Errorf("%d bytes unpack to %d other ones: %v", len(data), len(inner), err)
		}
		return
	}
	t.Fatal("there is no quine")
}
