package messy

import "fmt"

// Form is a ledger drawn the usual way: title, unit line, header rows, body,
// signatures. Builders change the parts that their case is about.
type Form struct {
	Title       any // nil: none
	Top         [][]any
	Head        [][]any
	Body        [][]any
	Foot        [][]any
	Down, Right int // empty rows above, empty columns to the left
	Blank       int // empty rows between title and unit line
}

// width is the widest row of header and body.
func (f Form) width() int {
	w := 3
	for _, rows := range [][][]any{f.Head, f.Body} {
		for _, r := range rows {
			w = max(w, len(r))
		}
	}
	return w
}

// rows lays the form out on a sheet.
func (f Form) rows() [][]any {
	var out [][]any
	add := func(rows ...[]any) {
		for _, r := range rows {
			out = append(out, append(make([]any, f.Right), r...))
		}
	}
	out = append(out, make([][]any, f.Down)...)
	if f.Title != nil {
		row := []any{f.Title}
		for len(row) < f.width() {
			row = append(row, left)
		}
		add(row)
	}
	add(make([][]any, f.Blank)...)
	add(f.Top...)
	add(f.Head...)
	add(f.Body...)
	add(f.Foot...)
	return out
}

// form is a ledger with these header rows and body rows and the usual rest.
func (m *maker) form(head, body [][]any) Form {
	f := Form{Title: m.title, Head: head, Body: body}
	w := f.width()
	top := make([]any, w)
	top[0], top[w-1] = "填报单位："+m.unit, "单位：人"
	foot := make([]any, w)
	foot[0], foot[1], foot[w-1] = "负责人："+m.officer, "联络员："+m.liaison, "填报时间："+m.date()
	f.Top, f.Foot = [][]any{top}, [][]any{foot}
	return f
}

// case1 is the case of a file with this form on its only sheet.
func (m *maker) case1(f Form) Case { return m.book(m.sheetOf(f)) }

// sheetOf is the sheet with this form.
func (m *maker) sheetOf(f Form) Sheet {
	s := Sheet{Name: m.sheet, Rows: f.rows(), Below: len(f.Foot)}
	if len(f.Head) > 0 {
		s.Above = len(s.Rows) - len(f.Head) - len(f.Body) - len(f.Foot)
	}
	return s
}

// printed is the form as Annex 2 prints it, with one column for all.
func (m *maker) printed(cell any) Form {
	return m.form([][]any{{"工作任务", "主要工作措施", "企业养老、工伤、失业保险新增参保"}},
		[][]any{{task, m.measures, cell}})
}

// headWords are the header cells that the usual columns go by.
var headWords = map[string]string{
	firms: "参保户数", pension: "企业养老", injury: "工伤", jobless: "失业", persons: "合计人数",
	projNew: "新开工项目数", projIns: "已参保项目数",
}

// columns is the form with one column for each key, under a header of one row.
func (m *maker) columns(keys ...string) Form {
	head := []any{"工作任务", "主要工作措施"}
	for _, k := range keys {
		head = append(head, headWords[k])
	}
	return m.form([][]any{head}, [][]any{append([]any{task, m.measures}, m.vals(keys...)...)})
}

// full is the form split in all its columns, and split without a total.
var (
	fullKeys  = []string{firms, pension, injury, jobless, persons}
	splitKeys = []string{firms, pension, injury, jobless}
)

func (m *maker) full() Form  { return m.columns(fullKeys...) }
func (m *maker) split() Form { return m.columns(splitKeys...) }

func (m *maker) put(key string, v any) *maker { m.over[key] = v; return m }

func (m *maker) set(key string, v int64) *maker { m.n[key] = v; return m }

// layout is a way to draw a form: which figures it states, and how.
type layout struct {
	name string
	keys []string
	draw func(m *maker) Form
}

func monthSheet(month int) string { return fmt.Sprintf("%d月", month) }
