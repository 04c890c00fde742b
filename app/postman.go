package app

import (
	"context"
	"fmt"
	"time"

	"taizhang/config"
	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/notify/compose"
	"taizhang/notify/mailer"
)

// postman sends by SMTP. The password is read anew for each mail, so that a
// renewed code works without a restart.
type postman struct{ box config.Mailbox }

// Send hands one mail to the server (notify.Mailer).
func (p postman) Send(ctx context.Context, o ledger.Outgoing, endOfData func(map[string]string) error) notify.Report {
	password, err := p.box.Password.Read()
	if err != nil {
		return notify.Report{Phase: notify.PhaseAuth, Err: err}
	}
	c, err := mailer.NewClient(mailer.Options{Host: p.box.SMTP.Host, Port: p.box.SMTP.Port, Username: p.box.User,
		Password: mailer.Secret(password), CAFile: p.box.CAFile})
	if err != nil {
		return notify.Report{Phase: notify.PhaseRender, Err: err}
	}
	return c.Send(ctx, o, endOfData)
}

// deliver does one round of the courier, with the probe that a doubt may need,
// and remembers the addresses that the server does not know any more, so that
// the desk is told and another one is tried. After the end of the data, where
// our own address is among the refused, it was the text.
func (a *App) deliver(ctx context.Context, now time.Time) (notify.Delivery, error) {
	if d, wait, err := a.unsure(ctx, now); wait || err != nil {
		return d, err
	}
	if err := a.merge(ctx, now); err != nil {
		return notify.Delivery{}, err
	}
	if err := a.probe(ctx, now); err != nil {
		return notify.Delivery{}, err
	}
	d, err := a.courier.Round(ctx, now)
	if err != nil || len(d.Refused) == 0 {
		return d, err
	}
	st, err := a.store.State(ctx)
	if err != nil {
		return d, err
	}
	c := ledger.Change{At: now}
	attempts := st.Outbox[d.Key].Attempts
	_, all := d.Refused[a.opt.Config.Mailbox.User]
	all = all && !attempts[len(attempts)-1].EndOfData.IsZero()
	for addr, reply := range d.Refused {
		if k, ok := st.UnitOf(addr); ok && notify.Gone(reply) && !all {
			k.Bounced = now
			c.Addresses = append(c.Addresses, k)
		}
	}
	if len(c.Addresses) > 0 {
		_, err = a.store.Apply(ctx, c)
	}
	return d, err
}

// probe sends a small mail to ourselves when one is needed to settle a doubt.
func (a *App) probe(ctx context.Context, now time.Time) error {
	if doubt, err := a.store.Has(ctx, ledger.SendAmbiguous); err != nil || !doubt {
		return err
	}
	st, err := a.store.State(ctx)
	if err != nil {
		return err
	}
	key, ok := notify.ProbeFor(now, st, proofOf(a.opt.Config))
	if !ok {
		return nil
	}
	doubted := st.Outbox[key]
	f := compose.Common{Key: notify.ProbeKey(key), Now: now, To: []ledger.Address{{Addr: a.opt.Config.Mailbox.User}}, ToDesk: true,
		Reason: "a probe of our own mailbox for the mail in doubt " + key}
	m, err := a.compose.Probe(compose.ProbeFacts{Common: f, Subject: doubted.Subject})
	if err != nil {
		return fmt.Errorf("compose %s: %w", f.Key, err)
	}
	out, err := a.render(m)
	if err != nil {
		return err
	}
	if _, err := a.store.Apply(ctx, ledger.Change{At: now, Outgoing: []ledger.Outgoing{out},
		Events: []ledger.Event{{At: now, Actor: actorSelf, What: "plan", Unit: doubted.Unit, Period: doubted.Period, Ref: f.Key, Text: f.Reason}}}); err != nil {
		return fmt.Errorf("queue %s: %w", f.Key, err)
	}
	a.log.Info("mail queued", "key", f.Key, "reason", f.Reason)
	return nil
}
