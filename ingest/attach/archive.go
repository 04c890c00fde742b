package attach

import (
	"archive/zip"
	"errors"
	"io/fs"
	"strings"
)

// archive lists the members of a zip. A member whose checksum is right is
// whole, whatever happened to the zip on its way. The zip itself is listed only when
// something in it could not be had, or nothing is in it.
func (w *walker) archive(f File, at place) {
	if at.archives >= w.lim.ArchiveNested {
		w.limit(DamageLimitArchive, f.Path, "archives are nested deeper than the limit; this one was not opened")
		w.addContainer(f, at, true)
		return
	}
	r, err := openZip(f.Data)
	switch {
	case errors.Is(err, errZipEntries):
		w.limit(DamageLimitArchive, f.Path, "the archive has more entries than the limit")
		w.addContainer(f, at, true)
		return
	case err != nil:
		w.damage(Damage{DamageArchive, f.Path, "the zip directory cannot be read", true})
		f.Damaged = true
		w.addContainer(f, at, true)
		return
	}
	base := f.Path + "!"
	if at.archives == 0 && f.Name != "" {
		base += f.Name + "!"
	}
	sub := at
	sub.archives++
	found, missing, encrypted := 0, false, false
	for _, zf := range r.File {
		name := memberName(zf)
		if skipMember(name) {
			continue
		}
		if w.entries++; w.entries > w.lim.ArchiveEntries {
			w.limit(DamageLimitArchive, f.Path, "more archive members than the limit; the rest was not read")
			missing = true
			break
		}
		switch {
		case zf.Flags&1 != 0:
			encrypted = true
		case w.member(zf, File{Name: cleanName(name), Path: base + memberPath(name), Declared: f.Declared}, sub):
			found++
		default:
			missing = true
		}
	}
	if encrypted {
		f.Type = TypeEncryptedZip
	}
	if encrypted || missing || found == 0 {
		w.addContainer(f, at, found > 0 || missing)
	}
}

// member unpacks one member and reads it as a file.
func (w *walker) member(zf *zip.File, f File, at place) bool {
	if zf.Mode()&fs.ModeType != 0 {
		w.damage(Damage{DamageArchiveMember, f.Path, "an archive member that is no plain file was not read", false})
		return false
	}
	data, merr := readMember(zf, w.lim.Decoded-w.decoded, w.lim.ArchiveRatio)
	if merr != nil && data == nil {
		w.damage(Damage{merr.code, f.Path, merr.detail, true})
		return false
	}
	if merr != nil {
		w.damage(Damage{merr.code, f.Path, merr.detail, true})
		f.Damaged = true
	}
	w.decoded += len(data)
	f.Data = data
	at.path = f.Path
	w.content(f, at)
	return true
}

func (w *walker) addContainer(f File, at place, partial bool) {
	f.Partial = partial
	w.add(f.from(at))
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
