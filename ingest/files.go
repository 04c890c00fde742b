package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"taizhang/ingest/attach"
	"taizhang/ingest/check"
	"taizhang/ingest/sheet"
	"taizhang/ledger"
)

// readFiles reads every file of the message into documents. A file that
// cannot be read is a document with a finding; a failure of ours is an error.
func (d *deciding) readFiles(ctx context.Context) error {
	for i := range d.msg.Files {
		f := &d.msg.Files[i]
		if f.Inline && f.Type == attach.TypeImage || f.Returned || f.Type == attach.TypeSignature {
			continue // a logo in the text, what a bounce gave back, a detached signature
		}
		readings, err := d.readFile(ctx, f)
		if err != nil {
			return err
		}
		for _, r := range readings {
			d.docs = append(d.docs, document{reading: r, file: f})
		}
	}
	for _, l := range d.msg.Links {
		if l.Share {
			continue // a page of an online service, not an attachment
		}
		d.docs = append(d.docs, document{file: &attach.File{Name: l.Name}, reading: unreadable(l.Name, ledger.Finding{
			Code: ledger.FCloudLink, Severity: ledger.Unreadable, File: l.Name,
			Args: map[string]string{"name": l.Name, "size": l.Size, "expires": l.Expires},
		})})
	}
	return nil
}

func (d *deciding) readFile(ctx context.Context, f *attach.File) ([]ledger.Reading, error) {
	if f.Type == attach.TypeEmpty {
		return []ledger.Reading{unreadable(f.Name, ledger.Finding{Code: ledger.FEmpty, Severity: ledger.Unreadable, File: f.Name})}, nil
	}
	if f.Type == attach.TypeEncryptedZip || f.Type == attach.TypeEncryptedMail {
		return []ledger.Reading{unreadable(f.Name, ledger.Finding{Code: ledger.FEncrypted, Severity: ledger.Unreadable, File: f.Name})}, nil
	}
	tables, err := d.Read(ctx, f.Name, f.Data)
	var bad *sheet.Error
	switch {
	case errors.As(err, &bad):
		r := unreadable(f.Name, ledger.Finding{Code: bad.Code, Severity: ledger.Unreadable, File: f.Name, Args: bad.Args})
		r.FileDigest = digestOf(f.Data)
		return []ledger.Reading{r}, nil
	case err != nil:
		return nil, fmt.Errorf("read file %s: %w", f.Path, err)
	}
	subject := d.msg.Header.Subject
	if f.Subject != "" {
		subject = f.Subject + " " + subject // of the forwarded mail it came in
	}
	readings := d.check(tables, f.Name, digestOf(f.Data), subject)
	if f.Damaged {
		for i := range readings {
			readings[i].Findings = append(readings[i].Findings, ledger.Finding{Code: ledger.FTransport, Severity: ledger.Hold, File: f.Name})
		}
	}
	return readings, nil
}

// check reads the tables of one file.
func (d *deciding) check(tables []*ledger.Table, file, digest, subject string) []ledger.Reading {
	return check.Check(check.Input{
		Campaign: d.Campaign, Tables: tables, File: file, FileDigest: digest, Subject: subject,
		SenderUnit: d.from.unit, HasSender: d.from.known || !d.Policy.Open, ByDesk: d.from.desk, Arrived: d.rec.Arrived, State: d.state,
	})
}

// BodyName stands for the text of a mail where a file's name is shown.
const BodyName = "邮件正文"

// readBody reads a ledger that was pasted into the mail's text (rule book §2).
// It is looked at only when no file of the mail is a ledger: a file counts
// before a copy of it.
func (d *deciding) readBody(ctx context.Context) {
	if d.msg.HTML == "" || len(d.ledgers()) > 0 {
		return
	}
	tables, err := sheet.Body(ctx, BodyName, d.msg.HTML, d.Sheet)
	if err != nil || len(tables) == 0 {
		return // a mail's layout may be any HTML: it is no file that could be damaged
	}
	for _, r := range d.check(tables, BodyName, digestOf([]byte(d.msg.HTML)), d.msg.Header.Subject) {
		if r.Kind == ledger.KindLedger {
			if d.msg.TextDamaged {
				r.Findings = append(r.Findings, ledger.Finding{Code: ledger.FTransport, Severity: ledger.Hold, File: BodyName})
			}
			d.docs = append(d.docs, document{reading: r, file: &attach.File{Name: BodyName, Type: attach.TypeHTML}})
		}
	}
}

func unreadable(name string, f ledger.Finding) ledger.Reading {
	return ledger.Reading{Document: name, File: name, Kind: ledger.KindNone, Findings: []ledger.Finding{f}}
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// ledgerWords are words by which a mail speaks of a report it should carry.
var ledgerWords = []string{"台账", "报表", "见附件", "请查收附件", "详见附"}

// SpeaksOfLedger reports whether subject, text or a file name of the mail says
// that a ledger of the campaign should be in it (未见台账 when there is none).
func SpeaksOfLedger(c *ledger.Campaign, m *attach.Message) bool {
	text := m.Header.Subject + "\n" + m.PlainText()
	for _, f := range m.Files {
		text += "\n" + f.Name
	}
	for _, list := range [][]string{ledgerWords, c.Form.Words.Campaign} {
		for _, w := range list {
			if strings.Contains(text, w) {
				return true
			}
		}
	}
	return false
}
