package app

import (
	"slices"

	"taizhang/ingest"
	"taizhang/ledger"
	"taizhang/notify/compose"
)

// openFindings are the findings that stand for a submission now, and apart from
// them the queries that its unit has explained. stands is the version that its
// queries are those of: itself, or the one it repeats.
func openFindings(b *ledger.Book, stands, s *ledger.Submission) ([]ledger.Finding, []compose.Explained) {
	all := findingsOf(s)
	if stands != s { // a copy may lack what was found against other months
		all = slices.DeleteFunc(slices.Clone(all), func(f ledger.Finding) bool { return f.Query() })
		all = append(all, stands.Reading.Queries()...)
	}
	if stands.Quality == ledger.QualityHeld {
		return all, nil
	}
	var explained []compose.Explained
	open := slices.DeleteFunc(slices.Clone(all), func(f ledger.Finding) bool {
		if !f.Query() {
			return false
		}
		if e := b.ExplanationOf(stands, f); e != nil {
			explained = append(explained, compose.Explained{Finding: f, Version: e.Version, Reason: e.Reason})
			return true
		}
		return stands.Quality == ledger.QualityVerified
	})
	return open, explained
}

// explained composes the answer to a reply in words.
func (a *App) explained(q *ingest.Answer, f compose.Common) (ledger.Mail, error) {
	facts := compose.ExplainedFacts{Common: f}
	st := q.State.Book(q.Reply.Period).Standing(a.campaign.Schedule, q.Reply.Unit, q.Now)
	if v := st.InForce; v != nil {
		facts.InForce, facts.Open = v.Version, st.Open
	}
	if n := st.Newest; n != nil && n.Quality == ledger.QualityReturned {
		facts.Returned = n.Version
	}
	for _, e := range q.Reply.Explanations {
		sub, ok := q.State.Submission(e.Submission)
		if !ok {
			continue
		}
		for _, x := range sub.Reading.Queries() {
			if sub.Reading.TopicOf(x) == e.Topic {
				facts.Explained = append(facts.Explained, compose.Explained{Finding: x, Version: e.Version, Reason: e.Reason, Stale: !asks(st.InForce, e.Topic)})
			}
		}
	}
	for _, u := range q.Unclear {
		facts.Unclear = append(facts.Unclear, compose.Unclear{Words: u.Words, Why: u.Why})
	}
	return a.compose.Explanations(facts)
}

// asks reports whether the version has a query of the topic.
func asks(v *ledger.Submission, t ledger.Topic) bool {
	return v != nil && slices.ContainsFunc(v.Reading.Queries(), func(f ledger.Finding) bool { return v.Reading.TopicOf(f) == t })
}
