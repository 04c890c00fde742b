package app

import (
	"context"
	"time"

	"taizhang/ledger"
	"taizhang/notify"
)

// FindingText words a finding as the mails do.
func (a *App) FindingText(f ledger.Finding) (message, remedy string) {
	return a.compose.FindingText(f)
}

// Outgoing returns the mail of the outbox with its bytes.
func (a *App) Outgoing(ctx context.Context, key string) (ledger.Outgoing, bool, error) {
	return a.store.Outgoing(ctx, key)
}

// Reminder composes the unit's overdue notice of that number for May.
func (a *App) Reminder(st *ledger.State, unit string, number int, now time.Time) (ledger.Mail, error) {
	p := ledger.Period{Year: 2022, Month: time.May}
	return a.reminder(st, notify.Due{Key: "x", Kind: ledger.MailOverdue, Unit: unit, Period: p, Stage: number}, now)
}
