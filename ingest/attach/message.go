package attach

import (
	"bytes"
	"errors"

	"taizhang/ingest/unpack"
)

// ErrNoMessage says that the bytes hold no header of a mail. What Parse
// returns beside it lists the bytes as one file.
var ErrNoMessage = errors.New("attach: no mail header found")

// Message is a mail taken apart.
type Message struct {
	Header Header
	// Files are all parts that are not displayed text, in their order:
	// attachments, inline parts, uuencoded blocks, files of nested mails and
	// members of archives. An archive or a mail that was opened is represented by
	// what is in it; it is listed itself when something in it could not be had.
	Files []File
	Text  string // displayed text/plain, decoded, lines ended by LF
	HTML  string // displayed text/html, decoded
	// TextDamaged says that bytes of the displayed texts may be missing or wrong.
	TextDamaged bool
	// Inner holds the displayed texts of mails inside this one.
	Inner  []Body
	Links  []CloudLink // large attachments that are only links
	Damage []Damage    // what was damaged and tolerated, in the order it was met

	reports  []report // machine-readable parts of reports (RFC 3462)
	returned []Header // headers of mails inside a report
}

// Body is the displayed text of a mail inside the mail.
type Body struct {
	Path    string // of the nested mail
	From    string // its From, for display only
	Subject string
	Text    string
	HTML    string
	Damaged bool // bytes of the texts may be missing or wrong
}

// File is one file of a mail.
type File struct {
	Name string // cleaned for display: one line, no path, at most 200 characters; may be ""
	// Path says where the file was found, for evidence: "2" the second part,
	// "2/1" the first part of it, "3>1" the first part of the mail in part 3,
	// "2!a.zip!b.xlsx" a member, "1#1" a uuencoded block. Paths are unique.
	Path     string
	Data     []byte // may share memory with the raw mail; not to be changed
	Type     Type   // by content
	Declared string // the declared media type, lower case
	Inline   bool   // a picture shown in the text, such as the logo of a signature
	From     string // of the nested mail it was found in, for display only
	Subject  string // of the nested mail it was found in
	Returned bool   // it is part of a mail that a bounce or a receipt gave back
	Damaged  bool   // bytes may be missing or wrong; Data is the part that could be had
	// Cut says that the end may be missing: the closing boundary or the end of
	// the transfer encoding is, or the sender states a larger size. The content
	// itself must prove that it is whole.
	Cut bool
	// Fault says why an archive was listed and not only what is in it: it, or
	// something in it, could not be had.
	Fault   unpack.Fault
	Partial bool // an archive whose other members are listed
}

// report is a machine-readable part of a multipart/report.
type report struct {
	kind string // media type
	data []byte
}

// Parse takes a raw mail apart. It returns what could be read in every case.
// The error is ErrNoMessage when raw holds no mail header, or that of
// Limits.Unpack: then the mail was not read whole and is to be read again. Damage
// in the mail is no error.
func Parse(raw []byte, lim Limits) (*Message, error) {
	m, w, err := parse(raw, lim)
	if w.failure != nil {
		return m, w.failure
	}
	return m, err
}

// ReadHeader reads the header alone; false says that raw holds none.
func ReadHeader(raw []byte, lim Limits) (Header, bool) {
	lim = lim.withDefaults()
	hb := splitHeader(start(raw, lim, func(Damage) {}), lim.Header)
	return newHeader(hb.fields), len(hb.fields) > 0
}

// start gives the mail from the first line of its header on.
func start(raw []byte, lim Limits, tell func(Damage)) []byte {
	b := raw
	if len(b) > lim.Message {
		b = b[:min(len(b), lim.Header)]
		tell(Damage{DamageLimitMessage, "", "the mail is larger than the limit; only its header was read", true})
	}
	b, _ = skipPreamble(b)
	if fixed, ok := fixBareCR(b); ok {
		b = fixed
		tell(Damage{DamageBareCR, "", "lines end in CR alone", false})
	}
	return b
}

func parse(raw []byte, lim Limits) (*Message, *walker, error) {
	lim = lim.withDefaults()
	m := &Message{}
	w := &walker{lim: lim, m: m, paths: map[string]int{}}
	b := start(raw, lim, w.damage)
	hb := splitHeader(b, lim.Header)
	w.work += int64(len(b) - len(hb.body))
	w.headerDamage(hb, "")
	if len(hb.fields) == 0 {
		w.damage(Damage{DamageNoMessage, "", "no header field found", true})
		if len(raw) > 0 && len(raw) <= lim.Message {
			w.content(File{Path: "1", Data: raw}, place{})
		}
		return m, w, ErrNoMessage
	}
	m.Header = newHeader(hb.fields)
	if len(raw) <= lim.Message {
		top := &Body{}
		w.part(hb.fields, hb.body, place{path: "1", body: top})
		m.Text, m.HTML, m.TextDamaged = top.Text, top.HTML, top.Damaged
		for _, in := range w.inner {
			m.Inner = append(m.Inner, *in)
		}
		m.Links = findLinks(m)
	}
	return m, w, nil
}

// fixBareCR turns CR into LF when the header's lines end in CR alone.
func fixBareCR(b []byte) ([]byte, bool) {
	head := b[:min(len(b), 64<<10)]
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	if bytes.Count(head, []byte("\r")) < 2 {
		return nil, false
	}
	known := 0
	for line := range bytes.SplitSeq(head, []byte("\r")) {
		if name, _, ok := cutField(line); ok && knownField(name) {
			known++
		}
	}
	if known < 2 {
		return nil, false
	}
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(b, []byte("\r"), []byte("\n")), true
}
