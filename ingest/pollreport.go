package ingest

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"taizhang/ledger"
)

const (
	// outage is how long the mailbox must have been out of reach for the desk to
	// be told afterwards.
	outage = 24 * time.Hour
	// maxUnread bounds what is remembered of messages that were listed and not
	// had.
	maxUnread = 200
)

// report says how the poll went, and what the desk must hear of it.
func (w *polling) report(ctx context.Context, failure error) ledger.PollReport {
	r := ledger.PollReport{Begun: w.now, Validity: w.validities()}
	if w.Logins != nil {
		r.Logins = w.Logins()
	}
	if failure != nil {
		r.Failure = failure.Error()
	}
	for _, p := range w.before.Unread {
		switch w.whereabouts(p) {
		case here:
		case unknown:
			w.unread = append(w.unread, p)
		case gone:
			w.Log.Warn("message deleted before it could be fetched", "uid", p.UID)
			r.Notices = append(r.Notices, ledger.Notice{What: ledger.NoticeVanished, At: w.now, Folder: p.Folder, Size: p.Size, Since: internal(p)})
		}
	}
	r.Unread = w.unread[:min(len(w.unread), maxUnread)]
	if f := w.before.Failing; failure == nil && !f.IsZero() && w.now.Sub(f) >= outage {
		r.Notices = append(r.Notices, ledger.Notice{What: ledger.NoticeOutage, At: w.now, Since: f})
	}
	if w.fresh {
		r.Clock = ledger.ServerAhead(w.ahead, w.now)
	}
	if w.Quota != nil && failure == nil {
		q, err := w.Quota(ctx)
		if err != nil {
			w.Log.Warn("how full the mailbox is could not be asked", "err", err)
		} else {
			r.Quota = &q
		}
	}
	return r
}

// compareValidity tells the operator that a folder has another UIDVALIDITY than
// when it was listed last, or none of the form that RFC 3501 §2.3.1.1 wants:
// once, since it is on record from then on.
func (w *polling) compareValidity(folder, now string) {
	was, known := w.before.Validity[folder]
	if known && was == now {
		return
	}
	if known {
		w.Log.Warn("the UIDVALIDITY of a folder has changed: it is looked through again", "folder", folder, "was", was, "is", now)
	}
	if n, err := strconv.ParseUint(now, 10, 32); err != nil || n == 0 {
		w.Log.Warn("the UIDVALIDITY of a folder is no number from 1 to 4294967295: it is kept as text", "folder", folder, "is", now)
	}
}

// validities are those of the listings, and what is on record of the folders
// that could not be listed.
func (w *polling) validities() map[string]string {
	out := map[string]string{}
	if !w.all {
		maps.Copy(out, w.before.Validity)
	}
	for folder, l := range w.lists {
		out[folder] = l.Validity
	}
	return out
}

func internal(p ledger.Place) time.Time {
	if p.Internal == 0 {
		return time.Time{}
	}
	return time.Unix(p.Internal, 0)
}

// presence is what this poll knows of a message that an earlier one listed.
type presence int

const (
	unknown presence = iota // its folder could not be listed
	here                    // listed again, at its place or another one
	gone                    // listed nowhere any more
)

// whereabouts looks for the message in the listings of this poll: at its place,
// or, as people move mail, anywhere with its size and date.
func (w *polling) whereabouts(p ledger.Place) presence {
	if l, ok := w.lists[p.Folder]; !ok || l.Missing > 0 {
		return unknown
	}
	for folder, l := range w.lists {
		if slices.ContainsFunc(l.Items, func(it Item) bool {
			now := placeOf(folder, l.Validity, it)
			same := p.Size > 0 && p.Size == now.Size && p.Internal == now.Internal
			return same || p.At() == now.At() && p.Shows(now)
		}) {
			return here
		}
	}
	if !w.all {
		return unknown
	}
	return gone
}
