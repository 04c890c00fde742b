package store

import (
	"context"
	"slices"
	"time"

	"taizhang/ledger"
)

// PollState returns how the polls so far went.
func (db *DB) PollState(ctx context.Context) (s ledger.PollState, err error) {
	err = db.view(ctx, "poll state", func(t *tx) (err error) {
		s, _, err = poll.only(t)
		return err
	})
	return s, err
}

// PollDone records how a poll has ended: completely, over all folders, when it
// has no failure.
func (db *DB) PollDone(ctx context.Context, r ledger.PollReport) error {
	return db.update(ctx, "poll done", func(t *tx) error {
		s, _, err := poll.only(t)
		if err != nil {
			return err
		}
		s.Unread, s.Clock = r.Unread, s.Clock.Learn(r.Clock, true)
		s.Validity, s.Logins = r.Validity, r.Logins
		if r.Quota != nil {
			s.Quota = *r.Quota
		}
		if r.Failure != "" {
			if s.Failing.IsZero() {
				s.Failing = r.Begun
			}
			s.Error = r.Failure
		} else {
			if r.Begun.After(s.Complete) {
				s.Complete = r.Begun
			}
			s.Count, s.Failing, s.Error = s.Count+1, time.Time{}, ""
		}
		if err := putNotices(t, r.Notices); err != nil {
			return err
		}
		return poll.put(t, &s)
	})
}

// maxNotices are kept; the oldest go first. The desk is told each within days.
const maxNotices = 200

// noticeRecord holds what the desk is told of the mailbox.
type noticeRecord struct {
	Notices []ledger.Notice `json:"notices"`
}

// putNotices adds to what the desk is told of the mailbox.
func putNotices(t *tx, more []ledger.Notice) error {
	if len(more) == 0 {
		return nil
	}
	r, _, err := notices.only(t)
	if err != nil {
		return err
	}
	r.Notices = slices.Concat(r.Notices, more)
	r.Notices = r.Notices[max(0, len(r.Notices)-maxNotices):]
	return notices.put(t, &r)
}

// learnClock records what a message has told of the clocks.
func learnClock(t *tx, found *ledger.Clock) error {
	if found == nil {
		return nil
	}
	s, _, err := poll.only(t)
	if err != nil {
		return err
	}
	s.Clock = s.Clock.Learn(found, false)
	return poll.put(t, &s)
}
