package ledger

// Put enters the submission in the state: into its book, or among the
// unplaced, replacing the record with its ID. It is how a decision sees its
// own effect before it is stored.
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
	s.Unplaced = drop(s.Unplaced)
	for _, b := range s.Books {
		b.Submissions = drop(b.Submissions)
	}
	if sub.Unit == "" || sub.Period.IsZero() {
		s.Unplaced = append(s.Unplaced, sub)
		return
	}
	b := s.book(sub.Period)
	b.Submissions = append(b.Submissions, sub)
}

// book returns the book of p to write in.
func (s *State) book(p Period) *Book {
	if s.Books == nil {
		s.Books = map[Period]*Book{}
	}
	b, ok := s.Books[p]
	if !ok {
		b = &Book{Period: p}
		s.Books[p] = b
	}
	return b
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
