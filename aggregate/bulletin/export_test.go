package bulletin

import (
	"maps"
	"slices"

	"taizhang/ledger"
)

// FieldNames are the names that a template may use.
func FieldNames(c *ledger.Campaign) []string {
	known := map[string]bool{}
	for _, s := range sampleMonths(c) {
		gather(factsOf(s), known)
	}
	return slices.Sorted(maps.Keys(known))
}
