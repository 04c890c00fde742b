package value

import (
	"math"
	"strconv"
	"strings"

	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// unitTail is a unit, bracketed or not, and a full stop behind a number (rule
// book §2; 个 counts projects).
var unitTail = lazyregexp.New(`^(.*?)[ \n]*(?:\(?[ \n]*(人[ \n]*\(?次\)?|人|名|户|家|个)[ \n]*\)?)?[ \n]*。?$`)

// zeroWords say 0 in a number cell (rule book §2).
var zeroWords = map[string]bool{"无": true, "零": true, "〇": true}

// loneStroke is the numeral 1, and what many type for a dash: alone in a cell
// it may be either.
const loneStroke = "一"

// nothingWords say that there is nothing without saying 0: 0 is offered for
// them and not applied (rule book §2).
var nothingWords = lazyregexp.New(`^(截[至止])?(本月|当月|本期|目前|现在|暂时)?(暂无|均无|皆无|尚无|无|没有|暂没有|尚没有|未|暂未|尚未|暂不)` +
	`(新增|增加|新参保|参保|扩面)*(企业|单位|人数|人员|户数|人|户)?$`)

// Whole texts by what they look like, once they proved no plain number.
var (
	groupedText   = lazyregexp.New(`^[1-9]\d{0,2}(,\d{3})+$`)
	decimalText   = lazyregexp.New(`^[+-]?(\d+|[1-9]\d{0,2}(,\d{3})+)?\.\d+$`)
	negativeText  = lazyregexp.New(`^(-|负|—|–|‐|‑|‒) *\(?[\d.,]+\)?$|^\( *-[\d.,]+ *\)$`)
	percentText   = lazyregexp.New(`[%‰‱]|百分之|千分之|[\d一二三四五六七八九] *成$`)
	tenThouText   = lazyregexp.New(`\d *[十百千万萬亿億wWkK]`)
	tenThouExact  = lazyregexp.New(`^(\d+)(?:\.(\d+))? *([万萬千百亿億])$`)
	vagueText     = lazyregexp.New(`[约余多近逾超左右上下几数若干估预概许来\?]|不足|不到|至少|至多|以[上下内]|将|接近|大概|差不多|可能|待定|[>≥<≤±≈]`)
	rangeText     = lazyregexp.New(`[\d十百千] *[人户家名]? *(-|~|—|–|―|‐|‑|‒|至|到|─)+ *[\d一二三四五六七八九十]`)
	wordVague     = lazyregexp.New(`若干|几|数[人户家名]|待定|许多|少许|大概|估`)
	noOffer       = lazyregexp.New(`几[^乎]|几$|数`)
	compared      = lazyregexp.New(`较|比|同期|减|降`)
	yearText      = lazyregexp.New(`^\d{4} *年度?$`)
	severalText   = lazyregexp.New(`\d\D+\d`)
	fullDateText  = lazyregexp.New(`^(\d{4}|\d{2}) *年|^\d{1,2} *月|^\d{4}([-/.])\d{1,2}([-/.])\d{1,2}|^\d{4}[-/]\d{1,2}$|[年月日号]$`)
	spacedGrouped = lazyregexp.New(`^[1-9]\d{0,2}([ ']\d{3})+$`)
)

// textNumber reads a number from text: the spellings that rule book §2 reads
// without complaint, each but the plain one with a note.
func textNumber(text string, units []string) NumberRead {
	if tooLong(text) {
		return refuse(text, ledger.CText)
	}
	p := newPlain(text)
	s := p.String()
	if s == "" {
		return blank(text)
	}
	if p.reversed || p.broken {
		return refuse(text, ledger.CText)
	}
	body, unit := splitUnit(s)
	if unit == "" {
		body, unit = splitOwnUnit(s, units)
	}
	if r, ok := nothingStated(text, s, body, unit); ok {
		return r
	}
	v, ok, big := plainNumber(body)
	if big {
		return refuse(text, ledger.CTooBig)
	}
	if !ok {
		return refuseText(text, s, body)
	}
	r := NumberRead{Figure: figure(v, text), Label: unit}
	if text != strconv.FormatInt(v, 10) {
		r.Issues = append(r.Issues, normalised(v))
	}
	if unit == "人次" {
		r.Issues = append(r.Issues, issue(ledger.CPersonTime))
	}
	return r
}

// splitUnit takes the unit and a full stop off the end. A text that is
// nothing else is returned whole.
func splitUnit(s string) (body, unit string) {
	m := unitTail.FindStringSubmatch(s)
	if m == nil || m[1] == "" {
		return s, ""
	}
	u := strings.Map(func(r rune) rune {
		if isHan(r) {
			return r
		}
		return -1
	}, m[2])
	if strings.Count(m[2], "(") != strings.Count(m[2], ")") {
		u = strings.TrimSuffix(u, "次") + "次"
	}
	return m[1], u
}

// splitOwnUnit takes one of the form's own units off the end.
func splitOwnUnit(s string, units []string) (body, unit string) {
	body = strings.TrimSuffix(s, "。")
	for _, u := range units {
		if rest, ok := strings.CutSuffix(body, u); ok && rest != "" && u != "" {
			return strings.TrimSpace(rest), u
		}
	}
	body, _ = splitUnit(s)
	return body, ""
}

// nothingStated reads the texts without a number: dashes, the words for 0,
// and the words for nothing.
func nothingStated(text, s, body, unit string) (NumberRead, bool) {
	if isDashes(s) {
		f := ledger.Figure{Kind: ledger.Dash, Text: Clean(text)}
		return NumberRead{Figure: f, Issues: []Issue{issue(ledger.CDash)}}, true
	}
	if body == "无" && unit == "" || zeroWords[body] && body != "无" {
		return NumberRead{Figure: figure(0, text), Issues: []Issue{normalised(0)}, Label: unit}, true
	}
	if nothingWords.MatchString(strings.TrimRight(removeBlanks(s), "。.!")) {
		return offering(text, ledger.CNothing, 0), true
	}
	if s == loneStroke {
		return offering(text, ledger.CVague, 1), true
	}
	return NumberRead{}, false
}

// isDashes reports a run of dashes, or one slash.
func isDashes(s string) bool {
	if s == "/" {
		return true
	}
	for _, r := range s {
		if !isDash(r) && r != ' ' {
			return false
		}
	}
	return s != ""
}

func removeBlanks(s string) string {
	return strings.Map(func(r rune) rune {
		if isBlank(r) {
			return -1
		}
		return r
	}, s)
}

// plainNumber reads digits, properly grouped or not, with a fraction of
// zeros or none, or an exact Chinese numeral. big says that it is a number
// and too big to be a figure.
func plainNumber(s string) (v int64, ok, big bool) {
	if n, exact, known := numeral([]rune(s)); known && exact {
		return n, n <= maxFigure, n > maxFigure
	}
	s = strings.TrimSuffix(s, "。")
	whole, frac, point := strings.Cut(s, ".")
	if point && strings.Trim(frac, "0") != "" {
		return 0, false, false
	}
	if whole == "-0" {
		return 0, true, false
	}
	if groupedText.MatchString(whole) {
		whole = strings.ReplaceAll(whole, ",", "")
	}
	if !allDigits(whole) {
		return 0, false, false
	}
	if len(whole) > 14 {
		return 0, false, true
	}
	v, err := strconv.ParseInt(whole, 10, 64)
	return v, err == nil && v <= maxFigure, v > maxFigure
}

// refuseText says why a text is no number that can be taken, and offers the
// obvious reading where there is one.
func refuseText(text, s, body string) NumberRead {
	flat := removeBlanks(s)
	_, hasNumeral := firstNumeral(flat)
	digits := strings.ContainsAny(flat, "0123456789")
	words := !digits && !hasNumeral && !strings.ContainsAny(flat, "十百千.,") // as most cells: no pattern of a number can match
	switch {
	case words && isDateLike(s):
		return refuse(text, ledger.CDate)
	case words:
		return refuseWords(text, flat, body)
	case percentText.MatchString(flat) && (digits || hasNumeral):
		return refuse(text, ledger.CPercent)
	case tenThouText.MatchString(flat) && !strings.ContainsAny(flat, "年月日?"):
		return tenThousands(text, body)
	case isDateLike(s):
		return refuse(text, ledger.CDate)
	case negativeText.MatchString(flat) || negativeText.MatchString(body):
		return refuse(text, ledger.CNegative)
	case decimalText.MatchString(body):
		return decimal(text, body)
	case rangeText.MatchString(flat):
		return refuse(text, ledger.CVague)
	case digits || hasNumeral:
		return refuseDigits(text, s, flat, body)
	}
	return refuseWords(text, flat, body)
}

// refuseWords says why a text without any digit is no number.
func refuseWords(text, flat, body string) NumberRead {
	switch {
	case body == "o" || body == "O":
		return offering(text, ledger.CText, 0)
	case wordVague.MatchString(flat):
		return refuse(text, ledger.CVague)
	}
	return refuse(text, ledger.CText)
}

// refuseDigits is refuseText for a text that holds digits or numerals.
func refuseDigits(text, s, flat, body string) NumberRead {
	v, one := onlyNumber(s)
	switch {
	case compared.MatchString(flat):
		return refuse(text, ledger.CText)
	case noOffer.MatchString(flat):
		return refuse(text, ledger.CVague)
	case vagueText.MatchString(flat) && one:
		return offering(text, ledger.CVague, v)
	case spacedGrouped.MatchString(body):
		n, _ := strconv.ParseInt(strings.NewReplacer(" ", "", "'", "").Replace(body), 10, 64)
		return offering(text, ledger.CSeveral, n)
	case severalText.MatchString(s) && !strings.Contains(flat, ".") || severalNumerals(flat):
		return refuse(text, ledger.CSeveral)
	case vagueText.MatchString(flat):
		return refuse(text, ledger.CVague)
	}
	if n, exact, known := numeral([]rune(body)); known && !exact {
		return offering(text, ledger.CVague, n)
	}
	if numeralOnly(body) && len([]rune(body)) > 1 {
		return refuse(text, ledger.CVague)
	}
	if n, ok, _ := plainNumber(strings.NewReplacer("o", "0", "O", "0", "l", "1", "I", "1", "'", "").Replace(body)); ok {
		return offering(text, ledger.CText, n)
	}
	if one {
		return offering(text, ledger.CText, v)
	}
	return refuse(text, ledger.CText)
}

// tenThousands refuses a number in 万 (or 千, 百, 亿): it is never scaled
// silently. The whole number it comes to is offered.
func tenThousands(text, body string) NumberRead {
	m := tenThouExact.FindStringSubmatch(body)
	if m == nil || len(m[1])+len(m[2]) > 12 {
		return refuse(text, ledger.CTenThou)
	}
	power, zeros := int64(1), 0
	for power < powerOf(m[3]) {
		power, zeros = power*10, zeros+1
	}
	if len(strings.TrimRight(m[2], "0")) > zeros {
		return refuse(text, ledger.CTenThou)
	}
	frac := (strings.TrimRight(m[2], "0") + "000000000")[:zeros]
	v, err := strconv.ParseInt(m[1]+frac, 10, 64)
	if err != nil || v > maxFigure {
		return refuse(text, ledger.CTenThou)
	}
	return offering(text, ledger.CTenThou, v)
}

func powerOf(s string) int64 {
	r := []rune(s)[0]
	return max(numeralUnits[r], numeralSections[r])
}

// isDateLike reports a text that is a date or a month and nothing else that
// could be a number: 5.26 stays a decimal.
func isDateLike(s string) bool {
	if !fullDateText.MatchString(s) {
		return false
	}
	if yearText.MatchString(s) {
		return true
	}
	t := dateDigits(s)
	ms := Months(s)
	for _, m := range ms {
		t = strings.Replace(t, m.Text, "", 1)
	}
	_, found, _ := DateText(s)
	return (found || len(ms) > 0) && !strings.ContainsAny(clockTime.ReplaceAllString(t, ""), "0123456789")
}

// firstNumeral returns the first run of Chinese numerals in s.
func firstNumeral(s string) (string, bool) {
	start := -1
	for i, r := range s {
		if numeralRune(r) {
			if start < 0 {
				start = i
			}
		} else if start >= 0 {
			return s[start:i], true
		}
	}
	if start >= 0 {
		return s[start:], true
	}
	return "", false
}

func severalNumerals(s string) bool {
	first, ok := firstNumeral(s)
	if !ok {
		return false
	}
	rest := s[strings.Index(s, first)+len(first):]
	_, more := firstNumeral(rest)
	return more || strings.ContainsAny(s, "0123456789")
}

func numeralOnly(s string) bool {
	first, ok := firstNumeral(s)
	return ok && first == s
}

// digitRun is a number in digits inside a text, grouped or not.
var digitRun = lazyregexp.New(`[1-9]\d{0,2}(?:,\d{3})+|\d+`)

// onlyNumber returns the single whole number that stands in s, if there is
// exactly one, in digits or as a numeral.
func onlyNumber(s string) (int64, bool) {
	runs := digitRun.FindAllString(s, -1)
	first, has := firstNumeral(s)
	var v int64
	var ok bool
	switch {
	case len(runs) == 1 && !has && !strings.Contains(s, "."):
		v, ok, _ = plainNumber(runs[0])
	case len(runs) == 0 && has && !severalNumerals(s):
		v, ok, _ = plainNumber(first)
	}
	return v, ok
}

// decimal reads a text with a fraction: noise where it shows at least seven
// places, as kinds of file without numbers keep it (rule book §2), else a
// decimal.
func decimal(text, body string) NumberRead {
	body = strings.ReplaceAll(body, ",", "")
	v, err := strconv.ParseFloat(body, 64)
	whole := math.Round(v)
	if _, places, _ := strings.Cut(body, "."); err != nil || len(places) < 7 || math.Abs(v-whole) >= noise || v < 0 || v > maxFigure {
		return refuse(text, ledger.CDecimal)
	}
	return NumberRead{Figure: figure(int64(whole), text), Issues: []Issue{normalised(int64(whole))}}
}
