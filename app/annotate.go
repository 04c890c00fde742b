package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"

	"taizhang/aggregate/workbook"
	"taizhang/ingest"
	"taizhang/ledger"
)

// Why a copy that was made is not sent.
var (
	errUnmarked  = errors.New("the copy bears no mark")
	errOtherwise = errors.New("the copy reads otherwise than the original")
)

// annotate makes the annotated copy of a returned document: the faulty cells
// coloured, with a comment on each. false: none can be made, and the mail says
// everything by itself.
func (a *App) annotate(ctx context.Context, q *ingest.Answer) (workbook.Copy, bool) {
	s := q.Submission
	var marks []workbook.Mark
	open, _ := openFindings(q.State.Book(s.Period), s, s)
	for _, f := range open {
		if f.Severity != ledger.Block && f.Severity != ledger.Query {
			continue
		}
		message, remedy := a.compose.FindingText(f)
		m := workbook.Mark{Sheet: f.Sheet, Cell: f.Cell, Code: f.Code, Severity: f.Severity, Value: f.Value, Problem: message, Remedy: remedy}
		if m.Sheet == "" {
			m.Sheet = s.Reading.Sheet
		}
		marks = append(marks, m)
	}
	if len(marks) == 0 || len(q.Tables) == 0 {
		return workbook.Copy{}, false
	}
	out, err := workbook.Annotate(workbook.Annotation{
		Name: s.Reading.File, Data: q.File, Tables: q.Tables, Marks: marks, Author: a.campaign.Desk.Name, At: s.Arrived,
	})
	if err == nil {
		err = a.sameRead(ctx, q, out)
	}
	if err != nil {
		a.log.Warn("no annotated copy", "digest", q.Mail.Digest[:12], "err", err)
		return workbook.Copy{}, false
	}
	return out, true
}

// sameRead reads the copy as the original was read, in the same fence, and
// wants the same of it: what a county is told of its cells and what it gets
// back must not differ.
func (a *App) sameRead(ctx context.Context, q *ingest.Answer, out workbook.Copy) error {
	if bytes.Equal(out.Data, q.File) {
		return errUnmarked
	}
	tables, err := a.decide.Read(ctx, q.Submission.Reading.File, out.Data)
	if err != nil {
		return fmt.Errorf("read the copy: %w", err)
	}
	if !out.Rendered && !reflect.DeepEqual(tables, q.Tables) {
		return errOtherwise
	}
	return nil
}

// again fetches the submission's file out of its raw mail and reads it once
// more, for an answer that is not given in the round that read it. Without the
// file there is no annotated copy, which is no failure.
func (a *App) again(ctx context.Context, s *ledger.Submission) (data []byte, tables []*ledger.Table) {
	raw, err := a.store.Raw(ctx, s.Mail)
	if err != nil {
		a.log.Warn("no raw message for an annotated copy", "digest", fmt.Sprintf("%.12s", s.Mail), "err", err)
		return nil, nil
	}
	msg, _ := a.decide.Open(ctx, raw) // what could not be had has its finding already
	if msg == nil {
		return nil, nil
	}
	for i := range msg.Files {
		f := &msg.Files[i]
		sum := sha256.Sum256(f.Data)
		if f.Name != s.Reading.File || hex.EncodeToString(sum[:]) != s.Reading.FileDigest {
			continue
		}
		if tables, err = a.decide.Read(ctx, f.Name, f.Data); err != nil {
			a.log.Warn("a file for an annotated copy could not be read again", "digest", fmt.Sprintf("%.12s", s.Mail), "err", err)
			return nil, nil
		}
		return f.Data, tables
	}
	return nil, nil
}
