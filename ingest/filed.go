package ingest

import (
	"context"
	"time"

	"taizhang/ledger"
)

// Filed is the desk's word about a document that reached it otherwise than by
// a county's mail (代报).
type Filed struct{ By ledger.Decision }

// File decides a message in which the desk hands a document in. The desk is
// the sender and needs no proof, and a closed month takes it (rule book §4,
// K); everything else is checked as of any other document. The desk's unit and
// month stand in the message's subject, one more voice: a document that states
// others is held. The change holds no submission when no ledger was found.
func (p *Processor) File(ctx context.Context, rec ledger.MailRecord, filed Filed, now time.Time) (ledger.Change, error) {
	return p.decideSafely(ctx, rec, now, &filed)
}

func (d *deciding) decideFiled(ctx context.Context) error {
	d.from = sender{addr: d.Policy.Own, known: true, desk: true, unsigned: true, proof: ProofPass}
	d.rec.Proof = string(ProofPass)
	if err := d.readFiles(ctx); err != nil {
		return err
	}
	ledgers := d.ledgers()
	if len(ledgers) == 0 {
		for _, doc := range d.docs {
			d.rec.Notes = append(d.rec.Notes, doc.reading)
		}
		return d.finish(ledger.OutcomeIgnored, "handed in by the desk: no ledger in it")
	}
	if err := d.withLedgers(ctx, ledgers); err != nil {
		return err
	}
	for i := range d.change.Submissions {
		s := &d.change.Submissions[i]
		s.Decisions = append(s.Decisions, d.filed.By)
	}
	return nil
}
