package bulletin

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
	"unicode/utf8"

	"taizhang/ledger"
)

// Default is the built-in template, for an office that wants to change it.
//
//go:embed default.txt
var Default string

// Limits of a template: bytes of its file, and of the text it makes. Above
// them it fails.
const (
	maxTemplate = 256 << 10
	maxText     = 1 << 20
)

// Template is a parsed template.
type Template struct {
	file string
	tmpl *template.Template
}

// Problem is a mistake of a template.
type Problem struct {
	File string
	Line int // 1-based; 0 when no line can be named
	What string
	Hint string // what to do
}

// Error returns file:line, what is wrong and what to do.
func (p *Problem) Error() string {
	if p.Line > 0 {
		return fmt.Sprintf(textLine, p.File, p.Line, p.What, p.Hint)
	}
	return fmt.Sprintf(textFile, p.File, p.What, p.Hint)
}

// Load reads the template in the file, and the built-in one for "". It is not
// checked beyond its syntax: see Check.
func Load(path string) (*Template, error) {
	if path == "" {
		return Parse(builtinName, []byte(Default))
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxTemplate {
		return nil, &Problem{File: path, What: fmt.Sprintf(textTooLarge, maxTemplate>>10), Hint: hintTooLarge}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &Problem{File: path, What: fmt.Sprintf(textNoFile, err), Hint: hintNoFile}
	}
	return Parse(path, data)
}

// Check reads the template and writes sample bulletins with it, so that a
// mistake is known before a month depends on it. Errors are of type *Problem.
func Check(path string, c *ledger.Campaign) error {
	t, err := Load(path)
	if err != nil {
		return err
	}
	if err := t.rehearse(c); err != nil {
		return t.problem(err)
	}
	return nil
}

// keywords are the Chinese words for those of text/template.
var keywords = regexp.MustCompile(`\{\{(-? *)(否则 *如果|如果|否则|逐个|完)`)

var english = map[string]string{"如果": "if", "否则": "else", "逐个": "range", "完": "end", "否则如果": "else if"}

// functions are those a template may use.
var functions = template.FuncMap{
	"表格": func() string { return tableMark },
	"非":  func(v any) bool { return !truth(v) },
	"且":  func(a, b any) bool { return truth(a) && truth(b) },
	"或":  func(a, b any) bool { return truth(a) || truth(b) },
}

var builtins = []string{"not", "and", "or", "eq", "ne", "lt", "le", "gt", "ge", "len"}

func truth(v any) bool { t, ok := template.IsTrue(v); return t && ok }

// Parse reads a template. Errors are of type *Problem.
func Parse(file string, data []byte) (*Template, error) {
	t := &Template{file: file}
	text := bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, &Problem{File: file, What: textEncoding, Hint: hintEncoding}
	}
	lines := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	for i, l := range lines {
		l = strings.Map(plain, l)
		if strings.HasPrefix(l, "//") {
			l = ""
		}
		if p := lineProblem(l); p != nil {
			p.File, p.Line = file, i+1
			return nil, p
		}
		lines[i] = l
	}
	if strings.TrimSpace(strings.Join(lines, "")) == "" {
		return nil, &Problem{File: file, What: textEmpty, Hint: hintEmpty}
	}
	source := keywords.ReplaceAllStringFunc(strings.Join(lines, "\n"), func(s string) string {
		m := keywords.FindStringSubmatch(s)
		return "{{" + m[1] + english[strings.ReplaceAll(m[2], " ", "")]
	})
	tmpl, err := template.New("t").Option("missingkey=error").Funcs(functions).Parse(source)
	if err != nil {
		return nil, t.problem(err)
	}
	t.tmpl = tmpl
	for _, d := range tmpl.Templates() {
		if d.Name() != "t" {
			return nil, &Problem{File: file, What: fmt.Sprintf(textNode, "{{define}}"), Hint: hintNode}
		}
	}
	if err := t.walk(tmpl.Root); err != nil {
		return nil, err
	}
	return t, nil
}

// opening is what a line of a template begins with before its mark.
var opening = regexp.MustCompile(`^(\{\{[^}]*\}\})+`)

// lineProblem finds the mistakes of a line that need no facts.
func lineProblem(l string) *Problem {
	l = opening.ReplaceAllString(l, "")
	m := bracket.FindStringSubmatch(l)
	if m == nil {
		return nil
	}
	if _, ok := bracketKind(m[1]); !ok {
		return &Problem{What: fmt.Sprintf(textMark, m[1]), Hint: fmt.Sprintf(hintMark, bracketNames())}
	}
	return nil
}

