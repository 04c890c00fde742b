package bulletin

import (
	"fmt"
	"strings"
	"time"

	"taizhang/ledger"
)

// All Chinese words of the package that are not in the template.
const (
	none     = "－" // no number, which is not 0 (rule book §2)
	comma    = "、"
	clause   = "；"
	ellipsis = "……"
	author   = "台账系统"

	fileTitle      = "%s%s%s进展情况通报"
	fileCorrection = "（更正版%d）"
	fileDocx       = "%s.docx"
	typeDOCX       = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

	periodWords  = "%d年%d月"
	dayWords     = "%d年%d月%d日"
	hourWords    = "%d时"
	minuteWords  = "%d时%02d分"
	bracketed    = "%s（%s）"
	countOfUnits = "%s（%d个单位）"
	plainAmount  = "%s%s"
	tenThousand  = "%s万%s"
	spanOfMonths = "%s至%s"

	headUnit       = "单位"
	headCumulative = "累计%s"
	headRate       = "完成率"
	headRateOf     = "%s完成率"
	headRank       = "位次"
	totalLabel     = "合计\n已计入%d/应报%d"

	lateBy       = "迟%d天"
	overdueBy    = "已逾期%d天"
	receivedAt   = "%s收到"
	becauseOf    = "，原因：%s"
	versionState = "第%d版%s"
	extendedTo   = "%s延期至%s"
	placeOf      = "第%d位%s（%s）"
	placeShared  = "并列第%d位%s（各%s）"
	byCumulative = "累计新增%s"
	byRate       = "%s完成率"

	aheadOfPace  = "高于序时进度%s个百分点"
	behindPace   = "低于序时进度%s个百分点"
	onPace       = "与序时进度持平"
	aboutOnPace  = "与序时进度相差不足0.1个百分点"
	changed      = "%s由%s更正为%s"
	newlyCounted = "%s新计入%s"
	noLonger     = "%s原%s不再计入"
	causeAmended = "第%d版更正"
	causeLate    = "补报"
	causeAdmit   = "经核实计入"
	causeGone    = "撤回"

	targetMoved = "%s由%s调整为%s"
	targetSet   = "%s定为%s"
	targetGone  = "%s（原%s）不再设目标"
	projectRate = "建筑业项目参保率"

	noteDash     = "“－”表示没有数字（未报、未计入、表中未填或不适用），不等于0。"
	noteCounted  = "合计为已计入单位所报数字之和，未报和未计入的不作估算。"
	noteRate     = "完成率＝（上年末%s＋累计新增）÷年度目标，保留一位小数；与序时进度之差按未经四舍五入的数值计算。"
	noteStock    = "期末%s按专项小组核定数字的：%s。"
	noteNoRate   = "未设上年末%s的，不计完成率。"
	noteRank     = "位次按%s排列，相同并列；本月未计入的单位不排位次。"
	noteExempt   = "合计含免报而报送的单位：%s。"
	noteShort    = "累计不足月的单位（已计入月数/应有月数）：%s。"
	noteDerived  = "原表未写合计、由各项相加得出的单位：%s。"
	notePartial  = "合计不含全部已计入单位的指标：%s。"
	shortMonths  = "%s%d/%d"
	noteBasis    = "各单位所报为年初以来累计数，以最近一次所报为准。"
	noteNumbered = "%d.%s"
)

var weekdays = [...]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}

var qualities = map[ledger.Quality]string{
	ledger.QualityAccepted: "合格", ledger.QualityQueried: "有疑问", ledger.QualityReturned: "退回",
	ledger.QualityHeld: "待核实", ledger.QualityVerified: "核定", ledger.QualityWithdrawn: "已撤回",
}

func periodName(p ledger.Period) string { return fmt.Sprintf(periodWords, p.Year, int(p.Month)) }

// span names the months from first to last: 2022年5月至2022年6月.
func span(first, last ledger.Period) string {
	if first == last {
		return periodName(first)
	}
	return fmt.Sprintf(spanOfMonths, periodName(first), periodName(last))
}

func dayName(d ledger.Date) string { return fmt.Sprintf(dayWords, d.Year, int(d.Month), d.Day) }

// day is a date with its weekday: 2022年5月28日（星期六）.
func day(d ledger.Date) string { return fmt.Sprintf(bracketed, dayName(d), weekdays[d.Weekday()]) }

// moment is an instant that has been: 2022年5月29日（星期日）9时, with its minutes
// when it is not a full hour.
func moment(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	if t.Minute() == 0 {
		return day(ledger.DateOf(t)) + fmt.Sprintf(hourWords, t.Hour())
	}
	return day(ledger.DateOf(t)) + fmt.Sprintf(minuteWords, t.Hour(), t.Minute())
}

// deadline is the bound of a half-open span (rule book §4): midnight belongs
// to the day it ends, 2022年5月28日（星期六）24时.
func deadline(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	if t.Hour() == 0 && t.Minute() == 0 {
		return day(ledger.DateOf(t).AddDays(-1)) + fmt.Sprintf(hourWords, 24)
	}
	return moment(t, zone)
}

// inTenThousands prints n of the unit in 万 exactly: 598100 is 59.81万人. What is
// below 1万 is printed whole. Nothing is rounded.
func inTenThousands(n int64, unit string) string {
	if n < 10000 {
		return fmt.Sprintf(plainAmount, fmt.Sprint(n), unit)
	}
	s := fmt.Sprintf("%d.%04d", n/10000, n%10000)
	return fmt.Sprintf(tenThousand, strings.TrimSuffix(strings.TrimRight(s, "0"), "."), unit)
}
