package notify

import (
	"strconv"
	"strings"
)

// Class says what a server's reply asks of us.
type Class string

// The classes. They come from NetEase's own table of replies and, where it is
// silent, from RFC 5321 §4.2.1.
const (
	ClassAccepted  Class = "accepted"  // 2xx
	ClassRetry     Class = "retry"     // this mail again, after 2 minutes at least, on a new connection
	ClassSlow      Class = "slow"      // too much in a short time: no mail for 15 minutes
	ClassNextDay   Class = "next day"  // a daily limit: no mail before 00:10 of the next day
	ClassBanned    Class = "banned"    // no mail for an hour at least
	ClassStop      Class = "stop"      // account or configuration: no mail until a person has acted
	ClassSplit     Class = "split"     // too many recipients in one mail
	ClassContent   Class = "content"   // permanent for this text: a person must look
	ClassRecipient Class = "recipient" // permanent for this recipient
)

// classRow is a row of the table: the reply's code, 0 for any, and words that
// its text holds, in lower case.
type classRow struct {
	code  int
	words string
	class Class
}

// netease is the table of replies that NetEase's servers (163, 126, yeah)
// document or were seen to give; the first row that fits decides.
var netease = []classRow{
	{0, "too much fail authentication", ClassBanned},
	{0, "ip is rejected", ClassBanned},
	{0, "smtp auth error limit exceed", ClassBanned},
	{0, "user has no permission", ClassStop},
	{535, "", ClassStop},
	{0, "mail from must equal authorized user", ClassStop},
	{0, "local user only", ClassStop},
	{0, "dt:sum", ClassStop}, // envelope and header sender differ
	{451, "dt:spm", ClassRetry},
	{0, "dt:spm", ClassContent},
	{0, "mi:sfq", ClassSlow},    // too many mails in 15 minutes
	{0, "mi:stc", ClassNextDay}, // mails or connections of the day
	{0, "rp:trc", ClassNextDay}, // recipients of the day
	{0, "rp:qrc", ClassSlow},    // recipients in a short time
	{0, "rp:rcl", ClassSplit},
	{0, "too much recipient", ClassSplit},
	{0, "too many recipient", ClassSplit},
	{0, "hl:rep", ClassSlow},  // behaviour of our IP
	{0, "hl:icc", ClassSlow},  // connections at once
	{0, "hl:ifc", ClassSlow},  // connections in a short time
	{0, "hl:mep", ClassSlow},  // strange behaviour
	{0, "mi:dmc", ClassRetry}, // mails in one connection: ours has one
	{0, "rp:drc", ClassRetry}, // recipients in one connection
	{0, "illegal attachment", ClassContent},
	{0, "exceeded mailsize limit", ClassContent},
	{0, "invalid user", ClassRecipient},
	{0, "user suspended", ClassRecipient},
	{0, "mi:spb", ClassRecipient},
	{0, "hl:ipb", ClassRecipient},
	{0, "hl:ihu", ClassRecipient},
}

// Classify says what a reply asks of us. Code 0 stands for no reply at all.
func Classify(code int, text string) Class {
	if code >= 200 && code < 300 {
		return ClassAccepted
	}
	low := strings.ToLower(text)
	for _, r := range netease {
		if code != 0 && (r.code == 0 || r.code == code) && strings.Contains(low, r.words) {
			return r.class
		}
	}
	switch {
	case code == 421:
		return ClassSlow
	case code < 500 || code > 599:
		return ClassRetry
	case code == 530 || code == 534 || code == 538:
		return ClassStop // the server wants another login (RFC 4954 §6)
	case code == 550 || code == 551 || code == 553:
		return ClassRecipient
	}
	return ClassContent
}

// Gone reports whether a recipient was refused with this reply because there is
// no such mailbox: neither for a time, nor for the text of the mail, nor for how
// much was sent.
func Gone(reply string) bool { return classOfReply(reply) == ClassRecipient }

// classOfReply classifies a stored reply such as "550 Invalid User".
func classOfReply(reply string) Class {
	word, text, _ := strings.Cut(reply, " ")
	code, err := strconv.Atoi(word)
	if err != nil {
		code = 0
	}
	return Classify(code, text)
}
