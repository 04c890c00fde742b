package attach

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

var oleMagic = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")

// oleKind names what an OLE2 file (MS-CFB) holds, from the entries directly
// under its root. Streams deeper down belong to embedded objects and do not
// count: a .doc may hold a workbook. When the directory cannot be walked, as in
// a file that was cut, entries are looked for at the places where they can be,
// and whole comes back false.
func oleKind(b []byte) (t Type, whole bool) {
	names, ok := oleRoot(b)
	if ok {
		return oleType(names), true
	}
	return oleType(oleScan(b)), false
}

func oleType(names map[string]bool) Type {
	switch {
	case names["encryptedpackage"]:
		return TypeEncryptedOffice
	case (names["workbook"] || names["book"]) && names["etextdata"]:
		return TypeET
	case names["workbook"] || names["book"]:
		return TypeXLS
	case names["worddocument"]:
		return TypeDOC
	case names["powerpoint document"]:
		return TypePresentation
	case names["__properties_version1.0"]:
		return TypeOutlook
	}
	return TypeUnknown
}

const (
	oleEntrySize = 128
	oleEnd       = 0xFFFFFFFA // and above: no sector (MS-CFB §2.1)
	oleNoStream  = 0xFFFFFFFF
	oleMaxDir    = 1 << 20 // bytes of directory read: 8192 entries
)

// oleRoot gives the lower-case names of the root's children. It reads each
// sector of the directory and each entry at most once.
func oleRoot(b []byte) (map[string]bool, bool) {
	if len(b) < 512 {
		return nil, false
	}
	shift := binary.LittleEndian.Uint16(b[30:])
	if shift != 9 && shift != 12 {
		return nil, false
	}
	dir := oleDirectory(b, 1<<shift)
	if len(dir) < oleEntrySize {
		return nil, false
	}
	names := map[string]bool{}
	seen := map[uint32]bool{}
	todo := []uint32{binary.LittleEndian.Uint32(dir[76:])} // the root's child
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		at := int64(id) * oleEntrySize
		if id == oleNoStream || seen[id] || at+oleEntrySize > int64(len(dir)) {
			continue
		}
		seen[id] = true
		e := dir[at : at+oleEntrySize]
		if n, ok := oleName(e); ok {
			names[n] = true
		}
		todo = append(todo, binary.LittleEndian.Uint32(e[68:]), binary.LittleEndian.Uint32(e[72:]))
	}
	return names, len(names) > 0
}

// oleFile gives the sectors of a compound file.
type oleFile struct {
	b    []byte
	size int // of a sector
}

func (f oleFile) sector(n uint32) []byte {
	off := (int64(n) + 1) * int64(f.size)
	if n >= oleEnd || off+int64(f.size) > int64(len(f.b)) {
		return nil
	}
	return f.b[off : off+int64(f.size)]
}

// tables lists the sectors of the allocation table: 109 in the header, more in
// a chain of sectors of their own. No file needs more tables than its size
// divided by what one table describes, which also bounds a looping chain.
func (f oleFile) tables() []uint32 {
	most := len(f.b)/f.size/(f.size/4) + 1
	var list []uint32
	add := func(b []byte) {
		for ; len(b) >= 4 && len(list) < most; b = b[4:] {
			if n := binary.LittleEndian.Uint32(b); n < oleEnd {
				list = append(list, n)
			}
		}
	}
	add(f.b[76:512])
	next := binary.LittleEndian.Uint32(f.b[68:])
	for range most {
		s := f.sector(next)
		if s == nil {
			break
		}
		add(s[:f.size-4])
		next = binary.LittleEndian.Uint32(s[f.size-4:])
	}
	return list
}

// oleDirectory follows the chain of directory sectors through the allocation
// table. It stops at a sector outside the file and after as many sectors as
// oleMaxDir holds, so a loop in the chain does no harm.
func oleDirectory(b []byte, size int) []byte {
	f := oleFile{b, size}
	tables, perTable := f.tables(), uint32(size/4)
	var dir []byte
	n := binary.LittleEndian.Uint32(b[48:])
	for len(dir) < oleMaxDir {
		s := f.sector(n)
		if s == nil {
			break
		}
		dir = append(dir, s...)
		if int(n/perTable) >= len(tables) {
			break
		}
		table := f.sector(tables[n/perTable])
		if table == nil {
			break
		}
		n = binary.LittleEndian.Uint32(table[n%perTable*4:])
	}
	return dir
}

// oleScan finds names of directory entries at every place an entry can start.
func oleScan(b []byte) map[string]bool {
	names := map[string]bool{}
	for off := 512; off+oleEntrySize <= len(b); off += oleEntrySize {
		e := b[off : off+oleEntrySize]
		if e[1] != 0 && e[3] != 0 { // not a name in Latin letters
			continue
		}
		if n, ok := oleName(e); ok {
			names[n] = true
			if len(names) > 1000 {
				break
			}
		}
	}
	return names
}

// oleName reads the name of a directory entry that is a stream or storage.
func oleName(e []byte) (string, bool) {
	n := int(binary.LittleEndian.Uint16(e[64:]))
	if n < 4 || n > 64 || n%2 != 0 || e[66] != 1 && e[66] != 2 || !bytes.Equal(e[n-2:n], []byte{0, 0}) {
		return "", false
	}
	u := make([]uint16, 0, 32)
	for i := 0; i < n-2; i += 2 {
		u = append(u, binary.LittleEndian.Uint16(e[i:]))
	}
	return strings.ToLower(string(utf16.Decode(u))), true
}
