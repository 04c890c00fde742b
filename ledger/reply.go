package ledger

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// ReplyState is what became of a county's reply in words.
type ReplyState string

// The states of a reply. Its explanations stand in every one of them.
const (
	ReplyTaken  ReplyState = "taken"  // all it says is registered
	ReplyHeld   ReplyState = "held"   // something in it is for the desk
	ReplyClosed ReplyState = "closed" // the desk has dealt with it and registered nothing
)

// Reply is what a mail says in the sender's own words about queries. There is
// one for a mail at most; its ID is the raw digest and the ordinal 0, where
// documents count from 1.
type Reply struct {
	ID           string        `json:"id"`
	Mail         string        `json:"mail"`             // raw digest, SHA-256 hex
	Unit         string        `json:"unit,omitempty"`   // "" when unknown; a proposal while held
	Period       Period        `json:"period,omitzero"`  // likewise
	Sender       string        `json:"sender,omitempty"` // address it came from
	Arrived      time.Time     `json:"arrived"`          // R
	Decided      time.Time     `json:"decided"`
	Text         string        `json:"text"` // the sender's own words, without what they quote
	State        ReplyState    `json:"state"`
	Why          string        `json:"why,omitempty"` // why it is held: one of the Why constants
	Explanations []Explanation `json:"explanations,omitempty"`
	Decisions    []Decision    `json:"decisions,omitempty"` // of the desk, oldest first
}

// Why a reply, or a sentence of it, is not registered.
const (
	WhySender      = "sender"       // the sender is not known, or not proven
	WhyOtherUnit   = "other-unit"   // it names another unit, or answers another's mail
	WhyWhich       = "which"        // which unit and month it is about is not certain
	WhyClosed      = "closed"       // the month takes nothing more
	WhyNoVersion   = "no-version"   // there is no version that it could be about
	WhyNoReason    = "no-reason"    // 属实 without a reason
	WhyNoCode      = "no-code"      // several queries are open and it names none
	WhyUnknownCode = "unknown-code" // the code is not asked in the document
	WhyNegated     = "negated"      // it does not plainly say 属实
	WhyFigures     = "figures"      // it speaks of other figures: those come with a ledger
	WhyUnread      = "unread"       // it was not understood
)

// Explanation (说明) is a county's word that what a query asks about is as
// stated. It is bound to its Topic and says nothing once that changes; when a
// later version has the same topic again, it holds again (rule book §6).
type Explanation struct {
	Unit       string    `json:"unit"`
	Period     Period    `json:"period"`
	Topic      Topic     `json:"topic"`
	Submission string    `json:"submission"` // ID of the version it was given for
	Version    int       `json:"version,omitempty"`
	Reason     string    `json:"reason"`
	Words      string    `json:"words"`            // the sentence, verbatim
	Mail       string    `json:"mail"`             // raw digest of the reply
	Sender     string    `json:"sender,omitempty"` // of the reply
	Arrived    time.Time `json:"arrived"`          // R of the reply
	ByDesk     bool      `json:"by_desk,omitempty"`
}

// Topic is what a query is about: its code, its place and the value there. Two
// queries with the same topic ask the same.
//
// Where the query is about a measure, the measure stands for the place, since a
// column may move, and the fact for its spelling. Everywhere else the place is
// sheet and cell and the value is compared as written: that asks once too often
// rather than once too little.
type Topic struct {
	Code    Code   `json:"code"`
	Measure string `json:"measure,omitempty"`
	Sheet   string `json:"sheet,omitempty"`
	Cell    string `json:"cell,omitempty"`
	Value   string `json:"value,omitempty"`
	Stated  string `json:"stated,omitempty"` // the other arguments of the query
}

// argMedian is the one argument of a query that is no part of its topic: it
// moves with other months while the queried figure stays.
const argMedian = "median"

// TopicOf returns what the finding of this reading is about.
func (r *Reading) TopicOf(f Finding) Topic {
	t := Topic{Code: f.Code, Measure: f.Args["measure"], Value: strings.TrimSpace(f.Value)}
	var stated []string
	for k, v := range f.Args {
		if k != "measure" && k != argMedian {
			stated = append(stated, k+"="+v)
		}
	}
	slices.Sort(stated)
	t.Stated = strings.Join(stated, ";")
	fig, has := r.Figures[t.Measure]
	switch {
	case t.Measure != "" && has:
		t.Value = fig.fact()
	case t.Measure != "":
	case f.Cell != "":
		t.Sheet, t.Cell = f.Sheet, f.Cell
	case strings.HasPrefix(string(f.Code), "T"): // about all figures at once
		t.Value = r.Figures.facts()
	}
	return t
}

