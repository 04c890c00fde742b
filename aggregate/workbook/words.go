package workbook

import "taizhang/ledger"

// All Chinese words of the package, so that they can be read at one glance.
const (
	none       = "－" // no number, which is not 0 (rule book §2)
	nothing    = "无"
	blankCell  = "（空白）"
	comma      = "、"
	clause     = "；"
	author     = "台账系统"
	fontBody   = "宋体"
	fontHead   = "黑体"
	fontTitle  = "方正小标宋简体"
	unitLabel  = "单位"
	pageFooter = "&C&10第 &P 页，共 &N 页"
	zoneName   = "北京时间"

	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// The sheets of the summary.
const (
	sheetSummary  = "汇总表"
	sheetStanding = "报送情况"
	sheetWords    = "措施与做法"
	sheetTrend    = "趋势"
	sheetNotes    = "问题与说明"
	sheetSources  = "数据来源"
)

// Titles and lines of the summary.
const (
	summaryTitle    = "%s%s%s进展情况汇总表"
	correctionLabel = "更正版%d"
	correctionMark  = "（更正版%d）"
	asOf            = "数据截至及编制时间：%s"
	reportedOf      = "已报 %d/应报 %d"
	countedOf       = "已计入 %d/应报 %d"
	unreadableLine  = "邮箱自%s起无法读取，名单可能不全"
	totalLabel      = "合计\n（已计入%d/应报%d）"
	unitsLine       = "计量单位：%s"

	blockMonth       = "一、%s情况"
	blockTarget      = "二、年度目标完成情况"
	headMonth        = "本月\n新增"
	headReported     = "本月上报\n（累计数）"
	headCumulative   = "本年\n累计"
	headDelta        = "较上月"
	headRank         = "位次"
	headTarget       = "年度\n目标"
	headAdded        = "累计\n新增"
	headExpected     = "预计\n期末"
	headRate         = "完成率"
	headPace         = "较序时\n进度"
	blockProjects    = "三、建筑业新开工项目参加工伤保险情况"
	noTargets        = "本行动未设年度目标。"
	notesHead        = "注："
	noteNumber       = "%d. %s"
	noteCounted      = "“已计入”指有现行版本（合格、有疑问或核定）的单位；合计为已计入单位所报数字之和，未报或未计入的不作估算。"
	noteDash         = "“－”表示没有数字（未报、未计入、表中未填或不适用），不等于0；单位报0的显示0。"
	noteDerived      = "带“*”的数字为原表未写、由系统按%s相加得出，其余均为原表所报。"
	noteMonthly      = "各单位所报为当月新增数；本年累计为%s起各月所报之和；较上月为与上月所报之差。"
	noteCumulative   = "各单位所报为年初以来累计数，以最近一次所报为准；较上月为与上月所报之差。"
	noteRate         = "预计期末＝上年末%[1]s＋累计新增，完成率＝预计期末÷年度目标，保留一位小数；未设上年末%[1]s的显示“－”。"
	noteTargets      = "年度目标按%s（万%[2]s）折合为%[2]s，未作舍入。"
	notePace         = "序时进度为已过月数÷行动总月数（%d/%d，%s）；较序时进度为完成率与序时进度之差，单位为百分点，按未经四舍五入的数值计算。"
	noteProjects     = "建筑业项目数为同时填报两项数字的单位之和，参保率＝已参保项目÷新开工项目，是否达标按未经四舍五入的数值判断。"
	noteStock        = "下列期末%s按专项小组核定的数字，不由上年末数与累计新增相加：%s。"
	notePartial      = "合计不含全部已计入单位的指标（本月填报单位数/已计入单位数）：%s。"
	noteRank         = "位次按未经四舍五入的数值排列，相同并列；各单位均有完成率时按完成率，否则按本年累计新增数；本月未计入的单位不排位次。"
	noteMissing      = "本月未计入：%s。"
	noteShort        = "累计不足月：%s（有现行版本的月数/应有月数）。"
	noteExemptIn     = "合计含免报而报送的单位：%s。"
	shortMonths      = "%s%d/%d"
	reasonIn         = "%s（%s）"
	dueBefore        = "%d月%d日24时"
	periodName       = "%d年%d月"
	minuteName       = "%d年%d月%d日 %02d:%02d"
	summaryMediaName = "%s.xlsx"
)

// The sheet 报送情况.
const (
	standingTitle    = "%s%s台账报送情况"
	headUnit         = "填报单位"
	headPunctuality  = "报送情况"
	headLate         = "迟报天数"
	headQuality      = "质量与版本"
	headVersion      = "现行版本"
	headFirst        = "首次收到（%s）"
	headDue          = "截止时间"
	headRemark       = "备注"
	versionName      = "v%d"
	versionQuality   = "v%d %s"
	amendmentQuality = "更正 v%d %s"
	heldCount        = "另有待核实%d份"
	lateBy           = "迟报%d天"
	afterBy          = "补报（迟%d天）"
	extendedTo       = "延期至%s"
	remarkDesk       = "代报"
	ratesTitle       = "报送统计"
	tallyLine        = "应报%d家，已报%d/%d，已计入%d/%d。"
	overdueBy        = "已逾期%d天"
	standingNote     = "按时：截止前首次收到；迟报：截止后、汇总前；补报：汇总后。首次收到时间不因更正而改变。退回的计入实报，不计入合计；" +
		"未报含待报、逾期未报、漏报；免报的不计入应报；上报率＝实报÷应报，按时率＝按时÷应报，一次通过率＝首版即合格÷实报。"
)

// The small table of construction projects.
var (
	projectHeads = []string{"口径", "填报\n单位数", "新开工\n项目", "已参保\n项目", "参保率", "目标", "是否\n达标"}
	projectRows  = []string{"本月", "本年累计"}
	reachedWords = map[bool]string{true: "达标", false: "未达标"}
)

var signatories = []string{"制表人：", "审核人：", "日期：　　　　年　　月　　日"}

// The counts add up to 应报.
var countHeads = []string{"按时（家）", "迟报（家）", "补报（家）", "待核实（家）", "未报（家）", "应报（家）", "免报（家）", "其中延期（家）"}

var rateHeads = []string{"应报（家）", "实报（家）", "上报率", "按时（家）", "按时率", "一次通过（家）", "一次通过率", "已计入（家）"}

// The sheets 措施与做法, 问题与说明 and 数据来源.
const (
	wordsTitle    = "%s%s各单位工作措施与做法"
	headOfficer   = "负责人"
	headLiaison   = "联络员"
	headTask      = "工作任务"
	headWords     = "主要工作措施（原文）"
	continued     = "（续）"
	cutSentence   = "【系统说明：原文过长，此处起略去，全文见来源文件。】"
	notesTitle    = "%s%s问题与说明"
	changesHead   = "一、与上一期汇总相比的变动"
	queriesHead   = "二、尚待说明的问题"
	headMeasure   = "指标"
	headOld       = "上期数"
	headNew       = "本期数"
	headDiff      = "增减"
	headWhere     = "位置"
	headFound     = "现值"
	headQuery     = "问题"
	headCause     = "原因"
	explainedHead = "三、各单位已作说明的问题"
	headExplained = "问题及说明"
	explainedText = "%s\n说明：%s\n（%s，%s来信，邮件摘要%s）"
	byDesk        = "专项小组登记"
	rulingsHead   = "四、专项小组处理说明"
	targetsHead   = "五、年度目标调整（自本月起）"
	headWas       = "原目标"
	headNow       = "现目标"
	headNotice    = "依据"
	projectRate   = "建筑业项目参保率（%）"
	headRuling    = "处理"
	headWhen      = "时间"
	headReason    = "说明"
	earlierLine   = "上期印发后，此前月份的下列数字有变动，已计入本期累计："
	monthCause    = "%s：%s"
	causeAmended  = "v%d 更正"
	causeLate     = "补报"
	causeAdmit    = "v%d 经核实计入"
	causeGone     = "撤回"
	headSender    = "发件人"
	firstIssue    = "无（本期为首次印发）"
	sourcesTitle  = "%s%s数据来源"
	headRevision  = "版本"
	headValue     = "数值"
	headWritten   = "原文"
	headMail      = "来源邮件\n（摘要前16位）"
	headArrived   = "收到时间\n（%s）"
	headFile      = "文件"
	headSheet     = "工作表"
	headCell      = "单元格"
	headDigest    = "文件SHA-256"
	derivedCell   = "推算（各项相加）"
	sourcesNote   = "每个数字的出处。“来源邮件”为邮件原文SHA-256的前16位，凭此可在系统中调出原信；“推算”指原表未写、由系统按各项相加得出。"
	placeOf       = "%s!%s"
)

// The sheet 趋势.
const (
	trendTitle    = "%s%s进展趋势"
	chartsHead    = "一、图示"
	chartRates    = "各单位完成率"
	chartYears    = "各单位本年累计新增（%s）"
	chartReported = "各单位年初以来累计数（%s）"
	chartMonths   = "全市各月新增（%s）"
	chartAmounts  = "全市各月上报累计数（%s）"
	axisUnit      = "单位"
	axisMonth     = "月份"
	noChart       = "尚无已计入的数字，不绘图。"
	trendHead     = "%s、%s各月情况"
	trendAdded    = "%s、%s各月新增"
	headMonths    = "月份"
	headCity      = "全市合计"
	headCounted   = "已计入/应报"
	ofCounted     = "%d/%d"
	rowYear       = "本年累计"
	trendNote     = "各月数字按编制时的现行版本，包括其后的更正；“－”表示没有数字，不等于0。"
	trendGap      = "折线图自%s起：此前有的月份没有数字，不作连线。"
	trendGone     = "本表含此前月份应报而本月不在其列的单位：%s；其数字不计入本月汇总表的累计。"
	trendUpTo     = "折线图至%s止：其后的月份没有数字。"
)

var ordinals = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"}

// actions name what the desk did with a document.
var actions = map[string]string{"accept": "采用", "return": "退回", "verify": "核定", "assign": "指定单位和月份", "file": "代为录入", "withdraw": "撤回", "address": "确认发件地址"}

// The pre-filled form.
const (
	formName        = "%s%s%s.xlsx"
	formSheet       = "台账"
	guideSheet      = "填表说明"
	formUnit        = "填报单位：%s"
	formPeriod      = "报告期：%s"
	formUnitIs      = "单位：%s"
	formTask        = "工作任务"
	formWords       = "主要工作措施"
	formAll         = "%s情况"
	formOfficer     = "负责人：%s"
	formLiaison     = "联络员：%s"
	formFilled      = "填报时间："
	withUnit        = "%s（%s）"
	overUnit        = "%s\n（%s）"
	guideTitle      = "填表说明（本页不必填写，不作为报送内容）"
	validationTitle = "请填整数"
	validationText  = "请填不小于0的整数；没有新增请填0，不要留空，不要写“约”“余”等字样。"
	promptText      = "整数；无新增请填0"
	lastNone        = "上月没有已计入的数字可供参考。"
	lastSome        = "上月（%s）贵单位所报、已计入的数字，仅供核对，请勿抄入本月：%s。"
	lastFigure      = "%s%s%s"
)

// guideLines are the rules of the form, in the order they are printed.
var guideLines = []string{
	"1. 只填“台账”页，填好后把本文件作为附件发回即可，不必改文件名。",
	"2. 数字栏一律填%s当月新增的整数，无新增请填0；不要留空，不要填“约”“余”“见附表”等字样。",
	"2. 数字栏一律填年初至%s月底累计新增的整数，没有的请填0；不要留空，不要填“约”“余”“见附表”等字样。",
	"3. %s为去重后的实际人数：不小于%s中最大的一项，也不大于各项之和。",
	"4. 请如实填写推进情况和好的做法；其中写到的数字不作为上报数字。",
	"5. 请填写填报时间；已预填的单位和人员如有变动，请直接改正。",
	"6. 截止时间：%s。更正时重发整份台账即可，以最后一次合格的为准。",
}

// The annotated copy.
const (
	annotatedName = "%s（批注）"
	annotatedBase = "台账"
	onSheet       = "工作表“%s”：%s"
	onCell        = "%s：%s"
	markProblem   = "问题：%s"
	markCoded     = "问题（%s）：%s"
	markRemedy    = "怎么改：%s"
	markNumber    = "（%d）%s"
	sheetAgain    = "（%d）"
	dayName       = "%d年%d月%d日"
)

var punctualities = map[ledger.Punctuality]string{
	ledger.PunctualOnTime: "按时", ledger.PunctualLate: "迟报", ledger.PunctualAfter: "补报", ledger.PunctualHeld: "待核实",
	ledger.PunctualAwaited: "待报", ledger.PunctualOverdue: "逾期未报", ledger.PunctualMissing: "漏报", ledger.PunctualExempt: "免报",
}

var qualities = map[ledger.Quality]string{
	ledger.QualityAccepted: "合格", ledger.QualityQueried: "有疑问", ledger.QualityReturned: "退回", ledger.QualityHeld: "待核实",
	ledger.QualityVerified: "核定", ledger.QualityWithdrawn: "已撤回", ledger.QualityRejected: "不予采用", ledger.QualityDuplicate: "重复件",
}

// queryTitles name the findings that can stand as open queries, for a summary
// that is made without the catalogue of notify/compose.
var queryTitles = map[ledger.Code]string{
	ledger.HUnknownColumn: "有不认识的数字列", ledger.HAbsent: "缺少应有的列", ledger.HNumbering: "序号不连续", ledger.HCountPerPart: "按分项计数，未予相加",
	ledger.CDash: "填的是横线，没有数字", ledger.CPersonTime: "以人次计，不是人数", ledger.CInserted: "修订状态下插入的数字",
	ledger.RFewPersons: "合计少于计数", ledger.RNoFirms: "计数为0而有合计", ledger.RCumulative: "累计栏与本月数不符", ledger.RSplit: "分项数字不全", ledger.RRepeated: "任务行重复",
	ledger.TSame: "各项数字与上月完全相同", ledger.TCumulative: "累计数不等于上月累计加本月", ledger.TFalls: "累计数比上月减少",
	ledger.TLooksCumul: "像是累计数", ledger.TFarAbove: "明显高于本单位以往水平", ledger.TFarBelow: "明显低于本单位以往水平",
	ledger.TOlderResend: "与较早的版本相同", ledger.POfficer: "负责人未填", ledger.PLiaison: "联络员未填",
	ledger.PNotRoster: "人员与名单不一致", ledger.PDateLater: "填报时间晚于收到时间", ledger.PDateAbsent: "填报时间未填",
}
