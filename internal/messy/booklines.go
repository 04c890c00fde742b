package messy

import (
	"fmt"
	"strings"

	"taizhang/ledger"
)

// bookSpecs are lines for sentences of the rule book that the lists of layouts
// and spellings leave out: whole numbers, tracked changes, mails with several
// files, subjects, files that are no tables.
func bookSpecs() []spec {
	var out []spec
	for _, k := range fullKeys {
		out = append(out, spec{"§2 whole numbers", k + " negative", func(m *maker) Case {
			m.put(k, pick(m.rng, []any{-m.n[k], fmt.Sprintf("-%d", m.n[k]), fmt.Sprintf("－%d", m.n[k])}))
			return m.refused(m.case1(m.full()))
		}}, spec{"§2 whole numbers", k + " with a fraction", func(m *maker) Case {
			m.put(k, pick(m.rng, []any{float64(m.n[k]) + 0.25, fmt.Sprintf("%d.5", m.n[k])}))
			return m.turned(m.case1(m.full()), ledger.Returned, ledger.CDecimal)
		}}, spec{"§2 whole numbers", k + " of four digits", func(m *maker) Case {
			for _, x := range []string{pension, injury, jobless, persons} {
				m.set(x, 1000+m.n[x])
			}
			m.set(persons, max(m.n[pension], m.n[injury], m.n[jobless]))
			m.put(k, pick(m.rng, []any{m.n[k], grouped(m.n[k], ","), fmt.Sprint(m.n[k])}))
			return m.fullRead()
		}})
	}
	return append(append(append(out, trackedSpecs...), mailSpecs()...), unreadSpecs()...)
}

// trackedSpecs: "text … deleted under track changes never counts, inserted text
// does, with a query".
var trackedSpecs = []spec{
	{"§2 tracked", "a number replaced", func(m *maker) Case {
		k := pick(m.rng, fullKeys)
		m.put(k, Rich{{Text: fmt.Sprint(m.n[k] + 31), Deleted: true}, {Text: fmt.Sprint(m.n[k]), Inserted: true}})
		c := m.fullRead()
		c.Want.Queried = true
		return c
	}},
	{"§2 tracked", "a number deleted", func(m *maker) Case {
		m.put(pick(m.rng, fullKeys), Rich{{Text: "120", Deleted: true}})
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.CBlank)
	}},
	{"§2 tracked", "a number inserted", func(m *maker) Case {
		k := pick(m.rng, fullKeys)
		m.put(k, Rich{{Text: fmt.Sprint(m.n[k]), Inserted: true}})
		c := m.fullRead()
		c.Want.Queried = true
		return c
	}},
	{"§2 tracked", "a digit deleted", func(m *maker) Case {
		k := pick(m.rng, fullKeys)
		m.put(k, Rich{{Text: fmt.Sprint(m.n[k])}, {Text: "0", Deleted: true}})
		return m.fullRead()
	}},
	{"§2 tracked", "a phrase replaced", func(m *maker) Case {
		c := m.accepted(m.case1(m.printed(Rich{{Text: m.fill("养老P人、", plain)}, {Text: "工伤9999人、", Deleted: true}, {Text: m.fill("工伤I人、", plain), Inserted: true}, {Text: m.fill("失业U人", plain)}})), splitKeys[1:]...)
		c.Want.Queried = true
		return c
	}},
	{"§2 rows", "across insurances: rotated, total below the sum", func(m *maker) Case {
		f := m.form([][]any{{"工作任务", "主要工作措施", "险种", "人数"}}, [][]any{
			{task, m.measures, "企业养老", m.val(pension)}, {up, up, "工伤", m.val(injury)}, {up, up, "失业", m.val(jobless)}, {up, up, "合计", m.val(persons)}})
		return m.accepted(m.case1(f), fullKeys[1:]...)
	}},
	{"§2 rows", "across insurances: rotated, total above the sum", func(m *maker) Case {
		m.set(persons, m.sum()+1)
		f := m.form([][]any{{"工作任务", "主要工作措施", "险种", "人数"}}, [][]any{
			{task, m.measures, "企业养老", m.val(pension)}, {up, up, "工伤", m.val(injury)}, {up, up, "失业", m.val(jobless)}, {up, up, "合计", m.val(persons)}})
		return m.refused(m.case1(f))
	}},
	{"§2 rows", "a row that stands twice", func(m *maker) Case {
		f := m.split()
		f.Body = append(f.Body, f.Body[0])
		for _, k := range splitKeys {
			m.n[k] *= 2
		}
		return m.open(m.case1(f), splitKeys...).codes(ledger.RRepeated)
	}},
	{"§2 layout", "rotated, 本月 and 累计 under a header misspelt", func(m *maker) Case {
		f := m.form([][]any{{"工作务", "主要工作措施", "指标", "本月新增", "累计新增"}}, [][]any{
			{task, m.measures, "参保户数（户）", m.val(firms), 999}, {up, up, "企业养老（人）", m.val(pension), 9999},
			{up, up, "工伤（人）", m.val(injury), 9998}, {up, up, "失业（人）", m.val(jobless), 9997}})
		return m.open(m.case1(f), splitKeys...)
	}},
	{"§6 one round", "a vague cell, a blank and no measures", func(m *maker) Case {
		m.put(pension, "约50").put(injury, nil)
		f := m.full()
		f.Body[0][1] = nil
		return m.turned(m.case1(f), ledger.Returned, ledger.CVague, ledger.CBlank, ledger.RNoWords)
	}},
	{"§6 one round", "a wrong unit and a decimal", func(m *maker) Case {
		m.put(jobless, 3.5)
		f := m.full()
		m.file = fmt.Sprintf("%s%d月台账.xlsx", m.stranger(), m.month)
		return m.turned(m.case1(f), ledger.Held, ledger.IUnitMismatch, ledger.CDecimal)
	}},
}

