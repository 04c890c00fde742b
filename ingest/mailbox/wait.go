package mailbox

import (
	"context"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Wait returns nil after d, or as soon as INBOX has new mail where the server
// can tell (IDLE, RFC 2177, which 163.com has not). It returns an error only when
// ctx ends or the client is closed: a connection that fails while it waits is
// the next poll's to report.
func (c *Client) Wait(ctx context.Context, d time.Duration) error {
	end := time.Now().Add(d)
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		left := min(time.Until(end), c.opt.Timeouts.Renew, c.opt.Timeouts.Command*9/10)
		if left <= 0 {
			return nil
		}
		news, idled, err := c.idle(ctx, left)
		switch {
		case ctx.Err() != nil || c.closing.Err() != nil:
			return c.ended(ctx)
		case err != nil:
			c.log.Debug("waiting without the server", "err", err)
		case news:
			return nil
		case idled:
			continue
		}
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return c.ended(ctx)
		case <-c.closing.Done():
			return c.ended(ctx)
		}
	}
}

func (c *Client) ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("mailbox wait: %w", err)
	}
	return &Error{Kind: KindClosed, Op: "wait", Err: ErrClosed}
}

// idle waits with the server's help. idled is false when it gives none.
func (c *Client) idle(ctx context.Context, d time.Duration) (news, idled bool, err error) {
	err = c.run(ctx, "wait", true, func(s *session) error {
		if s.netease || !s.caps.Has(imap.CapIdle) {
			return nil
		}
		if err := s.examine("INBOX"); err != nil {
			return err
		}
		if count := s.guard.look().exists; c.listed && count != c.inbox {
			c.inbox, news = count, true // it came between the listing and now
			return nil
		}
		idled = true
		news, err = s.idle(ctx, d)
		return err
	})
	return news, idled, err
}

// idle runs one IDLE for d or until there is news.
func (s *session) idle(ctx context.Context, d time.Duration) (news bool, err error) {
	select {
	case <-s.guard.news: // of an earlier IDLE
	default:
	}
	cmd, err := s.imap.Idle()
	if err != nil {
		return false, fmt.Errorf("idle: %w", err)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-s.guard.news:
		news = true
	case <-timer.C:
	case <-ctx.Done():
	case <-s.guard.dead:
		return false, s.guard.failure()
	}
	if err := cmd.Close(); err != nil {
		return news, fmt.Errorf("idle: %w", err)
	}
	if err := cmd.Wait(); err != nil {
		return news, fmt.Errorf("idle: %w", err)
	}
	return news, nil
}
