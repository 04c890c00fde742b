// Package oracle says of a finished run of the program whether what must hold
// always does hold: the invariants of the fault catalogue, numbered I1 to I10.
// It looks from outside: at the store as it lies on disk, at what the mailbox
// showed, at what the mail server took, and at the log.
//
// It runs nothing and knows no fault: crash points, cut connections and failing
// disks are their tests' own. Whether the business was done right is the
// properties' to say, not its.
package oracle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ledger"
)

// Store is what the oracle reads of the store; *store.DB is one.
type Store interface {
	State(context.Context) (*ledger.State, error)
	Mails(context.Context) ([]ledger.MailRecord, error)
	Submissions(context.Context) ([]ledger.Submission, error)
	Raw(ctx context.Context, digest string) ([]byte, error)
	Outgoing(ctx context.Context, key string) (ledger.Outgoing, bool, error)
	Check(context.Context) error
}

// Accepted is one mail that the mail server took, with the recipients it did
// not refuse.
type Accepted struct {
	To  []string
	Raw []byte
}

// Run is a finished run.
type Run struct {
	Config   *config.Config
	Store    Store
	Shown    [][]byte   // every message that the mailbox showed, in any folder
	Accepted []Accepted // what the mail server took, oldest first
	Log      string     // all that the program logged
	Secrets  []string   // what must be in no log
	Settled  bool       // nothing is under way any more: no mail may wait (I6)

	ShownDigests []string // more that it showed: their SHA-256 alone, where the bytes are too many to hold
}

// Counts tell what was looked at, so that a check of nothing is noticed.
type Counts struct {
	Mails, Figures, Versions, Keys, Accepted, Recipients int
}

// Oracle checks runs. It remembers how a message reads, so that many runs over
// the same messages cost one reading each.
type Oracle struct {
	mu    sync.Mutex
	reads map[string][]app.Checked // by digest and instant of arrival
}

// New returns an Oracle.
func New() *Oracle { return &Oracle{reads: map[string][]app.Checked{}} }

// Check returns every invariant that the run breaks, joined, each with its
// number; nil when all hold.
func (o *Oracle) Check(ctx context.Context, run Run) (Counts, error) {
	k := &checking{o: o, ctx: ctx, run: run}
	if err := k.load(); err != nil {
		return k.n, err
	}
	k.received()  // I1, I2
	k.readAgain() // I3
	k.versions()  // I4
	k.sentOnce()  // I5
	k.settled()   // I6
	k.addressed() // I7
	if err := run.Store.Check(ctx); err != nil {
		k.broken(8, "%v", err)
	}
	k.logged() // I9, I10
	return k.n, errors.Join(k.errs...)
}

type checking struct {
	o     *Oracle
	ctx   context.Context
	run   Run
	n     Counts
	state *ledger.State
	mails map[string]ledger.MailRecord
	subs  []ledger.Submission
	errs  []error

	byMessage map[string]string // keys of the outbox by Message-ID
}

func (k *checking) broken(invariant int, format string, args ...any) {
	k.errs = append(k.errs, errors.New(fmt.Sprintf("I%d: ", invariant)+fmt.Sprintf(format, args...)))
}

func (k *checking) load() (err error) {
	if k.state, err = k.run.Store.State(k.ctx); err != nil {
		return fmt.Errorf("I8: the state cannot be read: %w", err)
	}
	recs, err := k.run.Store.Mails(k.ctx)
	if err != nil {
		return fmt.Errorf("I8: the mails cannot be read: %w", err)
	}
	k.mails = make(map[string]ledger.MailRecord, len(recs))
	for _, r := range recs {
		if _, twice := k.mails[r.Digest]; twice {
			k.broken(1, "message %.12s is recorded twice", r.Digest)
		}
		k.mails[r.Digest] = r
	}
	if k.subs, err = k.run.Store.Submissions(k.ctx); err != nil {
		return fmt.Errorf("I8: the submissions cannot be read: %w", err)
	}
	return nil
}

func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// received is I1, every message that the server showed is stored once, and I2,
// it has exactly one outcome or still waits for one.
func (k *checking) received() {
	shown := slices.Clone(k.run.ShownDigests)
	for _, raw := range k.run.Shown {
		shown = append(shown, digest(raw))
	}
	for _, d := range shown {
		if _, ok := k.mails[d]; !ok {
			k.broken(1, "message %.12s was shown and is not stored", d)
		}
	}
	documents := map[string]int{}
	for _, s := range k.subs {
		documents[s.Mail]++
		if m, ok := k.mails[s.Mail]; !ok {
			k.broken(3, "document %.14s is of a message that is not stored", s.ID)
		} else if m.Status != ledger.MailDecided || m.Outcome == ledger.OutcomeIgnored {
			k.broken(2, "message %.12s is %s %s and has a document", m.Digest, m.Status, m.Outcome)
		}
	}
	for d, m := range k.mails {
		k.n.Mails++
		if raw, err := k.run.Store.Raw(k.ctx, d); err != nil || int64(len(raw)) != m.Size {
			k.broken(1, "message %.12s: %d bytes of %d, %v", d, len(raw), m.Size, err)
		}
		known := slices.Contains([]ledger.OutcomeKind{ledger.OutcomeAccepted, ledger.OutcomeReturned, ledger.OutcomeHeld, ledger.OutcomeIgnored}, m.Outcome)
		switch m.Status {
		case ledger.MailDecided:
			if !known || m.Outcome == ledger.OutcomeIgnored && m.Reason == "" {
				k.broken(2, "message %.12s is decided as %q for the reason %q", d, m.Outcome, m.Reason)
			}
		case ledger.MailPending, ledger.MailQuarantined:
			if m.Outcome != "" {
				k.broken(2, "message %.12s waits and has the outcome %q", d, m.Outcome)
			}
			if m.Status == ledger.MailPending && k.run.Settled {
				k.broken(2, "message %.12s was never decided", d)
			}
		default:
			k.broken(2, "message %.12s has the status %q", d, m.Status)
		}
	}
}

