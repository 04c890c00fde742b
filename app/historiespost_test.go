package app_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"pgregory.net/rapid"

	"taizhang/internal/samples"
	"taizhang/ledger"
	"taizhang/notify"
)

// postServer is the mail server of a history: one that takes everything, or one
// that puts off, breaks off and forgets to answer. With copies it also shows
// in our mailbox what it took, as the provider does.
type postServer struct {
	bad, copies bool
	taken       map[string]int       // mails accepted, by key
	doubt       map[string]time.Time // of mails that got no answer after end-of-data
	shown       map[string]bool      // keys whose copy is in the mailbox
}

func newPostServer(t *rapid.T) postServer {
	o := postServer{taken: map[string]int{}, doubt: map[string]time.Time{}, shown: map[string]bool{}}
	o.bad = rapid.IntRange(0, 3).Draw(t, "server") == 0
	o.copies = o.bad && rapid.Bool().Draw(t, "copies")
	return o
}

func (o postServer) String() string {
	return fmt.Sprintf("the mail server is good: %t, shows copies: %t", !o.bad, o.copies)
}

// The fates of a transaction with the server.
const (
	fateTaken   = "taken"
	fatePutOff  = "put off"
	fateBroken  = "broken off before end-of-data"
	fateRefused = "refused after end-of-data"
	fateLost    = "no answer, not taken"
	fateSilent  = "no answer, taken"
)

var errCut = fmt.Errorf("connection lost: %w", io.ErrUnexpectedEOF)

// Send is one transaction (notify.Mailer).
func (h *history) Send(_ context.Context, o ledger.Outgoing, endOfData func(map[string]string) error) notify.Report {
	h.checkSending(o)
	fate := fateTaken
	if h.post.bad {
		fate = rapid.SampledFrom([]string{fateTaken, fateTaken, fateTaken, fatePutOff, fateBroken, fateRefused, fateLost, fateSilent, fateSilent}).Draw(h.T, "fate")
		h.Logf("%s server, %s: %s", h.clock(), o.Key, fate)
	}
	switch fate {
	case fatePutOff:
		r := map[string]string{}
		for _, addr := range o.Recipients {
			r[addr] = "450 4.2.0 try again later"
		}
		return notify.Report{Phase: notify.PhaseRcpt, Code: 450, Text: "4.2.0 try again later", Refused: r}
	case fateBroken:
		return notify.Report{Phase: notify.PhaseBody, Err: errCut}
	}
	if err := endOfData(nil); err != nil {
		return notify.Report{Phase: notify.PhaseEnd, Err: err}
	}
	switch fate {
	case fateRefused:
		return notify.Report{Phase: notify.PhaseEnd, Code: 451, Text: "4.3.0 try again later", EndOfData: true}
	case fateLost:
		h.post.doubt[o.Key] = h.now
		return notify.Report{Phase: notify.PhaseEnd, Err: errCut, EndOfData: true}
	}
	h.accept(o)
	if fate == fateSilent {
		h.post.doubt[o.Key] = h.now
		return notify.Report{Phase: notify.PhaseEnd, Err: errCut, EndOfData: true}
	}
	return notify.Report{Phase: notify.PhaseEnd, Code: 250, Text: "OK", EndOfData: true}
}

// accept is the server's: the mail is on its way, and nobody calls it back.
func (h *history) accept(o ledger.Outgoing) {
	if h.post.taken[o.Key]++; h.post.taken[o.Key] > 1 {
		h.Errorf("%s sent twice: %s", h.clock(), o.Key)
	}
	if h.post.copies {
		head := fmt.Appendf(nil, "Received: by mx19 (Coremail) id 2;\r\n\t%s\r\n", h.now.Format(time.RFC1123Z))
		h.box = append(h.box, append(head, o.Raw...))
		h.post.shown[o.Key] = true
	}
}

var reminders = []ledger.MailKind{ledger.MailRequest, ledger.MailTomorrow, ledger.MailOverdue}

// checkSending looks at a mail at the moment at which it leaves: nothing is
// tried again that was taken or may have been, no reminder goes to a unit that
// has reported, is exempt, waits for the desk or whose month is closed, and
// none to anybody else's address.
func (h *history) checkSending(o ledger.Outgoing) {
	if h.post.taken[o.Key] > 0 {
		h.Errorf("%s sent twice: %s", h.clock(), o.Key)
	}
	if since, doubted := h.post.doubt[o.Key]; doubted {
		if !h.post.copies || h.now.Sub(since) < 30*time.Minute {
			h.Errorf("%s blind retry: %s got no answer at %s and nothing has shown since that it was not taken", h.clock(), o.Key, since)
		}
		delete(h.post.doubt, o.Key)
	}
	at := place{o.Unit, o.Period}
	if !slices.Contains(reminders, o.Kind) {
		return
	}
	switch {
	case h.m.exempt[at]:
		h.Errorf("%s reminded although exempt (免报): %s", h.clock(), o.Key)
	case h.m.inForce(at) != nil:
		h.Errorf("%s reminded although it has reported: %s", h.clock(), o.Key)
	case h.m.holds(at):
		h.Errorf("%s reminded although a document waits for the desk: %s", h.clock(), o.Key)
	case !h.now.Before(h.m.closing(o.Period)):
		h.Errorf("%s reminded of a closed month: %s", h.clock(), o.Key)
	}
	for _, addr := range o.Recipients {
		if addr != samples.Own && h.m.book[addr].unit != o.Unit {
			h.Errorf("%s a reminder of %s goes to %s: %s", h.clock(), o.Unit, addr, o.Key)
		}
	}
}

// checkPost: what our own mailbox has shown is sent, and nothing is settled by
// what it has not shown.
func (h *history) checkPost(st *ledger.State) {
	for key, o := range st.Outbox {
		switch {
		case o.State == ledger.SendSent && h.post.taken[key] == 0:
			h.Fatalf("%s called sent, but no server took it: %s", h.clock(), key)
		case o.State == ledger.SendAmbiguous && h.post.shown[key] && h.polled.Equal(h.stepped) && h.post.doubt[key].Before(h.polled):
			h.Fatalf("%s still in doubt although our mailbox shows the copy: %s", h.clock(), key)
		}
	}
}
