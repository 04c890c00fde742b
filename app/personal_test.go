package app_test

import (
	"strings"
	"testing"

	"taizhang/ledger"
)

// Fault 124: a county writes telephone and identity numbers into its words, its
// people, its file's name and its explanation of a query. They stand in the
// store and in what goes back to that county; the month's products, the mails to
// others and the log have them masked or not at all.
func TestNumbersOfPersonsGoToNobodyElse(t *testing.T) {
	s := newShowcase(t)
	s.round(may(20, 8, 0))
	words := "由李某（" + canaryPhone + "，" + canaryID + "）负责"
	s.arrive(may(23, 9, 0), "shebao@yuzhou.example", [6]string{"经办" + canaryPhone, canaryID, words, "台账" + canaryPhone, "张建国 " + canaryPhone, ""}, false, hostileBook(t))
	s.round(may(23, 9, 1))
	for day := 26; day <= 30; day++ {
		for _, hour := range []int{8, 9, 16} {
			s.round(may(day, hour, 35))
		}
	}
	w := &watcher{showcase: s, kinds: map[ledger.MailKind]int{}}
	own := 0
	for _, o := range s.sent {
		w.mail(o)
		if o.Unit == "禹州市" && strings.Contains(mailText(t, s.app, o.Key), canaryPhone) {
			own++
		}
	}
	w.logLines()
	if w.kinds[ledger.MailSummary] == 0 || w.shortened < 2 || own == 0 {
		t.Errorf("%d summaries with %d masked numbers, %d mails that tell the county its own: the test is blunt", w.kinds[ledger.MailSummary], w.shortened, own)
	}
	st, err := s.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, sub := range st.Book(ledger.Period{Year: 2022, Month: 5}).Submissions {
		if !strings.Contains(sub.Reading.Measures, canaryPhone) {
			t.Errorf("the store keeps what was written: %q", sub.Reading.Measures)
		}
	}
}
