package aggregate

import (
	"maps"
	"regexp"
)

// personal finds mobile telephone numbers and identity numbers (GB 11643: six
// digits of the place, a birthday, three digits and a check). Longer runs of
// digits are neither.
var personal = regexp.MustCompile(`(^|[^0-9])(1[3-9][0-9])([0-9]{4})([0-9]{4})($|[^0-9])|` +
	`(^|[^0-9])([1-9][0-9]{5})((?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{3}[0-9Xx])($|[^0-9Xx])`)

// Masked returns the words of a unit without the numbers of persons, as the
// products of the month print them: they go further than the unit that wrote
// them. All else stands as it was written (rule book §9).
func Masked(s string) string {
	for range 2 { // numbers side by side share the sign between them
		s = personal.ReplaceAllString(s, "${1}${2}${6}${7}＊＊＊＊${4}${5}${9}")
	}
	return s
}

// masked is Masked for all that a query shows.
func (q Query) masked() Query {
	q.Finding.Value = Masked(q.Finding.Value)
	q.Finding.Args = maps.Clone(q.Finding.Args)
	for k, v := range q.Finding.Args {
		q.Finding.Args[k] = Masked(v)
	}
	if q.Explanation != nil {
		e := *q.Explanation
		e.Reason, e.Words = Masked(e.Reason), Masked(e.Words)
		q.Explanation = &e
	}
	return q
}
