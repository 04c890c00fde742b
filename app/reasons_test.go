package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"taizhang/app"
)

// reasonLiterals are the places where the sources write a reason.
var reasonLiterals = []struct {
	files string
	re    *regexp.Regexp
}{
	{"../ingest/*.go", regexp.MustCompile(`finish\(ledger\.\w+, (?:fmt\.Sprintf\()?"([^"]+)"(.*)\)`)},
	{"../ingest/large.go", regexp.MustCompile(`why = "([a-z][^"]+)"()`)},
	{"../ingest/place.go", regexp.MustCompile(`return "([a-z][^"]+)"()`)},
	{"../notify/remind.go", regexp.MustCompile(`(?:return|Reason = |reason :?= |reason \+= )(?:fmt\.Sprintf\()?"([^"]+)"(.*)`)},
	{"../notify/plan.go", regexp.MustCompile(`(?:return|res\.Reason = )\s*(?:fmt\.Sprintf\()?"([a-z%][^"/]+ [^"/]+)"(.*)`)},
	{"../notify/summary.go", regexp.MustCompile(`Reason(?:: | = | \+= )(?:fmt\.Sprintf\()?"([^"]+)"(.*)`)},
	{"../notify/duty.go", regexp.MustCompile(`(?:Sprintf\(|Reason: |out, )"([^"]* [^"]+)"(.*)`)},
	{"../app/*.go", regexp.MustCompile(`Reason(?:: | = )"([a-z][^"]+)"(.*)`)},
}

var verb = regexp.MustCompile(`%[a-z]`)

// Every reason that the sources write has its Chinese: the desk never reads
// ours.
func TestEveryReasonHasItsText(t *testing.T) {
	n := 0
	for _, l := range reasonLiterals {
		files, err := filepath.Glob(l.files)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", l.files, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range l.re.FindAllStringSubmatch(string(src), -1) {
				n++
				s := verb.ReplaceAllString(m[1], "7")
				if strings.HasSuffix(s, " ") { // concatenated with what follows
					s += "7"
				}
				for _, lead := range []string{"", "7"} { // or with what stands before
					if text := app.ReasonText(lead + s); !latinWords.MatchString(text) {
						s = ""
						break
					}
				}
				if s != "" {
					t.Errorf("%s: the reason %q has no text", file, m[1])
				}
			}
		}
	}
	t.Logf("%d reasons", n)
	if n < 35 {
		t.Errorf("only %d reasons were found: the test looks in the wrong places", n)
	}
}

var latinWords = regexp.MustCompile(`[a-zA-Z]{2,}`)

func TestReasonText(t *testing.T) {
	for in, want := range map[string]string{
		"overdue-1 of 2022-05-30 09:00: nothing received":                                                "第1次【催报】（2022-05-30 09:00）：尚未收到",
		"tomorrow of 2022-05-27 09:30: v1 was returned, caught up 1h0m0s late":                           "【明日截止】（2022-05-27 09:30）：第1版退回；补发，迟了1小时",
		"issue 2: changed since issue 1: 禹州市":                                                            "第2期：第1期之后有变动：禹州市",
		"issue 1: cut-off; sent after 4h0m0s although the mailbox cannot be read since 2022-05-29 08:00": "第1期：汇总时刻已到；已等候4小时仍未解决：邮箱自2022-05-29 08:00起无法读取",
		"2022-05 is due at 2022-05-29 00:00; 2 document(s) held":                                         "2022-05将于2022-05-29 00:00截止；待核实文件2份",
		"something nobody has written":                                                                   "something nobody has written",
	} {
		if got := app.ReasonText(in); got != want {
			t.Errorf("%q:\n got %q\nwant %q", in, got, want)
		}
	}
}
