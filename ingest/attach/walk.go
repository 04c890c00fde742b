package attach

import (
	"fmt"
	"strconv"
	"strings"

	"taizhang/internal/lazyregexp"
)

// walker carries the state of one Parse.
type walker struct {
	lim     Limits
	m       *Message
	inner   []*Body
	paths   map[string]int // how often a path was given
	parts   int            // MIME parts met
	entries int            // archive members met
	decoded int            // bytes of files and bodies
	stopped map[DamageCode]bool
	work    int64 // bytes looked at, for tests of linearity
	failure error // of ours: the mail must be read again
}

// place is where in the mail the walker stands.
type place struct {
	path     string // of this part
	base     string // prefix of the paths of a root multipart's parts
	inner    bool   // not the root part of its mail
	depth    int    // MIME levels above
	nested   int    // mails above
	archives int    // archives above
	cut      bool   // the closing boundary is missing behind this part
	related  bool   // inside a multipart/related
	report   bool   // inside a multipart/report
	returned bool   // inside a mail that a report gave back
	from     string // of the nested mail
	subject  string
	body     *Body // takes the displayed text
}

func (w *walker) damage(d Damage) { w.m.Damage = append(w.m.Damage, d) }

// limit records that a limit was met, once for each code; it always means loss.
func (w *walker) limit(code DamageCode, path, detail string) {
	if w.stopped == nil {
		w.stopped = map[DamageCode]bool{}
	}
	if !w.stopped[code] {
		w.stopped[code] = true
		w.damage(Damage{code, path, detail, true})
	}
}

func (w *walker) headerDamage(hb headerBlock, path string) {
	if hb.junk > 0 {
		w.damage(Damage{DamageHeaderJunk, path, fmt.Sprintf("%d header lines that are no fields", hb.junk), false})
	}
	if hb.noEnd && len(hb.body) > 0 {
		w.damage(Damage{DamageHeaderEnd, path, "no blank line behind the header", false})
	}
	if hb.tooLong {
		w.damage(Damage{DamageLimitHeader, path, "the header is longer than the limit; the rest of it was skipped", true})
	}
}

// charge takes n bytes from the budget of decoded bytes.
func (w *walker) charge(n int, path string) bool {
	if n > w.lim.Decoded-w.decoded {
		w.limit(DamageLimitBytes, path, "more decoded bytes than the limit; this and later content was not read")
		return false
	}
	w.decoded += n
	return true
}

// partInfo is what the header of a part says about it.
type partInfo struct {
	media       string
	ctype       mediaField
	disposition string
	encoding    string
	name        string
	size        int // as the sender states it (RFC 2183 §2.7), 0 when not
	cid         bool
	declared    bool // a Content-Type is there
}

func readPartInfo(fields []Field) partInfo {
	ct := parseMedia(firstRaw(fields, "Content-Type"))
	cd := parseMedia(firstRaw(fields, "Content-Disposition"))
	size, err := strconv.Atoi(cd.get("size"))
	if err != nil {
		size = 0
	}
	return partInfo{
		media: ct.value, ctype: ct, disposition: cd.value,
		encoding: transferEncoding(firstRaw(fields, "Content-Transfer-Encoding")),
		name:     bestName([]string{cd.name("filename"), ct.name("name"), cd.name("name"), ct.name("filename")}),
		size:     size,
		cid:      firstRaw(fields, "Content-ID") != "",
		declared: ct.value != "",
	}
}

// part reads one part: a multipart, a mail, or a leaf.
func (w *walker) part(fields []Field, body []byte, at place) {
	w.parts++
	if w.parts > w.lim.Parts {
		w.limit(DamageLimitParts, at.path, "more parts than the limit; the rest was not read")
		return
	}
	info := readPartInfo(fields)
	switch {
	case strings.HasPrefix(info.media, "multipart/"), info.media == "multipart":
		w.multipart(info, body, at)
	case !info.declared && !at.inner && startsMultipart(body):
		w.multipart(info, body, at)
	case info.media == "message/rfc822", info.media == "message/global", info.media == "message/news":
		w.messagePart(info, body, at)
	default:
		w.leaf(info, body, at)
	}
}

// startsMultipart tells whether a body without Content-Type begins with the
// delimiter of a multipart.
func startsMultipart(body []byte) bool {
	b, off := guessBoundary(body)
	return b != "" && strings.TrimSpace(string(body[:min(off, 4096)])) == ""
}

