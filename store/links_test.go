package store

import (
	"errors"
	"strings"
	"testing"

	"taizhang/ledger"
)

// Checksums and seals may be right, and what one record says of another wrong:
// the check finds each, and finds it alone.
func TestRecordsThatContradictEachOther(t *testing.T) {
	period := ledger.Period{Year: 2022, Month: 5}
	for _, c := range []struct {
		want  string
		forge func(t *tx, digest string) error
	}{
		{"is pending and is not listed so", func(t *tx, digest string) error { return undecided.del(t, digest) }},
		{"is listed as quarantined and is not", func(t *tx, digest string) error {
			return undecided.put(t, &undecidedRecord{Digest: digest, Status: ledger.MailQuarantined})
		}},
		{"is unknown", func(t *tx, digest string) error {
			return places.put(t, &placeRecord{Place: ledger.Place{Folder: "INBOX", Validity: "1", UID: 7}, Digest: strings.Repeat("0", 64)})
		}},
		{`mail "a": its bytes are missing`, func(t *tx, _ string) error { return t.del(bucketRaw, "a") }},
		{`mail "a": there are bytes and no record`, func(t *tx, _ string) error { return outbox.del(t, "a") }},
		{"its mail is unknown", func(t *tx, _ string) error {
			return replies.put(t, &ledger.Reply{ID: "x/0", Mail: "x"})
		}},
		{`explains "y/1", which is unknown`, func(t *tx, digest string) error {
			return replies.put(t, &ledger.Reply{ID: "x/0", Mail: digest, Explanations: []ledger.Explanation{{Submission: "y/1"}}})
		}},
		{"would be both", func(t *tx, digest string) error {
			s := ledger.Submission{ID: digest + "/1", Mail: digest, Unit: "禹州市", Period: period, Version: 1}
			o := s
			o.ID = digest + "/2"
			return errors.Join(submissions.put(t, &s), submissions.put(t, &o))
		}},
		{"event 2 is missing", func(t *tx, _ string) error { return events.del(t, seqKey(2)) }},
		{"event 3 of 3 is missing", func(t *tx, _ string) error { return events.del(t, seqKey(3)) }},
		{"event 3 does not follow event 2", func(t *tx, _ string) error { return rewrite(t, 2) }},
		{"event 3 is not the one that was written last", func(t *tx, _ string) error { return rewrite(t, 3) }},
		{"the chain of events ends at 3, on record are 4", func(t *tx, _ string) error {
			hash, err := linkHash(t, 3)
			return errors.Join(err, events.put(t, &eventRecord{Prev: hash, Event: ledger.Event{Seq: 4}}))
		}},
		{"has lost its head", func(t *tx, _ string) error { return eventHead.del(t, eventHead.key(nil)) }},
	} {
		t.Run(c.want, func(t *testing.T) {
			db := openIn(t, t.TempDir())
			digest, size, err := db.KeepRaw(t.Context(), strings.NewReader("mail"), 10)
			if err != nil {
				t.Fatal(err)
			}
			_, err = db.Arrive(t.Context(), ledger.MailRecord{Digest: digest, Size: size, Arrived: noon, Places: []ledger.Place{{Folder: "INBOX", Validity: "1", UID: 1}}})
			if err := errors.Join(err, apply(db, "a"), apply(db, "b"), apply(db), db.Check(t.Context())); err != nil {
				t.Fatal(err)
			}
			if err := db.update(t.Context(), "forge", func(t *tx) error { return c.forge(t, digest) }); err != nil {
				t.Fatal(err)
			}
			found, _ := db.checkDatabase(t.Context(), true)
			all := flat(errors.Join(found...))
			if len(all) != 1 || !errors.Is(all[0], ErrDamaged) || !strings.Contains(all[0].Error(), c.want) {
				t.Errorf("found %q", all)
			}
		})
	}
}

// rewrite changes what an event says.
func rewrite(t *tx, seq uint64) error {
	r, _, err := events.get(t, seqKey(seq))
	r.Event.Text = "nothing happened"
	return errors.Join(err, events.put(t, &r))
}
