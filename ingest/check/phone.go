package check

import (
	"strings"

	"golang.org/x/text/width"

	"taizhang/internal/lazyregexp"
)

var (
	onePhone   = lazyregexp.New(`^(?:\+?86-?)?(?:0\d{2,3}-?\d{7,8}|1[3-9]\d{9}|[2-9]\d{6,7}|400-?\d{3}-?\d{4})(?:(?:转|-|#)\d{1,6})?$`)
	phoneParts = lazyregexp.New(`[、，,;；/／\n]+`)
	shortPhone = lazyregexp.New(`^[2-9]\d{8,10}$`)
)

// readPhone reads what stands where a telephone is asked for: one or several
// numbers, joined by 、 as read. A number cell that begins with an area code has
// lost its 0: the whole number is offered and not taken.
func readPhone(text string, numeric bool) (phone, offer string, ok bool) {
	flat := width.Narrow.String(text)
	flat = strings.NewReplacer("—", "-", "－", "-", "–", "-", "(", "", ")", "-", "（", "", "）", "-", "　", " ").Replace(flat)
	flat = strings.TrimSuffix(strings.TrimSpace(flat), ".0")
	var out []string
	for _, part := range phoneParts.Split(flat, -1) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		tight := strings.Join(strings.Fields(part), "")
		if onePhone.MatchString(tight) {
			out = append(out, tight)
			continue
		}
		for _, p := range strings.Fields(part) {
			if !onePhone.MatchString(p) {
				if numeric && shortPhone.MatchString(tight) {
					offer = "0" + tight
				}
				return oneLine(text), offer, false
			}
			out = append(out, p)
		}
	}
	return strings.Join(out, "、"), "", len(out) > 0
}
