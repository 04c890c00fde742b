package main

import (
	"fmt"
	"strings"

	"taizhang/app"
)

type deskForget struct {
	Mail   string `arg:"" name:"MAIL" help:"来信编号（至少前六位）、文档编号或 Message-ID；编号见 taizhang explain。"`
	Reason string `name:"reason" help:"原因；请不要写出本人姓名和电话。"`
}

// Run deletes a message on request.
func (c *deskForget) Run(e *env, desk *deskCmd) error {
	return decide(e, desk.At, app.DeskAction{Action: "forget", Target: c.Mail, Reason: c.Reason})
}

// forgotText tells what was deleted and where it still is.
func forgotText(f *app.Forgot) string {
	var b strings.Builder
	fmt.Fprintf(&b, textForgot, f.Digest[:10], f.Digest)
	if len(f.Outgoing) > 0 {
		fmt.Fprintf(&b, textForgotOutgoing, len(f.Outgoing), strings.Join(f.Outgoing, "、"), f.Copies)
	}
	var where []string
	for _, p := range f.Places {
		where = append(where, fmt.Sprintf(textPlaceShort, p.Folder, p.UID))
	}
	if len(where) > 0 {
		fmt.Fprintf(&b, textForgotMailbox, strings.Join(where, "、"))
	}
	if len(f.Others) > 0 {
		fmt.Fprintf(&b, textForgotOthers, strings.Join(f.Others, "、"))
	}
	if f.InConfig {
		b.WriteString(textForgotConfig)
	}
	for _, k := range f.Backups {
		fmt.Fprintf(&b, textForgotBackup, k.Name, k.Until.In(shanghai()).Format("2006-01-02"))
	}
	b.WriteString(textForgotRestore)
	var out strings.Builder
	for line := range strings.Lines(b.String()) {
		out.WriteString(fold(strings.TrimSuffix(line, "\n"), 0, screen))
	}
	return out.String()
}
