package app_test

import (
	"slices"
	"testing"

	"taizhang/ledger"
)

// The unit's last word is a 重复件 of its first version. A report that came
// between the two and is found only now must not take its place in silence.
func TestALateMailBeforeARepeatedReportIsHeld(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	r.yuzhou(may(25, 9, 0), form("D6", "填报时间：2022年5月24日"))
	r.yuzhou(may(27, 9, 0), form("D6", "填报时间：2022年5月24日"))
	found := r.yuzhou(may(26, 9, 0), form("D4", 110, "D6", "填报时间：2022年5月24日"))
	if !slices.ContainsFunc(found, func(f ledger.Finding) bool { return f.Code == ledger.ILateDiscovery }) {
		t.Errorf("a report that came before the last word is taken as newer: %v", found)
	}
}
