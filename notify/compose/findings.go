package compose

import (
	"cmp"
	"slices"
	"strings"

	"taizhang/ledger"
)

// said is a finding with its words, and the cells of all that are identical.
type said struct {
	code, file, sheet, value string
	cells                    []string
	message, remedy, desk    string
}

// mergeFindings groups findings by severity, in the order of their codes'
// table; those that say the same of the same sheet become one with all their
// cells (rule book §6).
func (k *Composer) mergeFindings(fs []ledger.Finding) map[ledger.Severity][]said {
	out := map[ledger.Severity][]said{}
	for _, f := range fs {
		s := k.say(f)
		group := out[f.Severity]
		if i := slices.IndexFunc(group, s.sameAs); i < 0 {
			out[f.Severity] = append(group, s)
		} else if c := s.cells; len(c) > 0 && !slices.Contains(group[i].cells, c[0]) {
			group[i].cells = append(group[i].cells, c...)
		}
	}
	for _, group := range out {
		slices.SortStableFunc(group, func(a, b said) int { return codeRank(a.code) - codeRank(b.code) })
	}
	return out
}

func (k *Composer) say(f ledger.Finding) said {
	s := said{code: Clean(string(f.Code)), file: k.name(f.File), sheet: k.name(f.Sheet), value: k.value(f.Value)}
	if f.Code == ledger.FCloudLink && s.file == "" {
		s.file = k.name(f.Args["name"])
	}
	if c := k.value(f.Cell); c != "" {
		s.cells = []string{c}
	}
	if s.value == "" && len(s.cells) > 0 {
		s.value = k.words.Blank
	}
	s.message, s.remedy = k.words.findingText(f)
	s.desk = cmp.Or(k.words.fill(k.words.findings[f.Code].Desk, f), s.remedy)
	return s
}

func (s said) sameAs(o said) bool {
	return s.code == o.code && s.file == o.file && s.sheet == o.sheet && s.value == o.value &&
		s.message == o.message && s.remedy == o.remedy
}

func codeRank(code string) int {
	return slices.IndexFunc(ledger.Codes, func(i ledger.CodeInfo) bool { return string(i.Code) == code })
}

// findingTable lists findings with what the county does to correct or confirm
// them.
func (k *Composer) findingTable(ss []said) *table {
	return k.places(ss, k.long("remedy"), func(s said) string { return s.remedy })
}

// places lists findings with their places and what is to be done about each.
func (k *Composer) places(ss []said, doing column, todo func(said) string) *table {
	t := &table{Cols: []column{
		k.col("code"), k.col("sheet"), k.col("cell"), k.col("value"), k.long("message"), doing,
	}}
	several := severalFiles(ss)
	if several {
		t.Cols = slices.Insert(t.Cols, 1, k.col("file"))
	}
	for _, s := range ss {
		row := []string{
			s.code, k.orNone(s.sheet), k.orNone(strings.Join(s.cells, k.words.Enum)), k.orNone(s.value), s.message, todo(s),
		}
		if several {
			row = slices.Insert(row, 1, k.orNone(s.file))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// heldTable lists what the desk must see first. It asks nothing of the county.
func (k *Composer) heldTable(ss []said) *table {
	t := &table{Cols: []column{k.col("sheet"), k.col("cell"), k.long("matter")}}
	for _, s := range ss {
		t.Rows = append(t.Rows, []string{k.orNone(s.sheet), k.orNone(strings.Join(s.cells, k.words.Enum)), s.message})
	}
	if !slices.ContainsFunc(ss, func(s said) bool { return s.sheet != "" || len(s.cells) > 0 }) {
		return t.without(0, 2) // they are about the mail as a whole
	}
	return t
}

// noteTable lists what was normalised or left aside.
func (k *Composer) noteTable(ss []said) *table {
	t := &table{Cols: []column{k.col("file"), k.col("cell"), k.long("read"), k.long("todo")}}
	for _, s := range ss {
		t.Rows = append(t.Rows, []string{k.orNone(s.file), k.orNone(strings.Join(s.cells, k.words.Enum)), s.message, s.remedy})
	}
	return t
}

// fileTable lists what is wrong with whole files.
func (k *Composer) fileTable(ss []said) *table {
	t := &table{Cols: []column{k.col("file"), k.long("message"), k.long("todo")}}
	for _, s := range ss {
		t.Rows = append(t.Rows, []string{k.orNone(s.file), s.message, s.remedy})
	}
	if !slices.ContainsFunc(ss, func(s said) bool { return s.file != "" }) {
		return t.without(0, 1)
	}
	return t
}

func severalFiles(ss []said) bool {
	return slices.ContainsFunc(ss, func(s said) bool { return s.file != ss[0].file })
}
