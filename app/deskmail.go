package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/notify/compose"
	"taizhang/notify/mailer"
	"taizhang/store"
)

// The desk's word about mails of ours whose delivery is in doubt, or that were
// refused or came back (architecture: the mailbox settles doubt, else a person).

// MailNumber is the short name of a mail of ours that people type: the first
// digits of what stands in its X-Taizhang-ID.
func MailNumber(key string) string { return mailer.ID(key)[:mailNumberLen] }

const (
	mailNumberLen  = 8
	shortestNumber = 4 // of a number, to name a mail
)

// findMail returns the mail that the target names: by its key, or by its
// number or the beginning of it.
func (w *deskWork) findMail() (ledger.Outgoing, error) {
	if o, ok := w.st.Outbox[w.d.Target]; ok {
		return *o, nil
	}
	number := strings.ToLower(strings.TrimSpace(w.d.Target))
	var found []ledger.Outgoing
	for key, o := range w.st.Outbox {
		if len(number) >= shortestNumber && strings.HasPrefix(mailer.ID(key), number) && o.State != ledger.SendSkipped {
			found = append(found, *o)
		}
	}
	switch len(found) {
	case 0:
		return ledger.Outgoing{}, refuse(RefuseNoSuchMail, w.d.Target)
	case 1:
		return found[0], nil
	}
	var numbers []string
	for _, o := range found {
		numbers = append(numbers, MailNumber(o.Key))
	}
	slices.Sort(numbers)
	return ledger.Outgoing{}, refuse(RefuseAmbiguous, strings.Join(numbers, "、"))
}

// delivered settles a mail as received (已收到), or as told otherwise.
func (w *deskWork) delivered() error {
	o, err := w.findMail()
	if err != nil {
		return err
	}
	if !o.NeedsPerson() && (o.State != ledger.SendAmbiguous || o.Kind == ledger.MailProbe) {
		return refuse(RefuseNoDoubt, MailNumber(o.Key), SendName(o.State))
	}
	w.delivery(&o, ledger.ActionDelivered)
	return nil
}

// resend has a mail sent once more (重发): the same bytes to those who have not
// got it, or, where no address that it was sent to works any more, the same
// letter to the unit's present address.
func (w *deskWork) resend() error {
	o, err := w.findMail()
	if err != nil {
		return err
	}
	if o.Kind == ledger.MailProbe || !o.NeedsPerson() && !o.MayResend() {
		return refuse(RefuseNoDoubt, MailNumber(o.Key), SendName(o.State))
	}
	if full, ok, err := w.store.Outgoing(w.ctx, o.Key); err != nil {
		return err
	} else if ok && store.Deleted(full.Raw) {
		return refuse(RefuseBytesGone, MailNumber(o.Key))
	}
	if why := notify.Stale(w.now, w.campaign, w.st, o); why != "" {
		return refuse(RefuseStale, MailNumber(o.Key), ReasonText(why))
	}
	known, works := w.reaches(&o)
	to, ok := w.newAddress(&o)
	switch {
	case known && works && len(o.Bounced) == 0:
		// the same bytes
	case ok:
		return w.replace(&o, to)
	case !known || len(o.Bounced) > 0:
		return refuse(RefuseNoAddress, MailNumber(o.Key), o.Unit)
	}
	if !o.MayResend() {
		return refuse(RefuseNoDoubt, MailNumber(o.Key), SendName(o.State))
	}
	w.delivery(&o, ledger.ActionResend)
	o.Decisions = append(slices.Clone(o.Decisions), ledger.Decision{At: w.now, Action: ledger.ActionResend})
	w.result.Queued = append(w.result.Queued, Queued{Key: o.Key, Subject: o.Subject, To: notify.Pending(&o)})
	return nil
}

// reaches reports whether all recipients of the mail are known still, and
// whether an address of one of them works.
func (w *deskWork) reaches(o *ledger.Outgoing) (known, works bool) {
	known = true
	for _, r := range notify.RealRecipients(*o) {
		k, ok := w.st.UnitOf(r)
		desk := w.deskAddress(r)
		_, back := o.Bounced[r]
		known = known && (ok || desk)
		works = works || !back && (desk || ok && k.Bounced.IsZero())
	}
	return known, works
}

func (w *deskWork) deskAddress(addr string) bool {
	return addr == w.opt.Config.Mailbox.User || slices.ContainsFunc(w.campaign.Desk.Addresses, func(a ledger.Address) bool { return a.Addr == addr })
}

