package app

import (
	"errors"
	"strings"

	"taizhang/ledger"
)

// find returns the submission that the target names: by ID or its beginning,
// or, where unit and period are given, by what where says of it.
func (w *deskWork) find(match func(*ledger.Submission) bool) (*ledger.Submission, error) {
	var found []*ledger.Submission
	look := func(s *ledger.Submission) {
		byID := w.d.Target != "" && (s.ID == w.d.Target || ShortID(s.ID) == w.d.Target)
		byUnit := w.d.Target == "" && s.Unit == w.d.Unit && s.Period == w.d.Period
		if (byID || byUnit) && match(s) {
			found = append(found, s)
		}
	}
	for _, b := range w.st.Sorted() {
		for i := range b.Submissions {
			look(&b.Submissions[i])
		}
	}
	for i := range w.st.Unplaced {
		look(&w.st.Unplaced[i])
	}
	switch len(found) {
	case 0:
		return nil, refuse(RefuseNotFound, w.d.Target+w.d.Unit, w.d.Period.String())
	case 1:
		s := *found[0]
		return &s, nil
	}
	var ids []string
	for _, s := range found {
		ids = append(ids, ShortID(s.ID))
	}
	return nil, refuse(RefuseAmbiguous, strings.Join(ids, "、"))
}

func held(s *ledger.Submission) bool { return s.Quality == ledger.QualityHeld }

// findHeld returns the held submission that the target names. Of one that
// somebody has dealt with meanwhile it says so.
func (w *deskWork) findHeld() (*ledger.Submission, error) {
	s, err := w.find(held)
	var no *Refusal
	if err == nil || !errors.As(err, &no) || no.Code != RefuseNotFound || w.d.Target == "" {
		return s, err
	}
	if s, err := w.find(func(*ledger.Submission) bool { return true }); err == nil {
		return nil, refuse(RefuseNotHeld, ShortID(s.ID))
	}
	return nil, err
}
