package notify_test

import (
	"strings"
	"testing"
	"time"

	"taizhang/ledger"
)

// What is merged: receipts to one unit that the limits hold back from T−1 to C
// and that were never tried.
func TestMergeable(t *testing.T) {
	two := func(change func(o *ledger.Outgoing)) *world {
		w := newWorld()
		for i := range 2 {
			o := outgoing(ledger.MailReceipt, i)
			o.Created, o.Letter = at("05-27 09:00"), []byte("x")
			if i == 1 && change != nil {
				change(&o)
			}
			w.outbox[o.Key] = o
		}
		return w
	}
	busy := func(w *world, begun string) *world { // the window is full
		for i := range 20 {
			o := outgoing(ledger.MailDuty, 100+i)
			o.State = ledger.SendSent
			o.Attempts = []ledger.SendAttempt{{Begun: at(begun).Add(time.Duration(i) * time.Second), EndOfData: at(begun).Add(time.Minute), Result: ledger.SendSent}}
			w.outbox[o.Key] = o
		}
		return w
	}
	tests := []struct {
		name string
		w    *world
		now  string
		want int
	}{
		{"held back", busy(two(nil), "05-27 08:55"), "05-27 09:01", 2},
		{"free to go", two(nil), "05-27 09:01", 0},
		{"outside T−1 to C", busy(two(nil), "05-20 08:55"), "05-20 09:01", 0},
		{"tried", busy(two(func(o *ledger.Outgoing) {
			o.Attempts = []ledger.SendAttempt{{Begun: at("05-27 08:40"), Ended: at("05-27 08:41"), Result: ledger.SendQueued}}
		}), "05-27 08:55"), "05-27 09:01", 0},
		{"under way", busy(two(func(o *ledger.Outgoing) { o.State = ledger.SendSending }), "05-27 08:55"), "05-27 09:01", 0},
		{"its copy was seen", busy(two(func(o *ledger.Outgoing) { o.CopySeen = at("05-27 08:50") }), "05-27 08:55"), "05-27 09:01", 0},
		{"to somebody else", busy(two(func(o *ledger.Outgoing) { o.Recipients = []string{"c@example.cn", "me@163.com"} }), "05-27 08:55"), "05-27 09:01", 0},
		{"of another unit", busy(two(func(o *ledger.Outgoing) { o.Unit = "长葛市" }), "05-27 08:55"), "05-27 09:01", 0},
		{"no receipt", busy(two(func(o *ledger.Outgoing) { o.Letter = nil }), "05-27 08:55"), "05-27 09:01", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			groups, err := tt.w.courier().Mergeable(t.Context(), at(tt.now))
			if err != nil {
				t.Fatal(err)
			}
			var keys []string
			for _, g := range groups {
				for _, o := range g {
					keys = append(keys, o.Key)
				}
			}
			if len(keys) != tt.want {
				t.Errorf("merged: %s", strings.Join(keys, " "))
			}
		})
	}
}
