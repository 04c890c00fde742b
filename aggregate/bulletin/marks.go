package bulletin

import (
	"fmt"
	"regexp"
	"strings"
)

// kind is what a line of the filled template is, as type is set (GB/T 9704).
type kind int

const (
	body     kind = iota // 正文: two characters in
	redHead              // 版头: the place of the issuer's red mark
	number               // 发文字号, with the red rule below it
	title                // 标题, one line of it
	subtitle             // 副题: 更正版第 n 号
	alert                // 提示
	to                   // 主送
	heading1             // 一、
	heading2             // （一）
	caption              // 表题
	note                 // 注
	signer               // 落款
	dated                // 成文日期
	tableOf              // the table
)

// block is one paragraph, or the table.
type block struct {
	kind kind
	text string
}

// brackets are the marks in brackets.
var brackets = []struct {
	name string
	kind kind
}{
	{"版头", redHead}, {"文号", number}, {"副题", subtitle}, {"提示", alert}, {"主送", to}, {"表题", caption}, {"注", note}, {"落款", signer}, {"成文日期", dated},
}

func bracketNames() string {
	var out []string
	for _, b := range brackets {
		out = append(out, "【"+b.name+"】")
	}
	return strings.Join(out, comma)
}

func bracketKind(name string) (kind, bool) {
	for _, b := range brackets {
		if b.name == name {
			return b.kind, true
		}
	}
	return 0, false
}

// bracket splits a line that begins with a bracket into its name and the rest.
var bracket = regexp.MustCompile(`^【([^】]*)】(.*)$`)

// ordinal is a number before a heading, which the program writes itself.
var ordinal = regexp.MustCompile(`^(（?[一二三四五六七八九十]+）|[一二三四五六七八九十]+、)\s*`)

// blocks reads the filled template line by line. Headings are numbered here,
// so that a section that is left out leaves no gap.
func blocks(text string) ([]block, error) {
	var out []block
	first, second := 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, " \t　")
		if line == "" {
			continue
		}
		b, mark, err := read(line)
		if err != nil {
			return nil, err
		}
		b.text = strings.ReplaceAll(b.text, string(guard), "")
		if b.text == "" && b.kind != tableOf {
			return nil, &Problem{What: fmt.Sprintf(textEmptyMark, mark), Hint: hintEmptyMark}
		}
		switch b.kind {
		case heading1:
			first, second = first+1, 0
			b.text = numeral(first) + "、" + b.text
		case heading2:
			second++
			b.text = "（" + numeral(second) + "）" + b.text
		}
		out = append(out, b)
	}
	return out, nil
}

// read tells what a line is, and by which mark.
func read(line string) (block, string, error) {
	for _, h := range []struct {
		mark string
		kind kind
	}{{"###", heading2}, {"##", heading1}, {"#", title}} {
		if rest, ok := strings.CutPrefix(line, h.mark); ok {
			rest = strings.TrimSpace(rest)
			if h.kind != title {
				rest = ordinal.ReplaceAllString(rest, "")
			}
			return block{h.kind, rest}, h.mark, nil
		}
	}
	if strings.Contains(line, tableMark) {
		if strings.TrimSpace(line) != tableMark {
			return block{}, "", &Problem{What: textTableLine, Hint: hintTableLine}
		}
		return block{kind: tableOf}, "", nil
	}
	m := bracket.FindStringSubmatch(line)
	if m == nil {
		return block{body, strings.TrimLeft(line, " \t　")}, line, nil
	}
	if k, ok := bracketKind(m[1]); ok {
		text := m[2]
		if k != number { // its blanks are room for the number
			text = strings.TrimSpace(text)
		}
		return block{k, text}, "【" + m[1] + "】", nil
	}
	return block{}, "", &Problem{What: fmt.Sprintf(textMark, m[1]), Hint: fmt.Sprintf(hintMark, bracketNames())}
}

var digits = []rune("零一二三四五六七八九")

// numeral is n in Chinese, up to 99.
func numeral(n int) string {
	tens, ones := n/10, n%10
	s := ""
	if tens > 1 {
		s = string(digits[tens])
	}
	if tens > 0 {
		s += "十"
	}
	if ones > 0 {
		s += string(digits[ones])
	}
	return s
}
