package taizhang_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// imports is the import table of ARCHITECTURE.md: what each package may
// import of ours. A key that ends in /... stands for the folder and all below.
// Every package may import taizhang/ledger, except those that say none.
var imports = map[string][]string{
	".":                          {},
	"ledger":                     {},
	"config":                     {"."},
	"ingest/attach":              {"ingest/unpack", "internal/lazyregexp"},
	"ingest/sheet/...":           {"ingest/sheet/...", "internal/lazyregexp"},
	"ingest/fence":               {"ingest/sheet", "ingest/unpack"},
	"ingest/check":               {"ingest/check/value", "internal/lazyregexp"},
	"ingest/check/value":         {"internal/lazyregexp"},
	"ingest":                     {"ingest/attach", "ingest/sheet", "ingest/check", "ingest/unpack", "ingest/reply"},
	"ingest/reply":               {"internal/lazyregexp"},
	"ingest/mailbox":             {"internal/crashpoint", "internal/lazyregexp"},
	"store":                      {"internal/crashpoint"},
	"aggregate":                  {},
	"aggregate/workbook":         {"aggregate", "aggregate/workbook/inplace"},
	"aggregate/workbook/inplace": {},
	"notify":                     {},
	"notify/compose":             {},
	"notify/mailer":              {"notify", "internal/crashpoint", "internal/lazyregexp"},
	"app":                        {"config", "store", "aggregate", "aggregate/workbook", "notify", "notify/compose", "notify/mailer", "ingest", "ingest/attach", "ingest/check", "ingest/fence", "ingest/mailbox", "ingest/sheet", "ingest/unpack", "aggregate/bulletin"},
	"app/demo":                   {"app", "config", "ingest/attach", "internal/coremail", "internal/samples", "internal/smtptest"},
	"cmd/taizhang":               {"app", "app/demo", "config"},
	"internal/coremail":          {"internal/testca"},
	"internal/smtptest":          {"internal/testca"},
	"internal/testca":            {},
	"internal/samples":           {"."},
	"internal/golden":            {},
	"internal/messy":             {},
	"e2e":                        {"ingest/attach", "internal/samples", "internal/smtptest", "internal/testca"},
	"e2e/crash":                  {},
	"internal/crashpoint":        {},
	"internal/lazyregexp":        {},
	"internal/oracle":            {"app", "config", "ingest/attach"},
	"internal/hostile":           {},
	"e2e/corpora":                {},
	"e2e/faults":                 {},
	"e2e/endurance":              {},
	"internal/storetest":         {"store"},
	"ingest/unpack":              {},
	"internal/rartest":           {},
	"internal/mailshapes":        {},
	"aggregate/bulletin":         {"aggregate"},
	"internal/messy/score":       {"app", "config", "internal/messy"},
	"internal/messy/mutants":     {},
	"internal/messy/accuracy":    {"app", "config", "internal/messy", "internal/messy/score"},
}

// withoutLedger are the packages that must not even know the vocabulary.
var withoutLedger = []string{".", "ledger", "ingest/attach", "ingest/reply", "ingest/unpack", "internal/rartest", "internal/mailshapes", "internal/coremail", "internal/smtptest", "internal/testca", "internal/golden", "internal/crashpoint", "internal/lazyregexp"}

// homes names the only packages that may import a third-party library: each
// library has one home, so that it can be replaced there. A test may use any.
var homes = map[string][]string{
	"go.etcd.io/bbolt":                {"store"},
	"github.com/emersion/go-imap/v2":  {"ingest/mailbox"},
	"github.com/emersion/go-msgauth":  {"ingest"},
	"github.com/emersion/go-smtp":     {"notify/mailer", "internal/smtptest"},
	"github.com/emersion/go-sasl":     {"notify/mailer", "internal/smtptest"},
	"github.com/wneessen/go-mail":     {"notify/mailer"},
	"github.com/goccy/go-yaml":        {"config"},
	"github.com/6tail/lunar-go":       {"config"},
	"github.com/alecthomas/kong":      {"cmd/taizhang"},
	"github.com/robfig/cron/v3":       {"app"},
	"github.com/xuri/excelize/v2":     {"aggregate/workbook", "ingest/sheet", "ingest/sheet/formula", "internal/samples", "internal/messy"},
	"github.com/richardlehane/mscfb":  {"ingest/attach", "ingest/sheet"},
	"github.com/nwaples/rardecode/v2": {"ingest/unpack"},
	"github.com/bodgit/sevenzip":      {"ingest/unpack"},
}

func TestImports(t *testing.T) {
	files, edges := 0, 0
	walk(t, func(dir, file string, imported []string) {
		files++
		allowed, known := rule(dir)
		if !known {
			t.Errorf("%s: package %s has no line in the import table", file, dir)
			return
		}
		for _, imp := range imported {
			ours, ok := strings.CutPrefix(imp, "taizhang/")
			if imp == "taizhang" {
				ours, ok = ".", true
			}
			if !ok {
				checkHome(t, dir, file, imp)
				continue
			}
			edges++
			if ours == "ledger" && !slices.Contains(withoutLedger, dir) {
				continue
			}
			if ours != dir && !slices.ContainsFunc(allowed, func(a string) bool { return matches(a, ours) }) {
				t.Errorf("%s: %s must not import %s", file, dir, ours)
			}
		}
	})
	if files < 50 || edges < 50 {
		t.Fatalf("only %d files with %d imports of ours were seen: the test looks in the wrong place", files, edges)
	}
	t.Logf("%d files, %d imports of ours", files, edges)
}

func checkHome(t *testing.T, dir, file, imp string) {
	t.Helper()
	for lib, home := range homes {
		if (imp == lib || strings.HasPrefix(imp, lib+"/")) && !slices.Contains(home, dir) {
			t.Errorf("%s: %s is at home in %s, not in %s", file, lib, strings.Join(home, ", "), dir)
		}
	}
}

func rule(dir string) ([]string, bool) {
	if r, ok := imports[dir]; ok {
		return r, true
	}
	for key, r := range imports {
		if matches(key, dir) {
			return r, true
		}
	}
	return nil, false
}

func matches(pattern, dir string) bool {
	base, all := strings.CutSuffix(pattern, "/...")
	return dir == base || all && strings.HasPrefix(dir, base+"/")
}

// walk calls f for every Go file that is not a test.
func walk(t *testing.T, f func(dir, file string, imported []string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && file != "."):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imported []string
		for _, i := range tree.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			imported = append(imported, p)
		}
		f(path.Dir(filepath.ToSlash(file)), file, imported)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
