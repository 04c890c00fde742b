package messy_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taizhang/app"
	"taizhang/config"
	"taizhang/internal/messy"
	"taizhang/internal/messy/score"
)

var (
	seed = flag.Uint64("seed", 2022, "seed of the cases")
	keep = flag.String("keep", "", "folder for the files of cases that come out wrong")
	show = flag.Int("show", 60, "how many wrong cases to print")
)

// minCases is how many cases a test run has.
const minCases = 2000

// TestAccuracy reads a sample of the cases as the command check does: every
// line of the table, spread over all kinds of file. Nothing may be accepted
// wrongly, everything that must read is accepted, and what is turned back is
// turned back for the reason that the rule book gives. make accuracy reads all
// lines as all kinds.
func TestAccuracy(t *testing.T) {
	cfg, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	board := score.NewBoard()
	for _, c := range messy.Sample(*seed) {
		got, err := app.CheckFile(t.Context(), c.File, c.Data, score.Options(cfg, c, nil))
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if why := board.Count(c, got); why != "" {
			t.Fail()
			if *show--; *show >= 0 {
				t.Log(why)
			}
			save(t, c)
		}
	}
	t.Logf("\n%s", board)
	enough(t, board)
}

// enough fails when a sentence or a kind has too few cases, or too few of all
// are readable: the counts would say little.
func enough(t *testing.T, b *score.Board) {
	t.Helper()
	if b.Cases < minCases {
		t.Errorf("only %d cases", b.Cases)
	}
	for _, s := range messy.Sentences {
		if n := b.Rules[s.ID].Cases(); n < messy.MinCases {
			t.Errorf("sentence %s has %d cases: %s", s.ID, n, s.Says)
		}
	}
	for _, k := range messy.Kinds() {
		if n := b.Kinds[k.Name].Cases(); n < messy.MinKind && k.Name != messy.AsGiven {
			t.Errorf("kind %s has %d cases", k.Name, n)
		}
	}
	if share := float64(b.Readable) / float64(b.Cases); share < messy.MinReadable {
		t.Errorf("only %.1f %% of the cases are readable", share*100)
	}
}

func save(t *testing.T, c messy.Case) {
	t.Helper()
	if *keep == "" {
		return
	}
	name := strings.NewReplacer("/", "_", " ", "_", "\n", "_").Replace(c.Name) + "__" + c.File
	if err := os.WriteFile(filepath.Join(*keep, name), c.Data, 0o600); err != nil {
		t.Error(err)
	}
}
