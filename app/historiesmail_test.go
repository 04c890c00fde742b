package app_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"pgregory.net/rapid"

	"taizhang/ingest"
	"taizhang/ledger"
)

// What the counties of a history write, and the mailbox it comes to.

var players = []string{"市本级", "禹州市", "长葛市"}

const stranger = "stranger@qq.example"

// facts are what somebody reports: something new, what was sent before for the
// month, or what stood in force for the month before it.
func (h *history) facts(at place) stated {
	switch rapid.IntRange(0, 9).Draw(h.T, "again") {
	case 0, 1:
		if top := h.m.top(at); top != nil {
			return top.facts
		}
	case 2, 3:
		if v1 := h.m.newest(at, func(d *paperwork) bool { return d.version == 1 }); v1 != nil {
			return v1.facts
		}
	case 4:
		if old := h.m.of(at); len(old) > 0 {
			return rapid.SampledFrom(old).Draw(h.T, "which").facts
		}
	case 5:
		if last := h.m.inForce(place{at.unit, at.period.Prev()}); last != nil {
			return last.facts
		}
	}
	n := func() string { return fmt.Sprint(rapid.IntRange(31, 60).Draw(h.T, "n")) }
	f := stated{firms: "12", pension: n(), injury: n(), unemployment: n(), words: "走访企业。"}
	switch rapid.IntRange(0, 7).Draw(h.T, "kind") {
	case 0:
		f.pension = "约" + f.pension
	case 1, 2:
		f.firms = "－"
	case 3:
		f = stated{words: f.words}
	}
	return f
}

// page writes the ledger as comma-separated text.
func page(at place, f stated, filled time.Time) []byte {
	return fmt.Appendf(nil, "2022年全民参保计划攻坚行动工作落实台账（%d月）\n填报单位：%s\n工作任务,主要工作措施,参保户数,企业养老,工伤,失业\n全民参保计划攻坚行动,%s,%s,%s,%s,%s\n负责人：张建国,联络员：王芳,,填报时间：%s\n",
		at.period.Month, at.unit, f.words, f.firms, f.pension, f.injury, f.unemployment, filled.In(officeZone).Format("2006年1月2日"))
}

func filledOn(p ledger.Period, r time.Time) time.Time {
	if last := on(p, p.Last().Day, 12); r.After(last) {
		return last
	}
	return r
}

// arrive puts a mail of somebody into the mailbox.
func (h *history) arrive(r time.Time, p ledger.Period) {
	at := place{rapid.SampledFrom(players).Draw(h.T, "unit"), p}
	if h.m.top(at) != nil && rapid.IntRange(0, 6).Draw(h.T, "found late") == 0 {
		r = h.m.spoke(at).Add(-minutes(h.T, 3*24*60))
	}
	a := arrival{from: ownAddress(at.unit), proof: "pass"}
	switch rapid.IntRange(0, 9).Draw(h.T, "sender") {
	case 0, 1:
		a.from = stranger
		a.proof = rapid.SampledFrom([]string{"pass", ""}).Draw(h.T, "proof")
	case 2, 3:
		a.proof = ""
	case 4:
		a.proof = "fail"
	case 5:
		a.from = ownAddress(players[(slices.Index(players, at.unit)+1)%len(players)])
	}
	f := h.facts(at)
	if r.Before(on(p, 1, 0)) {
		r = on(p, 1, 1)
	}
	r = r.Truncate(time.Second)
	raw := letter(r, a.from, a.proof, "台账", "请查收附件。", enclosed{"台账.csv", page(at, f, filledOn(p, r))})
	sum := sha256.Sum256(raw)
	a.doc = paperwork{id: hex.EncodeToString(sum[:]) + "/1", at: at, arrived: r, facts: f}
	if h.m.doc(a.doc.id) != nil || slices.ContainsFunc(h.coming, func(o arrival) bool { return o.doc.id == a.doc.id }) {
		return // the same bytes again are the same mail
	}
	h.box, h.coming = append(h.box, raw), append(h.coming, a)
}

// inOrder is the order in which one poll is decided: by R, then by digest.
func inOrder(as []arrival) []arrival {
	slices.SortFunc(as, func(x, y arrival) int {
		return cmp.Or(x.doc.arrived.Compare(y.doc.arrived), cmp.Compare(x.doc.id, y.doc.id))
	})
	return as
}

// Folders is the mailbox of a history, with List and Fetch.
func (h *history) Folders(context.Context) ([]ingest.Folder, error) {
	if h.down {
		return nil, errors.New("the mailbox is out of reach")
	}
	return []ingest.Folder{{Name: "INBOX"}}, nil
}

func (h *history) List(context.Context, string) (ingest.Listing, error) {
	l := ingest.Listing{Validity: "1"}
	for i, raw := range h.box {
		l.Items = append(l.Items, ingest.Item{UID: uint32(i + 1), Size: int64(len(raw)), Internal: h.now}) //nolint:gosec // a few mails
	}
	return l, nil
}

func (h *history) Fetch(_ context.Context, _ string, i ingest.Item, w io.Writer) error {
	_, err := io.Copy(w, bytes.NewReader(h.box[i.UID-1]))
	return err
}