// multipart reads the parts of a multipart.
func (w *walker) multipart(info partInfo, body []byte, at place) {
	if at.depth >= w.lim.Depth {
		w.limit(DamageLimitDepth, at.path, "more MIME levels than the limit; this part was not read")
		return
	}
	w.work += int64(len(body))
	self := at.path // for evidence; a root multipart is its mail
	if !at.inner {
		self = strings.TrimSuffix(at.base, ">")
	}
	boundary, body, ok := w.boundary(info, body, self)
	if !ok {
		info.media, info.ctype = "", mediaField{} // read as text
		if strings.TrimSpace(string(body[:min(len(body), 1024)])) != "" {
			w.leaf(info, body, at)
		}
		return
	}
	child := at
	child.inner = true
	child.depth++
	child.related = at.related || info.media == "multipart/related"
	child.report = info.media == "multipart/report"
	base := at.path + "/"
	if !at.inner {
		base = at.base
	}
	sp := newSplitter(body, boundary)
	for i := 1; sp.next(); i++ {
		if w.parts >= w.lim.Parts {
			w.limit(DamageLimitParts, at.path, "more parts than the limit; the rest was not read")
			return
		}
		child.path = fmt.Sprintf("%s%d", base, i)
		child.cut = sp.last && !sp.closed
		hb := splitHeader(sp.part, w.lim.Header)
		w.headerDamage(hb, child.path)
		w.part(hb.fields, hb.body, child)
	}
	if !sp.closed {
		w.damage(Damage{DamageBoundaryUnclosed, self, "no closing boundary", true})
	}
	if sp.reopened {
		w.damage(Damage{DamageBoundaryReopened, self, "parts behind the closing boundary were read", false})
	}
}

// boundary gives the boundary to split at: the declared one, or, when it does
// not occur, the one that is found in the body. The body comes back decoded
// when someone encoded a whole multipart.
func (w *walker) boundary(info partInfo, body []byte, path string) (string, []byte, bool) {
	declared := info.ctype.get("boundary")
	if declared != "" && newSplitter(body, declared).next() {
		return declared, body, true
	}
	if info.encoding == "base64" || info.encoding == "quoted-printable" {
		if t := undoTransfer(body, info.encoding); declared != "" && w.charge(len(t.data), path) && newSplitter(t.data, declared).next() {
			return declared, t.data, true
		}
	}
	if b, _ := guessBoundary(body); b != "" {
		w.damage(Damage{DamageBoundaryGuessed, path, "the boundary is missing or wrong; one found in the body was used", false})
		return b, body, true
	}
	w.damage(Damage{DamageBoundaryMissing, path, "a multipart without usable boundary", true})
	return "", body, false
}

// messagePart reads a part that is declared to be a mail.
func (w *walker) messagePart(info partInfo, body []byte, at place) {
	tr := transfer{data: body}
	if info.encoding != "identity" && !looksLikeMail(body) {
		if !w.charge(len(body)*3/4, at.path) {
			return
		}
		tr = undoTransfer(body, info.encoding)
		w.transferDamage(tr, at)
	}
	if s := sniff(tr.data); s.kind != TypeEML && s.kind != TypeText && s.kind != TypeHTML {
		w.leaf(info, body, at)
		return
	}
	at.returned = at.returned || at.report
	f := w.file(info, tr, at)
	if !w.nestedMail(f, at) {
		f.Type = TypeEML
		if len(f.Data) == 0 {
			f.Type = TypeEmpty
		}
		w.add(f.from(at))
	}
}

// nestedMail reads a mail inside the mail. It is false when there is none or
// mails are nested too deep; the caller then lists the bytes as a file.
func (w *walker) nestedMail(f File, at place) bool {
	if at.nested >= w.lim.Nested || at.depth >= w.lim.Depth {
		w.limit(DamageLimitNested, f.Path, "mails are nested deeper than the limit; this one was not opened")
		return false
	}
	b, _ := skipPreamble(f.Data)
	hb := splitHeader(b, w.lim.Header)
	if len(hb.fields) == 0 {
		return false
	}
	w.headerDamage(hb, f.Path)
	h := newHeader(hb.fields)
	if at.returned {
		w.m.returned = append(w.m.returned, h)
	}
	in := at
	in.base = f.Path + ">"
	in.path = in.base + "1"
	in.inner = false
	in.nested++
	in.depth++
	in.related, in.report = false, false
	in.cut = at.cut || f.Damaged
	in.from, in.subject = displayFrom(h), h.Subject
	in.body = &Body{Path: f.Path, From: in.from, Subject: h.Subject}
	w.inner = append(w.inner, in.body)
	w.part(hb.fields, hb.body, in)
	return true
}

func displayFrom(h Header) string {
	if len(h.From) == 0 {
		return ""
	}
	a := h.From[0]
	switch {
	case a.Name == "":
		return a.Addr
	case a.Addr == "":
		return a.Name
	}
	return a.Name + " <" + a.Addr + ">"
}

var metaCharset = lazyregexp.New(`(?i)charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)`)

// bodyCharset gives the declared character set of a displayed text; an HTML
// text may declare its own.
func bodyCharset(info partInfo, data []byte) string {
	cs := info.ctype.get("charset")
	if cs == "" && info.media == "text/html" {
		if m := metaCharset.FindSubmatch(data[:min(len(data), 2048)]); m != nil {
			cs = string(m[1])
		}
	}
	return cs
}
