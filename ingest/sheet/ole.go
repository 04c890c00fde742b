package sheet

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"taizhang/ingest/sheet/strict"
)

// oleMark begins every compound file (MS-CFB §2.2).
const oleMark = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// sniffOLE tells the kinds that are compound files by the streams of their root
// storage. Only the root counts: a workbook may hold a document of another
// kind in a storage of its own.
func sniffOLE(data []byte) (Kind, error) {
	names, ok := rootStreams(data)
	if !ok {
		return KindOLE, strict.Damaged(strict.Cut, "compound file without a directory")
	}
	has := make(map[string]bool, len(names))
	for _, n := range names {
		has[strings.ToUpper(n)] = true // names do not differ by case (MS-CFB §2.6.4); some writers shout
	}
	switch {
	case has["ENCRYPTEDPACKAGE"]:
		return KindXLSX, strict.Encrypted()
	case has["WORKBOOK"], has["BOOK"]:
		return KindXLS, nil
	case has["WORDDOCUMENT"]:
		return KindDOC, nil
	case has["POWERPOINT DOCUMENT"]:
		return KindPPT, nil
	case has["__PROPERTIES_VERSION1.0"]:
		return KindMail, nil
	}
	return KindOLE, nil
}

// Values of MS-CFB §2.1 and §2.6.1.
const (
	noStream   = 0xffffffff
	maxSector  = 0xfffffffa
	entrySize  = 128
	maxEntries = 10_000
)

// rootStreams lists the names of the entries in the root storage.
func rootStreams(data []byte) ([]string, bool) {
	dir, ok := directory(data)
	if !ok || len(dir) < entrySize {
		return nil, false
	}
	le := binary.LittleEndian
	var names []string
	todo := []uint32{le.Uint32(dir[76:])} // the root's child; its siblings form a tree
	for seen := map[uint32]bool{}; len(todo) > 0; {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id == noStream || seen[id] {
			continue
		}
		if int64(id+1)*entrySize > int64(len(dir)) || len(seen) > maxEntries {
			return nil, false
		}
		seen[id] = true
		e := dir[id*entrySize : (id+1)*entrySize]
		names = append(names, entryName(e))
		todo = append(todo, le.Uint32(e[68:]), le.Uint32(e[72:]))
	}
	return names, true
}

func entryName(e []byte) string {
	n := int(binary.LittleEndian.Uint16(e[64:]))
	if n < 2 || n > 64 {
		return ""
	}
	units := make([]uint16, n/2-1)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(e[2*i:])
	}
	return string(utf16.Decode(units))
}

// directory returns the directory's bytes, gathered along its chain of sectors
// in the allocation table. Only the first 109 sectors of that table, which the
// header lists, are followed: they map the first 7 MiB, and Office writes its
// directory within them; a chain that leaves them is taken as far as it goes.
func directory(data []byte) ([]byte, bool) {
	if len(data) < 512 {
		return nil, false
	}
	le := binary.LittleEndian
	shift := le.Uint16(data[30:])
	if shift != 9 && shift != 12 {
		return nil, false
	}
	size := int64(1) << shift
	sector := func(n uint32) []byte {
		from := (int64(n) + 1) << shift
		if n >= maxSector || from >= int64(len(data)) {
			return nil
		}
		return data[from:min(from+size, int64(len(data)))]
	}
	var dir []byte
	perSector := uint32(size / 4)
	for n, count := le.Uint32(data[48:]), 0; n < maxSector && count < maxEntries; count++ {
		s := sector(n)
		if s == nil {
			return nil, false
		}
		dir = append(dir, s...)
		slot := n / perSector
		if slot >= 109 {
			break
		}
		table := sector(le.Uint32(data[76+4*slot:]))
		at := int(n%perSector) * 4
		if len(table) < at+4 {
			return nil, false
		}
		n = le.Uint32(table[at:])
	}
	return dir[:len(dir)/entrySize*entrySize], true
}
