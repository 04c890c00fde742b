package app

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"taizhang/ingest"
	"taizhang/ledger"
	"taizhang/store"
)

// Forgot is what was deleted on request, and where it still is: what the
// program does not delete, a person must.
type Forgot struct {
	Digest   string           `json:"digest"`   // of the message
	Arrived  time.Time        `json:"arrived"`  //
	Outgoing []string         `json:"outgoing"` // numbers of mails of ours whose bytes went with it
	Copies   int              `json:"copies"`   // copies of those, from our own mailbox
	Places   []ledger.Place   `json:"places"`   // where the mailbox showed the message
	Others   []string         `json:"others"`   // numbers of other messages that name the same people
	InConfig bool             `json:"in_config"`
	Backups  []ForgotInBackup `json:"backups"` // oldest first
}

// ForgotInBackup is a backup that still holds the message.
type ForgotInBackup struct {
	Name  string    `json:"name"`
	Until time.Time `json:"until"` // by when it is removed, if each night one is made
}

// shortestName is how many characters of a name are looked for in mails.
const shortestName = 2

// forget deletes a message on request (个人信息删除): its bytes, what was read in
// it of persons, and the bytes of the mails of ours that name those persons. The
// figures stay, with the message's digest.
func (a *App) forget(ctx context.Context, now time.Time, st *ledger.State, d DeskAction) (DeskResult, error) {
	m, err := a.mailNamed(ctx, d.Target)
	if err != nil {
		return DeskResult{}, err
	}
	if gone, err := a.store.Forgotten(ctx); err != nil || gone[m.Digest].Digest != "" {
		return DeskResult{}, cmpErr(err, refuse(RefuseForgotten, m.Digest[:numberLen], gone[m.Digest].Decision.At.In(a.zone()).Format(time.DateOnly)))
	}
	subs, err := a.store.Submissions(ctx)
	if err != nil {
		return DeskResult{}, err
	}
	if err := undecided(m, subs, st); err != nil {
		return DeskResult{}, err
	}
	f := ledger.Forgetting{Mail: m.Digest, KeepAddr: a.ours(st, m.From.Addr), Hide: peopleOf(m, subs),
		Instead: fmt.Sprintf(textForgotten, now.In(a.zone()).Format(forgottenDate)),
		By:      ledger.Decision{At: now, Actor: actorDesk, Action: actionForget, Reason: d.Reason}}
	if f.Outgoing, err = a.naming(ctx, st, m, f.Hide); err != nil {
		return DeskResult{}, err
	}
	out := &Forgot{Digest: m.Digest, Arrived: m.Arrived, Places: m.Places, Others: othersNaming(m.Digest, f.Hide, subs), InConfig: a.namedInConfig(f.Hide)}
	for _, key := range f.Outgoing {
		out.Outgoing = append(out.Outgoing, MailNumber(key))
	}
	if err := a.store.EachMail(ctx, func(m *ledger.MailRecord) {
		if key, ok := strings.CutPrefix(m.Reason, ingest.CopyOf); ok && ingest.IsOwnCopy(m) && slices.Contains(f.Outgoing, key) {
			f.Copies = append(f.Copies, m.Digest)
		}
	}); err != nil {
		return DeskResult{}, err
	}
	out.Copies = len(f.Copies)
	if err := a.store.ForgetMail(ctx, f); err != nil {
		return DeskResult{}, fmt.Errorf("delete %.12s: %w", m.Digest, err)
	}
	a.log.Warn("a message was deleted on request", "digest", m.Digest[:12], "outgoing", len(f.Outgoing), "copies", len(f.Copies))
	out.Backups, err = a.backupsHolding()
	return DeskResult{Forgot: out}, err
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// undecided refuses a message of which something waits for a decision: the
// decision needs what would be deleted.
func undecided(m *ledger.MailRecord, subs []ledger.Submission, st *ledger.State) error {
	if m.Status != ledger.MailDecided {
		return refuse(RefusePending, m.Digest[:numberLen])
	}
	for _, s := range subs {
		if s.Mail == m.Digest && s.Quality == ledger.QualityHeld {
			return refuse(RefuseStillHeld, ShortID(s.ID))
		}
	}
	for _, r := range st.Replies {
		if r.Mail == m.Digest && r.State == ledger.ReplyHeld {
			return refuse(RefuseStillHeld, ShortID(r.ID))
		}
	}
	return nil
}

// numberLen is how many digits of a digest are shown as a message's number.
const numberLen = 10

// ours reports whether the address is a unit's by more than a roster, the
// desk's or our own: it is needed to go on, and no person's secret.
func (a *App) ours(st *ledger.State, addr string) bool {
	k, known := st.UnitOf(addr)
	return known && k.Source != "roster" || addr == a.opt.Config.Mailbox.User || slices.Contains(deskAddresses(a.campaign), addr)
}

// peopleOf are the names, numbers and addresses that were read in the message.
func peopleOf(m *ledger.MailRecord, subs []ledger.Submission) []string {
	var out []string
	for i := range m.Notes {
		out = append(out, m.Notes[i].People()...)
	}
	for i := range subs {
		if subs[i].Mail == m.Digest {
			out = append(out, subs[i].Reading.People()...)
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return utf8.RuneCountInString(s) < shortestName })
}

// naming returns the keys of the mails of ours that answer the message or name
// one of the people. One that may still be sent stands in the way.
func (a *App) naming(ctx context.Context, st *ledger.State, m *ledger.MailRecord, people []string) ([]string, error) {
	var keys []string
	for key, o := range st.Outbox {
		answers := slices.Contains(strings.Split(key, "/"), m.Digest)
		if !answers && o.Created.Before(m.Arrived) {
			continue
		}
		full, ok, err := a.store.Outgoing(ctx, key)
		if err != nil || !ok {
			return nil, cmpErr(err, refuse(RefuseNoSuchMail, key))
		}
		if !answers {
			names, err := a.names(ctx, full.Raw, people)
			if err != nil {
				return nil, fmt.Errorf("look into %s: %w", key, err)
			}
			if !names {
				continue
			}
		}
		switch o.State {
		case ledger.SendSent, ledger.SendRefused, ledger.SendSkipped:
			keys = append(keys, key)
		default:
			return nil, refuse(RefuseOnItsWay, MailNumber(key), SendName(o.State))
		}
	}
	slices.Sort(keys)
	return keys, nil
}

// names reports whether a mail of ours names one of the people, in its texts or
// in a file that goes with it.
func (a *App) names(ctx context.Context, raw []byte, people []string) (bool, error) {
	msg, err := a.decide.Open(ctx, raw)
	if msg == nil {
		return false, err
	}
	has := func(text []byte) bool {
		return slices.ContainsFunc(people, func(p string) bool { return bytes.Contains(text, []byte(p)) })
	}
	if has([]byte(msg.Text)) || has([]byte(msg.HTML)) {
		return true, nil
	}
	for i := range msg.Files {
		data := msg.Files[i].Data
		found, err := inMembers(data, has)
		if err != nil { // no archive: an .xls of a county's, or a text
			found = has(data)
		}
		if found {
			return true, nil
		}
	}
	return false, nil
}

// inMembers looks into each member of a workbook or letter of our own making.
func inMembers(data []byte, has func([]byte) bool) (bool, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return false, err
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return false, err
		}
		text, err := io.ReadAll(io.LimitReader(r, maxMember))
		if err != nil || has(text) {
			return err == nil, err
		}
	}
	return false, nil
}

