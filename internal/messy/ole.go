package messy

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

var le = binary.LittleEndian

func u16(v int) []byte { return le.AppendUint16(nil, uint16(v)) }
func u32(v int) []byte { return le.AppendUint32(nil, uint32(v)) }

func cat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// utf16le is the text in UTF-16, and the number of its units.
func utf16le(s string) ([]byte, int) {
	units := utf16.Encode([]rune(s))
	var out []byte
	for _, u := range units {
		out = le.AppendUint16(out, u)
	}
	return out, len(units)
}

const (
	noSector   = 0xffffffff
	endOfChain = 0xfffffffe
	fatSector  = 0xfffffffd
	sector     = 512
	miniLimit  = 4096 // shorter streams would need the table of small sectors
)

// compound wraps one stream in a compound file (MS-CFB) of sectors of 512
// bytes: first the allocation table, then the directory, then the stream.
func compound(name string, stream []byte) []byte {
	if len(stream) < miniLimit {
		stream = append(bytes.Clone(stream), make([]byte, miniLimit-len(stream))...)
	}
	data := (len(stream) + sector - 1) / sector
	tables := 1
	for tables*sector/4 < tables+1+data {
		tables++
	}
	var fat []byte
	for range tables {
		fat = append(fat, u32(fatSector)...)
	}
	fat = append(fat, u32(endOfChain)...)
	for i := range data {
		next := tables + 2 + i
		if i == data-1 {
			next = endOfChain
		}
		fat = append(fat, u32(next)...)
	}
	fat = append(fat, bytes.Repeat([]byte{0xff}, tables*sector-len(fat))...)
	directory := cat(entry("Root Entry", 5, 1, endOfChain, 0), entry(name, 2, noSector, tables+1, len(stream)), make([]byte, 256))
	head := make([]byte, sector)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	copy(head[24:], cat(u16(0x3e), u16(3), u16(0xfffe), u16(9), u16(6)))
	copy(head[44:], cat(u32(tables), u32(tables), u32(0), u32(miniLimit), u32(endOfChain), u32(0), u32(endOfChain), u32(0)))
	for i := range 109 {
		v := noSector
		if i < tables {
			v = i
		}
		copy(head[76+4*i:], u32(v))
	}
	return cat(head, fat, directory, stream, make([]byte, data*sector-len(stream)))
}

// entry is one entry of the directory (MS-CFB §2.6.1).
func entry(name string, kind, child, start, size int) []byte {
	e := make([]byte, 128)
	text, units := utf16le(name)
	copy(e, text)
	copy(e[64:], u16(2*units+2))
	e[66], e[67] = byte(kind), 1
	copy(e[68:], cat(u32(noSector), u32(noSector), u32(child)))
	copy(e[116:], cat(u32(start), u32(size)))
	return e
}
