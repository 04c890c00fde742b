package attach

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"taizhang/ingest/unpack"
	"taizhang/internal/lazyregexp"
)

// Unpacker takes the members out of one archive, within the limits. Its error
// is a failure of ours that says nothing about the archive.
type Unpacker func(archive []byte, lim unpack.Limits) (*unpack.Archive, error)

// LimitNesting is the word of unpack.TooLarge for an archive that lies too deep
// inside others.
const LimitNesting = "nesting"

// isArchive tells the kinds of file that an Unpacker is for.
func isArchive(t Type) bool { return t == TypeZip || t == TypeRAR || t == TypeSevenZ }

// archive reads the members of an archive as files. A member whose checksum is
// right is whole, whatever happened to the archive on its way. The archive itself
// is listed only when something in it could not be had, or nothing is in it.
func (w *walker) archive(f File, at place) {
	if w.lim.Unpack == nil {
		w.add(f.from(at))
		return
	}
	a := w.unpack(f, at)
	if a == nil {
		w.add(f.from(at))
		return
	}
	w.entries += len(a.Members)
	for _, m := range a.Members {
		w.decoded += len(m.Data)
	}
	base := f.Path + "!"
	if at.archives == 0 && f.Name != "" {
		base += f.Name + "!"
	}
	sub := at
	sub.archives++
	w.archiveFault(&f, a.Fault, DamageArchive)
	found := 0
	for _, m := range a.Members {
		name := memberName(m.Name)
		mf := File{Name: cleanName(name), Path: base + memberPath(name), Declared: f.Declared, Data: m.Data}
		if m.Fault.Why != "" {
			fault := m.Fault
			mf.Damaged = true
			if m.Data == nil {
				w.archiveFault(&f, fault, DamageArchiveMember)
				continue
			}
			w.damage(Damage{DamageArchiveMember, mf.Path, fault.Detail, true})
		}
		found++
		sub.path = mf.Path
		w.content(mf, sub)
	}
	switch {
	case f.Fault.Why != "":
	case len(a.Members) == 0:
		f.Fault = unpack.Fault{Why: FaultEmpty, Detail: "the archive holds no file"}
	default:
		return
	}
	f.Partial = found > 0
	w.add(f.from(at))
}

// FaultEmpty says that an archive holds no file at all.
const FaultEmpty unpack.Why = "empty"

// unpack calls the Unpacker; nil says that the archive stays closed, for what
// reason f tells.
func (w *walker) unpack(f File, at place) *unpack.Archive {
	left := unpack.Limits{Entries: w.lim.ArchiveEntries - w.entries, Unpacked: int64(w.lim.Decoded - w.decoded), Ratio: int64(w.lim.ArchiveRatio)}
	fault := func(word, detail string) *unpack.Archive {
		return &unpack.Archive{Fault: unpack.Fault{Why: unpack.TooLarge, Word: word, Detail: detail}}
	}
	switch {
	case w.failure != nil:
		return nil // the mail will be read again from its start
	case at.archives >= w.lim.ArchiveNested:
		return fault(LimitNesting, "archives are nested deeper than the limit; this one was not opened")
	case left.Entries <= 0:
		return fault(unpack.LimitMembers, "more archive members than the limit; this archive was not opened")
	case left.Unpacked <= 0:
		return fault(unpack.LimitUnpacked, "more decoded bytes than the limit; this archive was not opened")
	}
	a, err := w.lim.Unpack(f.Data, left)
	if err != nil {
		w.failure = fmt.Errorf("unpack %s: %w", f.Path, err)
		return nil
	}
	if a.Fault.Why == unpack.Damaged && volumeName(f.Name) {
		a.Fault.Why, a.Fault.Word = unpack.Volume, ""
	}
	return a
}

// archiveFault notes at the archive why something in it could not be had; the
// first reason stands, but a password before all others: it is what the sender
// can do something about.
func (w *walker) archiveFault(f *File, fault unpack.Fault, code DamageCode) {
	switch fault.Why {
	case "":
		return
	case unpack.Encrypted: // not damaged: it was made so
	case unpack.TooLarge:
		code = DamageLimitArchive
		if fault.Word == unpack.LimitUnpacked {
			code = DamageLimitBytes
		}
		w.limit(code, f.Path, fault.Detail)
	case unpack.NoFile:
		w.damage(Damage{code, f.Path, fault.Detail, false})
	default:
		w.damage(Damage{code, f.Path, fault.Detail, true})
		f.Damaged = f.Damaged || fault.Why == unpack.Damaged
	}
	if f.Fault.Why == "" || fault.Why == unpack.Encrypted {
		f.Fault = fault
	}
	if fault.Why == unpack.Encrypted {
		f.Type = TypeEncryptedArchive
	}
}

// volumes are the names that programs give to the parts of an archive.
var volumes = lazyregexp.New(`(?i)\.(part\d+\.(rar|exe)|r\d\d|z\d\d|(7z|zip|rar)\.\d{3})$`)

// volumeName tells whether a name is that of one part of an archive of several.
func volumeName(name string) bool { return volumes.MatchString(name) }

// memberName decodes the name of a member: UTF-8 when it is that, else GB18030,
// as Windows tools in China write it.
func memberName(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	return decodeWith(gb18030, []byte(name)).text
}

// memberPath cleans the name of a member for evidence. It keeps folders.
func memberPath(name string) string {
	var out []string
	for p := range strings.SplitSeq(strings.ReplaceAll(cleanLine(name), `\`, "/"), "/") {
		if p != "" && p != "." && p != ".." {
			out = append(out, capRunes(p, maxNameRunes))
		}
	}
	return capRunes(strings.Join(out, "/"), 2*maxNameRunes)
}
