package check

import (
	"regexp"
	"slices"
	"strings"

	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// The words of Chinese input that belong to no form in particular: counting
// units, marks and enumerations. The form's own words are configuration.
var (
	// enumerator is a number before a header or label: 1. （2） 三、 ①.
	enumerator = lazyregexp.New(`^\s*(?:[(（]?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）.．、]|[①-⑳])\s*`)
	// formulaTail is the arithmetic that some forms print behind a header:
	// (4=5+6), 4=5+6, (3).
	formulaTail = lazyregexp.New(`\s*(?:[(（]\s*\d{1,2}\s*(?:=\s*\d{1,2}(?:\s*[+＋-]\s*\d{1,2})*)?\s*[)）]|\d{1,2}\s*=\s*\d{1,2}(?:\s*[+＋-]\s*\d{1,2})*)\s*$`)
	// unitBracket is a counting unit in brackets, or behind a slash at the end.
	unitBracket = lazyregexp.New(`[(（\[【〔]\s*(?:单位\s*[:：]?\s*)?(万人次|万人|万户|万|千人|人次|人数|人|户数|户|家数|家|个|名|户\s*[/／、]\s*家|家\s*[/／、]\s*户|人\s*[/／]\s*次)\s*[)）\]】〕]|[/／]\s*(万人|人次|人|户|家|个|名)\s*$`)
	// sheetUnit is the counting unit of a whole form: 单位：人.
	sheetUnit = lazyregexp.New(`(?:^|[\s　(（])(?:计量)?单\s*位\s*[:：]\s*[(（]?\s*([万千百十]?人次|[万千百十]人|万户|[万千百亿]?元|[万千百]|[%％]|人、户|户、人|人|户|家|个|名)(?:[\s　)）、,，/;；%％]|$)`)
	// untilMonth and plainMonth are months inside a header word.
	untilMonth = lazyregexp.New(`(?:截[至止]|[至到])\s*(?:20\d\d\s*年)?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*(?:份|底|末)?|(?:20\d\d\s*年)?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*[底末]`)
	spanMonth  = lazyregexp.New(`(?:20\d\d\s*年)?\s*\d{1,2}\s*月?\s*[-－—~～至到]\s*\d{1,2}\s*月(?:份)?`)
	plainMonth = lazyregexp.New(`(?:20\d\d\s*年)?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*份?`)
	monthOnly  = lazyregexp.New(`^\s*(?:20\d\d\s*[年./-]\s*)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*份?\s*$|^\s*20\d\d\s*[./-]\s*\d{1,2}\s*$|^\s*20\d\d(?:0[1-9]|1[0-2])\s*$`)
	yearWord   = lazyregexp.New(`(20\d\d)\s*年度?`)
	// headSplit parts a header that names several measures.
	headSplit = lazyregexp.New(`[、,，/／;；\s]|以及|及其|[及和与]`)
	// noteStart begins a remark below a table.
	noteStart = lazyregexp.New(`^\s*[（(]?\s*(?:注|说明|备注|填表|填报说明|附注|备 注)\s*\d*\s*[)）]?\s*[:：、.．]?`)
	// exampleMark begins or names what shows how to fill in the form.
	exampleMark = lazyregexp.New(`^[\s　]*[(（\[【]?\s*(?:填写|填表|填报)?(?:(?:示例|样例|范例|举例)|例\s*(?:[)）\]】:：]|如|$))`)
	exampleName = lazyregexp.New(`示例|样例|范例|样表|填表说明|填报说明`)
	// annexMark is the line above the title of an annex.
	annexMark = lazyregexp.New(`^\s*附\s*[件表]\s*[\d一二三]*\s*[:：]?\s*$`)
	// pageNote is what stands at the foot of a page: its number, who made the
	// table, how to reach them, a remark in brackets.
	pageNote = lazyregexp.New(`^\s*(?:第?\s*\d+\s*页.*|共\s*\d+\s*页|[-—–－]\s*\d+\s*[-—–－]|[(（][^()（）]*[)）]|(?:制表|复核|审核|校对|签发|经办|联系电话|电话|传真|手机|电子邮箱|邮箱|地址|邮编|抄送|报送)人?\s*[:：].*|附\s*[件表]\s*\d*\s*[:：]?)\s*$`)
	// columnMark is a cell of the row that numbers the columns.
	columnMark = lazyregexp.New(`^\s*[(（]?\s*(?:[甲乙丙丁戊己]|[A-Za-z]|栏次|行次|序号|\d{1,2}(?:\s*=\s*\d{1,2}(?:\s*\+\s*\d{1,2})*)?|[①-⑳])\s*[)）]?\s*$`)
	// monthLabel names a cell that states the reporting month.
	monthLabel = lazyregexp.New(`^\s*(?:报告期|所属期|所属月份|填报月份|报送月份|统计月份|统计期|月份|填报期)\s*[:：]?`)
	// namedPlace is a place of a level that reports or lies below one.
	namedPlace = lazyregexp.New(`\p{Han}(?:[市县区镇乡縣區鎮鄉]|街道)|^市\p{Han}`)
	// subTotal is a total of some rows; every other total row is the total.
	subTotal = "小计"
	// emptyWords stand in a text cell and state nothing.
	emptyWords = lazyregexp.New(`^[^\p{L}\p{N}]*$`)
	// wholeTotal heads the column of all insurances together. 参保总人数, with a
	// word before it, may be a headcount and stays unknown.
	wholeTotal = lazyregexp.New(`^(?:总数|总人数)$`)
	// driveWord may stand in the name of any drive: its time, its place, its kind.
	driveWord = lazyregexp.New(`附件\d*|\d+年度?|\d+月份?|\d+|[全各][市县区省]|年度|社会保险|社保|专项|集中|百日|计划|工作|活动|行动|开展|深入|关于|推进|扩面`)
	// uninsured is in the name of a task about those who are not yet insured.
	uninsured = lazyregexp.New(`[未欠漏断]`)
	// campaignYear is the year that a title gives its campaign.
	campaignYear = lazyregexp.New(`(20\d\d)\s*年?度?\s*`)
)

// counting is what a header says its numbers count.
type counting uint8

const (
	countsNothing     counting = iota
	countsHeads                // 人, 名
	countsFirms                // 户, 家
	countsTimes                // 人次
	countsThousands            // 万: never scaled silently
	countsScaled               // 千, 百, 十: neither
	countsOther                // 元, %: no heads at all
	countsHeadsOrFirm          // 人、户
)

func countingOf(word string) counting {
	w := strings.Join(strings.Fields(strings.NewReplacer("／", "/").Replace(word)), "")
	switch {
	case w == "":
		return countsNothing
	case strings.ContainsAny(w, "元%％"):
		return countsOther
	case strings.Contains(w, "万"):
		return countsThousands
	case strings.ContainsAny(w, "千百十"):
		return countsScaled
	case w == "人次" || w == "人/次":
		return countsTimes
	case strings.Contains(w, "人") && strings.Contains(w, "户"):
		return countsHeadsOrFirm
	case strings.ContainsAny(w, "户家"):
		return countsFirms
	case strings.ContainsAny(w, "人名"):
		return countsHeads
	}
	return countsNothing
}

// ownUnits are the counting units of the form's measures that are none of
// those every form may use, such as 期.
func ownUnits(f *ledger.Form) []string {
	var own []string
	for _, m := range f.Measures {
		if m.Unit != "" && countingOf(m.Unit) == countsNothing && !slices.Contains(own, m.Unit) {
			own = append(own, m.Unit)
		}
	}
	return own
}

// inBrackets matches one of the units in brackets, or behind a slash at the
// end; nil for no units.
func inBrackets(units []string) *lazyregexp.Regexp {
	if len(units) == 0 {
		return nil
	}
	quoted := make([]string, len(units))
	for i, u := range units {
		quoted[i] = regexp.QuoteMeta(u)
	}
	one := "(?:" + strings.Join(quoted, "|") + ")"
	return lazyregexp.New(`[(（\[【〔]\s*(?:单位\s*[:：]?\s*)?` + one + `\s*[)）\]】〕]|[/／]\s*` + one + `\s*$`)
}