// Query reports whether the finding asks something that an explanation closes.
func (f *Finding) Query() bool { return f.Severity == Query }

// Queries returns the reading's findings that are queries.
func (r *Reading) Queries() []Finding {
	var out []Finding
	for _, f := range r.Findings {
		if f.Query() {
			out = append(out, f)
		}
	}
	return out
}

// ExplanationOf returns the newest explanation of the query of this
// submission, nil without one.
func (b *Book) ExplanationOf(s *Submission, f Finding) *Explanation {
	topic := s.Reading.TopicOf(f)
	for i := len(b.Explanations) - 1; i >= 0; i-- {
		if e := &b.Explanations[i]; e.Unit == s.Unit && e.Topic == topic {
			return e
		}
	}
	return nil
}

// OpenQueries returns the submission's queries that nothing has closed: no
// explanation, nor the desk, which has checked a 核定 version whole.
func (b *Book) OpenQueries(s *Submission) []Finding {
	if s.Quality == QualityVerified {
		return nil
	}
	return slices.DeleteFunc(s.Reading.Queries(), func(f Finding) bool { return b.ExplanationOf(s, f) != nil })
}

// QualityOf is the submission's quality as it stands: one with queries is 合格
// once all are explained. It is worked out and never stored.
func (b *Book) QualityOf(s *Submission) Quality {
	if s.Quality == QualityQueried && len(b.OpenQueries(s)) == 0 {
		return QualityAccepted
	}
	return s.Quality
}

// Codes returns the codes that the reply has explained, each once.
func (r *Reply) Codes() []Code {
	var out []Code
	for _, e := range r.Explanations {
		if !slices.Contains(out, e.Topic.Code) {
			out = append(out, e.Topic.Code)
		}
	}
	return out
}

// WaitingReplies are the held replies that the desk has not dealt with and
// that nothing has overtaken: no later reply of the unit about the month that is
// registered whole, no later version, no later word of the desk on a version.
func (s *State) WaitingReplies() []Reply {
	var out []Reply
	for _, r := range s.Replies {
		if r.State == ReplyHeld && !s.overtaken(&r) {
			out = append(out, r)
		}
	}
	return out
}

func (s *State) overtaken(r *Reply) bool {
	if r.Unit == "" || r.Period.IsZero() {
		return false
	}
	if slices.ContainsFunc(s.Replies, func(o Reply) bool {
		return o.Unit == r.Unit && o.Period == r.Period && o.State == ReplyTaken && o.Arrived.After(r.Arrived)
	}) {
		return true
	}
	return slices.ContainsFunc(s.Book(r.Period).UnitSubmissions(r.Unit), func(v *Submission) bool {
		return v.Version > 0 && (v.Arrived.After(r.Arrived) ||
			slices.ContainsFunc(v.Decisions, func(d Decision) bool { return d.At.After(r.Decided) }))
	})
}

// PutReply enters the reply in the state, with its explanations in their
// books, replacing the record with its ID. A book that is changed is a new one.
func (s *State) PutReply(r Reply) {
	s.Replies = append(slices.DeleteFunc(slices.Clone(s.Replies), func(o Reply) bool { return o.ID == r.ID }), r)
	SortReplies(s.Replies)
	of := func(e Explanation) bool { return e.Mail == r.Mail }
	for p, b := range s.Books {
		if slices.ContainsFunc(b.Explanations, of) {
			b = s.book(p)
			b.Explanations = slices.DeleteFunc(slices.Clone(b.Explanations), of)
		}
	}
	for _, e := range r.Explanations {
		b := s.book(e.Period)
		b.Explanations = append(slices.Clone(b.Explanations), e)
		SortExplanations(b.Explanations)
	}
}

// SortReplies puts replies in the order of State.
func SortReplies(rs []Reply) {
	slices.SortStableFunc(rs, func(x, y Reply) int {
		return cmp.Or(x.Arrived.Compare(y.Arrived), cmp.Compare(x.ID, y.ID))
	})
}

// SortExplanations puts explanations in the order of Book: by the arrival of the reply.
func SortExplanations(es []Explanation) {
	slices.SortStableFunc(es, func(x, y Explanation) int {
		return cmp.Or(x.Arrived.Compare(y.Arrived), cmp.Compare(x.Mail, y.Mail))
	})
}

// Reply returns the reply with the ID.
func (s *State) Reply(id string) (*Reply, bool) {
	for i := range s.Replies {
		if s.Replies[i].ID == id {
			return &s.Replies[i], true
		}
	}
	return nil, false
}
