package main

import (
	"taizhang/app"
	"taizhang/ledger"
)

// deskMail names a mail of ours.
type deskMail struct {
	Key    string `arg:"" name:"编号" help:"发信编号，见 taizhang status 或【值班】邮件。"`
	Reason string `name:"reason" help:"原因，例如：电话核实，对方已收到。"`
}

type deskDelivered struct{ deskMail }

// Run settles a mail as received.
func (c *deskDelivered) Run(e *env, desk *deskCmd) error {
	return decide(e, desk.At, app.DeskAction{Action: ledger.ActionDelivered, Target: c.Key, Reason: c.Reason})
}

type deskResend struct{ deskMail }

// Run has a mail sent once more.
func (c *deskResend) Run(e *env, desk *deskCmd) error {
	return decide(e, desk.At, app.DeskAction{Action: ledger.ActionResend, Target: c.Key, Reason: c.Reason})
}
