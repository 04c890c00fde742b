package check

import "sync"

// terms are what texts were found to mean, for the files to come: headers and
// labels are the same month after month.
type terms struct {
	sync.Mutex
	of map[string]term
}

// maxTerms bounds the texts of terms, some 200 bytes each. A file of many
// others has it begin anew.
const maxTerms = 2000

func (t *terms) get(text string) (term, bool) {
	t.Lock()
	defer t.Unlock()
	found, ok := t.of[text]
	return found, ok
}

func (t *terms) put(text string, found term) {
	t.Lock()
	defer t.Unlock()
	if t.of == nil || len(t.of) >= maxTerms {
		t.of = make(map[string]term)
	}
	t.of[text] = found
}

// forFile returns the lexicon for the reading of one file.
func (l *lexicon) forFile() *lexicon {
	own := *l
	own.cache = map[string]term{}
	return &own
}
