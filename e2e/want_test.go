//go:build e2e

package e2e

// wantSent is every mail that leaves, once each, sorted. The reasons:
// 值班 when the first reminder cannot reach the unit without an address, when a
// ledger was found among the spam, and on the workdays from three days before the
// 28th (a held document); 请报送 on the fifth workday before the 28th to the six
// units that have an address; 明日截止 on the 27th to the two that have sent
// nothing (鄢陵县's document is held); 催报 on the first workday after the 28th to
// the one that is silent; no answer to the stranger, the advertisement and the
// automatic reply.
var wantSent = []string{
	"【值班】许昌市2022年5月工作台账报送情况：已报0/7，1件待处理 → desk@xuchang-renshe.example",
	"【值班】许昌市2022年5月工作台账报送情况：已报1/7，1件待处理 → desk@xuchang-renshe.example",
	"【值班】许昌市2022年5月工作台账报送情况：已报4/7，1件待处理 → desk@xuchang-renshe.example",
	"【值班】许昌市2022年5月工作台账报送情况：已报5/7，2件待处理 → desk@xuchang-renshe.example",
	"【催报】市本级2022年5月工作台账已逾期2天，请补报 → shizhi@xuchang.example",
	"【回执】禹州市2022年5月工作台账已登记 → shebao@yuzhou.example",
	"【回执】襄城县2022年5月工作台账已登记，1项请核实 → xcxsb@mail163.example",
	"【回执】襄城县2022年5月工作台账说明已登记 → xcxsb@mail163.example",
	"【回执】鄢陵县2022年5月工作台账已登记 → yanling_shebao@qqmail.example",
	"【回执】长葛市2022年5月工作台账已登记 → cgsb@mail163.example",
	"【回执】魏都区2022年5月工作台账已登记 → weidu@mail163.example",
	"【无法处理】魏都区工作台账无法读取，请重新报送 → weidu@mail163.example",
	"【明日截止】市本级2022年5月工作台账尚未收到（5月28日星期六24时截止） → shizhi@xuchang.example",
	"【明日截止】襄城县2022年5月工作台账尚未收到（5月28日星期六24时截止） → xcxsb@mail163.example",
	"【更正已登记】建安区2022年5月工作台账（第2版） → jaqsb@jianan.example",
	"【更正已登记】禹州市2022年5月工作台账（第2版） → shebao@yuzhou.example",
	"【月度汇总】许昌市2022年5月全民参保计划攻坚行动进展情况（更正版1）：已报6/7，已计入6/7 → desk@xuchang-renshe.example",
	"【月度汇总】许昌市2022年5月全民参保计划攻坚行动进展情况：已报6/7，已计入6/7 → desk@xuchang-renshe.example",
	"【请报送】市本级2022年5月工作台账（5月28日星期六24时截止） → shizhi@xuchang.example",
	"【请报送】建安区2022年5月工作台账（5月28日星期六24时截止） → jaqsb@jianan.example",
	"【请报送】禹州市2022年5月工作台账（5月28日星期六24时截止） → shebao@yuzhou.example",
	"【请报送】襄城县2022年5月工作台账（5月28日星期六24时截止） → xcxsb@mail163.example",
	"【请报送】长葛市2022年5月工作台账（5月28日星期六24时截止） → cgsb@mail163.example",
	"【请报送】魏都区2022年5月工作台账（5月28日星期六24时截止） → weidu@mail163.example",
	"【请更正】建安区2022年5月工作台账有2项须更正（5月28日星期六24时截止） → jaqsb@jianan.example",
}
