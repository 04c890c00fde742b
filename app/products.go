package app

import (
	"errors"
	"fmt"

	"taizhang/aggregate"
	"taizhang/aggregate/bulletin"
	"taizhang/aggregate/workbook"
	"taizhang/config"
	"taizhang/ledger"
)

// products are the files of one issue of the summary (rule book §9).
type products struct {
	files      []ledger.Attachment
	problem    string // why the bulletin is by the built-in template, Chinese
	noBulletin bool   // it could not be written
}

// products makes the workbook and the bulletin. The workbook is the summary:
// without it there is none. The bulletin never holds it up: a template that
// cannot be used is replaced by the built-in one, and the desk is told.
func (a *App) products(sum *aggregate.Summary) (products, error) {
	book, err := workbook.SummaryWith(sum, a.compose.FindingText)
	if err != nil {
		return products{}, err
	}
	out := products{files: []ledger.Attachment{book}}
	letter, err := writeBulletin(sum, a.opt.Config.BulletinTemplate)
	var p *bulletin.Problem
	if errors.As(err, &p) && a.opt.Config.BulletinTemplate != "" {
		a.log.Warn("bulletin template cannot be used, the built-in one is", "period", sum.Period.String(), "err", place(p))
		out.problem = p.Error()
		letter, err = writeBulletin(sum, "")
	}
	if err != nil {
		a.log.Error("bulletin cannot be written", "period", sum.Period.String(), "err", err)
		out.noBulletin = true
		return out, nil
	}
	out.files = append(out.files, letter)
	return out, nil
}

func writeBulletin(sum *aggregate.Summary, template string) (ledger.Attachment, error) {
	t, err := bulletin.Load(template)
	if err != nil {
		return ledger.Attachment{}, err
	}
	return bulletin.Write(sum, t)
}

// place names the line of a template for the log, without its words.
func place(p *bulletin.Problem) string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// warnOfTemplate logs at the start that the bulletin's template is broken.
func (a *App) warnOfTemplate() {
	var p *bulletin.Problem
	if err := CheckTemplate(a.opt.Config); errors.As(err, &p) {
		a.log.Warn("bulletin template cannot be used, the built-in one will be; run config check", "err", place(p))
	}
}

// CheckTemplate says what is wrong with the office's own template of the
// bulletin, if it has one: a *TemplateProblem.
func CheckTemplate(cfg *config.Config) error {
	if cfg.BulletinTemplate == "" {
		return nil
	}
	return bulletin.Check(cfg.BulletinTemplate, &cfg.Campaign)
}

// TemplateProblem is a mistake of a template, in Chinese, with its line and
// what to do.
type TemplateProblem = bulletin.Problem

// DefaultTemplate returns the built-in template of the bulletin.
func DefaultTemplate() string { return bulletin.Default }
