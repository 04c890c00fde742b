package app_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"taizhang/aggregate"
	"taizhang/ingest/attach"
	"taizhang/ledger"
)

// checkReminders compares what the last round made of the month's slots with
// §8, for those whose month was never extended. 魏都区 never writes.
func (h *history) checkReminders(st *ledger.State, p ledger.Period) {
	for _, u := range append(slices.Clone(players), "魏都区") {
		at := place{u, p}
		if h.m.extended[at] || h.m.over(h.stepped) {
			continue
		}
		ss := h.m.slots(at)
		for i := range ss {
			key := ss[i].key
			if h.known[key] {
				continue // decided in an earlier round
			}
			got := wantNothing
			if o, ok := st.Outbox[key]; ok {
				got = wantMail
				if o.State == ledger.SendSkipped && len(o.Attempts) == 0 {
					got = wantSkip
				}
			}
			if w := h.m.reminder(at, ss, i, h.stepped, h.polled); got != w {
				h.Fatalf("%s §8 %s, due %s: the rule book says %s, there is %s", h.clock(), key, ss[i].at.Format(time.DateTime), w, got)
			}
		}
	}
}

// inForce are the versions in force of the month, by unit.
func (h *history) inForce(p ledger.Period) map[string]string {
	out := map[string]string{}
	for _, u := range players {
		if f := h.m.inForce(place{u, p}); f != nil {
			out[u] = f.id
		}
	}
	return out
}

// checkIssues: 1, 2, 3 …, each when §4 and §5.3 say so and not before; a
// 更正版 only when a version in force changed, at most one a workday and none
// of a closed month; with what is in force at that moment.
func (h *history) checkIssues(st *ledger.State, b *ledger.Book) {
	p := b.Period
	days := map[string]bool{}
	for i, is := range b.Issues {
		day := is.At.In(officeZone).Format(time.DateOnly)
		if is.Number != i+1 {
			h.Fatalf("%s %s: issue %d has number %d", h.clock(), p, i+1, is.Number)
		}
		if i > 0 && days[day] {
			h.Fatalf("%s §5.3 %s: a second 更正版 on %s: issue %d", h.clock(), p, day, is.Number)
		}
		days[day] = i > 0
		if i > 0 && maps.Equal(is.Versions, b.Issues[i-1].Versions) {
			h.Fatalf("%s §5.3 %s: issue %d although nothing changed", h.clock(), p, is.Number)
		}
	}
	before := h.issued[p]
	h.issued[p] = len(b.Issues)
	if !h.fresh {
		if len(b.Issues) != before {
			h.Fatalf("%s %s: an issue without a round", h.clock(), p)
		}
		return
	}
	if more := len(b.Issues) - before; more != h.mustIssue(b, before) {
		h.Fatalf("%s §4, §5.3, §8 %s: %d issues came out, the rule book says %d; before %d, in force %v", h.clock(), p, more, h.mustIssue(b, before), before, h.inForce(p))
	}
	if len(b.Issues) > before {
		h.checkIssue(st, b.Issues[before])
	}
}

// mustIssue is how many issues the last round had to make: one or none.
func (h *history) mustIssue(b *ledger.Book, before int) int {
	p, due := b.Period, false
	switch {
	case h.m.over(h.stepped):
	case before == 0:
		due = h.m.firstIssue(p, h.stepped, h.polled)
	default:
		last := b.Issues[before-1]
		today := before > 1 && midnight(last.At).Equal(midnight(h.stepped))
		due = !today && h.changedBy(last, afternoon(h.stepped)) && h.m.nextIssue(p, last.At, h.stepped, h.polled)
	}
	if due {
		return 1
	}
	return 0
}

// changedBy reports that a version in force differs from the issue, and did so
// when the hour came: one that passed before the change was not missed.
func (h *history) changedBy(is ledger.Issue, hour time.Time) bool {
	now := h.inForce(is.Period)
	return slices.ContainsFunc(players, func(u string) bool {
		return is.Versions[u] != now[u] && !h.moved[place{u, is.Period}].After(hour)
	})
}

// watch remembers when the version in force of a unit last became another.
func (h *history) watch(p ledger.Period) {
	now := h.inForce(p)
	for _, u := range players {
		if at := (place{u, p}); now[u] != h.stood[at] {
			h.stood[at], h.moved[at] = now[u], h.stepped
		}
	}
}

