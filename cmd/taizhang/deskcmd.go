package main

import (
	"taizhang/app"
)

type deskCmd struct {
	At string `name:"at" placeholder:"TIME" help:"演练用：当作此刻决定，只用于指向本机服务器的配置。"`

	Accept  deskAccept  `cmd:"" help:"采用一份待核实的文档。"`
	Return  deskReturn  `cmd:"" help:"退回一份待核实的文档。"`
	Verify  deskVerify  `cmd:"" help:"核定某单位某月的现行版本。"`
	Assign  deskAssign  `cmd:"" help:"认定一份文档的单位和月份。"`
	Address deskAddress `cmd:"" help:"登记填报单位的邮箱地址。"`

	Exempt   deskExempt   `cmd:"" help:"某单位某月免报，或取消免报。"`
	Extend   deskExtend   `cmd:"" help:"某单位某月延期，或取消延期。"`
	Withdraw deskWithdraw `cmd:"" help:"撤销某单位某月的现行版本。"`
	Close    deskClose    `cmd:"" help:"提前结账某月，或重新开放。"`
	File     deskFile     `cmd:"" help:"登记邮件以外收到的台账（代报）。"`

	Delivered deskDelivered `cmd:"" help:"是否送达不明、被拒收或被退回的发信：对方已收到，或已另行告知。"`
	Resend    deskResend    `cmd:"" help:"是否送达不明、被拒收或被退回的发信：重发一次。"`

	Forget deskForget `cmd:"" help:"应个人信息删除要求，删除一封来信的原件和其中的个人信息；数字保留。"`
}

// deskTarget names a document: its number, or a unit and a month.
type deskTarget struct {
	Target string `arg:"" name:"ID|UNIT" help:"文档编号；或填报单位，后接月份。"`
	Month  string `arg:"" optional:"" name:"MONTH" help:"报告期，例如 2022-05。"`
}

func (t deskTarget) fill(d *app.DeskAction) error {
	if t.Month == "" {
		d.Target = t.Target
		return nil
	}
	p, err := parseMonth(t.Month)
	d.Unit, d.Period = t.Target, p
	return err
}

type deskAccept struct {
	deskTarget
	Supersede bool   `name:"supersede" help:"即使已有较晚收到的版本也采用。"`
	Reason    string `name:"reason" help:"原因。"`
}

// Run accepts a held document.
func (c *deskAccept) Run(e *env, desk *deskCmd) error {
	d := app.DeskAction{Action: "accept", Supersede: c.Supersede, Reason: c.Reason}
	if err := c.fill(&d); err != nil {
		return err
	}
	return decide(e, desk.At, d)
}

type deskReturn struct {
	deskTarget
	Void   bool   `name:"void" help:"作废：不算报送，也不发信。"`
	Reason string `name:"reason" help:"原因。"`
}

// Run returns a held document.
func (c *deskReturn) Run(e *env, desk *deskCmd) error {
	d := app.DeskAction{Action: "return", Void: c.Void, Reason: c.Reason}
	if err := c.fill(&d); err != nil {
		return err
	}
	return decide(e, desk.At, d)
}

type deskVerify struct {
	deskTarget
	Reason string `name:"reason" help:"原因。"`
}

// Run marks the version in force as checked.
func (c *deskVerify) Run(e *env, desk *deskCmd) error {
	d := app.DeskAction{Action: "verify", Reason: c.Reason}
	if err := c.fill(&d); err != nil {
		return err
	}
	return decide(e, desk.At, d)
}

type deskAssign struct {
	ID     string `arg:"" name:"ID" help:"文档编号。"`
	Unit   string `arg:"" name:"UNIT" help:"填报单位。"`
	Month  string `arg:"" name:"MONTH" help:"报告期，例如 2022-05。"`
	Reason string `name:"reason" help:"原因。"`
}

// Run assigns a held document to a unit and month.
func (c *deskAssign) Run(e *env, desk *deskCmd) error {
	p, err := parseMonth(c.Month)
	if err != nil {
		return err
	}
	return decide(e, desk.At, app.DeskAction{Action: "assign", Target: c.ID, Unit: c.Unit, Period: p, Reason: c.Reason})
}

type deskAddress struct {
	Unit     string `arg:"" name:"UNIT" help:"填报单位。"`
	Addr     string `arg:"" name:"ADDR" help:"邮箱地址。"`
	Unsigned bool   `name:"unsigned" help:"该地址的来信没有签名凭据也采用。"`
	Reason   string `name:"reason" help:"原因。"`
}

// Run binds an address to a unit.
func (c *deskAddress) Run(e *env, desk *deskCmd) error {
	return decide(e, desk.At, app.DeskAction{Action: "address", Unit: c.Unit, Addr: c.Addr, Unsigned: c.Unsigned, Reason: c.Reason})
}

// decide has the owner of the store carry out the decision and tells what it
// changed and what will be mailed.
func decide(e *env, at string, d app.DeskAction) error {
	when, err := parseTime(at, shanghai())
	if err != nil {
		return err
	}
	if !when.IsZero() {
		cfg, err := e.loadFile()
		if err != nil {
			return err
		}
		if err := app.Loopback(cfg); err != nil {
			return err
		}
	}
	return withStore(e, func(s session) error {
		r, err := s.Do(e.ctx, app.Call{Op: "desk", Desk: &d, At: when})
		if err != nil {
			return err
		}
		for _, c := range r.Desk.Changed {
			e.print("%s\n", changedText(c))
		}
		e.queued(r.Desk.Queued)
		if r.Desk.Forgot != nil {
			e.print("%s", forgotText(r.Desk.Forgot))
		}
		for _, a := range r.Desk.Coming {
			e.print(textComing+"\n", a.Slot.In(shanghai()).Format("2006-01-02 15:04"), app.MailName(a.Kind), orDesk(a.Unit))
		}
		for _, a := range r.Desk.Stopped {
			e.print(textStopped+"\n", a.Slot.In(shanghai()).Format("2006-01-02 15:04"), app.MailName(a.Kind), orDesk(a.Unit))
		}
		return nil
	})
}
