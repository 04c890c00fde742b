package reply

import (
	"strings"
	"unicode"
)

// ReadMail reads what the sender of a mail says, out of its plain text and its
// HTML without markup. Where a mail has both, only what stands in both as the
// sender's own word counts: a mailer that loses the marks of a quote in one
// keeps them in the other.
func ReadMail(text, html string) Said {
	if strings.TrimSpace(text) == "" {
		return Read(html)
	}
	said := Read(text)
	if strings.TrimSpace(html) == "" {
		return said
	}
	other := Read(html)
	if said.Doubt == "" {
		said.Doubt = other.Doubt
	}
	own := squeeze(other.Text)
	for i := range said.Claims {
		if c := &said.Claims[i]; c.Fault == "" && !strings.Contains(own, squeeze(afterMark(c.Words))) {
			c.Fault, c.Reason = Unread, ""
		}
	}
	return said
}

// afterMark is the sentence without the mark of a list before it, which a mailer
// writes in the text and not in the HTML.
func afterMark(words string) string {
	return strings.TrimLeftFunc(words, func(r rune) bool { return !unicode.IsLetter(r) })
}

func squeeze(s string) string { return strings.Join(strings.Fields(fold(s)), "") }
