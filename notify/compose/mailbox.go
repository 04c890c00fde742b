package compose

import (
	"fmt"
	"time"

	"taizhang/ledger"
)

// mailboxView is what the desk is told of its mailbox.
type mailboxView struct {
	Notices     []noticeView
	Full        string // 93%; "" while there is room
	ServerAhead string // how far the mail server's clock is ahead of ours; "": it is not
	OursAhead   string
}

// noticeView is one notice; What is its ledger.NoticeKind.
type noticeView struct {
	What, At, Since, Folder, From, Subject, Size string
	Mail                                         string // by which a person asks for the message
	Told                                         bool
}

// any reports whether there is anything to tell.
func (v mailboxView) any() bool {
	return len(v.Notices) > 0 || v.Full+v.ServerAhead+v.OursAhead != ""
}

func (k *Composer) mailboxTold(f MailboxFacts) *mailboxView {
	var v mailboxView
	for _, n := range f.Notices {
		v.Notices = append(v.Notices, noticeView{What: string(n.What), At: k.instant(n.At), Since: k.instant(n.Since), Folder: k.orNone(k.folder(n.Folder)),
			From: k.orNone(k.name(n.From)), Subject: k.orNone(k.name(n.Subject)), Size: k.size(n.Size), Told: n.Told,
			Mail: Clean(n.Mail[:min(len(n.Mail), shortDigest)])})
	}
	if f.Quota.Full() {
		v.Full = fmt.Sprintf("%d%%", f.Quota.Percent())
	}
	switch by := f.Clock.Ahead; {
	case by > 0:
		v.ServerAhead = k.span(by)
	case by < 0:
		v.OursAhead = k.span(-by)
	}
	if !v.any() {
		return nil
	}
	return &v
}

// shortDigest is how many digits of a message's digest people type.
const shortDigest = 10

// size prints bytes as people say them: 52 MB, 340 KB; － when not known.
func (k *Composer) size(n int64) string {
	switch {
	case n <= 0:
		return k.words.None
	case n >= 1<<20:
		return fmt.Sprintf("%d MB", (n+1<<19)>>20)
	}
	return fmt.Sprintf("%d KB", max(1, n>>10))
}

// span prints a length of time: 3小时20分钟, 15分钟.
func (k *Composer) span(d time.Duration) string {
	d = d.Round(time.Minute)
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case h == 0:
		return fmt.Sprintf(k.words.Minutes, m)
	case m == 0:
		return fmt.Sprintf(k.words.Hours, h)
	}
	return fmt.Sprintf(k.words.Hours, h) + fmt.Sprintf(k.words.Minutes, m)
}

// sampleMailbox has a notice of each kind.
func sampleMailbox(now time.Time) MailboxFacts {
	f := MailboxFacts{Quota: ledger.Quota{Used: 1, Limit: 1}, Clock: ledger.Clock{Ahead: time.Hour}}
	for _, kind := range []ledger.NoticeKind{ledger.NoticeVanished, ledger.NoticeOutage, ledger.NoticeJunk, ledger.NoticeLarge,
		ledger.NoticeLimits, ledger.NoticeStranger} {
		f.Notices = append(f.Notices, ledger.Notice{What: kind, At: now, Since: now, Folder: "x", From: "a@example.com", Subject: "x", Size: 1, Mail: "0123456789ab",
			Told: kind == ledger.NoticeLarge || kind == ledger.NoticeLimits})
	}
	return f
}
