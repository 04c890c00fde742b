package ledger

import "slices"

// Put enters the submission in the state: into its book, or among the
// unplaced, replacing the record with its ID. It is how a decision sees its
// own effect before it is stored. A book that is changed is a new one: one that
// was looked up before stays as it was.
func (s *State) Put(sub Submission) {
	drop := func(list []Submission) []Submission {
		out := list[:0:0]
		for _, o := range list {
			if o.ID != sub.ID {
				out = append(out, o)
			}
		}
		return out
	}
	is := func(o Submission) bool { return o.ID == sub.ID }
	s.Unplaced = drop(s.Unplaced)
	for p, b := range s.Books {
		if slices.ContainsFunc(b.Submissions, is) {
			b = s.book(p)
			b.Submissions = drop(b.Submissions)
		}
	}
	if sub.Unit == "" || sub.Period.IsZero() {
		s.Unplaced = append(s.Unplaced, sub)
		return
	}
	b := s.book(sub.Period)
	b.Submissions = append(slices.Clip(b.Submissions), sub)
}

// book returns the book of p to write in: one of the state's own in the place of
// the one that it may share with others. What is in it is shared still.
func (s *State) book(p Period) *Book {
	if s.Books == nil {
		s.Books = map[Period]*Book{}
	}
	own := Book{Period: p}
	if b, ok := s.Books[p]; ok {
		own = *b
	}
	s.Books[p] = &own
	return &own
}

// Submission returns the submission with the ID, placed or not.
func (s *State) Submission(id string) (*Submission, bool) {
	for _, b := range s.Books {
		for i := range b.Submissions {
			if b.Submissions[i].ID == id {
				return &b.Submissions[i], true
			}
		}
	}
	for i := range s.Unplaced {
		if s.Unplaced[i].ID == id {
			return &s.Unplaced[i], true
		}
	}
	return nil, false
}
