package ledger

import (
	"regexp"
	"slices"
	"strings"
)

// Forgotten is the tombstone of a message whose bytes were deleted on request
// (个人信息删除). The figures that were read of it stay on record; its digest says
// which message they came from.
type Forgotten struct {
	Digest   string   `json:"digest"` // of the message that was deleted
	Of       string   `json:"of"`     // of the message that was asked about; Digest, or that of a mail that ours answered or quoted
	Size     int64    `json:"size"`   // bytes that were kept of it
	Decision Decision `json:"decision"`
}

// Forgetting says what is to be deleted with a message.
type Forgetting struct {
	Mail     string   // its digest
	Copies   []string // digests of copies of our own mails that hold the same
	Outgoing []string // keys of mails of ours that hold the same: their bytes go
	KeepAddr bool     // the sender's address is a unit's or the desk's: it stays
	Hide     []string // names and numbers that are struck out of the words that stay
	Instead  string   // what stands in the place of what was deleted
	By       Decision
}

// People returns the names, telephone numbers and mail addresses that the
// reading holds, each once.
func (r *Reading) People() []string {
	out := []string{r.Officer, r.Liaison}
	for _, l := range r.Roster {
		for _, p := range []Person{l.Officer, l.Liaison} {
			out = append(out, p.Name, p.Phone, p.Addr)
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return s == "" })
}

// Forget takes out of the reading what is of persons and what is the
// document's own wording: people, the names of its files, cells as they were
// written. Figures, cells, findings and their codes stay; so do the unit's words
// on its work, without the names and numbers in f.Hide.
func (r *Reading) Forget(f *Forgetting) {
	r.Document, r.File, r.Officer, r.Liaison, r.Roster = f.Instead, f.Instead, "", "", nil
	r.Task, r.Measures = f.struck(r.Task), f.struck(r.Measures)
	for _, figures := range []Figures{r.Figures, r.Cumulative} {
		for k, fig := range figures {
			fig.Text = ""
			figures[k] = fig
		}
	}
	r.Findings = slices.Clone(r.Findings)
	for i := range r.Findings {
		g := &r.Findings[i]
		if g.File != "" {
			g.File = f.Instead
		}
		people := strings.HasPrefix(string(g.Code), "P")
		g.Value = f.struck(g.Value)
		if people {
			g.Value = ""
		}
		args := make(map[string]string, len(g.Args))
		for k, v := range g.Args {
			if args[k] = f.struck(v); people {
				args[k] = hidden
			}
		}
		if g.Args != nil {
			g.Args = args
		}
	}
}

// hidden stands for what was struck out.
const hidden = "＊"

// numbers are telephone and identity numbers: no figure of a month has so many
// digits.
var numbers = regexp.MustCompile(`[0-9０-９]{7,}[XxＸｘ]?`)

// struck returns the text without what is to be hidden, and without any
// telephone or identity number.
func (f *Forgetting) struck(s string) string {
	for _, h := range f.Hide {
		if h != "" {
			s = strings.ReplaceAll(s, h, hidden)
		}
	}
	return numbers.ReplaceAllString(s, hidden)
}

// Forget takes the sender's own words out of the reply. What they explained
// stays explained.
func (r *Reply) Forget(f *Forgetting) {
	r.Text = f.Instead
	if !f.KeepAddr {
		r.Sender = ""
	}
	r.Explanations = slices.Clone(r.Explanations)
	for i := range r.Explanations {
		e := &r.Explanations[i]
		e.Reason, e.Words = f.Instead, f.Instead
		if !f.KeepAddr {
			e.Sender = ""
		}
	}
}

// Forget takes what is of persons out of the record of the message.
func (m *MailRecord) Forget(f *Forgetting) {
	m.From.Name, m.Subject, m.Error, m.Notes = "", f.Instead, "", nil
	if !f.KeepAddr {
		m.From.Addr = ""
	}
}
