package taizhang_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Files stay under 400 lines and functions under 60, or a comment says why
// (CONTRIBUTING.md). The sentence is found by these words.
const (
	maxFile     = 400
	maxFunction = 60
	excuse      = "long because"
)

func TestSizes(t *testing.T) {
	functions := 0
	walk(t, func(_, file string, _ []string) {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(src, []byte("\n")); n > maxFile && !bytes.Contains(src, []byte(excuse)) {
			t.Errorf("%s has %d lines and does not say why", file, n)
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, file, src, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			functions++
			n := set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1
			if n > maxFunction && !strings.Contains(f.Doc.Text(), excuse) {
				t.Errorf("%s: %s has %d lines and does not say why", file, f.Name.Name, n)
			}
		}
	})
	t.Logf("%d functions", functions)
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	docs := map[string]bool{}
	walk(t, func(dir, file string, _ []string) {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		docs[dir] = docs[dir] || tree.Doc.Text() != ""
	})
	for dir, ok := range docs {
		if !ok {
			t.Errorf("package %s has no package comment", dir)
		}
	}
}

// Every dependency of go.mod that is ours by choice has its line in
// ARCHITECTURE.md, and every line there has its dependency.
func TestEveryDependencyHasItsReason(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	direct := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1) {
		direct[m[1]] = true
		if !strings.Contains(string(text), "`"+m[1]+"`") {
			t.Errorf("%s has no line in ARCHITECTURE.md", m[1])
		}
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `((?:github|go|golang|pgregory)[^`]+)` ").FindAllStringSubmatch(string(text), -1) {
		if !direct[m[1]] {
			t.Errorf("ARCHITECTURE.md has a line for %s, which go.mod does not require directly", m[1])
		}
	}
	if len(direct) < 10 {
		t.Fatalf("only %d dependencies were seen", len(direct))
	}
}

// Verification of certificates cannot be switched off anywhere.
func TestNoWayAroundTLS(t *testing.T) {
	banned := "Insecure" + "SkipVerify"
	err := filepath.WalkDir(".", func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".go" {
			return err
		}
		src, err := os.ReadFile(file)
		if bytes.Contains(src, []byte(banned)) {
			t.Errorf("%s mentions %s", file, banned)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
