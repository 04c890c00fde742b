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
	"slices"
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

// Fault 54: the office's zone is in the program itself, whatever the host has. On
// a host with zone data no run of the program can show that, so the sources are
// looked at: config brings the data, and the command needs config.
func TestZoneIsBuiltIn(t *testing.T) {
	data, command := false, false
	walk(t, func(dir, _ string, imported []string) {
		data = data || dir == "config" && slices.Contains(imported, "time/tzdata")
		command = command || dir == "cmd/taizhang" && slices.Contains(imported, "taizhang/config")
	})
	if !data || !command {
		t.Errorf("config imports time/tzdata: %t, the command imports config: %t", data, command)
	}
}

// callers are the files that may open a connection, wait for one or ask a name
// server, and whom they reach: nothing else of the program has a way out, so that
// no link of a mail or a document is opened. Libraries that dial by themselves are
// at home in the packages of these files alone (homes).
var callers = map[string]string{
	"ingest/mailbox/session.go": "the configured IMAP server",
	"notify/mailer/client.go":   "the configured SMTP server",
	"app/control.go":            "the control socket, a file of the store's owner",
	"app/app.go":                "DKIM keys of senders (TXT records)",
}

// network finds what opens a connection, waits for one or asks a name server.
var network = regexp.MustCompile(`\b(?:net|tls)\.(?:Dial\w*|Dialer|Listen\w*|Lookup\w+|Resolver|DefaultResolver)\b|\bhttp\.(?:Get|Head|Post\w*|Client|DefaultClient|Transport|DefaultTransport|Server|Serve\w*|ListenAndServe\w*|NewRequest\w*)\b|\bsyscall\.(?:Socket|Connect)\b`)

// Fault 76: a link is shown to its sender as words and never followed.
func TestOnlyMailServersAreCalled(t *testing.T) {
	seen := map[string]bool{}
	walk(t, func(dir, file string, imported []string) {
		if dir == "internal" || strings.HasPrefix(dir, "internal/") || strings.HasPrefix(dir, "e2e") {
			return // servers of demo and tests
		}
		file = filepath.ToSlash(file)
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		seen[file] = network.Match(src)
		if _, may := callers[file]; seen[file] && !may {
			t.Errorf("%s reaches the network: %s", file, network.Find(src))
		}
		if slices.Contains(imported, "net/http") && file != "app/control.go" || slices.Contains(imported, "net/smtp") || slices.Contains(imported, "net/rpc") {
			t.Errorf("%s has a client of its own: %v", file, imported)
		}
	})
	for file, what := range callers {
		if !seen[file] {
			t.Errorf("%s does not call %s any more: take its line away", file, what)
		}
	}
}
