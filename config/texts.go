package config

// The sentences an administrator reads. The first of each pair says what is
// wrong, the hint says what to write.
const (
	textNoFile         = "读不到配置文件：%v"
	hintNoFile         = "请核对路径；可先复制 config.example.yaml 再修改。"
	textEmptyFile      = "配置文件没有内容"
	textSyntax         = "YAML 写法有误：%s"
	hintSyntax         = "请检查缩进（用空格，不用制表符）、冒号后的空格和引号是否成对。"
	textSecondDocument = "“---”之后的内容不会被读取"
	hintSecondDocument = "一个文件只能写一份配置，请删去“---”及其后的内容，或删去这一行。"
	textUnknownKey     = "没有“%s”这个设置项"
	hintUnknownKey     = "请对照 config.example.yaml 核对拼写；多余的行请删去。"
	textDuplicateKey   = "“%s”写了两次"
	hintDuplicateKey   = "同一设置项只能写一次，请删去其中一处。"
	textType           = "“%s”不是%s"
	hintType           = "请对照 config.example.yaml 的同一行改写。"

	textMissing     = "缺少“%s”"
	hintMissing     = "请补上，例如 %s"
	textRange       = "“%s”应在 %d 到 %d 之间，现为 %d"
	hintRange       = "请写这个范围内的整数，例如 %d。"
	textChoice      = "“%s”不能是“%s”"
	hintChoice      = "请写以下之一：%s。"
	textMonth       = "“%s”应是年-月，现为“%s”"
	hintMonth       = "请加引号写成 \"2022-05\" 这样的形式。"
	textMonthOrder  = "最后一个报告期（%s）早于第一个（%s）"
	hintMonthOrder  = "请把 last_month 改为不早于 first_month 的月份。"
	textClock       = "“%s”应是时刻，现为“%s”"
	hintClock       = "请加引号写成 \"09:30\" 这样的形式（00:00 到 23:59）。"
	textDuration    = "“%s”应是时长，现为“%s”"
	hintDuration    = "请写成 20s（秒）、30m（分）或 4h（小时），且大于零。"
	textSize        = "“%s”应是大小，现为“%s”"
	hintSize        = "请写成 20MiB 或 512KiB，且大于零。"
	textDate        = "“%s”不是日期或日期区间"
	hintDate        = "请写成 2022-05-02 或 2022-05-02..2022-05-04。"
	textAddr        = "“%s”不是邮箱地址"
	hintAddr        = "请写成 name@163.com 这样的完整地址，不带空格和中文。"
	textAddrTwice   = "地址 %s 同时属于%s和%s"
	hintAddrTwice   = "一个地址只能属于一个单位，请删去其中一处。"
	textAddrOurs    = "%s 是本系统自己的邮箱，不能再登记为%s的地址"
	hintAddrOurs    = "请改为该单位发信所用的地址，或删去此行。"
	textUnitTwice   = "填报单位“%s”写了两次"
	textAliasTwice  = "名称“%s”同时用于%s和%s"
	hintAliasTwice  = "同一名称只能指一个单位，请删去其中一处。"
	textNoUnits     = "没有填报单位"
	hintNoUnits     = "请在 units 下逐个列出填报单位，写法见 config.example.yaml。"
	textMeasureKey  = "“%s”不是表样中的指标"
	hintMeasureKey  = "请写以下之一：%s。"
	textMeasureDup  = "指标“%s”写了两次"
	textNegative    = "“%s”不能小于零，现为 %v"
	hintNegative    = "请写零或正数。"
	textTarget      = "“%s”的目标不像以万人计：%v"
	textNoNumber    = "“%s”的目标不是数字"
	phraseAdded     = "新增"
	phraseParts     = "分项"
	phraseStock     = "总数"
	hintTarget      = "目标以万人为单位（例如 20.61），参保率以百分数为单位（例如 90）。"
	textNoSuchUnit  = "“%s”不是填报单位"
	hintNoSuchUnit  = "请写 units 中某个单位的名称（name）。"
	textChangeTwice = "%s的“%s”自 %s 起的目标写了两次"
	hintChangeTwice = "同一单位、同一指标、同一月份只能有一个目标，请删去其中一处。"
	textChangeEarly = "目标变更的起始月份（%s）不晚于第一个报告期（%s）"
	hintChangeEarly = "第一个报告期的目标写在 units 的 targets 中；target_changes 只写其后的变更。"
	textChangeLate  = "目标变更的起始月份（%s）晚于最后一个报告期（%s）"
	hintChangeLate  = "请改为行动之内的月份，或删去这一项。"
	textStockMonth  = "“%s”不是行动的报告期（%s 至 %s）"
	hintStockMonth  = "请写行动之内的年-月，例如 \"2022-09\"；上年末的写在 baselines。"
	textWhole       = "“%s”应是整数，现为 %v"
	hintWhole       = "人数以人为单位；只有目标（targets）以万人为单位。"
	textCA          = "CA 证书文件读不到或不是 PEM 证书：%s"
	hintCA          = "请核对 ca_file 的路径；使用 163 邮箱时留空。"
	textSecretPlace = "授权码没有存放处"
	hintSecretPlace = "请写 password_file（只含授权码的文件）或 password_env（环境变量名）。"

	textNoSecret      = "没有授权码：请设置环境变量 %s，或在配置中写 mailbox.password_file"
	textSecretMissing = "读不到授权码文件 %s；请建立该文件（只含授权码一行，权限 600），或设置环境变量 %s"
	textSecretOpen    = "授权码文件 %s 允许他人读取；请执行 chmod 600 %s 后再试"
	textSecretEmpty   = "授权码文件 %s 是空的；请把邮箱授权码写入其中"
)

// typeName names a Go kind for an administrator.
func typeName(kind string) string {
	switch kind {
	case "int", "int64", "uint32":
		return "整数"
	case "float64":
		return "数字"
	case "bool":
		return " true 或 false"
	case "slice":
		return "列表"
	case "struct", "map":
		return "一组设置"
	}
	return "文字"
}
