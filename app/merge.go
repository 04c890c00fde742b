package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"taizhang/ledger"
	"taizhang/notify/compose"
	"taizhang/notify/mailer"
)

// merge makes one mail of the receipts to one unit that the sending limits hold
// back (rule book §8). The mail, the end of those it replaces and the line of
// the log are one transaction; the store refuses to replace what was tried.
func (a *App) merge(ctx context.Context, now time.Time) error {
	groups, err := a.courier.Mergeable(ctx, now)
	if err != nil || len(groups) == 0 {
		return err
	}
	st, err := a.store.State(ctx)
	if err != nil {
		return err
	}
	for _, group := range groups {
		m, err := a.merged(st, group, now)
		if err != nil {
			return err
		}
		out, err := a.render(m)
		if err != nil {
			return err
		}
		c := ledger.Change{At: now, Outgoing: []ledger.Outgoing{out}}
		for _, o := range group {
			c.Settled = append(c.Settled, ledger.Settlement{Key: o.Key, State: ledger.SendSkipped, Why: "merged into " + out.Key})
		}
		c.Events = []ledger.Event{{At: now, Actor: actorSelf, What: "merge", Unit: out.Unit, Period: out.Period, Ref: out.Key, Text: m.Reason}}
		if _, err := a.store.Apply(ctx, c); err != nil {
			return fmt.Errorf("merge into %s: %w", out.Key, err)
		}
		a.log.Info("receipts merged", "key", out.Key, "unit", out.Unit, "reason", m.Reason)
	}
	return nil
}

// merged composes the mail for the group, to those whom each was for.
func (a *App) merged(st *ledger.State, group []ledger.Outgoing, now time.Time) (ledger.Mail, error) {
	newest := group[len(group)-1]
	p := newest.Period
	var keys []string
	for _, o := range group {
		keys = append(keys, strings.TrimPrefix(o.Key, mergedKey))
		if o.Period != p {
			p = ledger.Period{} // of several months
		}
	}
	key := mergedKey + strings.Join(keys, "/")
	if len(key) > longestKey {
		key = mergedKey + mailer.ID(key)
	}
	f := a.common(st, key, newest.Unit, p)
	f.Now, f.Reason = now, fmt.Sprintf("%d receipts waited for the sending limits", len(group))
	f.ToDesk = true
	for _, addr := range newest.Recipients {
		if addr == a.opt.Config.Mailbox.User && len(newest.Recipients) > 1 {
			continue
		}
		to := ledger.Address{Addr: addr}
		if k, ok := st.UnitOf(addr); ok && k.Unit == newest.Unit {
			f.ToDesk = false
			to.Name = f.Liaison.Name
		}
		f.To = append(f.To, to)
	}
	letters := make([][]byte, len(group))
	for i, o := range group {
		letters[i] = o.Letter
	}
	return a.compose.Merge(compose.MergeFacts{Common: f, Letters: letters})
}

// mergedKey begins the key of a mail that stands for several: theirs follow,
// so that each message answered is found by its digest.
const mergedKey = "merged/"

// longestKey is how long a key may be that lists others; beyond it stands a digest.
const longestKey = 2000
