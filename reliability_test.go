package taizhang_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// faults is how many rows the table of docs/reliability.md has: the faults of
// the catalogue that it was made from.
const faults = 130

// TestEveryRowHasItsTest wants every fault in docs/reliability.md exactly once,
// each with a test that is there.
func TestEveryRowHasItsTest(t *testing.T) {
	text, err := os.ReadFile("docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, err := testFunctions(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(tests) < 500 {
		t.Fatalf("only %d tests were seen: the test looks in the wrong place", len(tests))
	}
	bad := checkRows(string(text), tests)
	for _, b := range bad {
		t.Error(b)
	}
	if len(bad) == 0 {
		fmt.Printf("reliability: %d of %d rows have a test\n", faults, faults)
	}
}

// row is a line of the table: number, fault, who is told, what is stored or
// done, what is never done, tests.
var row = regexp.MustCompile(`^\|\s*([0-9]+)\s*\|`)

// named is a test as a row names it: its folder and its function.
var named = regexp.MustCompile("`([a-z0-9_/.]*\\.(?:Test|Fuzz)\\w*)`")

// checkRows returns what is wrong with the rows of the text, each with its
// number. tests are the functions that there are, as folder.Name.
func checkRows(text string, tests map[string]bool) []string {
	var bad []string
	seen := map[int]int{}
	for line := range strings.Lines(text) {
		m := row.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		n, err := strconv.Atoi(m[1])
		if err != nil || n < 1 || n > faults {
			bad = append(bad, fmt.Sprintf("row %s: the rows go from 1 to %d", m[1], faults))
			continue
		}
		seen[n]++
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 6 {
			bad = append(bad, fmt.Sprintf("row %d: %d cells, want 6", n, len(cells)))
			continue
		}
		for i, c := range cells {
			if strings.TrimSpace(c) == "" {
				bad = append(bad, fmt.Sprintf("row %d: cell %d is empty", n, i+1))
			}
		}
		names := named.FindAllStringSubmatch(cells[5], -1)
		if len(names) == 0 {
			bad = append(bad, fmt.Sprintf("row %d has no test", n))
		}
		for _, name := range names {
			if !tests[name[1]] {
				bad = append(bad, fmt.Sprintf("row %d: there is no test %s", n, name[1]))
			}
		}
	}
	for n := 1; n <= faults; n++ {
		if seen[n] != 1 {
			bad = append(bad, fmt.Sprintf("row %d is there %d times", n, seen[n]))
		}
	}
	return bad
}

// testFunctions returns the tests and fuzz targets below root as folder.Name,
// whatever build tags their files have.
func testFunctions(root string) (map[string]bool, error) {
	out := map[string]bool{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && file != root):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, "_test.go"):
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		if rel == "." {
			rel = "taizhang" // the module's own
		}
		for _, decl := range tree.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && takesTesting(f) {
				out[filepath.ToSlash(rel)+"."+f.Name.Name] = true
			}
		}
		return nil
	})
	return out, err
}

// takesTesting reports whether go test runs the function: by its name and its
// one parameter, *testing.T or *testing.F.
func takesTesting(f *ast.FuncDecl) bool {
	kind := map[bool]string{true: "T", false: "F"}[strings.HasPrefix(f.Name.Name, "Test")]
	if !strings.HasPrefix(f.Name.Name, "Test") && !strings.HasPrefix(f.Name.Name, "Fuzz") || f.Name.Name == "TestMain" || len(f.Type.Params.List) != 1 {
		return false
	}
	star, ok := f.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	sel, ok := star.X.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == kind
}

