package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"taizhang/config"
	"taizhang/ingest"
	"taizhang/ingest/attach"
	"taizhang/ingest/check"
	"taizhang/ingest/sheet"
	"taizhang/ledger"
	"taizhang/notify/compose"
)

// Checked is what `check --json` prints for one document (commands.md). The
// order of the fields is part of the contract.
type Checked struct {
	File       string                   `json:"file"`
	Document   string                   `json:"document"`
	Kind       ledger.DocumentKind      `json:"kind"`
	Unit       *string                  `json:"unit"`
	Period     *string                  `json:"period"`
	Verdict    ledger.Verdict           `json:"verdict,omitempty"` // absent for kind none
	Figures    map[string]CheckedFigure `json:"figures,omitempty"`
	Text       *CheckedText             `json:"text,omitempty"`
	People     *CheckedPeople           `json:"people,omitempty"`
	FilledOn   string                   `json:"filled_on,omitempty"`
	Roster     []ledger.RosterLine      `json:"roster,omitempty"`
	Findings   []CheckedFinding         `json:"findings"`
	NotChecked []string                 `json:"not_checked,omitempty"`

	reading ledger.Reading
}

// CheckedFigure is one figure. A dash has no value: Value is null and Dash set.
type CheckedFigure struct {
	Value   *int64 `json:"value"`
	Dash    bool   `json:"dash,omitempty"`
	Cell    string `json:"cell,omitempty"`
	Derived bool   `json:"derived,omitempty"`
}

// CheckedText holds the words of a ledger, verbatim.
type CheckedText struct {
	Task     string `json:"task"`
	Measures string `json:"measures"`
}

// CheckedPeople holds who signed a ledger.
type CheckedPeople struct {
	Officer string `json:"officer"`
	Liaison string `json:"liaison"`
}

// CheckedFinding is a finding in words.
type CheckedFinding struct {
	Code     ledger.Code     `json:"code"`
	Severity ledger.Severity `json:"severity"`
	Sheet    string          `json:"sheet"`
	Cell     string          `json:"cell"`
	Value    string          `json:"value"`
	Message  string          `json:"message"`
	Remedy   string          `json:"remedy"`
	Name     string          `json:"-"` // of the code, in a few words
}

// CheckOptions say what is known besides the file.
type CheckOptions struct {
	Config  *config.Config
	Arrived time.Time // zero: not known
	Sender  string    // address; "" not known
	// Reader reads the files. nil: they are read by a child that ReaderCommand
	// starts for this call, or without one in this process. Callers with several
	// files keep one reader for all: see NewReader.
	Reader        FileReader
	ReaderCommand []string // as in Options
}

// CheckFile reads and checks one file, archive or mail and touches no state.
// The error is ours, never the file's.
func CheckFile(ctx context.Context, name string, data []byte, opt CheckOptions) (_ []Checked, err error) {
	switch {
	case opt.Reader != nil:
	case len(opt.ReaderCommand) > 0:
		r := NewReader(opt.Config, opt.ReaderCommand, nil)
		defer func() { err = errors.Join(err, r.Close()) }()
		opt.Reader = r
	default:
		opt.Reader = here{opt.Config}
	}
	k := &checker{ctx: ctx, opt: opt, name: name, wording: compose.Wording(&opt.Config.Campaign)}
	if int64(len(data)) > opt.Config.Limits.Message { // no mail may be larger, and no file outside of one
		k.readings = []ledger.Reading{none(name, ledger.FTooLarge, map[string]string{"limit": "file"})}
		return k.results(), nil
	}
	msg, isMail, err := k.open(data)
	if err != nil {
		return nil, err
	}
	if err := k.files(msg, isMail); err != nil {
		return nil, err
	}
	return k.results(), nil
}

// checker is the work on one file given to check.
type checker struct {
	ctx      context.Context
	opt      CheckOptions
	name     string
	wording  func(ledger.Finding) (message, remedy string)
	sender   string
	arrived  time.Time
	readings []ledger.Reading
	types    []attach.Type // of the files that the first readings are of
}

// open takes a mail apart; anything else is read as the only attachment of one,
// so that archives and names are treated the same.
func (k *checker) open(data []byte) (m *attach.Message, isMail bool, err error) {
	k.sender, k.arrived = strings.ToLower(k.opt.Sender), k.opt.Arrived
	lim := attachLimits(k.opt.Config)
	lim.Unpack = ingest.Unpacker(k.opt.Reader.Unpack).Within(k.ctx)
	if h, ok := attach.ReadHeader(data, lim); ok && looksLikeMail(&h) {
		if at, ok := h.ReceivedAt(); ok && k.arrived.IsZero() {
			k.arrived = at
		}
		if k.sender == "" && len(h.From) > 0 {
			k.sender = h.From[0].Addr
		}
		m, err := attach.Parse(data, lim)
		if err != nil {
			return nil, true, fmt.Errorf("parse %s: %w", k.name, err)
		}
		return m, true, nil
	}
	if m, err = attach.Lone(k.name, data, lim); err != nil {
		return nil, false, fmt.Errorf("take %s apart: %w", k.name, err)
	}
	return m, false, nil
}

