package ingest

import (
	"regexp"
	"slices"

	"taizhang/ledger"
)

// thread is what the mail of ours was about that this message answers: by
// In-Reply-To, then by the newest of References. nil when it answers none that
// was about one unit's month.
func (d *deciding) thread() *about {
	refs := slices.Clone(d.msg.Header.References)
	slices.Reverse(refs)
	refs = append(slices.Clone(d.msg.Header.InReplyTo), refs...)
	if len(refs) == 0 {
		return nil
	}
	ours := map[string]*ledger.Outgoing{} // by what it names: the outbox is long, and the names are few
	for _, ref := range refs {
		ours[ref] = nil
	}
	for _, o := range d.state.Outbox {
		if _, named := ours[o.MessageID]; named && o.MessageID != "" && o.Unit != "" && !o.Period.IsZero() {
			ours[o.MessageID] = o
		}
	}
	for _, ref := range refs {
		if o := ours[ref]; o != nil {
			return d.threadOf(o)
		}
		if s := d.byMessageID(ref); s != nil {
			return &about{unit: s.Unit, period: s.Period, doc: s, asked: s}
		}
	}
	return nil
}

// threadOf is what the mail of ours was about: the document it answered, else
// the version that was in force when it was written.
func (d *deciding) threadOf(o *ledger.Outgoing) *about {
	of := &about{unit: o.Unit, period: o.Period}
	if s, ok := d.state.Submission(submissionID.FindString(o.Key)); ok && s.Unit == o.Unit && s.Period == o.Period {
		of.doc = d.version(s)
		of.asked = of.doc
		return of
	}
	st := d.state.Book(o.Period).Standing(d.Campaign.Schedule, o.Unit, d.now)
	if st.InForce != nil && !st.InForce.Decided.After(o.Created) {
		of.asked = copied(st.InForce)
	}
	return of
}

var submissionID = regexp.MustCompile(`[0-9a-f]{64}/\d+`)

// version is the version that an answer to the submission was about: a
// duplicate stands for the version it repeats, a held one for none.
func (d *deciding) version(s *ledger.Submission) *ledger.Submission {
	switch {
	case s.Duplicate > 0:
		return d.repeated(s)
	case s.Version == 0:
		return nil
	}
	return copied(s)
}

// repeated is the version that the duplicate repeats.
func (d *deciding) repeated(s *ledger.Submission) *ledger.Submission {
	for _, v := range d.state.Book(s.Period).UnitSubmissions(s.Unit) {
		if v.Version == s.Duplicate {
			return copied(v)
		}
	}
	return nil
}

// byMessageID is the version whose answer has, or had, the Message-ID: it
// derives from the key, so that a thread is known although the outbox is lost.
func (d *deciding) byMessageID(ref string) *ledger.Submission {
	if d.MessageID == nil {
		return nil
	}
	for _, p := range d.Campaign.Periods() {
		for i := range d.state.Book(p).Submissions {
			s := &d.state.Book(p).Submissions[i]
			for _, kind := range []ledger.MailKind{ledger.MailReceipt, ledger.MailAmended, ledger.MailReturn} {
				if d.MessageID(string(kind)+"/"+s.ID) == ref {
					return d.version(s)
				}
			}
		}
	}
	return nil
}
