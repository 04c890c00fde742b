package messy

import (
	"archive/zip"
	"bytes"

	"taizhang/ledger"
)

const sheetPart = "xl/worksheets/sheet1.xml"

// damaged says that the file must not be read at all, not even in part.
func (m *maker) damaged(data []byte) Case {
	c := m.case1(m.full())
	c.Book, c.Data = nil, data
	c.Want = Want{Kind: Any, Verdicts: []ledger.Verdict{ledger.UnreadableIt}, Unit: Any, Period: Any}
	return c
}

// workbook is a good ledger, to be damaged.
func (m *maker) workbook() []byte { return Write(m.case1(m.full()).Book...) }

func (m *maker) part(name string, change func(b []byte) []byte) Case {
	return m.damaged(Members(m.workbook(), func(n string, b []byte) []byte {
		if n == name {
			return change(b)
		}
		return b
	}))
}

// damageSpecs: "Damaged files are never half read: a wrong checksum, cut XML,
// a missing part, duplicate members or a DOCTYPE is a finding" (rule book §2).
var damageSpecs = []spec{
	{"§2 damaged", "cut short", func(m *maker) Case {
		data := m.workbook()
		return m.damaged(data[:len(data)/4+m.rng.IntN(len(data)/2)])
	}},
	{"§2 damaged", "a byte changed in a sheet", func(m *maker) Case {
		data := m.workbook()
		return m.damaged(flip(data, sheetPart, m.rng.IntN(1000)))
	}},
	{"§2 damaged", "empty", func(m *maker) Case { return m.damaged(nil) }},
	{"§2 damaged", "cut XML", func(m *maker) Case {
		return m.part(sheetPart, func(b []byte) []byte { return b[:len(b)-10-m.rng.IntN(len(b)/2)] })
	}},
	{"§2 damaged", "a DOCTYPE", func(m *maker) Case {
		return m.part(sheetPart, func(b []byte) []byte {
			return bytes.Replace(b, []byte("<worksheet"), []byte(`<!DOCTYPE worksheet [<!ENTITY a "1">]><worksheet`), 1)
		})
	}},
	{"§2 damaged", "a missing sheet", func(m *maker) Case {
		return m.part(sheetPart, func([]byte) []byte { return nil })
	}},
	{"§2 damaged", "missing texts", func(m *maker) Case {
		return m.part("xl/sharedStrings.xml", func([]byte) []byte { return nil })
	}},
	{"§2 damaged", "missing workbook", func(m *maker) Case {
		return m.part("xl/workbook.xml", func([]byte) []byte { return nil })
	}},
	{"§2 damaged", "a member twice", func(m *maker) Case {
		return m.damaged(twice(m.workbook(), sheetPart))
	}},
	{"§2 damaged", "a row twice", func(m *maker) Case {
		return m.part(sheetPart, func(b []byte) []byte {
			i := bytes.Index(b, []byte(`<row r="4"`))
			j := bytes.Index(b[i:], []byte("</row>")) + i + len("</row>")
			return append(append(bytes.Clone(b[:j]), b[i:j]...), b[j:]...)
		})
	}},
	{"§2 damaged", "a text that is not there", func(m *maker) Case {
		return m.part(sheetPart, func(b []byte) []byte {
			return bytes.Replace(b, []byte(`t="s"><v>1</v>`), []byte(`t="s"><v>9999</v>`), 1)
		})
	}},
	{"§2 damaged", "a picture with the name of a workbook", func(m *maker) Case {
		return m.damaged([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"))
	}},
	{"§2 damaged", "a pdf with the name of a workbook", func(m *maker) Case {
		return m.damaged([]byte("%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"))
	}},
}

// flip changes one byte of a member's compressed bytes.
func flip(data []byte, name string, at int) []byte {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(err)
	out := bytes.Clone(data)
	for _, f := range r.File {
		if f.Name == name {
			off, err := f.DataOffset()
			must(err)
			out[off+int64(at)%int64(f.CompressedSize64)] ^= 0x10
		}
	}
	return out
}

// withMember writes the zip with a member more.
func withMember(data []byte, name string, content []byte) []byte {
	return rezip(data, func(w *zip.Writer, members []*zip.File) {
		for _, f := range members {
			must(w.Copy(f))
		}
		m, err := w.Create(name)
		must(err)
		_, err = m.Write(content)
		must(err)
	})
}

// twice writes one member of the zip a second time.
func twice(data []byte, name string) []byte {
	return rezip(data, func(w *zip.Writer, members []*zip.File) {
		for _, f := range members {
			must(w.Copy(f))
			if f.Name == name {
				must(w.Copy(f))
			}
		}
	})
}

// rezip has fill write another zip out of the members of this one.
func rezip(data []byte, fill func(*zip.Writer, []*zip.File)) []byte {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	fill(w, r.File)
	must(w.Close())
	return out.Bytes()
}
