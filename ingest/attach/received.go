package attach

import (
	"strconv"
	"strings"
	"time"

	"taizhang/internal/lazyregexp"
)

// china is the zone of the provider. It has had no daylight saving time since
// 1991, so a fixed zone is exact for mail.
var china = time.FixedZone("CST", 8*60*60)

// ReceivedAt gives the time in the topmost Received field, which is the
// provider's own: when it took the mail. It is false when that field is absent
// or its date cannot be read; lower fields are never asked, they are the
// sender's word.
func (h *Header) ReceivedAt() (time.Time, bool) {
	if len(h.Received) == 0 {
		return time.Time{}, false
	}
	v := h.Received[0]
	for range 3 { // a semicolon may stand in a comment behind the date
		i := strings.LastIndexByte(v, ';')
		if i < 0 {
			break
		}
		if t, ok := ParseDate(v[i+1:]); ok {
			return t, true
		}
		v = v[:i]
	}
	return time.Time{}, false
}

var (
	coremailBy = lazyregexp.New(`(?:^|\s)by (mx[0-9]+) \(Coremail\)`)
	mxID       = lazyregexp.New(`^(mx[0-9]+)\s*(?:;|$)`)
)

// TrustedAuthResults gives the Authentication-Results field that the provider
// itself wrote. Coremail adds its fields at the bottom of the header, so the
// topmost such field (RFC 8601 §5) may be a forger's: only the last one counts,
// only behind the last X-CM-TRANSID, and only when its id is the mx host that
// the topmost Received field names as its own.
func (h *Header) TrustedAuthResults() (string, bool) {
	auth, trans := -1, -1
	for i, f := range h.Fields {
		switch {
		case strings.EqualFold(f.Name, "Authentication-Results"):
			auth = i
		case strings.EqualFold(f.Name, "X-CM-TRANSID"):
			trans = i
		}
	}
	if trans < 0 || auth < trans || len(h.Received) == 0 {
		return "", false
	}
	v := strings.TrimSpace(h.Fields[auth].Value)
	id := mxID.FindStringSubmatch(v)
	by := coremailBy.FindAllStringSubmatch(h.Received[0], -1)
	if id == nil || len(by) != 1 || by[0][1] != id[1] {
		return "", false
	}
	return cleanLine(rawText(v)), true
}

var monthNumbers = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"一月": 1, "二月": 2, "三月": 3, "四月": 4, "五月": 5, "六月": 6, "七月": 7, "八月": 8, "九月": 9, "十月": 10, "十一月": 11, "十二月": 12,
}

// zoneHours are the zone names of RFC 5322 §4.3 and some neighbours; CST means
// China's.
var zoneHours = map[string]int{
	"cst": 8, "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "gmt": 0, "utc": 0, "ut": 0, "z": 0,
	"est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1, "cest": 2, "bst": 1, "msk": 3,
}

var (
	dateNumeric = lazyregexp.New(`(?:^|\D)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?`)
	dateWords   = lazyregexp.New(`(\d{1,2})[\s-]*([A-Za-z]{3,9}|[一二三四五六七八九十]{1,2}月|\d{1,2}月)[\s,.-]*(\d{4}|\d{2})(?:[^\d:]|$)`)
	dateUS      = lazyregexp.New(`([A-Za-z]{3,9})\s+(\d{1,2})\s+(\d{1,2}:\d{2}:\d{2})\s+(?:[A-Z]{1,5}\s+)?(\d{4})`)
	clockTime   = lazyregexp.New(`(\d{1,2})\s*[:：时]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2}))?`)
	zoneOffset  = lazyregexp.New(`(?:^|[^0-9])([+-])(\d{2}):?(\d{2})(?:[^0-9]|$)`)
	zoneName    = lazyregexp.New(`[A-Za-z]+`)
)

// ParseDate reads the date of a mail header tolerantly: RFC 5322 with missing
// or misplaced spaces and commas, weekdays in any language, "2024-12-10
// 10:49:37", Chinese dates, zones as +0800, +08:00, GMT+0800 or (CST). The
// zone name CST, and a date without zone, are taken as +0800. A date without a
// time of day, or one that does not exist, is refused.
func ParseDate(s string) (time.Time, bool) {
	s = cleanLine(rawText(s))
	if len(s) > 200 {
		return time.Time{}, false
	}
	year, month, day, rest, ok := datePart(s)
	if !ok {
		return time.Time{}, false
	}
	loc := clockTime.FindStringSubmatchIndex(rest)
	if loc == nil {
		return time.Time{}, false
	}
	num := func(k int) int {
		if loc[k] < 0 {
			return 0
		}
		return atoi(rest[loc[k]:loc[k+1]])
	}
	hour, minute, second := num(2), num(4), num(6)
	if afternoon(rest) && hour < 12 {
		hour += 12
	}
	if hour > 24 || minute > 59 || second > 60 {
		return time.Time{}, false
	}
	t := time.Date(year, month, day, hour, minute, second, 0, zonePart(rest[loc[1]:]))
	if check := time.Date(year, month, day, 0, 0, 0, 0, time.UTC); check.Day() != day || check.Month() != month {
		return time.Time{}, false
	}
	return t, true
}

// datePart reads year, month and day; rest is what holds time and zone.
func datePart(s string) (year int, month time.Month, day int, rest string, ok bool) {
	if m := dateNumeric.FindStringSubmatchIndex(s); m != nil {
		return atoi(s[m[2]:m[3]]), time.Month(atoi(s[m[4]:m[5]])), atoi(s[m[6]:m[7]]), s[m[1]:], true
	}
	if m := dateUS.FindStringSubmatch(s); m != nil {
		if mon := monthOf(m[1]); mon > 0 {
			return atoi(m[4]), mon, atoi(m[2]), m[3] + " " + strings.SplitN(s, m[3], 2)[1], true
		}
	}
	for _, m := range dateWords.FindAllStringSubmatchIndex(s, 3) {
		mon := monthOf(s[m[4]:m[5]])
		if mon == 0 {
			continue
		}
		y := atoi(s[m[6]:m[7]])
		if y < 50 {
			y += 2000
		} else if y < 100 {
			y += 1900
		}
		return y, mon, atoi(s[m[2]:m[3]]), s[m[7]:], true
	}
	return 0, 0, 0, "", false
}

func monthOf(s string) time.Month {
	if m, ok := monthNumbers[strings.ToLower(s)]; ok {
		return m
	}
	if len(s) >= 3 && s[0] < 0x80 {
		if m, ok := monthNumbers[strings.ToLower(s[:3])]; ok {
			return m
		}
	}
	if n, ok := strings.CutSuffix(s, "月"); ok {
		if v := atoi(n); v >= 1 && v <= 12 {
			return time.Month(v)
		}
	}
	return 0
}

func afternoon(s string) bool {
	l := strings.ToLower(s)
	return strings.Contains(l, "下午") || strings.Contains(l, "晚上") || strings.Contains(l, " pm")
}

func zonePart(s string) *time.Location {
	if m := zoneOffset.FindStringSubmatch(s); m != nil {
		secs := (atoi(m[2])*60 + atoi(m[3])) * 60
		if m[1] == "-" {
			secs = -secs
		}
		if secs > -24*3600 && secs < 24*3600 {
			return time.FixedZone("", secs)
		}
	}
	for _, w := range zoneName.FindAllString(s, 4) {
		if h, ok := zoneHours[strings.ToLower(w)]; ok {
			return time.FixedZone("", h*3600)
		}
	}
	return china
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
