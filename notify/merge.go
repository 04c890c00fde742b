package notify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"taizhang/ledger"
)

// Mergeable returns the receipts that the sending limits hold back and that
// may become one mail, a group for each unit, in the order of time (rule book
// §8): from T−1 to C, never tried, to the same recipients. A receipt that may
// go with the next free place of the spacing waits for nothing.
func (c *Courier) Mergeable(ctx context.Context, now time.Time) ([][]ledger.Outgoing, error) {
	if !inReserve(now, c.o.Campaign) {
		return nil, nil
	}
	s, err := c.o.Outbox.State(ctx)
	if err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	groups := mergeable(now, s)
	if len(groups) == 0 {
		return nil, nil
	}
	begun, err := c.begun(ctx, now)
	if err != nil {
		return nil, err
	}
	free := c.o.Limits.allowed(now, begun, keptFor(ledger.MailReceipt, now, c.o.Campaign, s, c.o.Limits), c.zone())
	if !free.After(now.Add(c.o.Limits.Spacing)) {
		return nil, nil
	}
	return groups, nil
}

// mergeable groups the receipts that were never tried.
func mergeable(now time.Time, s *ledger.State) [][]ledger.Outgoing {
	by := map[string][]ledger.Outgoing{}
	for _, o := range s.Outbox {
		if o.State != ledger.SendQueued || len(o.Attempts) > 0 || !o.CopySeen.IsZero() || len(o.Letter) == 0 ||
			!o.Expires.IsZero() || o.NotBefore.After(now) {
			continue
		}
		to := o.Unit + "\x00" + strings.Join(o.Recipients, "\x00")
		by[to] = append(by[to], *o)
	}
	var out [][]ledger.Outgoing
	for _, group := range by {
		if len(group) < 2 {
			continue
		}
		slices.SortFunc(group, func(x, y ledger.Outgoing) int {
			return cmp.Or(x.Created.Compare(y.Created), cmp.Compare(x.Key, y.Key))
		})
		out = append(out, group)
	}
	slices.SortFunc(out, func(x, y []ledger.Outgoing) int { return cmp.Compare(x[0].Key, y[0].Key) })
	return out
}
