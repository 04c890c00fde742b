package compose

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"taizhang/ledger"
)

// errNoDocument refuses facts that speak of no document.
var errNoDocument = errors.New("no document")

type heldView struct {
	*view
	Documents []docView
	InForce   string // 第1版; "" when none
}

// Held composes 【已收到，待核实】 for a known sender whose document the desk must
// see first.
func (k *Composer) Held(f HeldFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	docs, err := k.documents(v, f.Documents, f.Common)
	if err != nil {
		return ledger.Mail{}, fmt.Errorf("compose held: %w", err)
	}
	data := heldView{view: v, Documents: docs, InForce: k.versionOrNone(f.InForce)}
	return k.write(draft{letter: "held", kind: ledger.MailHeld, answer: true, common: f.Common, data: data, view: v})
}

func (k *Composer) documents(v *view, ds []Document, f Common) ([]docView, error) {
	if len(ds) == 0 {
		return nil, fmt.Errorf("%s: %w", f.Key, errNoDocument)
	}
	out := make([]docView, len(ds))
	for i, d := range ds {
		out[i] = k.document(v, d, i+1, f.Period)
	}
	return out, nil
}

func (k *Composer) versionOrNone(n int) string {
	if n <= 0 {
		return ""
	}
	return k.words.version(n)
}

type receiptView struct {
	*view
	Documents []docView
	Several   bool
	Verified  bool
	Queries   int    // open, over all documents
	Sample    string // code for the example of an answer
	NoRate    bool
	Periods   string // of all documents, for the subject
}

// Receipt composes 【回执】 with the figures as read.
func (k *Composer) Receipt(f ReceiptFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	docs, err := k.documents(v, f.Documents, f.Common)
	if err != nil {
		return ledger.Mail{}, fmt.Errorf("compose receipt: %w", err)
	}
	data := receiptView{view: v, Documents: docs, Several: len(docs) > 1, Verified: f.Verified}
	var periods []string
	for _, d := range docs {
		data.Queries += d.QueryCount
		data.NoRate = data.NoRate || d.NoRate
		if data.Sample == "" {
			data.Sample = d.SampleCode
		}
		if !slices.Contains(periods, d.Period) {
			periods = append(periods, d.Period)
		}
	}
	data.Periods = strings.Join(periods, k.words.Enum)
	return k.write(draft{letter: "receipt", kind: ledger.MailReceipt, answer: true, common: f.Common, data: data, view: v})
}

type duplicateView struct {
	*view
	Document docView
	Earlier  string
}

// Duplicate composes the receipt for a document that equals the newest version
// in figures, words and people (重复件).
func (k *Composer) Duplicate(f DuplicateFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	f.Document.Findings = slices.DeleteFunc(slices.Clone(f.Document.Findings), func(x ledger.Finding) bool { return x.Severity != ledger.Query })
	data := duplicateView{view: v, Document: k.document(v, f.Document, 1, f.Period), Earlier: k.instant(f.Earlier)}
	return k.write(draft{letter: "duplicate", kind: ledger.MailReceipt, answer: true, common: f.Common, data: data, view: v})
}

type returnView struct {
	*view
	Document  docView
	Annotated string
	Rendered  bool
	InForce   string
}

// Return composes 【请更正】 with every finding of the document in one round.
func (k *Composer) Return(f ReturnFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	data := returnView{
		view: v, Document: k.document(v, f.Document, 1, f.Period), Annotated: k.name(f.Annotated), Rendered: f.Rendered,
		InForce: k.versionOrNone(f.InForce),
	}
	if data.Document.BlockCount == 0 {
		return ledger.Mail{}, fmt.Errorf("compose return %s: nothing to correct", f.Key)
	}
	return k.write(draft{letter: "return", kind: ledger.MailReturn, answer: true, common: f.Common, data: data, view: v})
}

type amendedView struct {
	*view
	Document  docView
	Previous  string
	Counted   bool
	Changes   string // table
	Words     bool
	People    bool
	First     string
	Effect    string
	ReissueAt string
}

// Amended composes 【更正已登记】: what changed, from what to what, and to what
// effect.
func (k *Composer) Amended(f AmendedFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	data := amendedView{
		view: v, Document: k.document(v, f.Document, 1, f.Period), Previous: k.versionOrNone(f.Previous), Counted: f.Counted,
		Words: f.Words, People: f.People, First: k.instant(f.First), Effect: string(f.Effect),
		ReissueAt: k.deadline(f.ReissueAt, f.Now),
	}
	changes := &table{Cols: []column{k.col("measure"), k.num("old"), k.num("new")}}
	for _, c := range k.changes(f.Old, f.Document.Figures, f.Unread) {
		changes.Rows = append(changes.Rows, c[:])
	}
	data.Changes = v.add("changes", changes)
	return k.write(draft{letter: "amended", kind: ledger.MailAmended, answer: true, common: f.Common, data: data, view: v})
}

// changes lists the measures whose facts differ: name, old, new. unread is what
// stood where an old figure could not be read.
func (k *Composer) changes(old, now ledger.Figures, unread map[string]string) [][3]string {
	var out [][3]string
	for _, m := range k.campaign.Form.Measures {
		a, hadA := old[m.Key]
		b, hasB := now[m.Key]
		if hadA == hasB && a.Kind == b.Kind && a.Value == b.Value && a.Derived == b.Derived {
			continue
		}
		was := k.figure(a, hadA, m.Unit)
		if text := unread[m.Key]; text != "" && !hadA {
			was = fmt.Sprintf(k.words.Unread, k.words.cut(Clean(text), maxValue))
		}
		out = append(out, [3]string{m.Name, was, k.figure(b, hasB, m.Unit)})
	}
	return out
}

type unreadableView struct {
	*view
	Files   string // table of what is wrong with the county's files
	Names   string // of the files that we failed at
	System  bool   // our own failure
	Link    bool   // a cloud link instead of a file
	Missing bool   // no ledger in the mail
	InForce string
}

// Unreadable composes 【无法处理】: whose problem it is and the one thing to do.
func (k *Composer) Unreadable(f UnreadableFacts) (ledger.Mail, error) {
	if len(f.Findings) == 0 {
		return ledger.Mail{}, fmt.Errorf("compose unreadable %s: no finding", f.Key)
	}
	v := k.shared(f.Common)
	data := unreadableView{view: v, InForce: k.versionOrNone(f.InForce)}
	var all []said
	var names []string
	for _, x := range f.Findings {
		if x.Code == ledger.FSystem {
			data.System = true
			if x.File != "" {
				names = append(names, k.name(x.File))
			}
			continue
		}
		data.Link = data.Link || x.Code == ledger.FCloudLink
		data.Missing = data.Missing || x.Code == ledger.FNoLedger
		all = append(all, k.say(x))
	}
	data.Files, data.Names = v.add("files", k.fileTable(all)), strings.Join(names, k.words.Enum)
	return k.write(draft{letter: "unreadable", kind: ledger.MailUnreadable, answer: true, common: f.Common, data: data, view: v})
}
