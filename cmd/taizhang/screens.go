package main

import "taizhang/ledger"

// The words of the commands that print screens; texts.go has those of the desk
// and of errors.

// What status prints.
const (
	textGridMonth     = "%s　截止 %s　汇总 %s　结账 %s\n"
	textGridQueries   = "未结疑问：%s %d 项（已说明 %d 项）\n"
	textGridTally     = "应报 %d　已报 %d/%d　已计入 %d/%d　按时 %d　迟报 %d　补报 %d　待核实 %d　未报 %d\n"
	textGridHeld      = "待核实 %s　%s %s　%s　来自 %s\n"
	textGridReply     = "文字回复 %s　%s %s　来自 %s　%s\n"
	textGridNoAddress = "没有登记地址的单位：%s（用 taizhang desk address 登记）\n"
	textGridBounced   = "%s的邮箱 %s 退信（%s）：请联系该单位核实，用 taizhang desk address 登记新地址。\n"
	textGridFailing   = "邮箱自 %s 起无法读取\n"
	textGridClock     = "%s：暂不发信，请校准本机时钟。\n"
	textGridPause     = "发信已暂停，邮件服务器答复：%s\n处理后重新启动 taizhang serve 即恢复发信。\n"
	textGridPutOff    = "受每日发信数限制，有 %d 封推迟至 %s 起发出。\n"
	textGridFull      = "邮箱容量已用 %d%%，用满后收不到来信：请清理或扩容；本系统不删除任何邮件。\n"
	textGridOutbox    = "待发 %d 封　需人处理的发信 %d 封　未处理的来信 %d 封\n"
	textGridVersions  = "v%d %s，更正 v%d %s"
	textGridIsHeld    = "待核实"
	textGridDays      = " %d 天"
)

// What the commands on the store print.
const (
	textFiledSum         = "共 %d 封，未能收入 %d 封。\n"
	textKnownMail        = "已在库中，"
	textWillMailIndented = "  将发信：%s\n"
	textWillMail         = "将发信：%s\n"
	textWritten          = "已写出 %s\n"
	textAtDryRun         = "--at 只用于查看，请与 --dry-run 同用。"
	textNothingDue       = "此刻没有到期的邮件。\n"
	textIsDue            = "到期 %s %s\n  理由：%s\n"
	textIsWaiting        = "等待 %s %s\n  理由：%s\n"
	textNextSlot         = "下一个时点：%s\n"
	textQueuedNow        = "已排入待发 %d 封。\n"
	textDeskName         = "专项小组"
	textAddressOf        = "%s 登记为%s的地址"
	textVersionOf        = "（第 %d 版）"
	textNumberOf         = "　编号 "
	textMonthUnknown     = "月份不明"
)

// What serve prints.
const (
	textAtOnce = "--at 要与 --once 同用。"
)

// What config prints.
const (
	textConfigFine      = "%s：没有发现问题。\n"
	textConfigCampaign  = "行动：%s%d年%s，%s 至 %s\n"
	textConfigUnits     = "填报单位：%d 个（%s）\n"
	textConfigNoAddress = "还没有登记地址：%s；其来信先由专项小组核实，也不会收到催报。\n"
	textConfigHint      = "提示：%v\n"
	textConfigSecret    = "%s# 授权码：***\n"
)

// What the demo prints of each letter.
const (
	textDemoDay  = "\n%s（星期%s）\n"
	textDemoSent = "  %s   → %s\n            发给 %s"
	textDemoDesk = "  %s 专项小组：%s"
	textDemoMail = "  %s 来信：%s"
)

// mailChanged tells what the desk said of a mail of ours: its number and
// subject.
var mailChanged = map[string]string{
	ledger.ActionDelivered: "发信 %s 已按收到登记：%s",
	ledger.ActionResend:    "发信 %s 将再发一次：%s",
	ledger.ActionReplaced:  "发信 %s 不再发往原地址，改发现用地址：%s",
}

// gridColumns head the table of status, with their widths.
var gridColumns = []struct {
	name  string
	width int
}{{"单位", 10}, {"报送", 14}, {"质量", 30}, {"首次收到", 12}}
