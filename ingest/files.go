package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"taizhang/ingest/attach"
	"taizhang/ingest/check"
	"taizhang/ingest/sheet"
	"taizhang/ingest/unpack"
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
		readings, tables, err := d.readFile(ctx, f)
		if err != nil {
			return err
		}
		for _, r := range readings {
			d.docs = append(d.docs, document{reading: r, file: f, tables: tables})
		}
	}
	if rest, ok := Unread(d.msg); ok {
		d.docs = append(d.docs, document{file: &attach.File{Name: rest.File, Type: attach.TypeEML}, reading: unreadable(rest.File, rest)})
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

func (d *deciding) readFile(ctx context.Context, f *attach.File) ([]ledger.Reading, []*ledger.Table, error) {
	if refused, ok := Refused(f); ok {
		return []ledger.Reading{unreadable(f.Name, refused)}, nil, nil
	}
	tables, err := d.Read(ctx, f.Name, f.Data)
	var bad *sheet.Error
	switch {
	case errors.As(err, &bad):
		r := unreadable(f.Name, Unreadable(f, bad))
		r.FileDigest = digestOf(f.Data)
		return []ledger.Reading{r}, nil, nil
	case err != nil:
		return nil, nil, fmt.Errorf("read file %s: %w", f.Path, err)
	}
	subject := d.msg.Header.Subject
	if f.Subject != "" {
		subject = f.Subject + " " + subject // of the forwarded mail it came in
	}
	readings := d.check(tables, f.Name, digestOf(f.Data), subject)
	if MayLack(f) {
		for i := range readings {
			readings[i].Findings = append(readings[i].Findings, ledger.Finding{Code: ledger.FTransport, Severity: ledger.Hold, File: f.Name})
		}
	}
	return readings, tables, nil
}

// Refused says what the mail itself tells of a file that cannot be read: it is
// empty, has a password, or is an archive of which something could not be had.
func Refused(f *attach.File) (ledger.Finding, bool) {
	out := ledger.Finding{Severity: ledger.Unreadable, File: f.Name}
	switch {
	case f.Type == attach.TypeEmpty, f.Fault.Why == attach.FaultEmpty:
		out.Code = ledger.FEmpty
	case f.Type == attach.TypeEncryptedMail, f.Fault.Why == unpack.Encrypted:
		out.Code = ledger.FEncrypted
	case f.Fault.Why == unpack.TooLarge:
		out.Code, out.Args = ledger.FTooLarge, map[string]string{"limit": f.Fault.Word}
	case f.Fault.Why == unpack.Damaged:
		out.Code, out.Args = ledger.FDamaged, map[string]string{"reason": f.Fault.Word}
	case f.Fault.Why == unpack.Volume:
		out.Code, out.Args = ledger.FUnsupported, map[string]string{"kind": "volume"}
	case f.Fault.Why != "", slices.Contains(named, f.Type):
		out.Code, out.Args = ledger.FUnsupported, map[string]string{"kind": string(f.Type)}
	default:
		return out, false
	}
	return out, true
}

// named are kinds of file that the mail tells and the reader of files would not.
var named = []attach.Type{attach.TypeTNEF, attach.TypeExecutable, attach.TypeSignedMail, attach.TypeEML}

// Unreadable is what is said of a file that the reader of files refused. Of what
// lost bytes on its way, or is still encoded, that is what matters, and not what
// the rest looks like.
func Unreadable(f *attach.File, bad *sheet.Error) ledger.Finding {
	out := ledger.Finding{Code: bad.Code, Severity: ledger.Unreadable, File: f.Name, Args: bad.Args}
	if f.Damaged && bad.Code == ledger.FUnsupported && (f.Type == attach.TypeText || f.Type == attach.TypeUnknown) {
		out.Code, out.Args = ledger.FDamaged, map[string]string{"reason": ReasonTransport}
	}
	return out
}

// ReasonTransport is the reason of FDamaged for a file that mail has spoiled.
const ReasonTransport = "transport"

// MailName stands for a mail itself where a file's name is shown.
const MailName = "来信"

// Unread says that parts of the mail were not read because it is above a limit.
// Those of its archives are told at the archives.
func Unread(m *attach.Message) (ledger.Finding, bool) {
	for _, d := range m.Damage {
		if word := mailLimits[d.Code]; word != "" {
			return ledger.Finding{Code: ledger.FTooLarge, Severity: ledger.Unreadable, File: MailName, Args: map[string]string{"limit": word}}, true
		}
	}
	return ledger.Finding{}, false
}

// The words of FTooLarge for mails.
const (
	LimitMail   = "mail"
	LimitHeader = "header"
	LimitLevels = "levels"
	LimitParts  = "parts"
)

var mailLimits = map[attach.DamageCode]string{
	attach.DamageLimitMessage: LimitMail, attach.DamageLimitHeader: LimitHeader, attach.DamageLimitDepth: LimitLevels,
	attach.DamageLimitNested: LimitLevels, attach.DamageLimitParts: LimitParts,
}

// MayLack reports whether the file may have lost bytes on its way and cannot
// prove by itself that it has not: a workbook ends with its directory, a text
// just ends.
func MayLack(f *attach.File) bool {
	return f.Damaged || f.Cut && (f.Type == attach.TypeText || f.Type == attach.TypeHTML)
}

// check reads the tables of one file.
func (d *deciding) check(tables []*ledger.Table, file, digest, subject string) []ledger.Reading {
	return d.checker().Check(check.Input{
		Tables: tables, File: file, FileDigest: digest, Subject: subject,
		SenderUnit: d.from.unit, HasSender: d.from.known || !d.Policy.Open, ByDesk: d.from.desk, Arrived: d.rec.Arrived, State: d.state,
	})
}

// BodyName stands for the text of a mail where a file's name is shown.
const BodyName = "邮件正文"

// readBody reads a ledger or a roster that was pasted into the mail's text
// (rule book §2). Of each kind it counts only when no file of the mail is one:
// a file counts before a copy of it.
func (d *deciding) readBody(ctx context.Context) {
	if d.msg.HTML == "" {
		return
	}
	tables, err := sheet.Body(ctx, BodyName, d.msg.HTML, d.Sheet)
	if err != nil || len(tables) == 0 {
		return // a mail's layout may be any HTML: it is no file that could be damaged
	}
	filed := d.docs
	for _, r := range d.check(tables, BodyName, digestOf([]byte(d.msg.HTML)), d.msg.Header.Subject) {
		same := func(o document) bool { return o.reading.Kind == r.Kind }
		if r.Kind != ledger.KindNone && !slices.ContainsFunc(filed, same) {
			if d.msg.TextDamaged {
				r.Findings = append(r.Findings, ledger.Finding{Code: ledger.FTransport, Severity: ledger.Hold, File: BodyName})
			}
			d.docs = append(d.docs, document{reading: r, file: &attach.File{Name: BodyName, Type: attach.TypeHTML}, tables: tables})
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