// plain drops what a template must not hold: control characters but the tab,
// those of ours among them.
func plain(r rune) rune {
	if r < 0x20 && r != '\t' || r == 0x7f {
		return -1
	}
	return r
}

// problem turns an error of text/template into a Problem at its line.
func (t *Template) problem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		if p.File == "" {
			p.File = t.file
		}
		return p
	}
	if errors.Is(err, errLong) {
		return &Problem{File: t.file, What: textLong, Hint: hintLong}
	}
	p = &Problem{File: t.file}
	msg := err.Error()
	if m := regexp.MustCompile(`^template: t:(\d+)(?::\d+)?: (.*)$`).FindStringSubmatch(msg); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		msg = m[2]
	}
	if m := regexp.MustCompile(`started at t:(\d+)`).FindStringSubmatch(msg); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
	}
	if m := regexp.MustCompile(`no entry for key "([^"]*)"`).FindStringSubmatch(msg); m != nil {
		p.What, p.Hint = fmt.Sprintf(textField, m[1]), hintField
		return p
	}
	if m := regexp.MustCompile(`function "([^"]*)" not defined`).FindStringSubmatch(msg); m != nil {
		p.What, p.Hint = fmt.Sprintf(textFunction, m[1]), fmt.Sprintf(hintFunction, usable())
		return p
	}
	what, hint := textSyntax, hintSyntax
	if strings.Contains(msg, "executing") {
		what, hint = textRun, hintRun
	}
	for _, r := range reasons {
		if strings.Contains(msg, r[0]) {
			msg = r[1]
			break
		}
	}
	p.What, p.Hint = fmt.Sprintf(what, msg), hint
	return p
}

func usable() string {
	return strings.Join([]string{"如果", "否则", "逐个", "完", "非", "且", "或", "表格"}, comma)
}

// errLong says that a template makes more text than a bulletin can hold.
var errLong = errors.New("text of the bulletin above its limit")

// limited is a buffer that fails above maxText.
type limited struct{ strings.Builder }

// Write fails above the limit.
func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxText {
		return 0, errLong
	}
	return l.Builder.Write(p)
}

// fill writes the facts into the template.
func (t *Template) fill(f fields) ([]block, error) {
	var out limited
	if err := t.tmpl.Execute(&out, f); err != nil {
		return nil, err
	}
	bs, err := blocks(out.String())
	if err != nil {
		return nil, err
	}
	for _, b := range bs {
		if b.kind == title {
			return bs, nil
		}
	}
	return nil, &Problem{What: textNoTitle, Hint: hintNoTitle}
}

// walk refuses what a template of an office never needs: other templates,
// variables that loop without end, other functions.
func (t *Template) walk(n parse.Node) error {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return nil
		}
		for _, c := range n.Nodes {
			if err := t.walk(c); err != nil {
				return err
			}
		}
		return nil
	case *parse.TextNode, *parse.CommentNode:
		return nil
	case *parse.ActionNode:
		return t.pipe(n.Pipe)
	case *parse.IfNode:
		return errors.Join(t.pipe(n.Pipe), t.walk(n.List), t.walk(n.ElseList))
	case *parse.WithNode:
		return errors.Join(t.pipe(n.Pipe), t.walk(n.List), t.walk(n.ElseList))
	case *parse.RangeNode:
		for _, c := range n.Pipe.Cmds {
			for _, a := range c.Args {
				if _, counted := a.(*parse.NumberNode); counted {
					return t.refuse(n, fmt.Sprintf(textNode, a.String()), hintNode)
				}
			}
		}
		return errors.Join(t.pipe(n.Pipe), t.walk(n.List), t.walk(n.ElseList))
	}
	return t.refuse(n, fmt.Sprintf(textNode, n.String()), hintNode)
}

func (t *Template) pipe(p *parse.PipeNode) error {
	if p == nil {
		return nil
	}
	for _, c := range p.Cmds {
		for _, a := range c.Args {
			switch a := a.(type) {
			case *parse.IdentifierNode:
				if _, ours := functions[a.Ident]; !ours && !slices.Contains(builtins, a.Ident) {
					return t.refuse(a, fmt.Sprintf(textFunction, a.Ident), fmt.Sprintf(hintFunction, usable()))
				}
			case *parse.PipeNode:
				if err := t.pipe(a); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (t *Template) refuse(n parse.Node, what, hint string) error {
	where, _ := t.tmpl.ErrorContext(n)
	_, line, _ := strings.Cut(where, ":")
	line, _, _ = strings.Cut(line, ":")
	p := &Problem{File: t.file, What: what, Hint: hint}
	p.Line, _ = strconv.Atoi(line)
	return p
}
