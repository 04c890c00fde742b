package compose

import (
	"fmt"

	"taizhang/ledger"
)

type requestView struct {
	*view
}

// Request composes 【请报送】: please report, with the pre-filled form.
func (k *Composer) Request(f RequestFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	return k.write(draft{letter: "request", kind: ledger.MailRequest, common: f.Common, data: requestView{v}, view: v})
}

type tomorrowView struct {
	*view
	Nature   string // 明日截止, or 5月28日截止 when the due day is not tomorrow
	Returned *docView
}

// Tomorrow composes 【明日截止】 for a unit whose ledger is missing or stands
// returned. Where the due day is not tomorrow its date stands in the subject
// (rule book §8).
func (k *Composer) Tomorrow(f TomorrowFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	data := tomorrowView{view: v, Nature: k.nature(f.Common), Returned: k.returned(v, f.Returned, f.Period)}
	return k.write(draft{letter: "tomorrow", kind: ledger.MailTomorrow, common: f.Common, data: data, view: v})
}

// nature names the due day by its distance from now.
func (k *Composer) nature(f Common) string {
	due, _ := bound(k.local(f.Due))
	switch due.DaysSince(ledger.DateOf(k.local(f.Now))) {
	case 1:
		return k.words.Mail[ledger.MailTomorrow]
	case 0:
		return k.words.Today
	}
	return fmt.Sprintf(k.words.OnDay, fmt.Sprintf("%d月%d日", int(due.Month), due.Day))
}

// returned is the view of a returned document with its open findings.
func (k *Composer) returned(v *view, d *Document, p ledger.Period) *docView {
	if d == nil {
		return nil
	}
	w := k.document(v, *d, 1, p)
	return &w
}

type overdueView struct {
	*view
	Number   int
	LateDays int
	Issued   bool
	Last     bool
	Returned *docView
}

// Overdue composes 【催报】. After the cut-off it asks for a 补报.
func (k *Composer) Overdue(f OverdueFacts) (ledger.Mail, error) {
	if f.LateDays < 1 {
		return ledger.Mail{}, fmt.Errorf("compose overdue %s: late by %d days", f.Key, f.LateDays)
	}
	v := k.shared(f.Common)
	data := overdueView{
		view: v, Number: f.Number, LateDays: f.LateDays, Issued: f.Issued, Last: f.Last, Returned: k.returned(v, f.Returned, f.Period),
	}
	return k.write(draft{letter: "overdue", kind: ledger.MailOverdue, common: f.Common, data: data, view: v})
}
