package hostile

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"

	"taizhang/ledger"
)

// Numbers of MS-CFB §2.1.
const (
	sector     = 512
	endOfChain = 0xfffffffe
	freeSector = 0xffffffff
	fatSector  = 0xfffffffd
)

func b16(v int) []byte { return binary.LittleEndian.AppendUint16(nil, uint16(v)) }
func b32(v int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(v)) }

func cat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func utf16le(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// stream is one of a compound file.
type stream struct {
	name string
	data []byte
}

// compound is a compound file: its allocation table first, then the directory,
// then the streams, each at least as long as needs no mini stream.
func compound(streams ...stream) []byte {
	sectors := func(n int) int { return (n + sector - 1) / sector }
	dirs := sectors(128 * (len(streams) + 1))
	data := 0
	for i := range streams {
		if n := len(streams[i].data); n < 4096 {
			streams[i].data = append(bytes.Clone(streams[i].data), make([]byte, 4096-n)...)
		}
		data += sectors(len(streams[i].data))
	}
	tables := 1
	for tables*sector/4 < tables+dirs+data {
		tables++
	}
	var fat []byte
	chain := func(from, n int) {
		for i := range n {
			next := from + i + 1
			if i == n-1 {
				next = endOfChain
			}
			fat = append(fat, b32(next)...)
		}
	}
	fat = append(fat, bytes.Repeat(b32(fatSector), tables)...)
	chain(tables, dirs)
	directory := entry("Root Entry", 5, 1, endOfChain, 0, freeSector)
	var body []byte
	at := tables + dirs
	for i, s := range streams {
		n := sectors(len(s.data))
		chain(at, n)
		right := i + 2
		if i == len(streams)-1 {
			right = freeSector
		}
		directory = append(directory, entry(s.name, 2, freeSector, at, len(s.data), right)...)
		body = append(append(body, s.data...), make([]byte, n*sector-len(s.data))...)
		at += n
	}
	fat = append(fat, bytes.Repeat([]byte{0xff}, tables*sector-len(fat))...)
	directory = append(directory, make([]byte, dirs*sector-len(directory))...)
	head := make([]byte, sector)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	copy(head[24:], cat(b16(0x3e), b16(3), b16(0xfffe), b16(9), b16(6)))
	copy(head[44:], cat(b32(tables), b32(tables), b32(0), b32(4096), b32(endOfChain), b32(0), b32(endOfChain), b32(0)))
	for i := range 109 {
		v := freeSector
		if i < tables {
			v = i
		}
		copy(head[76+4*i:], b32(v))
	}
	return cat(head, fat, directory, body)
}

func entry(name string, kind, child, start, n, right int) []byte {
	e := make([]byte, 128)
	copy(e, utf16le(name))
	copy(e[64:], b16(len(utf16le(name))+2))
	e[66] = byte(kind)
	copy(e[68:], cat(b32(freeSector), b32(right), b32(child)))
	copy(e[116:], cat(b32(start), b32(n)))
	return e
}

// rec is one record of a BIFF stream.
func rec(kind int, parts ...[]byte) []byte {
	data := cat(parts...)
	return cat(b16(kind), b16(len(data)), data)
}

func bof(kind int) []byte { return rec(0x809, b16(0x600), b16(kind), b16(0), b16(0), b32(0), b32(0)) }

// xls is a workbook of one sheet: records of the globals, and of the sheet.
func xls(globals, sheet []byte) []byte {
	globals = cat(bof(5), globals)
	at := len(globals) + 4 + 8 + 1 + 4 // behind BOUNDSHEET and EOF
	name := append([]byte{1, 0}, 'S')
	return compound(stream{"Workbook", cat(globals, rec(0x85, b32(at), b16(0), name), rec(0xa), bof(0x10), sheet, rec(0xa))})
}

// patched puts a number into a copy of the file.
func patched(b []byte, at, v int) []byte {
	b = bytes.Clone(b)
	copy(b[at:], b32(v))
	return b
}

// spun is a workbook with a password whose key takes ten million rounds.
func spun() []byte {
	const info = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="AAAAAAAAAAAAAAAAAAAAAA=="/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="10000000" saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="AAAAAAAAAAAAAAAAAAAAAA=="/></keyEncryptor></keyEncryptors></encryption>`
	return compound(stream{"EncryptionInfo", cat(b16(4), b16(4), b32(0x40), []byte(info))}, stream{"EncryptedPackage", make([]byte, 8192)})
}

// compounds are .xls files and others of the same container.
func compounds(s size) []Case {
	number := func(row, col int) []byte { return rec(0x203, b16(row), b16(col), b16(0), make([]byte, 8)) }
	some := xls(nil, number(0, 0))
	xf := rec(0xe0, make([]byte, 20))
	return []Case{
		{"xlsx: a password of ten million rounds", "a.xlsx", spun, []ledger.Code{ledger.FEncrypted}},
		{"xls: an allocation table that goes round", "a.xls", func() []byte { return patched(some, sector+4*2, 2) }, damaged},
		{"xls: a directory that goes round", "a.xls", func() []byte { return patched(some, sector+4, 1) }, damaged},
		{"xls: a list of tables that goes round", "a.xls", func() []byte {
			b := patched(patched(some, 68, 0), 72, 100_000)
			return append(patched(b, sector+sector-4, 0), make([]byte, s.of(8<<20, 1<<16))...)
		}, append(refused, nothing...)},
		{"xls: 4 billion sectors of table", "a.xls", func() []byte { return patched(some, 44, 0x7fffffff) }, refused},
		{"xls: a stream of 4 GB", "a.xls", func() []byte { return patched(some, sector*2+128+120, 0x7ffffff0) }, refused},
		{"xls: a string table that says 4 billion", "a.xls", func() []byte { return xls(cat(xf, rec(0xfc, b32(-1), b32(-1))), number(0, 0)) }, refused},
		{"xls: a string that says 65,535 characters, 100,000 times", "a.xls", func() []byte {
			return xls(cat(xf, rec(0xfc, b32(100_000), b32(100_000), bytes.Repeat(cat(b16(65_535), []byte{0}), 2_000))), number(0, 0))
		}, refused},
		{"xls: dimensions of 4 billion rows", "a.xls", func() []byte {
			return xls(xf, cat(rec(0x200, b32(0), b32(-1), b16(0), b16(0xffff), b16(0)), number(0, 0)))
		}, append(damaged, nothing...)},
		{"xls: 1.7 million records of nothing", "a.xls", func() []byte { return xls(xf, bytes.Repeat(rec(0x1b6), s.of(1_700_000, 10_000))) }, append(refused, nothing...)},
		{"xls: 100,000 streams in streams", "a.xls", func() []byte { return xls(bytes.Repeat(bof(5), s.of(100_000, 500)), nil) }, refused},
		{"xls: 380,000 cells", "a.xls", func() []byte {
			var b []byte
			for i := range s.of(380_000, 201_000) {
				b = append(b, number(i/256, i%256)...)
			}
			return xls(xf, b)
		}, refused},
		{"xls: 4,500 rows of 256 cells", "a.xls", func() []byte {
			var b []byte
			for r := range s.of(4_500, 800) {
				b = append(b, rec(0xbd, b16(r), b16(0), bytes.Repeat(cat(b16(0), b32(0)), 256), b16(255))...)
			}
			return xls(xf, b)
		}, refused},
	}
}
