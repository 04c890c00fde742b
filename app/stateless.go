package app

import (
	"context"
	"fmt"

	"taizhang/aggregate/workbook"
	"taizhang/config"
	"taizhang/ledger"
)

// Stateless carries out the calls that need no store, for a campaign that is
// only looked at.
type Stateless struct{ Config *config.Config }

// Do carries out the call "form".
func (s Stateless) Do(_ context.Context, c Call) (Reply, error) {
	if c.Op != "form" {
		return Reply{}, fmt.Errorf("call %q needs a store", c.Op)
	}
	u := s.Config.Campaign.Unit(c.Unit)
	if u == nil {
		return Reply{}, refuse(RefuseUnit, c.Unit)
	}
	if !s.Config.Campaign.Has(c.Period) {
		return Reply{}, refuse(RefusePeriod, c.Period.String())
	}
	f, err := workbook.Form(workbook.FormRequest{Campaign: &s.Config.Campaign, Unit: *u, Period: c.Period, Officer: u.Officer, Liaison: u.Liaison})
	return Reply{Files: &Files{Files: []ledger.Attachment{f}}}, err
}

// Loopback reports ErrNotLoopback when the config points at a server that a
// rehearsal must not touch.
func Loopback(cfg *config.Config) error {
	for _, host := range []string{cfg.Mailbox.IMAP.Host, cfg.Mailbox.SMTP.Host} {
		if !loopback(host) {
			return fmt.Errorf("%w: %s", ErrNotLoopback, host)
		}
	}
	return nil
}