// file is a named file of a mail.
type file struct {
	name string
	data []byte
}

// mail is a case that is a mail with these files.
func (m *maker) mail(subject string, files ...file) Case {
	c := Case{File: "邮件.eml", Arrived: m.arrived, Sender: m.sender}
	var b strings.Builder
	b.WriteString(c.envelope(subject) + "Content-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n请查收。\r\n")
	for _, f := range files {
		b.WriteString("--b1\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment" +
			pick(m.rng, nameForms)(f.name) + "\r\n\r\n" + base64Lines(f.data))
	}
	c.Data = []byte(b.String() + "--b1--\r\n")
	return c
}

// some writes the form as a file of some kind.
func (m *maker) some(f Form, name string) file {
	c := m.case1(f)
	switch m.rng.IntN(4) {
	case 0:
		return file{name + ".xlsx", Write(c.Book...)}
	case 1:
		return file{name + ".docx", writeDOCX(c.Book, false)}
	case 2:
		return file{name + ".ods", writeODS(c.Book)}
	}
	return file{name + ".xls", writeXLS(c.Book, false)}
}

var (
	pdf     = []byte("%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n")
	picture = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00")
	photo   = []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01")
)

// mailSpecs: what a mail says besides its file.
func mailSpecs() []spec {
	var out []spec
	for _, x := range []file{{"台账（盖章）.pdf", pdf}, {"盖章扫描件.png", picture}, {"IMG_0527.jpg", photo}} {
		out = append(out, spec{"§2 companion", x.name, func(m *maker) Case {
			files := []file{m.some(m.full(), stem(m.file)), x}
			if m.rng.IntN(2) == 0 {
				files[0], files[1] = files[1], files[0]
			}
			return m.accepted(m.mail("台账报送", files...), fullKeys...)
		}})
	}
	return append(out,
		spec{"§2 two in a mail", "draft and final", func(m *maker) Case {
			o := m.other(m.month)
			o.set(pension, m.n[pension]+1).set(persons, o.n[pension]+o.n[injury]+o.n[jobless])
			return m.turned(m.mail("台账报送", m.some(m.full(), m.unit+"台账初稿"), o.some(o.full(), m.unit+"台账定稿")), ledger.Held)
		}},
		spec{"§3 subject", "unit", func(m *maker) Case {
			f := m.bare("填报单位：")
			return m.accepted(m.mail(m.unit+"社保中心报送台账", m.some(f, fmt.Sprintf("%d月台账", m.month))), fullKeys...)
		}},
		spec{"§3 subject", "month", func(m *maker) Case {
			f := m.silent(nil)
			return m.accepted(m.mail(fmt.Sprintf("%d月台账", m.month), m.some(f, m.unit+"台账")), fullKeys...)
		}},
		spec{"§3 subject", "unit and month", func(m *maker) Case {
			f := m.bare(nil)
			f.Foot[0][6] = nil
			return m.accepted(m.mail(fmt.Sprintf("%s2022年%d月全民参保台账", m.unit, m.month), m.some(f, "台账")), fullKeys...)
		}},
		spec{"§3 subject", "another unit", func(m *maker) Case {
			return m.turned(m.mail(m.stranger()+"台账", m.some(m.full(), stem(m.file))), ledger.Held, ledger.IUnitMismatch)
		}},
		spec{"§3 subject", "another month", func(m *maker) Case {
			return m.turned(m.mail(fmt.Sprintf("%d月台账", m.month%8+5), m.some(m.full(), stem(m.file))), ledger.Held, ledger.IPeriodMismatch)
		}},
	)
}

// unreadSpecs: "F unreadable / encrypted / unsupported / empty → verdict
// unreadable".
func unreadSpecs() []spec {
	var out []spec
	for _, x := range []file{
		{"a pdf", pdf}, {"a picture", picture}, {"a photo", photo}, {"rich text", []byte(`{\rtf1\ansi 台账}`)},
		{"nothing", nil}, {"zeros", make([]byte, 4096)}, {"bytes", []byte("\x01\x02\x03\xff\x00\x10\x80\x90")}, {"a Word 97 document", compound("WordDocument", make([]byte, 4096))},
		{"an encrypted workbook", compound("EncryptedPackage", make([]byte, 4096))},
	} {
		out = append(out, spec{"§6 F", x.name, func(m *maker) Case {
			c := m.damaged(x.data)
			c.File = stem(c.File) + pick(m.rng, []string{".xlsx", ".xls", ".pdf", ".doc"})
			return c
		}})
	}
	return out
}
