package app_test

import (
	"fmt"
	"slices"
	"testing"

	"taizhang/app"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// What the random histories have found, each in its shortest form.

// To confirm an address is not to say that unsigned mail from it may change
// what is in force: such a document still waits for the desk (rule book §3).
func TestConfirmedAddressReleasesNoUnsignedChange(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	r.yuzhou(may(24, 9, 0), form())
	raw := letter(may(24, 10, 0), "new@qq.example", "", "台账", "请查收附件。", enclosed{"台账.xlsx", xlsx(form("D4", 130))})
	in := r.take(raw, may(24, 10, 0))
	d, err := r.app.Desk(t.Context(), may(24, 11, 0), app.DeskAction{Action: "address", Unit: "禹州市", Addr: "new@qq.example", Unsigned: true, Reason: "电话核实"})
	if err != nil || len(d.Changed) != 1 {
		t.Errorf("released: %+v, %v", d.Changed, err)
	}
	st, err := r.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := st.Book(samples.Period).Standing(r.app.Campaign().Schedule, "禹州市", may(24, 12, 0))
	if s.InForce == nil || s.InForce.Version != 1 || len(s.Held) != 1 || s.Held[0].Mail != in.Digest {
		t.Errorf("in force %+v, held %d", s.InForce, len(s.Held))
	}
}

// A ledger whose unreadable cell says something else than before is another
// ledger: its county must hear of that cell, not of the old one (rule book §5.3).
func TestAnotherUnreadableCellIsNoDuplicate(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	r.yuzhou(may(24, 9, 0), form("D4", "约31"))
	r.yuzhou(may(24, 10, 0), form("D4", "约44"))
	r.yuzhou(may(24, 11, 0), form("D4", "约44"))
	st, err := r.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range st.Book(samples.Period).UnitSubmissions("禹州市") {
		got = append(got, fmt.Sprintf("%s v%d", s.Quality, s.Version))
	}
	if want := []string{"returned v1", "returned v2", "duplicate v0"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A ledger dated in its own month contradicts nothing, though the desk has
// closed the month before that day (rule book §3).
func TestADateInAMonthClosedEarlyIsThatMonths(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	r.yuzhou(may(24, 9, 0), form())
	if _, err := r.app.Desk(t.Context(), may(30, 16, 0), app.DeskAction{Action: "close", Period: samples.Period, Reason: "数字已齐"}); err != nil {
		t.Fatal(err)
	}
	codes := map[ledger.Code]bool{}
	for _, f := range r.yuzhou(may(31, 11, 0), form("D4", 130, "D6", "填报时间：2022年5月31日")) {
		codes[f.Code] = true
	}
	if codes[ledger.IPeriodMismatch] || !codes[ledger.IPeriodClosed] {
		t.Errorf("got %v", codes)
	}
}
