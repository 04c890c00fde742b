//go:build crash

package crash

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"taizhang/ingest/attach"
	"taizhang/internal/oracle"
	"taizhang/ledger"
	"taizhang/store"
)

// picture is what two runs are compared by: everything the store and the mail
// server know, but for instants, which a crash moves.
type picture struct {
	Mails     []string // every message with its outcome
	Documents []string // every document with its standing and figures
	Outbox    []string // every mail of ours with its state
	Taken     []string // each mail that the server took: subject, recipients
	Issues    []string // every issue of the summary

	moot map[string]string // mails in doubt that nobody needs any more: key → the server's line of it
}

// without returns the picture less the mails that are moot in another one: in
// doubt after a crash, proved absent, and by then the unit had reported; or a
// 【值班】 whose day was over, and the next one, which tells what it would have.
func (p *picture) without(moot map[string]string) *picture {
	if len(moot) == 0 {
		return p
	}
	drop := func(list []string, gone func(line, key, subject string) bool) []string {
		return slices.DeleteFunc(slices.Clone(list), func(line string) bool {
			for key, subject := range moot {
				if gone(line, key, subject) {
					return true
				}
			}
			return false
		})
	}
	return &picture{Documents: p.Documents, Issues: p.Issues,
		Mails:  drop(p.Mails, func(line, key, _ string) bool { return strings.HasSuffix(line, "a copy of our own mail "+key) }),
		Outbox: drop(p.Outbox, func(line, key, _ string) bool { return strings.HasPrefix(line, key+" ") }),
		Taken:  drop(p.Taken, func(line, _, subject string) bool { return line == subject }),
	}
}

// overtaken notes as moot each 【值班】 in doubt whose day was over, with the next
// one that was sent.
func (p *picture) overtaken(st *ledger.State) {
	next := "" // from the last to the first
	for _, key := range slices.Backward(slices.Sorted(maps.Keys(st.Outbox))) {
		o := st.Outbox[key]
		if o.Kind != ledger.MailDuty {
			continue
		}
		if o.State == ledger.SendSkipped && len(o.Attempts) > 0 && next != "" {
			p.moot[key], p.moot[next] = shown(o), shown(st.Outbox[next])
		}
		if o.State == ledger.SendSent {
			next = key
		}
	}
}

// shown is how the mail shows among what the server took.
func shown(o *ledger.Outgoing) string { return o.Subject + " → " + strings.Join(o.Recipients, ",") }

// probeSubject begins the mail to ourselves that settles a doubt.
const probeSubject = "【投递自检】"

func draw(ctx context.Context, db *store.DB, taken []oracle.Accepted) (*picture, error) {
	st, err := db.State(ctx)
	if err != nil {
		return nil, err
	}
	mails, err := db.Mails(ctx)
	if err != nil {
		return nil, err
	}
	subs, err := db.Submissions(ctx)
	if err != nil {
		return nil, err
	}
	p := &picture{moot: map[string]string{}}
	for _, m := range mails {
		if strings.HasPrefix(m.Reason, "a copy of our own mail probe/") {
			continue // a doubt needed one
		}
		name := m.Digest[:12]
		if strings.HasPrefix(m.Reason, "a copy of our own mail") {
			name = "copy" // its bytes hold the instant
		}
		p.Mails = append(p.Mails, fmt.Sprintf("%s %s %s %s", name, m.Status, m.Outcome, m.Reason))
	}
	for _, s := range subs {
		line := fmt.Sprintf("%.14s %s %s v%d %s", s.ID, s.Unit, s.Period, s.Version, s.Quality)
		for _, key := range slices.Sorted(maps.Keys(s.Reading.Figures)) {
			line += fmt.Sprintf(" %s=%d", key, s.Reading.Figures[key].Value)
		}
		p.Documents = append(p.Documents, line)
	}
	for key, o := range st.Outbox {
		switch {
		case o.Kind == ledger.MailProbe:
			continue
		case strings.HasPrefix(key, "remind/") && o.State == ledger.SendSkipped && len(o.Attempts) > 0:
			p.moot[key] = shown(o)
		}
		p.Outbox = append(p.Outbox, fmt.Sprintf("%s %s %s", key, o.State, strings.Join(o.Recipients, ",")))
	}
	p.overtaken(st)
	for _, a := range taken {
		h, _ := attach.ReadHeader(a.Raw, attach.Limits{})
		if strings.HasPrefix(h.Subject, probeSubject) {
			continue
		}
		p.Taken = append(p.Taken, h.Subject+" → "+strings.Join(a.To, ","))
	}
	for _, b := range st.Books {
		for _, i := range b.Issues {
			p.Issues = append(p.Issues, fmt.Sprintf("%s %d %v", i.Period, i.Number, i.Versions))
		}
	}
	for _, s := range []*[]string{&p.Mails, &p.Documents, &p.Outbox, &p.Taken, &p.Issues} {
		slices.Sort(*s)
	}
	return p, nil
}
