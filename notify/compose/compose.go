package compose

import (
	"bytes"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io"
	"slices"
	"strings"
	"sync"
	"text/template"

	"taizhang/ledger"
)

// Options are the settings of a Composer.
type Options struct {
	// TemplateDir is a folder whose files replace the embedded templates and
	// catalogue files of the same name; "" uses the embedded ones.
	TemplateDir string
	// Mailbox is the address that counties report to; "" is the desk's first.
	Mailbox string
}

// Composer writes the mails of one campaign. It is safe for concurrent use.
type Composer struct {
	campaign *ledger.Campaign
	mailbox  string
	words    *catalogue
	letters  map[string]*template.Template // by the name of their file without .tmpl
	frame    *htmltemplate.Template
}

// mailKinds are all kinds of mail that have a 【性质】.
var mailKinds = []ledger.MailKind{
	ledger.MailRequest, ledger.MailTomorrow, ledger.MailOverdue, ledger.MailHeld, ledger.MailReceipt,
	ledger.MailReturn, ledger.MailAmended, ledger.MailUnreadable, ledger.MailSummary, ledger.MailDuty, ledger.MailProbe,
}

// New reads the templates and the catalogue and tries every letter on sample
// facts, so that a mistake in an edited file shows at the start and not in a
// mail. The error names the file. The embedded wording is parsed once in a
// process, and tried once for what a campaign puts into it: commands and tests
// that open a store again and again do not pay for it each time.
func New(c *ledger.Campaign, opt Options) (*Composer, error) {
	if c == nil {
		return nil, errors.New("compose: no campaign")
	}
	k, err := newComposer(c, opt)
	if err != nil {
		return nil, fmt.Errorf("compose: %w", err)
	}
	return k, nil
}

func newComposer(c *ledger.Campaign, opt Options) (*Composer, error) {
	src := source{opt.TemplateDir}
	if err := src.check(); err != nil {
		return nil, err
	}
	w, err := wordingOf(src)
	if err != nil {
		return nil, err
	}
	words := w.words
	words.speakOf(c)
	k := &Composer{campaign: c, mailbox: opt.Mailbox, words: &words, letters: w.letters, frame: w.frame}
	if k.mailbox == "" && len(c.Desk.Addresses) > 0 {
		k.mailbox = c.Desk.Addresses[0].Addr
	}
	if src.dir != "" {
		return k, k.rehearse(src)
	}
	return k, k.rehearseOnce()
}

// wording is the catalogue and the parsed templates of one source. Nothing
// changes it, so that Composers may share it.
type wording struct {
	words   catalogue
	letters map[string]*template.Template
	frame   *htmltemplate.Template
}

func wordingOf(src source) (*wording, error) {
	if src.dir == "" {
		return embeddedWording()
	}
	return readWording(src)
}

// embeddedWording is part of the program and never changes.
var embeddedWording = sync.OnceValues(func() (*wording, error) { return readWording(source{}) })

func readWording(src source) (*wording, error) {
	words, err := readCatalogue(src)
	if err != nil {
		return nil, err
	}
	w := &wording{words: *words, letters: map[string]*template.Template{}}
	return w, w.parse(src)
}

// Wording returns FindingText for those who need no letters: with the names of
// the campaign's form, and the embedded texts.
func Wording(c *ledger.Campaign) func(ledger.Finding) (message, remedy string) {
	k := *builtin()
	k.speakOf(c)
	return k.findingText
}

// FindingText is the package's FindingText with the wording of the Composer's
// folder and the names of its campaign's form.
func (k *Composer) FindingText(f ledger.Finding) (message, remedy string) {
	return k.words.findingText(f)
}

var funcs = template.FuncMap{
	// table sets the table of that name on a line of its own.
	"table": func(name string) string { return "\n" + tableMark + name + tableMark + "\n" },
	// closing says that from here on a letter ends as every letter does.
	"closing": func() string { return "\n" + tableMark + closingName + tableMark + "\n" },
}

