package check_test

import (
	"strconv"
	"strings"
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// vocabulary is what fuzzed tables are made of.
var vocabulary = []string{
	"", "", "2022年全民参保计划攻坚行动工作落实台账（5月）", "填报单位：禹州市", "工作任务", "主要工作措施", "全民参保计划攻坚行动", "入企宣传",
	"企业养老、工伤、失业保险新增参保", "参保户数", "企业养老", "工伤", "失业", "合计人数", "合计", "小计", "本月", "累计", "去年同期", "4月", "5月", "序号", "备注",
	"城乡居民养老", "城镇职工养老", "占比", "户数", "人数", "新增", "12", "120", "98", "76", "294", "0", "-", "无", "约50", "120人", "35户", "１２０", "'1,200", "12.5", "-3",
	"养老120人，工伤98人，失业76人", "新增35户120人", "填报时间：2022年5月26日", "负责人：张三", "联络员：李四", "<", "^", "1", "2", "3", "险种", "禹州市", "长葛市", "万人", "企业养老（万人）", "单位：万人",
}

// FuzzCheck: no panic, and no accepted ledger with a figure whose cell does
// not hold that number.
func FuzzCheck(f *testing.F) {
	index := func(words ...string) []byte {
		var out []byte
		for _, w := range words {
			for i, v := range vocabulary {
				if v == w {
					out = append(out, byte(i))
					break
				}
			}
		}
		return out
	}
	f.Add(uint8(3), index("2022年全民参保计划攻坚行动工作落实台账（5月）", "", "", "填报单位：禹州市", "", "", "工作任务", "主要工作措施", "企业养老、工伤、失业保险新增参保", "全民参保计划攻坚行动", "入企宣传", "294", "负责人：张三", "联络员：李四", "填报时间：2022年5月26日"), uint16(0))
	f.Add(uint8(6), index("2022年全民参保计划攻坚行动工作落实台账（5月）", "", "", "", "", "", "填报单位：禹州市", "", "", "", "", "", "工作任务", "主要工作措施", "参保户数", "企业养老", "工伤", "失业", "全民参保计划攻坚行动", "入企宣传", "12", "120", "98", "76"), uint16(0))
	f.Add(uint8(2), index("2022年全民参保计划攻坚行动工作落实台账（5月）", "", "填报单位：禹州市", "", "工作任务", "全民参保计划攻坚行动", "主要工作措施", "入企宣传", "企业养老", "120", "工伤", "98", "失业", "76"), uint16(0))
	c := campaign(f)
	f.Fuzz(func(t *testing.T, width uint8, words []byte, hidden uint16) {
		w := int(width)%9 + 1
		if len(words) > 200 {
			words = words[:200]
		}
		var b strings.Builder
		for i, x := range words {
			if i > 0 {
				b.WriteString(map[bool]string{true: "\n", false: "|"}[i%w == 0])
			}
			word := vocabulary[int(x)%len(vocabulary)]
			if word == "<" && i%w == 0 || word == "^" && i < w {
				word = ""
			}
			b.WriteString(word)
		}
		tab := squared(grid("Sheet1", b.String()))
		tab.HiddenRows, tab.HiddenCols = map[int]bool{}, map[int]bool{}
		for i := range 8 {
			if hidden&(1<<i) != 0 {
				tab.HiddenRows[i] = true
			}
			if hidden&(1<<(i+8)) != 0 {
				tab.HiddenCols[i] = true
			}
		}
		for _, r := range checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{tab}, File: "附件.xlsx"}) {
			if r.Kind == ledger.KindLedger && r.Verdict() == ledger.Accepted {
				holdsFigures(t, tab, &r)
			}
		}
	})
}

// squared drops cells that lie under a merge and merges that overlap, which no
// file can state.
func squared(t *ledger.Table) *ledger.Table {
	var merges []ledger.Range
	for _, m := range t.Merges {
		free := true
		for _, o := range merges {
			free = free && (m.First.Row > o.Last.Row || m.Last.Row < o.First.Row || m.First.Col > o.Last.Col || m.Last.Col < o.First.Col)
		}
		if free {
			merges = append(merges, m)
		}
	}
	t.Merges = merges
	return t
}

// holdsFigures asserts that each figure's cell literally holds its number and
// shows.
func holdsFigures(t *testing.T, tab *ledger.Table, r *ledger.Reading) {
	for key, f := range r.Figures {
		if f.Derived || !f.Stated() {
			continue
		}
		found := false
		for _, c := range tab.Cells() {
			if c.Name() != f.Cell {
				continue
			}
			found = true
			text := strings.Map(func(r rune) rune {
				switch {
				case r >= '０' && r <= '９':
					return r - '０' + '0'
				case r == ',':
					return -1
				}
				return r
			}, c.Text)
			zero := f.Value == 0 && text == "无"
			if !zero && !strings.Contains(text, strconv.FormatInt(f.Value, 10)) {
				t.Errorf("%s = %d, but %s holds %q", key, f.Value, f.Cell, c.Text)
			}
			if a := tab.Area(c.Ref); a.First == a.Last && !tab.Shown(c.Ref) {
				t.Errorf("%s = %d from the hidden cell %s", key, f.Value, f.Cell)
			}
		}
		if !found {
			t.Errorf("%s = %d, but there is no cell %q", key, f.Value, f.Cell)
		}
	}
}
