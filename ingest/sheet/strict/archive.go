package strict

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"path"
	"strings"
)

// ratioFrom is the unpacked size below which the ratio is not asked: small
// files of repeated styled cells pack very well and harm nobody.
const ratioFrom = 16 << 20

// Archive is a zip archive held in memory. Its directory has been checked
// against itself and the limits; its members are checked as they are read.
type Archive struct {
	data    []byte
	members []member
	byName  map[string]int
	body    body
}

type member struct {
	name   string // as PartName gives it
	packed []byte
	size   uint64
	crc    uint32
	method uint16
	done   bool // read to its end
}

// PartName returns the form under which parts are found: with forward slashes,
// without a leading one, without "." and "..", and in lower case, as OPC
// compares part names without regard to case (ECMA-376 part 2, §6.2.2).
func PartName(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	return strings.ToLower(name)
}

// OpenArchive reads the directory of the zip archive in data. It refuses, as
// damaged, an archive without directory, with two members of one name, or
// whose local headers do not agree with the directory; as encrypted, one with
// an encrypted member; as too large, one above the limits by its own account
// (an account that lies is found while reading).
func OpenArchive(data []byte, lim Limits) (*Archive, error) {
	lim = lim.OrDefault()
	if int64(len(data)) > lim.File {
		return nil, TooLarge(LimitFile, "file of %d bytes", len(data))
	}
	if n := declaredMembers(data); n > lim.Members {
		return nil, TooLarge(LimitMembers, "archive of %d members", n)
	}
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, Damaged(Cut, "zip directory: %w", err)
	}
	if len(zr.File) > lim.Members {
		return nil, TooLarge(LimitMembers, "archive of %d members", len(zr.File))
	}
	a := &Archive{
		data:    data,
		members: make([]member, 0, len(zr.File)),
		byName:  make(map[string]int, len(zr.File)),
	}
	var unpacked uint64
	for _, f := range zr.File {
		if unpacked += f.UncompressedSize64; unpacked > uint64(lim.Unpacked) || f.UncompressedSize64 > uint64(lim.Unpacked) {
			return nil, TooLarge(LimitUnpacked, "archive of more than %d bytes unpacked", lim.Unpacked)
		}
		if err := a.add(f); err != nil {
			return nil, err
		}
	}
	if unpacked > ratioFrom && unpacked > uint64(lim.Ratio)*uint64(len(data)) {
		return nil, TooLarge(LimitRatio, "archive unpacks %d bytes to %d", len(data), unpacked)
	}
	return a, nil
}

// declaredMembers returns the number of members that the end record states, so
// that a directory of millions is refused before it is read. It returns 0 when
// there is no end record in the usual place; the zip reader then decides.
func declaredMembers(data []byte) int {
	const size = 22
	tail := data[max(0, len(data)-size-1<<16):]
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < size {
		return 0
	}
	n := int(binary.LittleEndian.Uint16(tail[i+10:]))
	if n == 0xffff {
		// A zip64 archive: its directory holds at least 46 bytes a member.
		n = int(binary.LittleEndian.Uint32(tail[i+12:])) / 46
		n = max(min(n, len(data)/46), 0xffff)
	}
	return n
}

func (a *Archive) add(f *zip.File) error {
	if f.Flags&1 != 0 {
		return Encrypted()
	}
	if f.Method != zip.Store && f.Method != zip.Deflate {
		return Damaged(Container, "member compressed by method %d", f.Method)
	}
	off, err := f.DataOffset()
	if err != nil {
		return Damaged(Container, "member %q: %w", f.Name, err)
	}
	if off < 0 || off > int64(len(a.data)) || f.CompressedSize64 > uint64(int64(len(a.data))-off) {
		return Damaged(Cut, "member %q ends behind the end of the file", f.Name)
	}
	if !a.localAgrees(f, off) {
		return Damaged(Container, "member %q: local header and directory differ", f.Name)
	}
	m := member{
		name:   PartName(f.Name),
		packed: a.data[off : off+int64(f.CompressedSize64)],
		size:   f.UncompressedSize64,
		crc:    f.CRC32,
		method: f.Method,
	}
	if strings.HasSuffix(f.Name, "/") || strings.HasSuffix(f.Name, `\`) {
		if m.size != 0 {
			return Damaged(Container, "folder %q with content", f.Name)
		}
		m.name += "/"
	}
	if _, ok := a.byName[m.name]; ok {
		return Damaged(Duplicate, "two members named %q", f.Name)
	}
	a.byName[m.name] = len(a.members)
	a.members = append(a.members, m)
	return nil
}

// localAgrees compares the local header, which ends at off, with the
// directory's entry: a program that trusts the other must read the same file.
func (a *Archive) localAgrees(f *zip.File, off int64) bool {
	// The name and the extra field stand between the fixed part and off; their
	// lengths were used to find off, so the header starts where they say.
	for extra := int64(0); ; {
		start := off - extra - int64(len(f.Name)) - 30
		if start < 0 || extra > 0xffff {
			return false
		}
		h := a.data[start:]
		le := binary.LittleEndian
		if le.Uint32(h) != 0x04034b50 || int(le.Uint16(h[26:])) != len(f.Name) || int64(le.Uint16(h[28:])) != extra {
			extra++
			continue
		}
		return le.Uint16(h[8:]) == f.Method && le.Uint16(h[6:])&1 == 0 && string(h[30:30+len(f.Name)]) == f.Name
	}
}

// Has reports whether the archive holds the part; name is as PartName gives it.
func (a *Archive) Has(name string) bool {
	_, ok := a.byName[name]
	return ok
}

// Names returns the names of all members, as PartName gives them, in the order
// of the directory.
func (a *Archive) Names() []string {
	out := make([]string, len(a.members))
	for i := range a.members {
		out[i] = a.members[i].name
	}
	return out
}
