package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"taizhang/app"
	"taizhang/ledger"
)

// shanghai is the office's clock; the zone is built into the binary.
func shanghai() *time.Location {
	z, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return time.FixedZone("CST", 8*3600)
	}
	return z
}

type importCmd struct {
	DryRun bool     `name:"dry-run" help:"只说会怎样处理，不写入。"`
	NoMail bool     `name:"no-mail" help:"收入但不因此发信。"`
	Paths  []string `arg:"" name:"PATH" help:".eml 文件或文件夹。"`
}

// Run takes each mail in, in the order of their names.
func (c *importCmd) Run(e *env) error {
	files, err := emlFiles(c.Paths)
	if err != nil {
		return err
	}
	return withStore(e, func(s session) error {
		bad := 0
		for _, path := range files {
			raw, err := os.ReadFile(path)
			if err != nil {
				return usage(textNoFile, path, err)
			}
			r, err := s.Do(e.ctx, app.Call{Op: "import", Import: &app.ImportRequest{Name: path, Raw: raw, DryRun: c.DryRun, NoMail: c.NoMail}})
			if err != nil {
				bad++
				fmt.Fprintln(e.err, explain(err).text)
				continue
			}
			e.print("%s", importedText(r.Imported))
		}
		e.print(textFiledSum, len(files), bad)
		if bad > 0 {
			return &exitError{code: exitPerson}
		}
		return nil
	})
}

func emlFiles(paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		err := filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if !d.IsDir() && (path == p || strings.EqualFold(filepath.Ext(path), ".eml")) {
				out = append(out, path)
			}
			return nil
		})
		if err != nil {
			return nil, usage(textNoFile, p, err)
		}
	}
	return out, nil
}

func importedText(i *app.Imported) string {
	var b strings.Builder
	state := outcome[i.Outcome]
	if i.Known {
		state = textKnownMail + state
	}
	fmt.Fprintf(&b, "%s：%s\n", i.Name, state)
	for _, c := range i.Changed {
		fmt.Fprintf(&b, "  %s\n", changedText(c))
	}
	for _, q := range i.Queued {
		fmt.Fprintf(&b, textWillMailIndented, q.Subject)
	}
	return b.String()
}

type summaryCmd struct {
	Month string `name:"month" required:"" placeholder:"M" help:"报告期，例如 2022-05。"`
	Out   string `name:"out" required:"" placeholder:"DIR" help:"写到这个目录。"`
	Send  bool   `name:"send" help:"同时作为新的一期发给专项小组。"`
}

// Run writes the workbook and the bulletin.
func (c *summaryCmd) Run(e *env) error {
	p, err := parseMonth(c.Month)
	if err != nil {
		return err
	}
	return withStore(e, func(s session) error {
		r, err := s.Do(e.ctx, app.Call{Op: "summary", Period: p, Send: c.Send})
		if err != nil {
			return err
		}
		if err := writeFiles(e, c.Out, r.Files); err != nil {
			return err
		}
		e.queued(r.Files.Queued)
		switch {
		case r.Files.NoBulletin:
			return &exitError{exitOurs, textNoBulletin}
		case r.Files.TemplateProblem != "":
			return person(textTemplate, r.Files.TemplateProblem)
		}
		return nil
	})
}

type formCmd struct {
	Unit  string `name:"unit" required:"" placeholder:"U" help:"填报单位，例如 禹州市。"`
	Month string `name:"month" required:"" placeholder:"M" help:"报告期，例如 2022-05。"`
	Out   string `name:"out" required:"" placeholder:"FILE" help:"写到这个文件。"`
}

// Run writes the pre-filled form. Without --config the built-in campaign is
// used and nothing is known of earlier months.
func (c *formCmd) Run(e *env) error {
	p, err := parseMonth(c.Month)
	if err != nil {
		return err
	}
	write := func(s session) error {
		r, err := s.Do(e.ctx, app.Call{Op: "form", Unit: c.Unit, Period: p})
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Out, r.Files.Files[0].Data, 0o644); err != nil {
			return usage(textWrite, c.Out, err)
		}
		e.print(textWritten, c.Out)
		return nil
	}
	if e.config != "" {
		return withStore(e, write)
	}
	cfg, err := e.load()
	if err != nil {
		return err
	}
	return write(app.Stateless{Config: cfg})
}

type remindCmd struct {
	DryRun bool   `name:"dry-run" help:"只列出到期的提醒和理由，不发出。"`
	At     string `name:"at" placeholder:"TIME" help:"以此刻为准（北京时间）；须与 --dry-run 同用。"`
}

// Run lists what is due and why, and queues it.
func (c *remindCmd) Run(e *env) error {
	at, err := parseTime(c.At, shanghai())
	if err != nil {
		return err
	}
	if !at.IsZero() && !c.DryRun {
		return usage(textAtDryRun)
	}
	return withStore(e, func(s session) error {
		r, err := s.Do(e.ctx, app.Call{Op: "remind", Dry: c.DryRun, At: at})
		if err != nil {
			return err
		}
		e.print("%s", remindersText(r.Reminders))
		return nil
	})
}

func remindersText(r *app.Reminders) string {
	var b strings.Builder
	if len(r.Due)+len(r.Wait) == 0 {
		b.WriteString(textNothingDue)
	}
	for _, d := range r.Due {
		fmt.Fprintf(&b, textIsDue, app.MailName(d.Kind), orDesk(d.Unit), app.ReasonText(d.Reason))
	}
	for _, w := range r.Wait {
		fmt.Fprintf(&b, textIsWaiting, app.MailName(w.Kind), orDesk(w.Unit), app.ReasonText(w.Reason))
	}
	if !r.Next.IsZero() {
		fmt.Fprintf(&b, textNextSlot, r.Next.In(shanghai()).Format("2006-01-02 15:04"))
	}
	if len(r.Queued) > 0 {
		fmt.Fprintf(&b, textQueuedNow, len(r.Queued))
	}
	return b.String()
}

func orDesk(unit string) string {
	if unit == "" {
		return textDeskName
	}
	return unit
}

func (e *env) queued(list []app.Queued) {
	for _, q := range list {
		e.print(textWillMail, q.Subject)
	}
}

func changedText(c app.Changed) string {
	if c.Addr != "" {
		return fmt.Sprintf(textAddressOf, c.Addr, c.Unit)
	}
	if text, ok := mailChanged[c.What]; ok {
		return fmt.Sprintf(text, c.ID, c.Subject)
	}
	if text, ok := monthChanged[c.What]; ok {
		return fmt.Sprintf(text, c.Unit, c.Period, endText(c.Until))
	}
	unit := c.Unit
	if unit == "" {
		unit = textUnitUnknown
	}
	s := fmt.Sprintf("%s %s %s", unit, periodText(c.Period), app.QualityName(c.Quality))
	if c.Version > 0 {
		s += fmt.Sprintf(textVersionOf, c.Version)
	}
	return s + textNumberOf + c.ID
}

// endText writes the end of a term: midnight is the 24th hour of the day before.
func endText(t time.Time) string {
	t = t.In(shanghai())
	if t.Hour() == 0 && t.Minute() == 0 {
		return fmt.Sprintf(textWholeDay, t.AddDate(0, 0, -1).Format("2006-01-02"))
	}
	return t.Format("2006-01-02 15:04")
}

func periodText(p ledger.Period) string {
	if p.IsZero() {
		return textMonthUnknown
	}
	return p.String()
}
