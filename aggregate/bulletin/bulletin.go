package bulletin

import (
	"fmt"
	"strings"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// Write makes the bulletin of the summary with the template. A template that
// fails gives a *Problem; the caller may then take the built-in one.
func Write(s *aggregate.Summary, t *Template) (ledger.Attachment, error) {
	if s == nil || s.Campaign == nil || s.Period.IsZero() || len(s.Columns) == 0 || s.At.IsZero() {
		return ledger.Attachment{}, fmt.Errorf("write bulletin: the summary lacks its campaign, period, columns or instant")
	}
	bs, err := t.fill(factsOf(s))
	if err != nil {
		return ledger.Attachment{}, t.problem(err)
	}
	name := fmt.Sprintf(fileTitle, clean(s.Campaign.City), periodName(s.Period), clean(s.Campaign.Name))
	if n := s.Correction(); n >= 1 {
		name += fmt.Sprintf(fileCorrection, n)
	}
	data, err := pack(bs, table(s), name, s.At)
	if err != nil {
		return ledger.Attachment{}, err
	}
	return ledger.Attachment{Name: fmt.Sprintf(fileDocx, safeName(name)), Type: typeDOCX, Data: data}, nil
}

// safeName replaces what Windows does not take in the name of a file.
func safeName(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`\/:*?"<>|`, r) {
			return '_'
		}
		return r
	}, s)
}