// looksLikeMail reports whether the header is a mail's: a workbook or a text
// may begin with something that parses as a field or two.
func looksLikeMail(h *attach.Header) bool {
	return len(h.From) > 0 && (h.MessageID != "" || h.Date != "" || len(h.Received) > 0 || h.Subject != "" || h.Get("MIME-Version") != "")
}

func (k *checker) files(msg *attach.Message, isMail bool) error {
	for i := range msg.Files {
		f := &msg.Files[i]
		if isMail && (f.Inline && f.Type == attach.TypeImage || f.Type == attach.TypeSignature || f.Returned) {
			continue
		}
		rs, err := k.file(msg, f)
		if err != nil {
			return err
		}
		k.readings = append(k.readings, rs...)
		for range rs {
			k.types = append(k.types, f.Type)
		}
	}
	if rest, ok := ingest.Unread(msg); ok && isMail {
		k.readings, k.types = append(k.readings, none(rest.File, rest.Code, rest.Args)), append(k.types, attach.TypeEML)
	}
	k.body(msg)
	for _, l := range msg.Links {
		if !l.Share {
			k.readings = append(k.readings, none(l.Name, ledger.FCloudLink, map[string]string{"name": l.Name, "size": l.Size, "expires": l.Expires}))
		}
	}
	if len(k.readings) == 0 {
		r := none("", ledger.FNoLedger, nil)
		if !isMail || !ingest.SpeaksOfLedger(&k.opt.Config.Campaign, msg) {
			r.Findings = []ledger.Finding{{Code: ledger.FForeign, Severity: ledger.Note}}
		}
		k.readings = []ledger.Reading{r}
	}
	ours := slices.ContainsFunc(k.readings, func(r ledger.Reading) bool { return r.Kind == ledger.KindLedger })
	var ledgers []int
	for i := range k.readings {
		r := &k.readings[i]
		if r.Kind == ledger.KindLedger {
			ledgers = append(ledgers, i)
		} else if ours && len(r.Findings) > 0 && r.Findings[0].Severity == ledger.Unreadable {
			r.Findings = []ledger.Finding{{Code: ledger.FCompanion, Severity: ledger.Note, File: r.File, Args: map[string]string{"kind": k.companionKind(i)}}}
		}
	}
	group := make([]ledger.Reading, len(ledgers))
	for j, i := range ledgers {
		group[j] = k.readings[i]
	}
	check.AcrossMail(group)
	for j, i := range ledgers {
		k.readings[i] = group[j]
	}
	return nil
}

// companionKind is what the unreadable file beside a ledger is.
func (k *checker) companionKind(i int) string {
	if kind := k.readings[i].Findings[0].Args["kind"]; kind != "" {
		return kind
	}
	if i < len(k.types) {
		return string(k.types[i])
	}
	return string(attach.TypeUnknown)
}

func none(name string, code ledger.Code, args map[string]string) ledger.Reading {
	return ledger.Reading{Document: name, File: name, Kind: ledger.KindNone,
		Findings: []ledger.Finding{{Code: code, Severity: ledger.Unreadable, File: name, Args: args}}}
}

func (k *checker) file(msg *attach.Message, f *attach.File) ([]ledger.Reading, error) {
	if refused, ok := ingest.Refused(f); ok {
		return []ledger.Reading{none(f.Name, refused.Code, refused.Args)}, nil
	}
	tables, err := k.opt.Reader.Read(k.ctx, f.Name, f.Data)
	var bad *sheet.Error
	if errors.As(err, &bad) {
		r := none(f.Name, bad.Code, bad.Args)
		r.Findings = []ledger.Finding{ingest.Unreadable(f, bad)}
		return []ledger.Reading{r}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Name, err)
	}
	sum := sha256.Sum256(f.Data)
	rs := k.check(tables, f.Name, hex.EncodeToString(sum[:]), strings.TrimSpace(f.Subject+" "+msg.Header.Subject))
	unit, _ := k.senderUnit()
	for i := range rs {
		if ingest.MayLack(f) {
			rs[i].Findings = append(rs[i].Findings, ledger.Finding{Code: ledger.FTransport, Severity: ledger.Hold, File: f.Name})
		}
		k.whose(&rs[i], unit)
	}
	return rs, nil
}

func (k *checker) check(tables []*ledger.Table, file, digest, subject string) []ledger.Reading {
	unit, known := k.senderUnit()
	return check.Check(check.Input{Campaign: &k.opt.Config.Campaign, Tables: tables, File: file, FileDigest: digest,
		Subject: subject, SenderUnit: unit, HasSender: known, Arrived: k.arrived})
}