// maxMember bounds what is read of one member of a file of ours.
const maxMember = 64 << 20

// othersNaming are the numbers of the other messages in whose documents one of
// the people stands.
func othersNaming(digest string, people []string, subs []ledger.Submission) []string {
	var out []string
	for i := range subs {
		s := &subs[i]
		if s.Mail != digest && slices.ContainsFunc(s.Reading.People(), func(p string) bool { return slices.Contains(people, p) }) {
			out = append(out, s.Mail[:numberLen])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// namedInConfig reports whether the config names one of the people: it is the
// administrator's to edit.
func (a *App) namedInConfig(people []string) bool {
	for _, u := range a.campaign.Units {
		for _, p := range []ledger.Person{u.Officer, u.Liaison} {
			for _, s := range []string{p.Name, p.Phone, p.Addr} {
				if s != "" && slices.Contains(people, s) {
					return true
				}
			}
		}
	}
	return false
}

// backupsHolding are the nightly backups that are there, with when the last
// of the nights is that keep each of them.
func (a *App) backupsHolding() ([]ForgotInBackup, error) {
	conf := a.opt.Config.Backup
	if conf.Dir == "" {
		return nil, nil
	}
	names, err := store.Backups(conf.Dir)
	if err != nil {
		return nil, fmt.Errorf("list the backups: %w", err)
	}
	var out []ForgotInBackup
	for i, name := range names {
		newest, _ := store.BackupInstant(names[len(names)-1], a.zone())
		nights := conf.Keep - (len(names) - 1 - i) // made after it until it goes
		out = append(out, ForgotInBackup{Name: name, Until: newest.AddDate(0, 0, nights)})
	}
	return out, nil
}
