package check_test

import "testing"

// TestWordsDoNotLabelTheirRow: words that mention a time, a total or another
// insurance once made their row cumulative, last year's or another month's,
// and a row among several fell out of the sum (rule book §2).
func TestWordsDoNotLabelTheirRow(t *testing.T) {
	head := "工作任务|主要工作措施|户数|企业养老|工伤|失业\n"
	const ok = "accepted; e12 p120 i98 u76 n294*; "
	const sum = "accepted; e12* p120* i98* u76* n294*; "
	runCases(t, []oneCase{
		{"累计 in the measures", may(head + "扩面|累计走访企业120家|12|120|98|76"), ok},
		{"a month in the measures", may(head + "扩面|4月份以来累计服务群众2000人|12|120|98|76"), ok},
		{"last year in the measures", may(head + "扩面|去年发现的未参保企业逐户上门|12|120|98|76"), ok},
		{"last year in the measures of one row", may(head + "新增企业|2021年专项行动成果运用|5|50|40|30\n新业态|走访|7|70|58|46"), sum},
		{"last year in a task", may(head + "2021年专项行动中发现的未参保企业|走访|5|50|40|30\n新业态|走访|7|70|58|46"), sum},
		{"last year's uninsured", may(head + "2021年未参保企业|走访|5|50|40|30\n新业态|走访|7|70|58|46"), sum},
		{"累计 in a task", may(head + "历年累计欠缴企业清理|走访|5|50|40|30\n新业态|走访|7|70|58|46"), sum},
		{"a month in a task", may(head + "6月底前完成比对扩面|走访|5|50|40|30\n新业态|走访|7|70|58|46"), sum},
		{"targets in the measures", may(head + "扩面|目标任务分解到人|12|120|98|76"), ok},
		{"remarks before the figures", may("工作任务|主要工作措施|户数|备注|企业养老|工伤|失业\n扩面|宣传|12|累计500人|120|98|76"), ok},
		{"last year in the remarks", may("工作任务|主要工作措施|户数|备注|企业养老|工伤|失业\n扩面|宣传|12|含去年结转5人|120|98|76"), ok},
		{"a month in the remarks", may("工作任务|主要工作措施|户数|备注|企业养老|工伤|失业\n扩面|宣传|12|4月|120|98|76"), ok},
		{"a row of last year", may(head + "扩面|宣传|12|120|98|76\n上年同期||1|2|3|4"), ok},
		{"a row of last year, in other words", may(head + "扩面|宣传|12|120|98|76\n去年同期完成数||1|2|3|4"), ok},
		{"a row that may be of last year", may(head + "扩面|宣传|12|120|98|76\n往年结转||1|2|3|4"), "returned; e13* p122* i101* u80* n303*; C16"},
		{"a cumulative row", may(head + "扩面|宣传|12|120|98|76\n历年累计||99|999|998|997"), ok},
	})
}

// TestSignaturesAreNoRow: a date or telephone in a cell of its own, below a
// column of figures, once made a row of figures of the signatures.
func TestSignaturesAreNoRow(t *testing.T) {
	const form = "2022年5月全民参保计划攻坚行动工作落实台账\n填报单位：禹州市\n工作任务|主要工作措施|户数|企业养老|工伤|失业\n扩面|宣传|12|120|98|76\n"
	const ok = "accepted; e12 p120 i98 u76 n294*; "
	runCases(t, []oneCase{
		{"a date", form + "负责人：张三|联络员：李四|||填报时间：|D44707", ok},
		{"a telephone", form + "负责人：张三|联络员：李四|联系电话：|13700001111||填报时间：2022年5月26日", ok},
		{"names below figures", form + "负责人|张三|联络员|李四|填报时间|D44707", ok},
		{"a person named in the last row's measures", form + "新业态|联络员：李四牵头走访|1|2|3|4\n负责人：张三|联络员：李四|||填报时间：|D44707", "accepted; e13* p122* i101* u80* n303*; "},
	})
}

// TestSentencesOfRowsAtOdds: persons of one row were once taken for the total
// of insurances that another row names (rule book §2: nothing is guessed).
func TestSentencesOfRowsAtOdds(t *testing.T) {
	head := "工作任务|主要工作措施|企业养老、工伤、失业保险新增参保\n"
	runCases(t, []oneCase{
		{"insurances, then persons", may(head + "新增企业|宣传|养老120人、工伤98人、失业76人\n新业态|走访|新增参保200人"), "returned; ; C05 C16 H06"},
		{"firms in one row only", may(head + "新增企业|宣传|新增12户120人\n新业态|走访|新增参保200人"), "returned; n320*; C05 C16 H06"},
		{"one insurance a row", may(head + "新增企业|宣传|养老120人\n新业态|走访|工伤98人\n其他|走访|失业76人"), "accepted; p120 i98 u76 n294*; C05 H06"},
		{"the same in each row", may(head + "新增企业|宣传|养老20人、工伤8人、失业6人\n新业态|走访|养老100人、工伤90人、失业70人"), "accepted; p120* i98* u76* n294*; C05 H06"},
	})
}

// TestPersonTimesInTheHeader: a header that counts 人次 was read as persons
// without a question.
func TestPersonTimesInTheHeader(t *testing.T) {
	runCases(t, []oneCase{
		{"a word of the form", may("工作任务|主要工作措施|户数|新增参保人次\n扩面|宣传|12|120"), "accepted; e12 n120; C11 H06"},
		{"in brackets", may("工作任务|主要工作措施|户数|新增参保（人次）\n扩面|宣传|12|120"), "accepted; e12 n120; C11 H06"},
	})
}
