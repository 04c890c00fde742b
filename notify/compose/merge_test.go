package compose_test

import (
	"strings"
	"testing"

	"taizhang/ledger"
	"taizhang/notify/compose"
)

// Whatever a receipt says stands in the mail into which it was merged, word
// for word and number for number, however often it is merged.
func TestMergeKeepsEveryFact(t *testing.T) {
	k := composer(t)
	var letters [][]byte
	var singles []ledger.Mail
	for _, c := range cases(k) {
		m, err := c.mail()
		if err != nil {
			t.Fatal(err)
		}
		if m.Unit != "禹州市" || len(m.Letter) == 0 || strings.HasPrefix(c.name, "cumulative") || c.name == "receipt-merged" {
			continue
		}
		if !compose.Mergeable(m.Kind) {
			t.Fatalf("%s would be merged", c.name)
		}
		letters, singles = append(letters, m.Letter), append(singles, m)
	}
	if len(singles) < 10 {
		t.Fatalf("only %d receipts", len(singles))
	}
	merge := func(letters [][]byte) ledger.Mail {
		t.Helper()
		m, err := k.Merge(compose.MergeFacts{Common: yuzhou("merged/k", at(6, 27, 16, 30)), Letters: letters})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := merge(letters)
	again := merge([][]byte{merge(letters[:4]).Letter, merge(letters[4:]).Letter})
	if m.Text != again.Text || m.HTML != again.HTML {
		t.Error("merged twice it says something else")
	}
	for _, s := range singles {
		_, body, _ := strings.Cut(s.Text, "\n") // without the greeting
		body, _, _ = strings.Cut(body, "联系人及电话")
		for line := range strings.Lines(body) {
			if line = strings.TrimSpace(line); line != "" && !strings.Contains(m.Text, line) {
				t.Errorf("%s: lost %q", s.Subject, line)
			}
		}
		if !strings.Contains(m.Text, s.Subject) {
			t.Errorf("lost the subject %q", s.Subject)
		}
	}
	if n := strings.Count(m.Text, "联系人及电话"); n != 1 {
		t.Errorf("the contacts stand %d times", n)
	}
}

// What asks for something, or carries a file, is never merged.
func TestOnlyReceiptsAreMerged(t *testing.T) {
	n := 0
	for _, c := range cases(composer(t)) {
		m, err := c.mail()
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Letter) > 0 {
			n++
			if m.Kind != ledger.MailReceipt && m.Kind != ledger.MailAmended || len(m.Attachments) > 0 {
				t.Errorf("%s would be merged", c.name)
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d mails can be merged", n)
	}
}
