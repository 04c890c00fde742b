package app_test

import (
	"flag"
	"fmt"
	"testing"
)

var shard = flag.String("shard", "0/1", "which part of the long tests (cuts, years, clock jumps, permutations) this process plays, as i/n")

// sharded returns which part of how many this process plays.
func sharded(t *testing.T) (part, parts int) {
	t.Helper()
	if _, err := fmt.Sscanf(*shard, "%d/%d", &part, &parts); err != nil || parts < 1 || part < 0 || part >= parts {
		t.Fatalf("-shard %s: want i/n, such as 0/2", *shard)
	}
	return part, parts
}