// The check itself fails for each thing that can be wrong with the table, and
// names the row.
func TestRowsAreChecked(t *testing.T) {
	tests := map[string]bool{"a/b.TestX": true, "taizhang.TestY": true}
	good := func(n int) string { return fmt.Sprintf("| %d | f | t | s | n | `a/b.TestX`, `taizhang.TestY` |\n", n) }
	table := func(change func(n int) string) string {
		var b strings.Builder
		b.WriteString("# Title\n\n| # | fault | told | stored | never | tests |\n|---|---|---|---|---|---|\n")
		for n := 1; n <= faults; n++ {
			b.WriteString(change(n))
		}
		return b.String()
	}
	if bad := checkRows(table(good), tests); len(bad) > 0 {
		t.Fatalf("a good table: %v", bad)
	}
	for want, line := range map[string]string{
		"row 77 has no test":                      "| 77 | f | t | s | n | by hand |\n",
		"row 77: there is no test a/b.TestZ":      "| 77 | f | t | s | n | `a/b.TestX`, `a/b.TestZ` |\n",
		"row 77 is there 0 times":                 "",
		"row 77 is there 2 times":                 good(77) + good(77),
		"row 77: 5 cells, want 6":                 "| 77 | f | t | s | `a/b.TestX` |\n",
		"row 77: cell 3 is empty":                 "| 77 | f |  | s | n | `a/b.TestX` |\n",
		"row 131: the rows go from 1 to 130":      good(77) + good(131),
		"row 77: there is no test a.TestX":        "| 77 | f | t | s | n | `a.TestX` |\n",
		"row 77: there is no test a/b.TestXandUp": "| 77 | f | t | s | n | `a/b.TestXandUp` |\n",
	} {
		bad := checkRows(table(func(n int) string {
			if n == 77 {
				return line
			}
			return good(n)
		}), tests)
		if !slices.Contains(bad, want) {
			t.Errorf("got %v, want %q among it", bad, want)
		}
	}
	dir := t.TempDir()
	src := "//go:build crash\n\npackage x\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\nfunc FuzzB(f *testing.F) {}\nfunc TestMain(m *testing.M) {}\nfunc TestHelper(t *testing.T, n int) {}\n// func TestGone(t *testing.T) {}\n"
	if err := os.WriteFile(filepath.Join(dir, "x_test.go"), []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := testFunctions(dir)
	if err != nil || len(got) != 2 || !got["taizhang.TestA"] || !got["taizhang.FuzzB"] {
		t.Errorf("got %v, %v", got, err)
	}
}

// Fault 125: no part of the program waits for others, but for the control socket
// and the servers of demo and tests, which are on loopback. A call counts by its
// name, whether of a package or of a value (a server's ListenAndServe, a
// ListenConfig's Listen); App.Listen, which opens the control socket, is the one
// that takes nothing.
func TestNobodyListens(t *testing.T) {
	found := map[string][]string{}
	walk(t, func(dir, file string, _ []string) {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if l := listens(call); l != "" {
				found[dir] = append(found[dir], l)
			}
			return true
		})
	})
	want := map[string][]string{"app": {`net.Listen "unix"`}, "internal/coremail": {`net.Listen "tcp"`}, "internal/smtptest": {`net.Listen "tcp"`}}
	if fmt.Sprint(found) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", found, want)
	}
	for dir, allowed := range imports { // those servers are in the demo, and nowhere else in the program
		for _, s := range []string{"internal/coremail", "internal/smtptest"} {
			if slices.Contains(allowed, s) && dir != "app/demo" && !strings.HasPrefix(dir, "internal/") && !strings.HasPrefix(dir, "e2e") {
				t.Errorf("%s imports %s", dir, s)
			}
		}
	}
}

// opens are the names of what waits for others: in net, net/http, crypto/tls and
// wherever else they are used, and what makes a listener of a descriptor.
var opens = regexp.MustCompile(`^(Listen|FileListener$|FilePacketConn$)`)

// listens returns a call that waits for others with its network, "" for every other.
func listens(call *ast.CallExpr) string {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !opens.MatchString(sel.Sel.Name) || sel.Sel.Name == "Listen" && len(call.Args) == 0 {
		return ""
	}
	of, network := "?", "?"
	if x, ok := sel.X.(*ast.Ident); ok {
		of = x.Name
	}
	if len(call.Args) > 0 {
		if lit, ok := call.Args[0].(*ast.BasicLit); ok {
			network = lit.Value
		}
	}
	return of + "." + sel.Sel.Name + " " + network
}

// What waits is seen in whatever way it is called.
func TestWhoListensIsSeen(t *testing.T) {
	for text, want := range map[string]string{
		`net.Listen("tcp", x)`: `net.Listen "tcp"`, `srv.ListenAndServe()`: "srv.ListenAndServe ?", `(&net.ListenConfig{}).Listen(ctx, "tcp", x)`: "?.Listen ?",
		`c.Listen(ctx, "tcp", x)`: "c.Listen ?", `net.FileListener(f)`: "net.FileListener ?", `tls.Listen("tcp", x, c)`: `tls.Listen "tcp"`, `a.Listen()`: "", `net.Dial("tcp", x)`: "",
	} {
		e, err := parser.ParseExpr(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := listens(e.(*ast.CallExpr)); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