// body reads a ledger or a roster pasted into the mail's text, when no file is
// one.
func (k *checker) body(msg *attach.Message) {
	if msg.HTML == "" {
		return
	}
	tables, err := sheet.Body(k.ctx, ingest.BodyName, msg.HTML, sheetLimits(k.opt.Config))
	if err != nil || len(tables) == 0 {
		return // a mail's layout may be any HTML: it is no file that could be damaged
	}
	sum := sha256.Sum256([]byte(msg.HTML))
	unit, _ := k.senderUnit()
	filed := k.readings
	for _, r := range k.check(tables, ingest.BodyName, hex.EncodeToString(sum[:]), msg.Header.Subject) {
		same := func(o ledger.Reading) bool { return o.Kind == r.Kind }
		if r.Kind != ledger.KindNone && !slices.ContainsFunc(filed, same) {
			if msg.TextDamaged {
				r.Findings = append(r.Findings, ledger.Finding{Code: ledger.FTransport, Severity: ledger.Hold, File: ingest.BodyName})
			}
			k.whose(&r, unit)
			k.readings = append(k.readings, r)
		}
	}
}

// senderUnit is the unit that the config knows the sender for.
func (k *checker) senderUnit() (unit string, known bool) {
	for _, u := range k.opt.Config.Campaign.Units {
		for _, a := range u.Addresses {
			if a.Addr == k.sender && k.sender != "" {
				return u.Name, true
			}
		}
	}
	return "", false
}

// whose applies the rules about the sender, as far as no state is needed: a
// unit without any address in the config is not checked.
func (k *checker) whose(r *ledger.Reading, unit string) {
	if r.Kind == ledger.KindNone {
		return
	}
	for _, code := range []ledger.Code{ledger.ISenderFailed, ledger.ISenderUnsigned} { // they need the mail as it arrived
		if !slices.Contains(r.NotChecked, string(code)) {
			r.NotChecked = append(r.NotChecked, string(code))
		}
	}
	if r.Unit == "" {
		return
	}
	u := k.opt.Config.Campaign.Unit(r.Unit)
	switch {
	case k.sender == "" || len(u.Addresses) == 0:
		return // check has listed the rules in NotChecked
	case unit == "" && !r.Has(ledger.ISenderUnknown):
		r.Findings = append(r.Findings, ledger.Finding{Code: ledger.ISenderUnknown, Severity: ledger.Hold, File: r.File, Value: k.sender})
	case unit != "" && unit != r.Unit && !r.Has(ledger.ISenderOther):
		r.Findings = append(r.Findings, ledger.Finding{Code: ledger.ISenderOther, Severity: ledger.Hold, File: r.File, Value: k.sender, Args: map[string]string{"unit": unit}})
	}
}

func (k *checker) results() []Checked {
	var out []Checked
	for _, r := range k.readings {
		out = append(out, k.result(r))
	}
	return out
}

func (k *checker) result(r ledger.Reading) Checked {
	c := Checked{File: k.name, Document: r.Document, Kind: r.Kind, FilledOn: r.FilledOn.String(), Roster: r.Roster,
		Findings: []CheckedFinding{}, NotChecked: r.NotChecked, reading: r}
	if r.Unit != "" {
		c.Unit = &r.Unit
	}
	if p := r.Period.String(); p != "" {
		c.Period = &p
	}
	if r.Kind != ledger.KindNone || r.Verdict() == ledger.UnreadableIt {
		c.Verdict = r.Verdict()
	}
	if r.Kind == ledger.KindLedger {
		c.Figures = map[string]CheckedFigure{}
		c.Text = &CheckedText{r.Task, r.Measures}
		c.People = &CheckedPeople{r.Officer, r.Liaison}
	}
	for key, f := range r.Figures {
		switch {
		case f.Stated():
			c.Figures[key] = CheckedFigure{Value: &f.Value, Cell: f.Cell, Derived: f.Derived}
		case f.Kind == ledger.Dash:
			c.Figures[key] = CheckedFigure{Dash: true, Cell: f.Cell}
		}
	}
	for _, f := range r.Findings {
		message, remedy := k.wording(f)
		c.Findings = append(c.Findings, CheckedFinding{f.Code, f.Severity, f.Sheet, f.Cell, f.Value, message, remedy, CodeName(k.campaign(), f.Code)})
	}
	return c
}

// JSON returns the object as one line.
func (c Checked) JSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(c); err != nil {
		return nil, fmt.Errorf("encode the result: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// Reading returns what the result was made from.
func (c Checked) Reading() ledger.Reading { return c.reading }

func (k *checker) campaign() *ledger.Campaign { return &k.opt.Config.Campaign }
