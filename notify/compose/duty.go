package compose

import (
	"fmt"
	"strings"

	"taizhang/ledger"
)

type dutyView struct {
	*view
	Tally                   tallyView
	Waiting                 int // matters that need a person
	Grid                    string
	Held                    []heldItemView
	Replies                 []replyItemView
	Bounced, NoAddress      string
	Unanswered, Struck      string // tables
	UnknownYears            string // 2027年、2028年
	BackupFailing           string
	PausedUntil             string
	Stuck                   []stuckView
	Quarantined             string
	Mailbox                 *mailboxView // nil: nothing to tell
	UnreadableSince, Paused string
	Quiet                   bool // nothing needs a person
}

type heldItemView struct {
	Number                                             int
	ID, Unit, Period, File, From, Subject, At, Reasons string
	Choices                                            string // table
}

type replyItemView struct {
	Number                                        int
	ID, Unit, Period, From, At, Words, Codes, Why string
	Choices                                       string // table
}

type stuckView struct {
	Number                       int
	Unit, Subject, To, State, At string
	Refused                      bool   // by every recipient: there is nothing to settle
	Choices                      string // table
}

// Duty composes 【值班】: the grid, and all that waits for the desk with the
// commands that settle it.
func (k *Composer) Duty(f DutyFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	data := dutyView{
		view: v, Tally: k.tally(f.Tally, f.Lines), UnreadableSince: k.instant(f.UnreadableSince), BackupFailing: k.instant(f.BackupFailing),
		Paused: k.name(f.Paused), PausedUntil: k.deadline(f.PausedUntil, f.Now), UnknownYears: k.years(f.UnknownYears),
		Waiting: len(f.Held) + len(f.Bounced) + len(f.NoAddress) + len(f.Unanswered) + len(f.Stuck) + len(f.Quarantined) +
			len(f.Struck) + len(f.Replies) + min(1, len(f.UnknownYears)),
	}
	for _, n := range f.Mailbox.Notices {
		if n.NeedsPerson() {
			data.Waiting++
		}
	}
	data.Grid = v.add("grid", k.gridTable(f.Lines, true))
	for i, h := range f.Held {
		reasons := v.add(fmt.Sprint("heldReasons", i), k.reasonTable(h.Findings))
		data.Held = append(data.Held, heldItemView{
			Number: i + 1, ID: k.name(h.ID), Unit: k.name(h.Unit), Period: PeriodName(h.Period), File: k.name(h.File),
			From: k.name(h.From), Subject: k.name(h.Subject), At: k.instant(h.Arrived), Reasons: reasons,
			Choices: v.add(fmt.Sprint("heldChoices", i), k.choiceTable(h.Choices)),
		})
	}
	for i, r := range f.Replies {
		data.Replies = append(data.Replies, replyItemView{
			Number: i + 1, ID: k.name(r.ID), Unit: k.name(r.Unit), Period: PeriodName(r.Period), From: k.name(r.From), At: k.instant(r.Arrived),
			Words: k.words.cut(Clean(r.Words), maxReason), Codes: strings.Join(r.Codes, k.words.Enum), Why: k.value(r.Why),
			Choices: v.add(fmt.Sprint("replyChoices", i), k.choiceTable(r.Choices)),
		})
	}
	for i, s := range f.Stuck {
		data.Stuck = append(data.Stuck, stuckView{
			Number: i + 1, Unit: k.name(s.Unit), Subject: k.name(s.Subject), To: k.name(strings.Join(s.To, k.words.Enum)),
			State: k.words.Send[s.State], Refused: s.State == ledger.SendRefused, At: k.instant(s.Since),
			Choices: v.add(fmt.Sprint("stuckChoices", i), k.choiceTable(s.Choices)),
		})
	}
	data.Bounced = v.add("bounced", k.bouncedTable(f.Bounced))
	data.Unanswered = v.add("unanswered", k.unansweredTable(f.Unanswered))
	data.Struck = v.add("struck", k.struckTable(f.Struck))
	data.Mailbox = k.mailboxTold(f.Mailbox)
	data.Quarantined = v.add("quarantined", k.quarantineTable(f.Quarantined))
	names := make([]string, len(f.NoAddress))
	for i, u := range f.NoAddress {
		names[i] = k.name(u)
	}
	data.NoAddress = strings.Join(names, k.words.Enum)
	data.Quiet = data.Waiting == 0 && f.UnreadableSince.IsZero() && f.BackupFailing.IsZero() && f.Paused == ""
	return k.write(draft{letter: "duty", kind: ledger.MailDuty, common: f.Common, data: data, view: v})
}

