package sheet

import (
	"context"

	"taizhang/ingest/sheet/html"
	"taizhang/ledger"
)

// Body reads the tables that a person has pasted into the HTML text of a mail.
// What the mail quotes never counts. A body without a table gives none; errors
// are as Read has them.
func Body(ctx context.Context, name, htmlText string, lim Limits) ([]*ledger.Table, error) {
	return html.Tables(ctx, name, htmlText, lim.OrDefault())
}
