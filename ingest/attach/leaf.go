package attach

import (
	"bytes"
	"fmt"
	"strings"

	"taizhang/ingest/unpack"
)

// transferDamage records what undoing a transfer encoding had to tolerate and
// tells whether bytes may be missing.
func (w *walker) transferDamage(tr transfer, at place) bool {
	if tr.code == "" {
		return false
	}
	lost := tr.lost || tr.open && at.cut
	w.damage(Damage{tr.code, at.path, tr.detail, lost})
	return lost
}

// leaf reads a part that is neither a multipart nor a mail.
func (w *walker) leaf(info partInfo, body []byte, at place) {
	w.work += int64(len(body))
	estimate := len(body)
	if info.encoding == "base64" {
		estimate = len(body) / 4 * 3
	}
	if !w.charge(estimate, at.path) {
		return
	}
	tr := undoTransfer(body, info.encoding)
	if rawBinary(body) && (info.encoding == "base64" || info.encoding == "quoted-printable") {
		// The encoding is declared but was never done.
		tr = transfer{data: body, code: DamageEncoding, detail: "binary data labelled " + info.encoding}
	}
	lost := w.transferDamage(tr, at)
	switch info.media {
	case "message/delivery-status", "message/disposition-notification", "text/rfc822-headers", "message/feedback-report":
		if at.report || info.name == "" {
			w.m.reports = append(w.m.reports, report{info.media, tr.data})
			return
		}
	case "message/partial", "message/external-body":
		w.damage(Damage{DamagePartial, at.path, "the content is in another mail or place", true})
		lost = true
	}
	if info.displayed() && displayable(tr.data) {
		if at.body != nil && (lost || tr.open && at.cut || tr.code == DamageQuoted) {
			at.body.Damaged = true
		}
		w.text(info, tr.data, at)
		return
	}
	f := w.file(info, tr, at)
	f.Damaged = f.Damaged || lost
	w.content(f, at)
}

// rawBinary tells whether bytes start like a compound file or a zip, which no
// transfer encoding does.
func rawBinary(b []byte) bool {
	return isZip(b) || bytes.HasPrefix(b, oleMagic)
}

// displayed tells whether a part is declared as text to show: without file
// name, not an attachment.
func (p partInfo) displayed() bool {
	if p.name != "" || p.disposition == "attachment" {
		return false
	}
	return p.media == "text/plain" || p.media == "text/html" || !strings.Contains(p.media, "/")
}

// displayable tells whether content may stand in a displayed text. Anything
// else is a file, however it is labelled.
func displayable(b []byte) bool {
	switch sniff(b).kind {
	case TypeText, TypeHTML, TypeXML, TypeEML, TypeRTF, TypeEmpty, TypeEncryptedMail:
		return true
	case TypeUnknown:
		return !rawBinary(b) && bytes.IndexByte(b[:min(len(b), 1024)], 0) < 0
	}
	return false
}

// text takes a displayed text and the uuencoded files in it.
func (w *walker) text(info partInfo, data []byte, at place) {
	data = w.takeUU(data, at)
	d := decodeBytes(data, bodyCharset(info, data))
	switch {
	case d.unknown:
		w.damage(Damage{DamageCharset, at.path, fmt.Sprintf("unknown character set %q; guessed", capRunes(cleanLine(info.ctype.get("charset")), 40)), false})
	case d.lost:
		w.damage(Damage{DamageCharset, at.path, "characters of the text could not be decoded", true})
		if at.body != nil {
			at.body.Damaged = true
		}
	}
	t := normalizeBreaks(d.text)
	if at.body == nil {
		return
	}
	dst := &at.body.Text
	if info.media == "text/html" {
		dst = &at.body.HTML
	}
	if *dst != "" && t != "" {
		*dst += "\n"
	}
	*dst += t
}

// takeUU takes the uuencoded files out of a text and returns what is left.
func (w *walker) takeUU(data []byte, at place) []byte {
	var left []byte
	n := 0
	for {
		blk, ok := nextUU(data)
		if !ok || w.parts >= w.lim.Parts || !w.charge(len(blk.data), at.path) {
			break
		}
		n++
		w.parts++
		f := File{Name: cleanName(decodeWords(blk.name)), Path: fmt.Sprintf("%s#%d", at.path, n), Data: blk.data, Declared: "application/x-uuencode"}
		sub := at
		sub.path = f.Path
		f.Damaged = w.transferDamage(blk.transfer, sub)
		f.Cut = at.cut
		left = append(left, data[:blk.start]...)
		data = data[blk.end:]
		w.content(f, sub)
	}
	if n == 0 {
		return data
	}
	return append(left, data...)
}