// newAddress returns the unit's present address for a mail that went to the
// unit and reached nobody there.
func (w *deskWork) newAddress(o *ledger.Outgoing) (ledger.Address, bool) {
	if o.Unit == "" || slices.ContainsFunc(notify.RealRecipients(*o), w.deskAddress) {
		return ledger.Address{}, false
	}
	for _, to := range w.recipient(w.st, o.Unit) {
		if k, ok := w.st.UnitOf(to.Addr); ok && k.Bounced.IsZero() {
			return to, true
		}
	}
	return ledger.Address{}, false
}

// replace puts a mail to the unit's present address in the place of o, which is
// closed, in one transaction. Its key names the same fact and the address.
func (w *deskWork) replace(o *ledger.Outgoing, to ledger.Address) error {
	full, ok, err := w.store.Outgoing(w.ctx, o.Key)
	if err != nil || !ok {
		return cmp.Or(err, refuse(RefuseNoSuchMail, o.Key))
	}
	fact, _, _ := strings.Cut(o.Key, readdressed)
	key := fact + readdressed + to.Addr
	for n := 2; w.st.Outbox[key] != nil; n++ {
		key = fmt.Sprintf("%s%s%s/%d", fact, readdressed, to.Addr, n)
	}
	box := w.opt.Config.Mailbox
	out, err := mailer.Readdress(full, key, to, w.now, mailer.RenderOptions{From: ledger.Address{Name: box.Name, Addr: box.User}, Self: box.User})
	if err != nil {
		return err
	}
	out.Reason = "sent to the unit's present address in place of " + o.Key
	w.change.Outgoing = append(w.change.Outgoing, out)
	w.delivery(o, ledger.ActionReplaced)
	return nil
}

// readdressed parts the name of a fact from the address in the key of a mail
// that stands for another one.
const readdressed = "/to/"

// delivery enters the desk's word about the mail.
func (w *deskWork) delivery(o *ledger.Outgoing, action string) {
	d := ledger.Decision{At: w.now, Actor: actorDesk, Action: action, Reason: w.d.Reason}
	w.change.Deliveries = append(w.change.Deliveries, ledger.Delivery{Key: o.Key, Decision: d})
	w.d.Action = action
	w.event(o.Unit, o.Period, o.Key)
	w.result.Changed = append(w.result.Changed, Changed{What: action, ID: MailNumber(o.Key), Unit: o.Unit, Period: o.Period, Subject: o.Subject})
}

// StuckStatus is a mail of ours that needs the desk's word.
type StuckStatus struct {
	ID      string           `json:"id"` // for desk delivered and desk resend
	Key     string           `json:"key"`
	Unit    string           `json:"unit,omitempty"`
	Subject string           `json:"subject"`
	To      []string         `json:"to"`
	State   ledger.SendState `json:"state"`
	Bounced bool             `json:"bounced,omitempty"` // it came back after the server had taken it
	Since   time.Time        `json:"since"`
}

// stuck lists the mails that need the desk's word, oldest first.
func stuck(st *ledger.State) []StuckStatus {
	var out []StuckStatus
	for _, o := range st.Outbox {
		if o.NeedsPerson() {
			out = append(out, StuckStatus{ID: MailNumber(o.Key), Key: o.Key, Unit: o.Unit, Subject: o.Subject, To: notify.RealRecipients(*o),
				State: o.State, Bounced: len(o.Bounced) > 0, Since: o.Created})
		}
	}
	slices.SortFunc(out, func(x, y StuckStatus) int { return cmp.Or(x.Since.Compare(y.Since), cmp.Compare(x.Key, y.Key)) })
	return out
}

// stuckItems are the same for 【值班】, with what to type.
func stuckItems(st *ledger.State) []compose.StuckItem {
	var out []compose.StuckItem
	for _, s := range stuck(st) {
		item := compose.StuckItem{Unit: s.Unit, Subject: s.Subject, To: s.To, State: s.State, Since: s.Since, Choices: []compose.Choice{
			{Means: meansDelivered, Command: fmt.Sprintf(commandDelivered, s.ID)}, {Means: meansResend, Command: fmt.Sprintf(commandResend, s.ID)}}}
		if s.State != ledger.SendHuman {
			item.Choices[1].Means = meansResendTo
		}
		if s.Bounced {
			item.State = ledger.SendRefused
		}
		out = append(out, item)
	}
	return out
}
