package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"taizhang/ingest"
	"taizhang/ledger"
	"taizhang/notify/mailer"
)

// HandedIn is a document that reached the desk otherwise than by mail.
type HandedIn struct {
	Name    string    `json:"name"`
	Data    []byte    `json:"data"`
	Arrived time.Time `json:"arrived"` // when the desk took it: R of the document
}

// handedInBy stands in the Received field of such a message: no mailbox puts
// it there, since the provider's own field is above all others.
const handedInBy = "by taizhang (handed in to the desk)"

// file takes a document that was handed in otherwise (代报), on any day and
// for a closed month too. It becomes a message from and to ourselves, so that
// the evidence is kept, read and rebuilt like all other.
func (w *deskWork) file() error {
	b, err := w.month()
	if err != nil {
		return err
	}
	doc := w.d.File
	switch {
	case doc == nil || len(doc.Data) == 0:
		return refuse(RefuseNoDocument, w.d.Unit)
	case doc.Arrived.IsZero():
		return refuse(RefuseArrival, doc.Name)
	case doc.Arrived.After(w.now) || doc.Arrived.Before(w.campaign.Schedule.Opens(b.Period)):
		return refuse(RefuseFuture, w.stamp(doc.Arrived), b.Period.String())
	}
	raw, err := w.handedInMail(doc)
	if err != nil {
		return err
	}
	rec, err := ingest.Keep(w.ctx, w.store, raw, w.opt.Config.Limits.Message)
	if err != nil {
		return err
	}
	rec.Stored = w.now
	if _, err := w.store.Arrive(w.ctx, rec); err != nil {
		return err
	}
	change, err := w.decide.File(w.ctx, rec, ingest.Filed{By: w.decision()}, w.now)
	if err != nil {
		return fmt.Errorf("read %s: %w", doc.Name, err)
	}
	for i := range change.Submissions {
		s := &change.Submissions[i]
		w.result.Changed = append(w.result.Changed, Changed{ID: ShortID(s.ID), Unit: s.Unit, Period: s.Period, Version: s.Version, Quality: s.Quality})
	}
	w.change = change
	w.event(w.d.Unit, b.Period, rec.Digest)
	if len(change.Submissions) == 0 {
		if _, err := w.store.Apply(w.ctx, w.change); err != nil {
			return err
		}
		return refuse(RefuseNoDocument, doc.Name)
	}
	return nil
}

// handedInMail wraps the document in a message whose subject names unit and
// month in the desk's name, and whose Received field says when it was taken.
func (w *deskWork) handedInMail(doc *HandedIn) ([]byte, error) {
	sum := sha256.Sum256(doc.Data)
	box := w.opt.Config.Mailbox
	self := ledger.Address{Name: box.Name, Addr: box.User}
	month := fmt.Sprintf(filedMonth, w.d.Period.Year, w.d.Period.Month)
	m := ledger.Mail{
		Key:  strings.Join([]string{"filed", w.d.Period.String(), w.d.Unit, w.now.UTC().Format(time.RFC3339), hex.EncodeToString(sum[:8])}, "/"),
		Unit: w.d.Unit, Period: w.d.Period, Date: w.now, To: []ledger.Address{self},
		Subject:     fmt.Sprintf(filedSubject, w.d.Unit, month),
		Text:        fmt.Sprintf(filedText, w.d.Unit, month, w.stamp(doc.Arrived), w.d.Reason),
		Attachments: []ledger.Attachment{{Name: filepath.Base(doc.Name), Type: "application/octet-stream", Data: doc.Data}},
	}
	out, err := mailer.Render(m, mailer.RenderOptions{From: self, Self: self.Addr})
	if err != nil {
		return nil, fmt.Errorf("wrap %s: %w", doc.Name, err)
	}
	received := "Received: " + handedInBy + ";\r\n\t" + doc.Arrived.In(w.zone()).Format(time.RFC1123Z) + "\r\n"
	return append([]byte(received), out.Raw...), nil
}
