package app

import (
	"context"

	"taizhang/ledger"
)

// FindingText words a finding as the mails do.
func (a *App) FindingText(f ledger.Finding) (message, remedy string) {
	return a.compose.FindingText(f)
}

// Outgoing returns the mail of the outbox with its bytes.
func (a *App) Outgoing(ctx context.Context, key string) (ledger.Outgoing, bool, error) {
	return a.store.Outgoing(ctx, key)
}
