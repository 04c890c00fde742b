package ingest

import (
	"slices"

	"taizhang/ledger"
)

// untold tells the desk of what neither a document nor a reply in 【值班】 shows
// it: that a file or a part of the message was beyond the limits of reading, and
// that an unknown address speaks of a ledger and nothing readable came. A county
// whose file kills its readers, or that writes from a private address with a
// locked workbook, would else be heard by nobody. What the desk handed in itself
// it is told at once.
func (d *deciding) untold() {
	switch {
	case d.filed != nil, d.rec.Whole > 0: // told already
	case slices.ContainsFunc(d.docs, beyondLimits):
		d.notice(ledger.NoticeLimits, len(d.change.Outgoing) > 0)
	case d.rec.Outcome == ledger.OutcomeHeld && d.rec.Proof != "" && !d.from.known &&
		len(d.change.Submissions) == 0 && len(d.change.Replies) == 0:
		d.notice(ledger.NoticeStranger, false)
	}
}

func beyondLimits(doc document) bool { return doc.reading.Has(ledger.FTooLarge) }
