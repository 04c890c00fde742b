package bulletin_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"taizhang/aggregate/bulletin"
)

// Each mistake is told with its line and what to do.
func TestMistakesOfATemplate(t *testing.T) {
	c, _ := world(t)
	for name, k := range map[string]struct {
		text string
		line int
		want string
	}{
		"no end":            {"# 题\n{{如果 .更正版}}\n字\n", 0, "缺少{{完}}"},
		"one end too many":  {"# 题\n字{{完}}\n", 2, "多了一个{{完}}"},
		"unclosed":          {"# 题\n{{.城市\n", 2, "写法有误"},
		"unknown field":     {"# 题\n{{如果 .变动}}{{.成市}}{{完}}\n", 2, "没有“成市”这个字段"},
		"field out of turn": {"# 题\n\n{{逐个 .变动}}{{.城市}}{{完}}\n", 3, "没有“城市”这个字段"},
		"unknown function":  {"# 题\n{{大写 .城市}}\n", 2, "不能使用“大写”"},
		"forbidden":         {"# 题\n{{printf \"%999999d\" 1}}\n", 2, "不能使用“printf”"},
		"endless":           {"# 题\n{{range 1000000000}}字{{end}}\n", 2, "不能使用这种写法"},
		"recursion":         {"# 题\n{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}\n", 0, "不能使用这种写法"},
		"unknown mark":      {"# 题\n\n{{如果 .更正版}}【落歀】小组{{完}}\n", 3, "不认识的标记“【落歀】”"},
		"empty mark":        {"# 题\n【提示】{{.邮箱不可读}}\n", 0, "“【提示】”后面没有文字"},
		"table in a line":   {"# 题\n见{{表格}}\n", 0, "须独占一行"},
		"no title":          {"正文\n{{表格}}\n", 0, "没有标题"},
		"empty":             {"// 只有说明\n\n", 0, "没有内容"},
		"not UTF-8":         {"# \xb1\xea\xcc\xe2\n", 0, "不是 UTF-8"},
		"binary":            {"PK\x03\x04\xff\xfe", 0, "不是 UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "模板.txt")
			if err := os.WriteFile(path, []byte(k.text), 0o644); err != nil {
				t.Fatal(err)
			}
			err := bulletin.Check(path, c)
			var p *bulletin.Problem
			if !errors.As(err, &p) {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(p.Error(), k.want) || k.line > 0 && p.Line != k.line || p.Hint == "" || p.File != path {
				t.Errorf("line %d, want %d with %q:\n%v", p.Line, k.line, k.want, p)
			}
		})
	}
	var p *bulletin.Problem
	if err := bulletin.Check(filepath.Join(t.TempDir(), "没有.txt"), c); !errors.As(err, &p) || !strings.Contains(p.Error(), "bulletin.template") {
		t.Errorf("a file that is not there: %v", err)
	}
	large := filepath.Join(t.TempDir(), "大.txt")
	if err := os.WriteFile(large, []byte(strings.Repeat("# 题\n", 1<<17)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := bulletin.Check(large, c); !errors.As(err, &p) || !strings.Contains(p.Error(), "超过") {
		t.Errorf("a large file: %v", err)
	}
}

// A clerk's own template: saved by Notepad with its mark and line ends,
// numbers of headings written by hand, English words where she knows them.
func TestAnOwnTemplate(t *testing.T) {
	c, _ := world(t)
	own := "\ufeff// 自己的\r\n# {{.城市}}简报\r\n## 九、进展\r\n{{if .本月合计}}新增{{.本月合计}}。{{else}}无。{{end}}\r\n### （三）做法\r\n{{逐个 .做法}}\r\n　　{{.单位}}\r\n{{完}}\r\n{{表格}}\r\n## 其他\r\n {{$.年度}}年。\r\n"
	path := filepath.Join(t.TempDir(), "简报.txt")
	if err := os.WriteFile(path, []byte(own), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := bulletin.Check(path, c); err != nil {
		t.Fatal(err)
	}
	tmpl, err := bulletin.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	a, err := bulletin.Write(full(t), tmpl)
	if err != nil {
		t.Fatal(err)
	}
	got := text(t, a.Data)
	for _, want := range []string{"许昌市简报\n一、进展\n新增3360人。\n（一）做法\n市本级\n禹州市\n", "| 单位 |", "二、其他\n2022年。\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}

// The manual names every field and mark of the program, and no other.
func TestTheManualNamesEveryField(t *testing.T) {
	data, err := os.ReadFile("../../docs/bulletin-template.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\|[　 ]*`(\\.[^`.]+|【[^`】]+】)`").FindAllStringSubmatch(string(data), -1) {
		named[m[1]] = true
	}
	c, _ := world(t)
	want := []string{"【版头】", "【文号】", "【副题】", "【提示】", "【主送】", "【表题】", "【注】", "【落款】", "【成文日期】"}
	for _, f := range bulletin.FieldNames(c) {
		want = append(want, "."+f)
	}
	for _, f := range want {
		if !named[f] {
			t.Errorf("the manual does not name %s", f)
		}
		delete(named, f)
	}
	for f := range named {
		t.Errorf("the manual names %s, which does not exist", f)
	}
}
