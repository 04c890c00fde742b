package app

// What the desk may decide about a held document, in words, and the commands
// that do it. %s are filled in by choices.
const (
	meansAssign   = "认定单位和月份"
	meansAddress  = "该地址确属%s，登记并采用"
	meansUnsigned = "该地址来信没有签名凭据也可采用"
	meansAccept   = "只采用这一份"
	meansReturn   = "退回"
	meansWords    = "按来信登记为说明"
	meansWordsOf  = "写明单位和报告期，按来信登记为说明"
	meansVerify   = "核定现行版本（疑问一并了结）"
	meansNoWords  = "已处理，不登记"

	meansDelivered = "对方已收到，或已另行告知"
	meansResend    = "对方没有收到，重发一次"
	meansResendTo  = "先核对并登记地址，再重发一次"

	commandDelivered = "taizhang desk delivered %s --reason 原因"
	commandResend    = "taizhang desk resend %s --reason 原因"

	commandAssign   = "taizhang desk assign %s %s %s --reason 原因"
	commandAddress  = "taizhang desk address %s %s --reason 原因"
	commandUnsigned = "taizhang desk address %s %s --unsigned --reason 原因"
	commandAccept   = "taizhang desk accept %s --reason 原因"
	commandVerify   = "taizhang desk verify %s %s --reason 原因"
	commandReturn   = "taizhang desk return %s --reason 原因"

	commandReplace = "taizhang desk address %s 新地址 --reason 原因"

	// A document handed in to the desk, as the message that keeps it.
	filedMonth   = "%d年%d月"
	filedSubject = "【代报】%s%s工作台账"
	filedText    = "%s%s工作台账，由专项小组于 %s 收到并登记。\n\n登记原因：%s\n"

	// What stands in the place of what was deleted on request.
	textForgotten = "（原件已于%s按要求删除）"
	forgottenDate = "2006年1月2日"

	blankUnit  = "单位"
	blankMonth = "年-月"
)
