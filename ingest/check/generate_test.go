package check_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// truth is what a generated form says, by measure key.
type truth map[string]int64

// maker makes forms from a seed: layout, words, spellings and decoys at random.
type maker struct {
	r     *rand.Rand
	truth truth
	plain bool // no spelling but digits, where a format would be lost
}

var headWords = map[string][]string{
	"enterprises":  {"参保户数", "户数", "企业户数", "新增参保企业（户）", "参保单位", "参保户数（户）", "新增参保\\n户数"},
	"pension":      {"企业养老", "企业职工养老保险", "城镇企业职工基本养老保险", "养老", "企业养老保险新增参保人数", "企业养老（人）", "其中：企业养老"},
	"injury":       {"工伤", "工伤保险", "工伤保险新增参保人数", "工伤（人）"},
	"unemployment": {"失业", "失业保险", "失业保险新增参保（人）", "失 业"},
	"persons":      {"合计人数", "新增参保人数", "合计", "参保人数", "合计（人）"},
}

var decoys = []string{"城乡居民养老", "医疗保险", "生育", "占比", "备注", "去年同期", "登记失业人数", "完成率", "序号"}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// generated is how many forms each test makes: TAIZHANG_FORMS, else 1200.
func generated(t *testing.T) uint64 {
	t.Helper()
	s := os.Getenv("TAIZHANG_FORMS")
	if s == "" {
		return 1200
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func newMaker(seed uint64) *maker {
	r := rand.New(rand.NewPCG(seed, 7))
	m := &maker{r: r, truth: truth{}}
	size := pick(r, []int64{3, 40, 900, 4000})
	for _, k := range []string{"pension", "injury", "unemployment"} {
		m.truth[k] = r.Int64N(size)
	}
	most := max(m.truth["pension"], m.truth["injury"], m.truth["unemployment"])
	m.truth["enterprises"] = r.Int64N(most + 1)
	sum := m.truth["pension"] + m.truth["injury"] + m.truth["unemployment"]
	if r.IntN(2) == 0 {
		m.truth["persons"] = most + r.Int64N(sum-most+1)
	}
	return m
}

// number spells a figure in one of the ways that are read without complaint.
func (m *maker) number(key string) string {
	v := m.truth[key]
	s := strconv.FormatInt(v, 10)
	if m.plain {
		return s
	}
	switch m.r.IntN(9) {
	case 0:
		return "'" + s
	case 1:
		return strings.Map(func(r rune) rune { return r - '0' + '０' }, s)
	case 2:
		if key == "enterprises" {
			return s + "户"
		}
		return s + "人"
	case 3:
		if v >= 1000 {
			return fmt.Sprintf("'%d,%03d", v/1000, v%1000)
		}
	case 4:
		if v == 0 {
			return pick(m.r, []string{"无", "零", "〇"})
		}
	case 5:
		return s + ".0"
	}
	return s
}

func (m *maker) keys() []string {
	out := []string{"enterprises", "pension", "injury", "unemployment"}
	if _, ok := m.truth["persons"]; ok {
		out = append(out, "persons")
	}
	return out
}

func (m *maker) head(key string) string { return pick(m.r, headWords[key]) }

// body makes the rows of one of the layouts.
func (m *maker) body() (string, [][]string) {
	layouts := []struct {
		name string
		make func() [][]string
	}{
		{"columns", m.columns}, {"group", m.grouped}, {"rows", m.asRows}, {"months", m.monthColumns}, {"above", m.monthAbove},
		{"tasks", m.tasks}, {"pairs", m.pairs}, {"month rows", m.monthRows}, {"time rows", m.timeRows}, {"sentence", m.sentence},
	}
	l := pick(m.r, layouts)
	return l.name, l.make()
}

func (m *maker) columns() [][]string {
	type col struct{ head, cell string }
	cols := []col{{"工作任务", "全民参保计划攻坚行动"}, {pick(m.r, []string{"主要工作措施", "工作措施", "工作推进情况"}), "入企宣传3次，新增500人"}}
	for _, k := range m.keys() {
		cols = append(cols, col{m.head(k), m.number(k)})
	}
	for range m.r.IntN(3) {
		d := pick(m.r, decoys)
		cols = append(cols, col{d, pick(m.r, []string{"1", "", "77", "-"})})
	}
	if m.r.IntN(2) == 0 {
		m.r.Shuffle(len(cols), func(i, j int) { cols[i], cols[j] = cols[j], cols[i] })
	}
	var head, row []string
	for _, c := range cols {
		head, row = append(head, c.head), append(row, c.cell)
	}
	return [][]string{head, row}
}

func (m *maker) grouped() [][]string {
	top := []string{"工作任务", "主要工作措施", pick(m.r, []string{"企业养老、工伤、失业保险新增参保", "参保扩面成效", "新增参保情况"})}
	sub := []string{"^", "^"}
	row := []string{"全民参保计划攻坚行动", "入企宣传"}
	for i, k := range m.keys() {
		if i > 0 {
			top = append(top, "<")
		}
		sub, row = append(sub, m.head(k)), append(row, m.number(k))
	}
	return [][]string{top, sub, row}
}

func (m *maker) asRows() [][]string {
	rows := [][]string{{"工作任务", "主要工作措施", pick(m.r, []string{"险种", "项目", "指标"}), pick(m.r, []string{"新增参保人数", "新增参保", "人数"})}}
	keys := m.keys()
	m.r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	for i, k := range keys {
		task, words := "^", "^"
		if i == 0 {
			task, words = "全民参保计划攻坚行动", "入企宣传"
		}
		rows = append(rows, []string{task, words, m.head(k), m.number(k)})
	}
	return rows
}

func (m *maker) monthColumns() [][]string {
	top, sub, row := []string{"工作任务", "主要工作措施"}, []string{"^", "^"}, []string{"扩面", "宣传"}
	for _, k := range m.keys() {
		top, sub = append(top, m.head(k), "<"), append(sub, "本月", pick(m.r, []string{"累计", "本年累计"}))
		row = append(row, m.number(k), strconv.FormatInt(m.truth[k]+m.r.Int64N(500), 10))
	}
	return [][]string{top, sub, row}
}

func (m *maker) monthAbove() [][]string {
	top, sub, row := []string{"工作任务", "主要工作措施"}, []string{"^", "^"}, []string{"扩面", "宣传"}
	other := pick(m.r, []string{"本年累计", "去年同期", "上月"})
	first := m.r.IntN(2)
	for half := range 2 {
		for i, k := range m.keys() {
			this := half == first
			name, v := "本月", m.number(k)
			if !this {
				name, v = other, strconv.FormatInt(m.truth[k]+m.r.Int64N(500), 10)
			}
			if i > 0 {
				name = "<"
			}
			top, sub, row = append(top, name), append(sub, m.head(k)), append(row, v)
		}
	}
	return [][]string{top, sub, row}
}

func (m *maker) tasks() [][]string {
	head := []string{"工作任务", "主要工作措施"}
	keys := m.keys()
	if _, ok := m.truth["persons"]; ok { // persons across rows are the range rule's
		keys = keys[:len(keys)-1]
		delete(m.truth, "persons")
	}
	a, b, sum := []string{"新增企业", "宣传"}, []string{"新业态", "走访"}, []string{"合计", ""}
	for _, k := range keys {
		head = append(head, m.head(k))
		x := m.r.Int64N(m.truth[k] + 1)
		a, b = append(a, fmt.Sprint(x)), append(b, fmt.Sprint(m.truth[k]-x))
		sum = append(sum, m.number(k))
	}
	switch m.r.IntN(3) {
	case 0:
		return [][]string{head, a, b, sum}
	case 1:
		return [][]string{head, sum, a, b}
	}
	return [][]string{head, a, b}
}

func (m *maker) pairs() [][]string {
	rows := [][]string{{"工作任务", "全民参保计划攻坚行动"}, {"主要工作措施", "入企宣传"}}
	for _, k := range m.keys() {
		rows = append(rows, []string{m.head(k), m.number(k)})
	}
	return rows
}

func (m *maker) monthRows() [][]string {
	head := []string{"工作任务", "主要工作措施", "月份"}
	old, now, next := []string{"扩面", "宣传", "4月"}, []string{"^", "^", "5月"}, []string{"^", "^", "6月"}
	for _, k := range m.keys() {
		head, old, now, next = append(head, m.head(k)), append(old, fmt.Sprint(m.r.IntN(300))), append(now, m.number(k)), append(next, "")
	}
	return [][]string{head, old, now, next}
}

func (m *maker) timeRows() [][]string {
	head := []string{"工作任务", "主要工作措施", "期别"}
	now, cum := []string{"扩面", "宣传", "本月"}, []string{"^", "^", pick(m.r, []string{"累计", "本年累计", "去年同期"})}
	for _, k := range m.keys() {
		head, now, cum = append(head, m.head(k)), append(now, m.number(k)), append(cum, fmt.Sprint(m.truth[k]+m.r.Int64N(300)))
	}
	return [][]string{head, now, cum}
}

func (m *maker) sentence() [][]string {
	delete(m.truth, "persons")
	t := m.truth
	s := pick(m.r, []string{
		fmt.Sprintf("新增参保%d户，其中企业养老%d人，工伤%d人，失业%d人", t["enterprises"], t["pension"], t["injury"], t["unemployment"]),
		fmt.Sprintf("新增参保%d户，养老、工伤、失业分别新增%d、%d、%d人", t["enterprises"], t["pension"], t["injury"], t["unemployment"]),
		fmt.Sprintf("参保户数：%d户；企业养老：%d人；工伤：%d人；失业：%d人。", t["enterprises"], t["pension"], t["injury"], t["unemployment"]),
	})
	return [][]string{{"工作任务", "主要工作措施", "企业养老、工伤、失业保险新增参保"}, {"全民参保计划攻坚行动", "入企宣传", s}}
}

// form makes the whole picture.
func (m *maker) form() (layout, picture string) {
	layout, body := m.body()
	shift := strings.Repeat("|", m.r.IntN(3))
	var lines []string
	for range m.r.IntN(3) {
		lines = append(lines, "")
	}
	lines = append(lines, shift+"2022年全民参保计划攻坚行动工作落实台账（5月）", shift+"填报单位：禹州市")
	for _, row := range body {
		lines = append(lines, shift+strings.Join(row, "|"))
	}
	lines = append(lines, shift+pick(m.r, []string{"负责人：张三|联络员：李四|填报时间：2022年5月26日", "负责人：张三\n" + shift + "联络员：李四\n" + shift + "填报时间：2022-05-26", "负责人：张三  联络员：李四  填报时间：2022.5.26"}))
	return layout, strings.Join(lines, "\n")
}

// TestGenerated crosses layouts, words and spellings with the truth beside.
// Nothing may be accepted that is not the truth, and what can be read must be.
func TestGenerated(t *testing.T) {
	c := campaign(t)
	right, stopped, wrong := map[string]int{}, map[string]int{}, 0
	n := generated(t)
	for seed := range n {
		m := newMaker(seed)
		layout, pic := m.form()
		r := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", pic)}, File: "附件.xlsx"})[0]
		switch {
		case r.Verdict() != ledger.Accepted:
			stopped[layout]++
			if stopped[layout] <= 2 {
				t.Errorf("seed %d: %s is not accepted: %s\n%s\n%v", seed, layout, told(c, &r), pic, r.Findings)
			}
		case !agrees(m.truth, r.Figures, true):
			wrong++
			t.Errorf("seed %d: %s wrong in silence: %s, truth %v\n%s", seed, layout, told(c, &r), m.truth, pic)
		default:
			right[layout]++
		}
	}
	sum := 0
	for _, v := range right {
		sum += v
	}
	t.Logf("%d forms: %d right, %d stopped %v, %d wrong in silence", n, sum, int(n)-sum-wrong, stopped, wrong)
}

// agrees compares the figures with the truth; all says that every measure of
// the truth must be there.
func agrees(want truth, got ledger.Figures, all bool) bool {
	for k, f := range got {
		if f.Derived && k == "persons" {
			if _, ok := want[k]; !ok && f.Value == want["pension"]+want["injury"]+want["unemployment"] {
				continue
			}
		}
		v, ok := want[k]
		if f.Stated() && (!ok || v != f.Value) {
			return false
		}
	}
	for k := range want {
		if _, ok := got.Value(k); all && !ok {
			return false
		}
	}
	return true
}
