package ledger

import "time"

// NoticeKind is something about the mailbox, or about a mail of which there is no
// document to decide on, that must not go by in silence.
type NoticeKind string

// The kinds.
const (
	NoticeVanished NoticeKind = "vanished" // a message was listed, and deleted before it could be fetched
	NoticeOutage   NoticeKind = "outage"   // the mailbox could not be read from Since to At
	NoticeJunk     NoticeKind = "junk"     // a unit's mail lay in a junk folder
	NoticeLarge    NoticeKind = "large"    // a message above the limit of size; its header alone was read
	NoticeLimits   NoticeKind = "limits"   // a message of which a file, or a part, was beyond what may be read
	NoticeStranger NoticeKind = "stranger" // an unknown address speaks of a ledger and none could be read
)

// Notice is told to the desk once, with the next 【值班】.
type Notice struct {
	What    NoticeKind `json:"what"`
	At      time.Time  `json:"at"`             // by our clock
	Since   time.Time  `json:"since,omitzero"` // of an outage; else when the message arrived
	Mail    string     `json:"mail,omitempty"` // digest of the message; "": it was never had
	Folder  string     `json:"folder,omitempty"`
	From    string     `json:"from,omitempty"`
	Subject string     `json:"subject,omitempty"`
	Size    int64      `json:"size,omitempty"` // bytes; 0: not known
	Told    bool       `json:"told,omitempty"` // the sender was answered
}

// NeedsPerson reports whether the desk must look at the message itself: nobody
// has read it, and its sender was not told.
func (n *Notice) NeedsPerson() bool {
	return n.What == NoticeStranger || !n.Told && (n.What == NoticeLarge || n.What == NoticeLimits)
}

// Untold are the notices that no 【值班】 has told yet: it tells all there are
// when it is made.
func (s *State) Untold() []Notice {
	var told time.Time
	for _, o := range s.Outbox {
		if o.Kind == MailDuty && o.State != SendSkipped && o.State != SendRefused && o.Created.After(told) {
			told = o.Created
		}
	}
	var out []Notice
	for _, n := range s.Notices {
		if n.At.After(told) {
			out = append(out, n)
		}
	}
	return out
}

// Quota is how full the mailbox is (RFC 9208, STORAGE), in KiB.
type Quota struct {
	Used  int64 `json:"used"`
	Limit int64 `json:"limit"` // 0: the server sets or tells none
}

// Percent is how much is used, rounded down; 0 where no limit is known.
func (q Quota) Percent() int64 {
	if q.Limit <= 0 {
		return 0
	}
	return q.Used * 100 / q.Limit
}

// Full reports whether the desk must be told: nine tenths are used.
func (q Quota) Full() bool { return q.Percent() >= 90 }

// ClockTolerance is how far two clocks may be apart without a word.
const ClockTolerance = 10 * time.Minute

// Clock is how far the mail server's clock and ours are apart, where that is
// certain. Arrival is by the server's (rule book §4) whatever it is.
type Clock struct {
	Ahead time.Duration `json:"ahead"` // of the server's before ours; negative: ours is ahead; 0: within the tolerance
	At    time.Time     `json:"at"`    // when that was found, by our clock
}

// ServerAhead is what a message tells that arrived so far in our future, or
// not at all in it: nothing can arrive after now.
func ServerAhead(by time.Duration, now time.Time) *Clock {
	if by < ClockTolerance {
		by = 0
	}
	return &Clock{Ahead: by, At: now}
}

// OursAhead is what a copy of our own mail tells that arrived so long before it
// was sent: nothing can.
func OursAhead(by time.Duration, now time.Time) *Clock {
	if by < ClockTolerance {
		by = 0
	}
	return &Clock{Ahead: -by, At: now}
}

// Learn is what is known of the clocks once new evidence is in. A message that
// did not come from the future says nothing of a clock of ours that is ahead,
// nor the other way round.
func (c Clock) Learn(found *Clock, server bool) Clock {
	switch {
	case found == nil:
		return c
	case found.Ahead != 0, server == (c.Ahead > 0):
		return *found
	}
	return c
}

// PollReport is how one poll ended.
type PollReport struct {
	Begun   time.Time
	Failure string  // "": it was complete
	Unread  []Place // listed, and not had so far
	Notices []Notice
	Quota   *Quota // nil: not asked
	Clock   *Clock // what fresh messages tell; nil: there were none

	Validity map[string]string // of each folder, as it was listed last
	Logins   RefusedLogins
}