// file makes a File of a part.
func (w *walker) file(info partInfo, tr transfer, at place) File {
	return File{
		Name: info.name, Path: at.path, Data: tr.data, Declared: info.media, Cut: at.cut || tr.open || len(tr.data) < info.size,
		Inline:  info.disposition != "attachment" && (at.related || info.cid || info.disposition == "inline" || info.name == ""),
		Damaged: tr.lost || tr.open && at.cut || tr.code == DamageQuoted,
	}
}

// content decides what a file is, opens it when it is a mail or an archive,
// and else lists it.
func (w *walker) content(f File, at place) {
	w.work += int64(len(f.Data))
	s := sniff(f.Data)
	if s.kind == TypeText {
		if hidden, ok := w.hiddenFile(f, at); ok {
			f, s = hidden, sniff(hidden.Data)
		}
	}
	f.Type = s.kind
	if s.kind == TypeSignedMail && strings.HasSuffix(f.Declared, "pkcs7-signature") || f.Declared == "application/pgp-encrypted" {
		f.Type = TypeSignature // or the line of PGP that says only that the next part is encrypted
	}
	if isArchive(s.kind) {
		w.archive(f, at)
		return
	}
	if s.broken {
		f.Damaged = true
		w.damage(Damage{DamageArchive, f.Path, s.detail, true})
	}
	switch {
	case s.kind == TypeEML && w.nestedMail(f, at):
	case f.Type == TypeSignedMail && w.signed(f, at):
	case s.kind == TypeUnknown && volumeName(f.Name):
		f.Fault = unpack.Fault{Why: unpack.Volume, Detail: "a later volume of an archive"}
		w.add(f.from(at))
	default:
		w.add(f.from(at))
	}
}

// signed reads what is inside an opaque signature. It is false when that cannot
// be had; the caller then lists the bytes as a file.
func (w *walker) signed(f File, at place) bool {
	if at.depth >= w.lim.Depth {
		return false
	}
	inner, ok := cmsContent(f.Data)
	if !ok || !w.charge(len(inner), f.Path) {
		return false
	}
	in := at
	in.path, in.inner = f.Path+"/1", true
	in.depth++
	in.cut = at.cut || f.Damaged
	hb := splitHeader(inner, w.lim.Header)
	w.headerDamage(hb, in.path)
	w.part(hb.fields, hb.body, in)
	return true
}

// hiddenFile decodes a file that is still encoded because its part does not
// say how: uuencoded, or base64 of a known format.
func (w *walker) hiddenFile(f File, at place) (File, bool) {
	if strings.HasPrefix(string(f.Data[:min(len(f.Data), 6)]), "begin ") {
		blk, ok := nextUU(f.Data)
		if ok && blk.start == 0 && w.charge(len(blk.data), f.Path) {
			sub := at
			sub.path = f.Path
			f.Damaged = w.transferDamage(blk.transfer, sub) || f.Damaged
			f.Data = blk.data
			if f.Name == "" {
				f.Name = cleanName(decodeWords(blk.name))
			}
			return f, true
		}
	}
	if head := base64Word(f.Data[:min(len(f.Data), 64)]); !hiddenMagic(head) {
		return f, false
	}
	tr := decodeBase64(f.Data)
	if !hiddenMagic(tr.data) || !w.charge(len(tr.data), f.Path) {
		return f, false
	}
	w.damage(Damage{DamageEncoding, f.Path, "base64 data that is not declared as such", tr.lost})
	f.Data, f.Damaged = tr.data, tr.lost || tr.open && at.cut
	return f, true
}

// hiddenMagic tells whether bytes start like a format worth decoding for.
func hiddenMagic(b []byte) bool {
	if rawBinary(b) {
		return true
	}
	for _, m := range magics {
		switch m.kind {
		case TypeRAR, TypeSevenZ, TypePDF, TypeImage:
			if bytes.HasPrefix(b, []byte(m.prefix)) {
				return true
			}
		}
	}
	return false
}

// from notes the nested mail a file was found in.
func (f File) from(at place) File {
	f.From, f.Subject, f.Returned = at.from, at.subject, at.returned
	return f
}

// add lists a file. Only pictures count as inline, so that a workbook shown
// inline is never passed over.
func (w *walker) add(f File) {
	f.Inline = f.Inline && f.Type == TypeImage
	w.paths[f.Path]++
	if n := w.paths[f.Path]; n > 1 {
		f.Path = fmt.Sprintf("%s#%d", f.Path, n)
		w.paths[f.Path]++
	}
	w.m.Files = append(w.m.Files, f)
}
