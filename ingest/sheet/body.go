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
	lim = lim.OrDefault()
	tables, err := html.Tables(ctx, name, htmlText, lim)
	if err != nil {
		return nil, err
	}
	if err := shown(tables, lim); err != nil {
		return nil, err
	}
	return tables, nil
}