// readAgain is I3: every figure has its place in a message that is kept, and
// reading that message gives it again.
func (k *checking) readAgain() {
	for _, s := range k.subs {
		if len(s.Reading.Figures) == 0 {
			continue
		}
		again, err := k.read(&s)
		if err != nil {
			k.broken(3, "document %.14s: %v", s.ID, err)
			continue
		}
		found := slices.ContainsFunc(again, func(c app.Checked) bool {
			return c.Document == s.Reading.Document && c.Kind == s.Reading.Kind && sameFigures(c.Figures, s.Reading.Figures)
		})
		if !found {
			k.broken(3, "document %.14s (%s) has figures that its message does not state", s.ID, s.Reading.Document)
		}
		for key, f := range s.Reading.Figures {
			k.n.Figures++
			if !f.Derived && f.Cell == "" && f.Stated() {
				k.broken(3, "document %.14s: %s has no place", s.ID, key)
			}
		}
	}
}

func (k *checking) read(s *ledger.Submission) ([]app.Checked, error) {
	key := s.Mail + s.Arrived.UTC().Format(time.RFC3339Nano)
	k.o.mu.Lock()
	defer k.o.mu.Unlock()
	if got, ok := k.o.reads[key]; ok {
		return got, nil
	}
	raw, err := k.run.Store.Raw(k.ctx, s.Mail)
	if err != nil {
		return nil, err
	}
	got, err := app.CheckFile(k.ctx, s.Mail+".eml", raw, app.CheckOptions{Config: k.run.Config, Arrived: s.Arrived})
	if err == nil {
		k.o.reads[key] = got
	}
	return got, err
}

func sameFigures(read map[string]app.CheckedFigure, kept ledger.Figures) bool {
	n := 0
	for key, f := range kept {
		if f.Kind == ledger.Blank {
			continue
		}
		n++
		c, ok := read[key]
		if !ok || c.Dash != (f.Kind == ledger.Dash) || c.Derived != f.Derived || c.Cell != f.Cell {
			return false
		}
		if f.Stated() && (c.Value == nil || *c.Value != f.Value) {
			return false
		}
	}
	return n > 0 || len(read) == 0
}

// versions is I4: no figure changes without a version. The versions of a unit
// and month are 1, 2 … n, each one document, and what an issue of the summary
// counted is what those documents state.
func (k *checking) versions() {
	byID := map[string]*ledger.Submission{}
	numbers := map[string][]int{}
	for i := range k.subs {
		s := &k.subs[i]
		if byID[s.ID] != nil {
			k.broken(4, "document %.14s is recorded twice", s.ID)
		}
		byID[s.ID] = s
		if s.Version > 0 {
			at := s.Unit + s.Period.String()
			numbers[at] = append(numbers[at], s.Version)
		}
	}
	for at, n := range numbers {
		slices.Sort(n)
		for i, v := range n {
			k.n.Versions++
			if v != i+1 {
				k.broken(4, "%s has the versions %v", at, n)
				break
			}
		}
	}
	for p, b := range k.state.Books {
		for _, issue := range b.Issues {
			for unit, id := range issue.Versions {
				if s := byID[id]; s == nil || s.Unit != unit || s.Period != p || !s.Reading.Figures.SameFacts(issue.Figures[unit]) {
					k.broken(4, "issue %d of %s counts figures of %s that its version does not state", issue.Number, p, unit)
				}
			}
		}
	}
}

var (
	// phone is a mobile number of the mainland; identity a citizen's number.
	phone    = regexp.MustCompile(`(?:^|\W)1[3-9]\d{9}(?:\W|$)`)
	identity = regexp.MustCompile(`(?:^|\W)[1-9]\d{5}(?:19|20)\d{9}[\dXx](?:\W|$)`)
)

// logged is I9, nothing panicked, and I10, the log holds no number of a person
// and no secret.
func (k *checking) logged() {
	if strings.Contains(k.run.Log, "panic") || strings.Contains(k.run.Log, "goroutine ") {
		k.broken(9, "the log tells of a panic")
	}
	for line := range strings.Lines(k.run.Log) {
		if phone.MatchString(line) || identity.MatchString(line) {
			k.broken(10, "the log holds a person's number: %.60s…", line)
		}
		for _, s := range k.run.Secrets {
			if s != "" && strings.Contains(line, s) {
				k.broken(10, "the log holds a secret")
			}
		}
	}
}
