package check_test

import (
	"encoding/json"
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

func TestQuick(t *testing.T) {
	for _, p := range []string{`
2022年全民参保计划攻坚行动工作落实台账 | < | <
填报单位：禹州市 | | 单位：人
工作任务 | 主要工作措施 | 企业养老、工伤、失业保险新增参保
全民参保计划攻坚行动 | 入企宣传 | 294
负责人：张三 | 联络员：李四 | 填报时间：2022年5月26日
`, `
2022年全民参保计划攻坚行动工作落实台账（5月） | < | < | < | < | <
填报单位：禹州市 | | | | 单位：人 |
工作任务 | 主要工作措施 | 企业养老、工伤、失业保险新增参保 | < | < | <
^ | ^ | 参保户数 | 企业养老 | 工伤 | 失业
全民参保计划攻坚行动 | 入企宣传 | 12 | 120 | 98 | 76
负责人：张三 | | 联络员：李四 | | 填报时间：2022年5月26日 |
`} {
		c := campaign(t)
		for _, r := range checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", p)}, File: "台账.xlsx"}) {
			b, _ := json.MarshalIndent(r, "", " ")
			t.Log(string(b))
		}
	}
}
