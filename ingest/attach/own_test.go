package attach_test

import (
	"strings"
	"testing"

	"taizhang/ingest/attach"
)

// What a mailer quotes in HTML is not the sender's own word: blockquotes go,
// and other quotes have the line QuoteMark before them.
func TestOwnHTML(t *testing.T) {
	const own, theirs = "T05 属实：集中办理", "T06 属实：引用"
	for name, c := range map[string]struct {
		html string
		mark bool // QuoteMark stands between
	}{
		"blockquote":   {"<p>" + own + "</p><blockquote><p>a</p><blockquote>b</blockquote>" + theirs + "</blockquote>", false},
		"163":          {`<div>` + own + `</div><blockquote id="isReplyContent" style="x">` + theirs + `</blockquote>`, false},
		"163 master":   {`<div>` + own + `</div><div class="ntes-mailmaster-quote" style="x">` + theirs + `</div>`, true},
		"Outlook":      {`<p>` + own + `</p><div id="divRplyFwdMsg">发件人</div><div>` + theirs + `</div>`, true},
		"Outlook new":  {`<p>` + own + `</p><div id="appendonsend"></div><hr>` + theirs, true},
		"Gmail":        {`<div>` + own + `</div><div class="gmail_quote">` + theirs + `</div>`, true},
		"struck out":   {`<p>` + own + `</p><s>` + theirs + `</s>`, false},
		"never closed": {`<p>` + own + `</p><blockquote>` + theirs, false},
		"broken lines": {"<p>T05\r\n属实：集中办理</p><blockquote>" + theirs + "</blockquote>", false},
	} {
		m := &attach.Message{HTML: c.html}
		got := m.OwnHTML()
		above, _, marked := strings.Cut(got, attach.QuoteMark)
		if !strings.Contains(above, own) || strings.Contains(above, theirs) || marked != c.mark {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := (&attach.Message{}).OwnHTML(); got != "" {
		t.Errorf("without HTML: %q", got)
	}
}
