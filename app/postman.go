package app

import (
	"context"
	"time"

	"taizhang/config"
	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/notify/mailer"
)

// postman sends by SMTP. The password is read anew for each mail, so that a
// renewed code works without a restart.
type postman struct{ box config.Mailbox }

// Send hands one mail to the server (notify.Mailer).
func (p postman) Send(ctx context.Context, o ledger.Outgoing, endOfData func() error) notify.Report {
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

// deliver does one round of the courier and remembers the addresses that the
// server does not know any more, so that the desk is told and another one is
// tried.
func (a *App) deliver(ctx context.Context, now time.Time) (notify.Delivery, error) {
	if err := a.merge(ctx, now); err != nil {
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
	for addr, reply := range d.Refused {
		if k, ok := st.UnitOf(addr); ok && notify.Gone(reply) {
			k.Bounced = now
			c.Addresses = append(c.Addresses, k)
		}
	}
	if len(c.Addresses) > 0 {
		_, err = a.store.Apply(ctx, c)
	}
	return d, err
}
