package check

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"taizhang/internal/lazyregexp"
)

// This file knows the words of Annex 3: headers, keys, and a mail address.

// field is what a header or key of a roster asks for.
type field uint8

const (
	fieldNone field = iota
	fieldOfficer
	fieldLiaison
	fieldName
	fieldPost
	fieldPhone
	fieldMail
	fieldUnit
	fieldRole
	fieldIgnored
	fieldCount
)

var (
	mailAddress = lazyregexp.New(`^[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+$`)
	bracketTail = lazyregexp.New(`[(（][^()（）]*[)）]$`)
	// rosterKey is a key inside a text, with its colon; spaces may stand inside.
	rosterKeys = lazyregexp.New(keyPattern())
)

// rosterFields are the words of Annex 3 beside the form's own for its roles.
var rosterFields = []struct {
	words []string
	field field
}{
	{[]string{"姓名", "名字"}, fieldName},
	{[]string{"单位及职务", "单位职务", "工作单位及职务", "所在单位及职务", "职务", "职位", "部门及职务", "单位和职务", "单位、职务", "职务职称"}, fieldPost},
	{[]string{"联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "办公电话", "移动电话", "联系手机", "联系电话手机"}, fieldPhone},
	{[]string{"邮箱", "电子邮箱", "信箱", "电子信箱", "电子邮件", "邮箱地址", "e-mail", "email"}, fieldMail},
	{[]string{"填报单位", "报送单位", "单位名称", "上报单位", "县市区", "县区", "县(市、区)", "县（市、区）", "所属单位", "单位"}, fieldUnit},
	{[]string{"类别", "岗位", "身份", "人员类别", "角色", "项目"}, fieldRole},
	{[]string{"序号", "备注", "编号", "说明"}, fieldIgnored},
}

func keyPattern() string {
	var words []string
	for _, f := range rosterFields {
		if f.field != fieldIgnored && f.field != fieldRole {
			words = append(words, f.words...)
		}
	}
	words = append(words, "工作负责人", "单位负责人", "负责人", "联络员", "联系人")
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	for i, w := range words {
		var b strings.Builder
		for j, r := range []rune(w) {
			if j > 0 {
				b.WriteString(`[\s　]*`)
			}
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
		words[i] = b.String()
	}
	return `(?i)(` + strings.Join(words, "|") + `)[\s　]*(?:姓[\s　]*名)?[\s　]*[:：]`
}

// squeezed is the text without spaces and a last colon or bracket: 工 作 负 责 人.
func squeezed(text string) string {
	t := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '　' || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	t = strings.TrimRight(t, ":：")
	if b := bracketTail.ReplaceAllString(t, ""); b != "" {
		t = b
	}
	return t
}

// fieldOf returns what the whole text asks for as a header or key.
func (s *sheet) fieldOf(text string) field {
	t := squeezed(text)
	if t == "" || len([]rune(t)) > 12 {
		return fieldNone
	}
	w := &s.form.Words
	role := strings.TrimSuffix(t, "姓名")
	switch {
	case t != "姓名" && slices.Contains(w.Officer, role):
		return fieldOfficer
	case t != "姓名" && slices.Contains(w.Liaison, role):
		return fieldLiaison
	}
	for _, f := range rosterFields {
		if slices.Contains(f.words, t) || slices.Contains(f.words, strings.Trim(t, "()（）")) {
			return f.field
		}
	}
	for _, f := range []struct {
		tail  string
		field field
	}{{"电话", fieldPhone}, {"职务", fieldPost}, {"邮箱", fieldMail}} {
		if strings.HasSuffix(t, f.tail) && len([]rune(t)) <= 8 {
			return f.field
		}
	}
	return fieldNone
}

// keyed is a key with the value behind it in the same text.
type keyed struct {
	field field
	value string
}

// keysIn returns the keys of a text and their values.
func (s *sheet) keysIn(text string) []keyed {
	at := rosterKeys.FindAllStringSubmatchIndex(text, -1)
	var out []keyed
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		f := s.fieldOf(text[m[2]:m[3]])
		if f != fieldNone {
			out = append(out, keyed{f, strings.Trim(text[m[1]:end], " \t\r\n　,，;；、。|")})
		}
	}
	return out
}
