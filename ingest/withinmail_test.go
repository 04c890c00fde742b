package ingest_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"taizhang/internal/samples"
	"taizhang/ledger"
)

// Fault 77: a stranger attaches a mail of a known and proven address. The outer
// sender is who speaks: the ledger waits for the desk, and neither is answered.
func TestAKnownSenderWithinAStrangersMail(t *testing.T) {
	b := newBench(t)
	outer := "Received: by mx19 (Coremail) id 7;\r\n\tThu, 26 May 2022 10:00:00 +0800\r\nFrom: stranger@elsewhere.example\r\nTo: " + samples.Own +
		"\r\nSubject: fwd\r\nX-CM-TRANSID: 1\r\nAuthentication-Results: mx19; spf=pass smtp.mail=stranger@elsewhere.example\r\n" +
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: message/rfc822\r\n\r\n"
	d := b.take([]byte(outer + string(sample(t, "02")) + "\r\n--outer--\r\n"))
	b.process(at(30, 1))
	rec, kinds := b.outcome(d)
	if rec.Outcome != ledger.OutcomeHeld || rec.From.Addr != "stranger@elsewhere.example" || len(kinds) != 0 {
		t.Errorf("got %s %s, %v", rec.Outcome, rec.Reason, kinds)
	}
	st, _ := b.State(t.Context())
	subs := st.Book(samples.Period).UnitSubmissions("禹州市")
	if len(subs) != 1 || subs[0].Quality != ledger.QualityHeld || !subs[0].Reading.Has(ledger.ISenderUnknown) || subs[0].Sender != "stranger@elsewhere.example" {
		t.Errorf("got %+v", subs)
	}
}

func TestATableInTheMailIsRead(t *testing.T) {
	b := newBench(t)
	html := `<html><body><p>市专项小组：5月台账如下。</p><table border="1">
<tr><td colspan="6">2022年全民参保计划攻坚行动工作落实台账（2022年5月）</td></tr>
<tr><td colspan="6">填报单位：长葛市</td></tr>
<tr><td>工作任务</td><td>主要工作措施</td><td>参保户数</td><td>企业养老</td><td>工伤</td><td>失业</td></tr>
<tr><td>全民参保计划攻坚行动</td><td>走访企业</td><td>3</td><td>10</td><td>11</td><td>12</td></tr>
<tr><td colspan="6">负责人：李志强 联络员：孙丽 填报时间：2022年5月24日</td></tr></table></body></html>`
	d := b.take(pasted(html))
	b.process(at(30, 1))
	rec, kinds := b.outcome(d)
	st, _ := b.State(t.Context())
	s := st.Book(samples.Period).Standing(b.p.Campaign.Schedule, "长葛市", at(30, 1))
	if rec.Outcome != ledger.OutcomeAccepted || len(kinds) != 1 || kinds[0] != ledger.MailReceipt || s.InForce == nil || s.InForce.Reading.Figures["unemployment"].Value != 12 {
		t.Errorf("got %s %s, %v, %+v", rec.Outcome, rec.Reason, kinds, s.InForce)
	}
	for name, c := range map[string]struct {
		old, new string
		outcome  ledger.OutcomeKind
		answer   ledger.MailKind
	}{
		"no number":    {"<td>10</td>", "<td>约10</td>", ledger.OutcomeReturned, ledger.MailReturn},
		"another unit": {"填报单位：长葛市", "填报单位：襄城县", ledger.OutcomeHeld, ledger.MailHeld},
	} {
		b := newBench(t)
		d := b.take(pasted(strings.Replace(html, c.old, c.new, 1)))
		b.process(at(30, 1))
		rec, kinds := b.outcome(d)
		st, _ := b.State(t.Context())
		if rec.Outcome != c.outcome || len(kinds) != 1 || kinds[0] != c.answer {
			t.Errorf("%s: got %s %s, %v", name, rec.Outcome, rec.Reason, kinds)
		}
		for _, unit := range []string{"长葛市", "襄城县"} {
			if s := st.Book(samples.Period).Standing(b.p.Campaign.Schedule, unit, at(30, 1)); s.InForce != nil {
				t.Errorf("%s: a figure was guessed for %s", name, unit)
			}
		}
	}
}

// pasted is a mail of 长葛市 whose text is the page.
func pasted(html string) []byte {
	return []byte("Received: by mx19 (Coremail) id 1;\r\n\tTue, 24 May 2022 10:00:00 +0800\r\nFrom: cgsb@mail163.example\r\nSubject: =?UTF-8?B?" +
		base64.StdEncoding.EncodeToString([]byte("长葛市5月台账")) + "?=\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html)
}