func (w *wording) parse(src source) error {
	parts, shown, err := src.read(partsFile)
	if err != nil {
		return err
	}
	base, err := template.New("parts.tmpl").Funcs(funcs).Parse(string(parts))
	if err != nil {
		return fmt.Errorf("%s: %w", shown, err)
	}
	for name := range views {
		t, err := base.Clone()
		if err != nil {
			return fmt.Errorf("copy %s: %w", shown, err)
		}
		data, file, err := src.read(letterFile(name))
		if err != nil {
			return err
		}
		if t, err = t.New(name).Parse(string(data)); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, part := range []string{"subject", "body"} {
			if t.Lookup(part) == nil {
				return fmt.Errorf("%s: it defines no %q", file, part)
			}
		}
		w.letters[name] = t
	}
	frame, shown, err := src.read(frameFile)
	if err != nil {
		return err
	}
	if w.frame, err = htmltemplate.New("frame.html.tmpl").Parse(string(frame)); err != nil {
		return fmt.Errorf("%s: %w", shown, err)
	}
	if err := w.frame.Execute(io.Discard, sampleFrame()); err != nil {
		return fmt.Errorf("%s: %w", shown, err)
	}
	return nil
}

func letterFile(name string) string { return "templates/" + name + ".tmpl" }

// draft is what every composition ends in: the letter, its kind and its data.
type draft struct {
	letter string // name of the template
	kind   ledger.MailKind
	answer bool
	common Common
	data   any   // the template's
	view   *view // the part of data that all letters share
}

// write prints the letter and makes it a mail.
func (k *Composer) write(d draft) (ledger.Mail, error) {
	if err := d.common.check(); err != nil {
		return ledger.Mail{}, fmt.Errorf("compose %s: %w", d.letter, err)
	}
	subject, blocks, text, html, err := k.print(d.letter, d.data, d.view)
	if err != nil {
		return ledger.Mail{}, fmt.Errorf("compose %s %s: %w", d.letter, d.common.Key, err)
	}
	f := d.common
	m := ledger.Mail{
		Key: f.Key, Kind: d.kind, Unit: f.Unit, Period: f.Period, Reason: f.Reason,
		Date: f.Now.In(k.campaign.Schedule.Zone), To: cleanAddresses(f.To), Cc: cleanAddresses(f.Cc),
		Subject: subject, Text: text, HTML: html, Attachments: slices.Clone(f.Attachments), Answer: d.answer,
	}
	if o := f.Original; o != nil {
		m.InReplyTo = messageID(o.MessageID)
		for _, r := range append(slices.Clone(o.References), o.MessageID) {
			if id := messageID(r); id != "" && !slices.Contains(m.References, id) {
				m.References = append(m.References, id)
			}
		}
	}
	if f.Original == nil {
		for _, r := range f.Thread {
			if id := messageID(r); id != "" && !slices.Contains(m.References, id) {
				m.InReplyTo, m.References = id, append(m.References, id)
			}
		}
	}
	m.Letter, err = k.letter(&m, d.view, blocks)
	return m, err
}

// print executes the letter's templates.
func (k *Composer) print(letter string, data any, v *view) (subject string, blocks []block, text, html string, err error) {
	t := k.letters[letter]
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "subject", data); err != nil {
		return "", nil, "", "", err
	}
	if subject = k.words.cut(Clean(out.String()), maxSubject); subject == "" {
		return "", nil, "", "", errors.New("the subject is empty")
	}
	out.Reset()
	if err := t.ExecuteTemplate(&out, "body", data); err != nil {
		return "", nil, "", "", err
	}
	if blocks, err = parseLetter(out.String(), v); err != nil {
		return "", nil, "", "", err
	}
	shown := slices.DeleteFunc(slices.Clone(blocks), func(b block) bool { return b.Kind == blockClosing })
	out.Reset()
	if err := k.frame.Execute(&out, newFrame(subject, shown)); err != nil {
		return "", nil, "", "", err
	}
	return subject, blocks, plainText(shown), out.String(), nil
}

func (f *Common) check() error {
	switch {
	case f.Key == "":
		return errors.New("no key")
	case f.Now.IsZero():
		return fmt.Errorf("%s: no instant", f.Key)
	case len(f.To) == 0:
		return fmt.Errorf("%s: nobody to write to", f.Key)
	}
	return nil
}

func cleanAddresses(as []ledger.Address) []ledger.Address {
	var out []ledger.Address
	for _, a := range as {
		out = append(out, ledger.Address{Name: Clean(a.Name), Addr: strings.TrimSpace(a.Addr)})
	}
	return out
}