// checkIssue compares a new issue with what is in force, and its mail with the
// numbers of this moment: 已报 m/应报, 已计入 n/应报, and 合计 = Σ of the versions
// in force, of the month and of the year.
func (h *history) checkIssue(st *ledger.State, is ledger.Issue) {
	if want := h.inForce(is.Period); !maps.Equal(is.Versions, want) {
		h.Fatalf("%s %s issue %d stands on %v, in force is %v", h.clock(), is.Period, is.Number, is.Versions, want)
	}
	n := h.numbersOf(is.Period)
	o := st.Outbox[is.Key]
	for _, words := range []string{fmt.Sprintf("已报%d/%d，已计入%d/%d", n.reported, n.due, n.inForce, n.due), map[bool]string{true: fmt.Sprintf("更正版%d）", is.Number-1)}[is.Number > 1]} {
		if !strings.Contains(o.Subject, words) || is.Number == 1 && strings.Contains(o.Subject, "更正版") {
			h.Fatalf("%s §5 %s: the subject must say %s: %s", h.clock(), is.Key, words, o.Subject)
		}
	}
	text := h.mailText(is.Key)
	rates := fmt.Sprintf("应报%d个单位，已报%d/%d（上报率%s）", n.due, n.reported, n.due, percent(n.reported, n.due))
	if !strings.Contains(text, rates) {
		h.Fatalf("%s §5 %s must say %s:\n%s", h.clock(), is.Key, rates, text)
	}
	if late := h.polled.Before(on(is.Period, 29, 9)); is.Number == 1 && late != strings.Contains(text, "起无法读取，名单可能不全") {
		h.Fatalf("%s §8 %s: the mailbox was not read since C: %t, but the mail says:\n%s", h.clock(), is.Key, late, text)
	}
	h.checkGrid(is, text)
	var totals [][]string
	for _, line := range strings.Split(text, "\n") {
		if label, rest, ok := strings.Cut(line, "）"); ok && strings.HasPrefix(label, "合计（已计入") {
			totals = append(totals, append([]string{label}, strings.Fields(rest)...))
		}
	}
	month := h.totals(is.Period, is.Period)
	year := h.totals(ledger.Period{Year: 2022, Month: 5}, is.Period)
	want := [][]string{
		append([]string{fmt.Sprintf("合计（已计入%d/%d", n.inForce, n.due)}, month...), year,
	}
	if len(totals) != 2 || !slices.EqualFunc(totals[0], want[0], sameTotal) || !slices.EqualFunc(totals[1][1:], want[1], sameTotal) {
		h.Fatalf("%s §7 %s: totals %v, the rule book says %v", h.clock(), is.Key, totals, want)
	}
}

// inWords are the punctualities as §5 names them.
var inWords = map[ledger.Punctuality]string{
	ledger.PunctualOnTime: "按时", ledger.PunctualLate: "迟报", ledger.PunctualAfter: "补报", ledger.PunctualHeld: "待核实",
	ledger.PunctualAwaited: "待报", ledger.PunctualOverdue: "逾期未报", ledger.PunctualMissing: "漏报", ledger.PunctualExempt: "免报",
}

// checkGrid: the mail shows each unit of E(p) with its state at this moment,
// and a moved D as 延期.
func (h *history) checkGrid(is ledger.Issue, text string) {
	for _, u := range h.m.expected[is.Period] {
		at := place{u, is.Period}
		word := inWords[h.m.punctuality(at, is.At)]
		_, extended := h.m.until[at]
		if !slices.ContainsFunc(strings.Split(text, "\n"), func(line string) bool {
			fs := strings.Fields(line)
			return len(fs) > 1 && fs[0] == u && strings.HasPrefix(fs[1], word) && strings.Contains(fs[1], "延期") == (extended && !h.m.exempt[at])
		}) {
			h.Fatalf("%s §4, §5 %s must show %s as %s, 延期 %t:\n%s", h.clock(), is.Key, u, word, extended, text)
		}
	}
}

// sameTotal compares a printed total with a number; how many units it covers
// may stand behind it.
func sameTotal(got, want string) bool {
	before, _, _ := strings.Cut(got, "（")
	return got == want || before == want
}

func percent(m, n int) string {
	if n == 0 {
		return "－"
	}
	tenths := (2000*m + n) / (2 * n) // half up
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// totals are the sums of the versions in force from one month to another, in
// the order of print: 户数, 企业养老, 工伤, 失业, 合计.
func (h *history) totals(from, to ledger.Period) []string {
	sum, any := map[string]int64{}, map[string]bool{}
	for p := from; !p.After(to); p = p.Next() {
		for _, u := range players {
			f := h.m.inForce(place{u, p})
			if f == nil {
				continue
			}
			for key, n := range f.facts.numbers() {
				sum[key], any[key] = sum[key]+n, true
				if key != "enterprises" {
					sum["persons"], any["persons"] = sum["persons"]+n, true
				}
			}
		}
	}
	var out []string
	for _, key := range []string{"enterprises", "pension", "injury", "unemployment", "persons"} {
		if any[key] {
			out = append(out, strconv.FormatInt(sum[key], 10))
		} else {
			out = append(out, "－")
		}
	}
	return out
}

func (h *history) mailText(key string) string {
	o, ok, err := h.app.Outgoing(h.ctx, key)
	if err != nil || !ok {
		h.Fatalf("mail %s: %t, %v", key, ok, err)
	}
	m, err := attach.Parse(o.Raw, attach.Limits{})
	if err != nil {
		h.Fatal(err)
	}
	return m.PlainText()
}

// checkSums: 合计 = Σ of versions in force, exempt units listed and summed, at
// any moment.
func (h *history) checkSums(st *ledger.State, p ledger.Period) {
	sum := aggregate.Build(h.app.Campaign(), st, aggregate.Request{Period: p, Number: len(st.Book(p).Issues) + 1, At: h.now})
	for _, u := range players {
		if h.m.inForce(place{u, p}) != nil && !slices.ContainsFunc(sum.Rows, func(r aggregate.Row) bool { return r.Unit == u && r.Month["pension"].Known }) {
			h.Fatalf("%s §5 %s %s: in force and not listed", h.clock(), u, p)
		}
	}
	want := h.totals(p, p)
	for i, key := range []string{"enterprises", "pension", "injury", "unemployment", "persons"} {
		got := "－"
		if v := sum.Total.Month[key]; v.Known {
			got = strconv.FormatInt(v.N, 10)
		}
		if got != want[i] {
			h.Fatalf("%s §7 %s %s: 合计 %s, the versions in force add up to %s", h.clock(), p, key, got, want[i])
		}
	}
}
