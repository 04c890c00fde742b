package smtptest

import (
	"strings"
	"sync"
	"time"
)

// Phase is a point of an SMTP session.
type Phase int

// The phases, in their order.
const (
	Hello Phase = iota + 1 // EHLO
	Auth                   // once the credentials are known to be right
	Mail                   // MAIL FROM
	Rcpt                   // RCPT TO, once for each recipient
	Body                   // while the text is read: Cut, Hang and Delay after N bytes
	End                    // after end-of-data, before the reply
)

// Deed is what a Step does.
type Deed int

// The deeds.
const (
	Reply Deed = iota // answers Code and Text
	Cut               // closes the connection without an answer
	Hang              // never answers
	Delay             // waits for Pause, then goes on as usual
)

// Step is one entry of the script. It strikes at its phase; Skip occasions
// pass first, and then it strikes Times times (0: always).
type Step struct {
	Phase  Phase
	Match  string // Rcpt only: part of the recipient; "" matches all
	Skip   int
	Times  int
	Do     Deed
	Code   int    // Reply: the code, such as 550
	Text   string // Reply: the words, such as "MI:SFQ"
	N      int64  // Body: after this many bytes of the text
	Accept bool   // End: the mail is kept all the same, whatever the client hears
	Pause  time.Duration
}

// Replies of NetEase's own table, as public copies of it give them.
var (
	AuthFailed    = Step{Phase: Auth, Code: 535, Text: "Error: authentication failed"}
	NoPermission  = Step{Phase: Auth, Code: 550, Text: "User has no permission"}
	AuthBanned    = Step{Phase: Auth, Code: 451, Text: "too much fail authentication"}
	SpamForGood   = Step{Phase: End, Code: 554, Text: "DT:SPM"}
	SpamTryAgain  = Step{Phase: End, Code: 451, Text: "DT:SPM, please try again"}
	SenderDiffers = Step{Phase: End, Code: 554, Text: "DT:SUM"}
	TooManyNow    = Step{Phase: Mail, Code: 451, Text: "MI:SFQ"}
	TooManyToday  = Step{Phase: Mail, Code: 554, Text: "MI:STC"}
	TooManyOnConn = Step{Phase: Mail, Code: 450, Text: "MI:DMC"}
	RcptToday     = Step{Phase: Rcpt, Code: 550, Text: "RP:TRC"}
	RcptNow       = Step{Phase: Rcpt, Code: 451, Text: "RP:QRC"}
	RcptList      = Step{Phase: Rcpt, Code: 550, Text: "RP:RCL"}
	NoSuchUser    = Step{Phase: Rcpt, Code: 550, Text: "Invalid User"}
	UserSuspended = Step{Phase: Rcpt, Code: 550, Text: "User suspended"}
	BadReputation = Step{Phase: Hello, Code: 421, Text: "HL:REP"}
	IllegalFile   = Step{Phase: End, Code: 552, Text: "Illegal Attachment"}
	TooLarge      = Step{Phase: End, Code: 552, Text: "Requested mail action aborted: exceeded mailsize limit"}
)

// Once returns the step, to strike once after skip occasions.
func (s Step) Once(skip int) Step {
	s.Skip, s.Times = skip, 1
	return s
}

// script is the list of steps with what has happened to each.
type script struct {
	mu    sync.Mutex
	steps []Step
	seen  []int
}

func (s *script) set(steps []Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps = append([]Step(nil), steps...)
	s.seen = make([]int, len(steps))
}

// next counts an occasion and returns the first step that strikes at it.
func (s *script) next(phase Phase, subject string) (Step, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	hit := -1
	for i, step := range s.steps {
		if step.Phase != phase || !strings.Contains(subject, step.Match) {
			continue
		}
		s.seen[i]++
		n := s.seen[i] - step.Skip
		if hit < 0 && n > 0 && (step.Times == 0 || n <= step.Times) {
			hit = i
		}
	}
	if hit < 0 {
		return Step{}, false
	}
	return s.steps[hit], true
}
