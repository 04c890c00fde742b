package compose_test

import (
	"strings"
	"testing"

	"taizhang/notify/compose"
)

// The probe is read by nobody, unless somebody looks into our own mailbox: it
// says what it is and that nothing need be done.
func TestProbe(t *testing.T) {
	m, err := composer(t).Probe(compose.ProbeFacts{Common: desk("probe/return/1/1", at(5, 27, 10, 40)), Subject: "【请更正】襄城县2022年5月工作台账"})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "probe.golden", "Subject: "+m.Subject+"\n\n"+m.Text)
	if len(m.Attachments) > 0 || !strings.HasPrefix(m.Subject, "【"+compose.MailName(m.Kind)+"】") || !strings.Contains(m.Text, "无需办理") {
		t.Errorf("got %q", m.Subject)
	}
}
