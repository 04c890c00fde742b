package value_test

import (
	"testing"

	"taizhang/ingest/check/value"
)

// TestPersonsBehindFirmsOfOnePart: 参保人数 behind the enterprises of one
// insurance was once taken for the persons of all.
func TestPersonsBehindFirmsOfOnePart(t *testing.T) {
	f := &builtin(t).Form
	for text, want := range map[string]string{
		"养老参保户数19户，参保人数120人；工伤98人；失业76人":            "P120 I98 U76 ! H07",
		"养老19户，参保人数120人，工伤20户，参保人数98人，失业3户，参保人数76人": "P120 I98 U76 ! H07",
		"养老19户，参保人数120人；工伤98人；失业76人；合计200人":         "P120 I98 U76 T200 ! H07",
		"养老19户，工伤20户，失业30户，参保人数300人":                "U300 ! H07 C16",
		"养老19户，合计300人":   "T300 ! H07",
		"养老19户。参保人数300人": "P300 ! H07 C16",
	} {
		if got := sentenceText(f, value.Sentence(text, f)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
