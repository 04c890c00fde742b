package unpack

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
)

// zipDirectory bounds the entries of a zip directory that is read at all,
// before archive/zip builds its list of them in memory.
const zipDirectory = 20_000

// zip reads a zip archive.
func (c *collector) zip(b []byte) {
	if bytes.Count(b, []byte("PK\x01\x02")) > zipDirectory {
		c.fault(TooLarge, LimitMembers, "the zip directory has more entries than the limit")
		return
	}
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	switch {
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		if spanned(b) {
			c.fault(Volume, "", "one volume of a zip of several")
			return
		}
		c.fault(Damaged, Container, "the zip directory cannot be read")
		return
	case spanned(b):
		c.fault(Volume, "", "one volume of a zip of several")
		return
	}
	for _, f := range r.File {
		if litter(f.Name) {
			continue
		}
		if !c.room() || c.ctx.Err() != nil {
			return
		}
		c.zipMember(f)
	}
}

func (c *collector) zipMember(f *zip.File) {
	size, packed := int64(min(f.UncompressedSize64, 1<<62)), int64(min(f.CompressedSize64, 1<<62)) // 2^62 is above every limit
	switch {
	case f.Flags&1 != 0:
		c.lack(f.Name, Encrypted, "", "the member has a password")
		return
	case f.Mode()&fs.ModeType != 0:
		c.lack(f.Name, NoFile, "", "the member is no plain file")
		return
	case !c.fits(f.Name, size, size, packed):
		return
	}
	rc, err := f.Open()
	if err != nil {
		why := Damaged
		if errors.Is(err, zip.ErrAlgorithm) {
			why = Unsupported
		}
		c.lack(f.Name, why, Container, "the member cannot be opened")
		return
	}
	data, err := c.read(rc, size)
	if cerr := rc.Close(); err == nil {
		err = cerr
	}
	m := Member{Name: f.Name, Data: data}
	switch {
	case errors.Is(err, errFull):
		m.Fault = Fault{TooLarge, LimitUnpacked, "the member is larger than it says and than the limit"}
	case errors.Is(err, zip.ErrChecksum):
		m.Fault = Fault{Damaged, Checksum, "the member's checksum is wrong"}
	case err != nil:
		m.Fault = Fault{Damaged, Cut, "the member is damaged or cut"}
	}
	c.out.Members = append(c.out.Members, m)
}

// spanned reports whether the zip is one volume of several: it begins with the
// mark of a split archive, or its end record stands on a later disk (APPNOTE
// §4.3.16, §8.5.3).
func spanned(b []byte) bool {
	if bytes.HasPrefix(b, []byte("PK\x07\x08")) {
		return true
	}
	tail := b[max(0, len(b)-(1<<16)-22):]
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < 22 {
		return false
	}
	disk := binary.LittleEndian.Uint16(tail[i+4:])
	return disk != 0 && disk != 0xFFFF
}
