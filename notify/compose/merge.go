package compose

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"taizhang/ledger"
)

// letterPart is one receipt as ledger.Mail.Letter keeps it: what stands between
// its greeting and its closing.
type letterPart struct {
	Subject    string   `json:"subject"`
	InReplyTo  string   `json:"in_reply_to,omitempty"`
	References []string `json:"references,omitempty"`
	Blocks     []block  `json:"blocks"`
}

// Mergeable reports whether waiting mails of the kind may become one: receipts
// of what was registered. They ask nothing but to be compared.
func Mergeable(kind ledger.MailKind) bool {
	return kind == ledger.MailReceipt || kind == ledger.MailAmended
}

// letter returns what m says besides greeting and closing, so that it may be
// merged with others; nil for what is never merged.
func (k *Composer) letter(m *ledger.Mail, v *view, bs []block) ([]byte, error) {
	if !Mergeable(m.Kind) || !m.Answer || len(m.Attachments) > 0 || m.Unit == "" {
		return nil, nil
	}
	if len(v.merged) > 0 {
		return json.Marshal(v.merged)
	}
	end := slices.IndexFunc(bs, func(b block) bool { return b.Kind == blockClosing })
	if end < 0 || len(bs) == 0 || bs[0].Kind != blockFlush {
		return nil, nil // the office's own template does not say where it ends
	}
	return json.Marshal([]letterPart{{Subject: m.Subject, InReplyTo: m.InReplyTo, References: m.References, Blocks: bs[1:end]}})
}

// MergeFacts are those of one mail for several waiting receipts to a unit.
type MergeFacts struct {
	Common           // of the newest
	Letters [][]byte // ledger.Mail.Letter of each, in the order of time
}

type mergedView struct {
	*view
	Count int
	Parts []mergedPart
}

type mergedPart struct {
	Number        int
	Subject, Name string
}

// Merge composes one 【回执】 of several that wait for the sending limits (rule
// book §8). Each stands in it word for word.
func (k *Composer) Merge(f MergeFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	data := mergedView{view: v}
	v.parts = map[string][]block{}
	for _, l := range f.Letters {
		var parts []letterPart
		if err := json.Unmarshal(l, &parts); err != nil {
			return ledger.Mail{}, fmt.Errorf("compose merged %s: %w", f.Key, err)
		}
		v.merged = append(v.merged, parts...)
	}
	if len(v.merged) < 2 {
		return ledger.Mail{}, fmt.Errorf("compose merged %s: %w", f.Key, errors.New("there is nothing to merge"))
	}
	f.Original = &Original{}
	for i, p := range v.merged {
		name := fmt.Sprint("part", i)
		v.parts[name] = p.Blocks
		data.Parts = append(data.Parts, mergedPart{Number: i + 1, Subject: Clean(p.Subject), Name: name})
		f.Original.References = append(append(f.Original.References, p.References...), p.InReplyTo)
		f.Original.MessageID = p.InReplyTo
	}
	data.Count = len(data.Parts)
	return k.write(draft{letter: "merged", kind: ledger.MailReceipt, answer: true, common: f.Common, data: data, view: v})
}
