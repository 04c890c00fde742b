package mailbox

import (
	"context"
	"fmt"
	"strconv"

	"github.com/emersion/go-imap/v2"
)

// Quota is how much of a quota root's STORAGE is used, in KiB (RFC 9208 §5.1).
type Quota struct {
	Used, Limit int64 // Limit 0: the server has none, or does not tell
}

// Quota returns how full the account is: the fullest quota root of INBOX. The
// zero Quota is that of a server without the extension, as 163.com is.
func (c *Client) Quota(ctx context.Context) (Quota, error) {
	var out Quota
	err := c.run(ctx, "quota", true, func(s *session) error {
		if !s.caps.Has(imap.CapQuota) {
			return nil
		}
		s.guard.forgetQuota()
		// What it answers the guard reads: servers write quota roots in ways
		// for which the library would give the connection up.
		_, err := s.imap.GetQuotaRoot("INBOX").Wait()
		if isReply(err) {
			return nil // no quota for this account
		}
		if err != nil {
			return fmt.Errorf("quota: %w", err)
		}
		out = s.guard.look().quota
		return nil
	})
	return out, err
}

// fuller returns the quota of which the larger share is used: have, or the one
// that the server wrote.
func fuller(have Quota, used, limit string) Quota {
	u, err := strconv.ParseInt(used, 10, 64)
	if err != nil {
		return have
	}
	l, err := strconv.ParseInt(limit, 10, 64)
	if err != nil || l == 0 {
		return have
	}
	if have.Limit > 0 && float64(have.Used)/float64(have.Limit) >= float64(u)/float64(l) {
		return have
	}
	return Quota{Used: u, Limit: l}
}

// forgetQuota clears what was said of quotas.
func (g *guard) forgetQuota() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen.quota = Quota{}
}
