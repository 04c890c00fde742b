package reply

import (
	"strings"
	"unicode"

	"taizhang/internal/lazyregexp"
)

// Own returns what the sender wrote: the lines above and between what they
// quote. What stands below a header of the quoted mail without a mark of its
// own counts as quoted: rather nothing read than our own words taken for the
// county's.
func Own(text string) string {
	var out []string
	lines := strings.Split(strings.ReplaceAll(clean(text), "\r\n", "\n"), "\n")
	for i, line := range lines {
		flat := strings.TrimSpace(fold(line))
		switch {
		case quoted.MatchString(flat):
			continue
		case signature.MatchString(flat), below.MatchString(flat):
			return join(out)
		case wrote.MatchString(flat):
			if !nextIsQuoted(lines[i+1:]) {
				return join(out)
			}
			continue
		}
		out = append(out, strings.TrimRight(line, " \t\u3000"))
	}
	return join(out)
}

func join(lines []string) string { return strings.Trim(strings.Join(lines, "\n"), "\n \t\u3000") }

func nextIsQuoted(lines []string) bool {
	for _, l := range lines {
		if flat := strings.TrimSpace(fold(l)); flat != "" {
			return quoted.MatchString(flat)
		}
	}
	return false
}

// How mailers set off what they quote: 163 and its desktop program, QQ and
// Foxmail, Outlook, Apple, and those who write English. All on folded lines.
var (
	quoted    = lazyregexp.New(`^[>|│]`)
	signature = lazyregexp.New(`^--$`)
	below     = lazyregexp.New(`(?i)^(` + strings.Join([]string{
		`[-_=*~\s]{2,}\s*(回复的?|转发的?|被转发|原始|以下是|引用|original|forwarded|reply|begin|replied)`,
		`[-_]{8,}$`,
		`原始?邮件(信息|内容)?\s*:?$`, `begin forwarded message`,
		`[*\s]*(发件人|寄件者|寄件人|发送人|from)[*\s]*:`,
		`[*\s]*(发送时间|发送日期|收件人|sent|date)[*\s]*:`,
		`(发件人|寄件者)\s*\|`,
	}, "|") + `)`)
	wrote = lazyregexp.New(`(?i)(写道|寫道|来信说|wrote)\s*:?\s*$`)
)

// Marks of our own mails. Where they stand in what should be the sender's own
// words, a mailer has quoted us without a mark.
var ours = []string{"台账系统自动发送", "请直接回复本邮件", "逐项写明问题编号", "怎么改:"}

// clean drops characters that nobody sees and gives every space its plain form.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\u00a0' || r == '\u2002' || r == '\u2003' || r == '\u2009':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// fold writes full-width letters, digits and marks as narrow ones, character
// for character.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		case r == 0x3000:
			return ' '
		case r == '︰' || r == '∶' || r == '﹕':
			return ':'
		case r == '﹑':
			return '、'
		}
		return r
	}, s)
}
