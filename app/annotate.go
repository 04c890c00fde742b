package app

import (
	"taizhang/aggregate/workbook"
	"taizhang/ingest"
	"taizhang/ledger"
)

// annotate makes the annotated copy of a returned workbook: the faulty cells
// coloured, with a comment in each. false: the file is of a kind that cannot
// be written back, and the mail says everything by itself.
func (a *App) annotate(q *ingest.Answer) (ledger.Attachment, bool) {
	if len(q.File) == 0 {
		return ledger.Attachment{}, false
	}
	var marks []workbook.Mark
	for _, f := range q.Submission.Reading.Findings {
		if f.Severity != ledger.Block && f.Severity != ledger.Query || f.Cell == "" {
			continue
		}
		message, remedy := a.compose.FindingText(f)
		marks = append(marks, workbook.Mark{Sheet: f.Sheet, Cell: f.Cell, Severity: f.Severity, Text: string(f.Code) + " " + message + remedy})
	}
	if len(marks) == 0 {
		return ledger.Attachment{}, false
	}
	out, err := workbook.Annotate(q.Submission.Reading.File, q.File, marks)
	if err != nil {
		a.log.Info("no annotated copy", "digest", q.Mail.Digest[:12], "err", err)
		return ledger.Attachment{}, false
	}
	return out, true
}