// reasonTable lists why a document is held and whatever else was found, with
// what the desk does about it.
func (k *Composer) reasonTable(fs []ledger.Finding) *table {
	groups := k.mergeFindings(fs)
	var all []said
	for _, s := range []ledger.Severity{ledger.Unreadable, ledger.Hold, ledger.Block, ledger.Query} {
		all = append(all, groups[s]...)
	}
	return k.places(all, k.long("todo"), func(s said) string { return s.desk })
}

// choiceTable lists what can be decided. Commands are not cut: they are ours.
func (k *Composer) choiceTable(cs []Choice) *table {
	t := &table{Cols: []column{k.col("decide"), k.long("command")}}
	for _, c := range cs {
		t.Rows = append(t.Rows, []string{k.value(c.Means), Clean(c.Command)})
	}
	return t
}

func (k *Composer) bouncedTable(bs []BouncedItem) *table {
	t := &table{Cols: []column{k.col("unit"), k.col("address"), k.col("at"), k.long("answer"), k.long("command")}}
	for _, b := range bs {
		t.Rows = append(t.Rows, []string{
			k.name(b.Unit), k.name(b.Addr), k.cellInstant(b.At), k.orNone(k.name(b.Reply)), k.orNone(Clean(b.Command)),
		})
	}
	return t
}

func (k *Composer) quarantineTable(qs []QuarantinedItem) *table {
	t := &table{Cols: []column{k.col("from"), k.col("at"), k.long("subject"), k.long("command")}}
	for _, q := range qs {
		t.Rows = append(t.Rows, []string{
			k.orNone(k.name(q.From)), k.cellInstant(q.Arrived), k.orNone(k.name(q.Subject)), k.orNone(Clean(q.Command)),
		})
	}
	return t
}

// unansweredTable lists the units that the desk must ask itself.
func (k *Composer) unansweredTable(us []UnansweredItem) *table {
	t := &table{Cols: []column{k.col("unit"), k.col("period"), k.col("reminder"), k.col("due"), k.long("why"), k.long("command")}}
	for _, u := range us {
		why := ""
		if u.Lost {
			why = k.words.Lost
		}
		if u.Last {
			why += k.words.LastNotice
		}
		t.Rows = append(t.Rows, []string{
			k.name(u.Unit), k.orNone(PeriodName(u.Period)), k.words.Mail[u.Kind], k.cellInstant(u.Slot), why, k.orNone(Clean(u.Command)),
		})
	}
	return t
}

func (k *Composer) struckTable(ss []StruckItem) *table {
	t := &table{Cols: []column{k.col("folder"), k.col("at"), k.long("why")}}
	for _, s := range ss {
		why := k.words.Unfetched
		if s.Large {
			why = k.words.Oversize
		}
		t.Rows = append(t.Rows, []string{k.folder(s.Folder), k.cellInstant(s.At), why})
	}
	return t
}

// folder is the name of a folder of the mailbox as its owner sees it.
func (k *Composer) folder(name string) string {
	if strings.EqualFold(name, "INBOX") {
		return k.words.Inbox
	}
	return k.name(name)
}

// years prints 2027年、2028年.
func (k *Composer) years(ys []int) string {
	var out []string
	for _, y := range ys {
		out = append(out, fmt.Sprintf("%d年", y))
	}
	return strings.Join(out, k.words.Enum)
}
