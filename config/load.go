package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"taizhang"
)

// Problem is one mistake of a configuration file.
type Problem struct {
	File         string
	Line, Column int    // 1-based; 0 when no place can be named
	What         string // what is wrong
	Hint         string // what to write
}

// Error returns file:line:column, what is wrong and what to write.
func (p *Problem) Error() string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	if p.Hint == "" {
		return where + ": " + p.What
	}
	return where + ": " + p.What + "\n    " + p.Hint
}

// Load reads and validates the file. The error joins one *Problem for each
// mistake found, in the order of the file.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &Problem{File: path, What: fmt.Sprintf(textNoFile, err), Hint: hintNoFile}
	}
	return parse(path, data)
}

// Show returns the valid file as YAML without its comments. It holds no
// secret, because a file never does.
func Show(path string) (string, error) {
	if _, err := Load(path); err != nil {
		return "", err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", &Problem{File: path, What: fmt.Sprintf(textNoFile, err), Hint: hintNoFile}
	}
	var tree yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(data, &tree, yaml.UseOrderedMap()); err != nil {
		return "", yamlProblem(path, err)
	}
	out, err := yaml.Marshal(tree)
	if err != nil {
		return "", fmt.Errorf("print %s: %w", path, err)
	}
	return string(out), nil
}

// Builtin returns the built-in campaign: config.example.yaml as embedded.
func Builtin() (*Config, error) {
	cfg, err := parse("config.example.yaml", taizhang.ExampleConfig)
	if err != nil {
		return nil, err
	}
	cfg.Path = ""
	return cfg, nil
}

func parse(path string, data []byte) (*Config, error) {
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, yamlProblem(path, err)
	}
	if p := oneDocument(path, tree); p != nil {
		return nil, p
	}
	f, err := defaults(tree)
	if err != nil {
		return nil, err
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(f); err != nil {
		return nil, yamlProblem(path, err)
	}
	b := &builder{path: path, tree: tree}
	cfg := b.config(f)
	if len(b.problems) > 0 {
		slices.SortStableFunc(b.problems, func(x, y *Problem) int { return x.Line - y.Line })
		errs := make([]error, len(b.problems))
		for i, p := range b.problems {
			errs[i] = p
		}
		return nil, errors.Join(errs...)
	}
	cfg.Path = path
	return cfg, nil
}

// oneDocument reports a file that says nothing, or that holds a second
// document behind ---: the decoder would pass over that in silence.
func oneDocument(path string, tree *ast.File) *Problem {
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return &Problem{File: path, Line: 1, Column: 1, What: textEmptyFile, Hint: hintNoFile}
	}
	if len(tree.Docs) == 1 {
		return nil
	}
	p := &Problem{File: path, Line: 1, Column: 1, What: textSecondDocument, Hint: hintSecondDocument}
	if tk := tree.Docs[1].Start; tk != nil && tk.Position != nil {
		p.Line, p.Column = tk.Position.Line, tk.Position.Column
	}
	return p
}

// yamlProblem turns an error of the YAML library into a Problem at its place,
// or at the beginning when it names none.
func yamlProblem(path string, err error) *Problem {
	p := &Problem{File: path, Line: 1, Column: 1, What: fmt.Sprintf(textSyntax, firstLine(err.Error())), Hint: hintSyntax}
	var ye yaml.Error
	if !errors.As(err, &ye) {
		return p
	}
	if tk := ye.GetToken(); tk != nil && tk.Position != nil && tk.Position.Line > 0 && tk.Position.Column > 0 {
		p.Line, p.Column = tk.Position.Line, tk.Position.Column
	}
	msg := ye.GetMessage()
	p.What = fmt.Sprintf(textSyntax, firstLine(msg))
	var unknown *yaml.UnknownFieldError
	var typ *yaml.TypeError
	switch {
	case errors.As(err, &unknown):
		p.What, p.Hint = fmt.Sprintf(textUnknownKey, ye.GetToken().Value), hintUnknownKey
	case strings.Contains(msg, "already defined"): // the parser tells it as a syntax error
		p.What, p.Hint = fmt.Sprintf(textDuplicateKey, ye.GetToken().Value), hintDuplicateKey
	case errors.As(err, &typ):
		p.What, p.Hint = fmt.Sprintf(textType, ye.GetToken().Value, typeName(typ.DstType.Kind().String())), hintType
	}
	return p
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// builder collects the problems of one file while it builds the Config.
type builder struct {
	path     string
	tree     *ast.File
	problems []*Problem
}

// problem records a mistake at the YAML path, such as $.schedule.due_day.
func (b *builder) problem(path, what, hint string) {
	line, col := b.place(path)
	b.problems = append(b.problems, &Problem{File: b.path, Line: line, Column: col, What: what, Hint: hint})
}

// place finds the node at the path, or its nearest ancestor that stands in
// the file.
func (b *builder) place(path string) (line, col int) {
	for path != "$" && path != "" {
		p, err := yaml.PathString(path)
		if err == nil {
			if n, err := p.FilterFile(b.tree); err == nil && n != nil && n.GetToken() != nil {
				pos := n.GetToken().Position
				return pos.Line, pos.Column
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 1, 1
}

// defaults returns what holds for keys that the file leaves out: the built-in
// values of the sections that are not about one city. A form is taken whole or
// not at all, so that two forms never mix.
func defaults(tree *ast.File) (*file, error) {
	var ex, f file
	if err := yaml.Unmarshal(taizhang.ExampleConfig, &ex); err != nil {
		return nil, yamlProblem("config.example.yaml", err)
	}
	f.Sending, f.Schedule, f.Reminders, f.Workdays = ex.Sending, ex.Schedule, ex.Reminders, ex.Workdays
	f.Senders, f.Limits = ex.Senders, ex.Limits
	f.Mailbox.IMAP, f.Mailbox.SMTP, f.Mailbox.Poll = ex.Mailbox.IMAP, ex.Mailbox.SMTP, ex.Mailbox.Poll
	f.Campaign.Basis, f.Store, f.Backup = ex.Campaign.Basis, ex.Store, ex.Backup
	form, err := yaml.PathString("$.form")
	if err != nil {
		return nil, fmt.Errorf("config: path of the form: %w", err)
	}
	if n, err := form.FilterFile(tree); err != nil || n == nil {
		f.Form = ex.Form
	}
	return &f, nil
}
