package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"taizhang/ledger"
)

// Submissions returns every submission on record, whatever its quality, by
// arrival, then ID.
func (db *DB) Submissions(ctx context.Context) ([]ledger.Submission, error) {
	var out []ledger.Submission
	err := db.view(ctx, "submissions", func(t *tx) (err error) {
		out, err = copies(t, submissions)
		return err
	})
	if err != nil {
		return nil, err
	}
	sortSubmissions(out)
	return out, nil
}

func sortSubmissions(ss []ledger.Submission) {
	slices.SortFunc(ss, func(a, b ledger.Submission) int {
		return cmp.Or(a.Arrived.Compare(b.Arrived), strings.Compare(a.ID, b.ID))
	})
}

// applySubmissions writes the submissions, and then looks on record for one that
// bears the version number of one of them.
func applySubmissions(t *tx, subs []ledger.Submission) error {
	if len(subs) == 0 {
		return nil
	}
	for i := range subs {
		if err := applySubmission(t, &subs[i]); err != nil {
			return err
		}
	}
	var versions versions
	if err := submissions.recall(t, func(s *ledger.Submission) {
		for i := range subs {
			if o := &subs[i]; o.Version == s.Version && o.Period == s.Period && o.Unit == s.Unit {
				versions.add(s)
				return
			}
		}
	}); err != nil {
		return err
	}
	return versions.err
}

func applySubmission(t *tx, s *ledger.Submission) error {
	if err := validKey("submission", s.ID); err != nil {
		return err
	}
	if !strings.HasPrefix(s.ID, s.Mail+"/") || !validDigest(s.Mail) {
		return refused("submission %q is not of mail %q", s.ID, s.Mail)
	}
	if s.Version > 0 && (s.Unit == "" || s.Period.IsZero()) {
		return refused("submission %q is version %d of no unit and month", s.ID, s.Version)
	}
	if s.Quality.Counts() && s.Version == 0 && s.Reading.Kind != ledger.KindRoster {
		return refused("submission %q counts and has no version", s.ID)
	}
	old, known, err := submissions.get(t, s.ID)
	if err != nil {
		return err
	}
	if known {
		if what := changed(&old, s); what != "" {
			return refused("submission %q: its %s does not change", s.ID, what)
		}
	}
	return submissions.put(t, s)
}

// changed names what differs between two records of one submission and must
// not, or returns "".
func changed(old, s *ledger.Submission) string {
	held := old.Quality == ledger.QualityHeld
	switch {
	case !sameJSON(&old.Reading, &s.Reading):
		return "reading"
	case !old.Arrived.Equal(s.Arrived):
		return "arrival"
	case !old.Decided.Equal(s.Decided):
		return "instant of reading"
	case old.ByDesk != s.ByDesk || old.Sender != s.Sender:
		return "sender"
	case !held && (old.Unit != s.Unit || old.Period != s.Period || old.Duplicate != s.Duplicate):
		return "unit and month, once it is no longer held,"
	case old.Version > 0 && s.Version != old.Version:
		return "version"
	case len(s.Decisions) < len(old.Decisions):
		return "list of decisions, which only grows,"
	}
	for i := range old.Decisions {
		if !sameJSON(&old.Decisions[i], &s.Decisions[i]) {
			return "decisions of the past"
		}
	}
	return ""
}

// versions looks for a version number that two submissions of one unit and
// month bear.
type versions struct {
	seen map[version]string
	err  error // of the first one found
}

type version struct {
	unit   string
	period ledger.Period
	number int
}

func (vs *versions) add(s *ledger.Submission) {
	if s.Version == 0 {
		return
	}
	v := version{s.Unit, s.Period, s.Version}
	if other, ok := vs.seen[v]; ok && vs.err == nil {
		vs.err = refused("%s %s v%d would be both %q and %q", s.Unit, s.Period, s.Version, other, s.ID)
	}
	if vs.seen == nil {
		vs.seen = make(map[version]string)
	}
	vs.seen[v] = s.ID
}

// sameJSON reports whether both are stored as the same bytes.
func sameJSON[T any](a, b *T) bool {
	x, errX := encode(a)
	y, errY := encode(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
