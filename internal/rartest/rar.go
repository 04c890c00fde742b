package rartest

import (
	"encoding/binary"
	"hash/crc32"
	"unicode/utf16"
)

// File is one member.
type File struct {
	Name      string // as it is to be stored; any bytes in format 4
	Data      []byte
	Unicode   string // format 4: the name in UTF-16 too, as WinRAR writes it
	Link      string // a symbolic link to there
	Encrypted bool   // it says so
	Packed    bool   // format 5: with a Huffman code
	Solid     bool   // packed on from the member before; it says so
	Dict      int    // format 5, packed: the dictionary is 128 KiB << Dict
	Claim     int    // the size it states, where that is not Data's; -1 for 0
	WrongSum  bool
	NoSum     bool // format 5: no checksum
}

// Archive is what stands around the members.
type Archive struct {
	Files          []File
	Volume         bool // one of several
	NamesEncrypted bool // it says so
	NoEnd          bool // without the block that ends it
}

func (f *File) size() int {
	switch f.Claim {
	case 0:
		return len(f.Data)
	case -1:
		return 0
	}
	return f.Claim
}

func (f *File) sum() uint32 {
	s := crc32.ChecksumIEEE(f.Data)
	if f.WrongSum {
		s ^= 1
	}
	return s
}

var le = binary.LittleEndian

// V4 writes the archive in format 4 (technote.txt of RAR 3 and 4).
func (a Archive) V4() []byte {
	out := []byte("Rar!\x1A\x07\x00")
	flags := uint16(0)
	if a.Volume {
		flags |= 0x0001
	}
	if a.NamesEncrypted {
		flags |= 0x0080
	}
	out = append(out, block4(0x73, flags, make([]byte, 6))...)
	for _, f := range a.Files {
		name, flags, attr, host := f.Name, uint16(0x8000), uint32(0x20), byte(2)
		if f.Unicode != "" {
			name, flags = f.Name+"\x00"+wide(f.Unicode), flags|0x0200
		}
		if f.Encrypted {
			flags |= 0x0004
		}
		if f.Solid {
			flags |= 0x0010
		}
		if f.Link != "" {
			f.Data, attr, host = []byte(f.Link), 0xA1FF, 3
		}
		h := le.AppendUint32(nil, uint32(len(f.Data)))
		h = le.AppendUint32(h, uint32(f.size()))
		h = append(h, host)
		h = le.AppendUint32(h, f.sum())
		h = le.AppendUint32(h, 0x54B10000)
		h = append(h, 29, 0x30)
		h = le.AppendUint16(h, uint16(len(name)))
		h = le.AppendUint32(h, attr)
		out = append(append(out, block4(0x74, flags, append(h, name...))...), f.Data...)
	}
	if !a.NoEnd {
		out = append(out, block4(0x7B, 0x4000, nil)...)
	}
	return out
}

func block4(kind byte, flags uint16, body []byte) []byte {
	h := []byte{kind}
	h = le.AppendUint16(h, flags)
	h = append(le.AppendUint16(h, uint16(7+len(body))), body...)
	return append(le.AppendUint16(nil, uint16(crc32.ChecksumIEEE(h))), h...)
}

// wide writes a name as format 4 does behind its narrow form: here each
// character whole, four of them behind a byte of marks.
func wide(name string) string {
	out := []byte{0}
	for i, u := range utf16.Encode([]rune(name)) {
		if i%4 == 0 {
			out = append(out, 0xAA)
		}
		out = le.AppendUint16(out, u)
	}
	return string(out)
}

// V5 writes the archive in format 5 (RAR 5.0 archive format).
func (a Archive) V5() []byte {
	out := []byte("Rar!\x1A\x07\x01\x00")
	if a.NamesEncrypted {
		out = append(out, block5(4, 0, append([]byte{0, 0, 15}, make([]byte, 16)...))...)
	}
	main := byte(0)
	if a.Volume {
		main = 1
	}
	out = append(out, block5(1, 0, []byte{main})...)
	for _, f := range a.Files {
		out = append(out, file5(f)...)
	}
	if !a.NoEnd {
		out = append(out, block5(5, 0, []byte{0})...)
	}
	return out
}

func file5(f File) []byte {
	data, method := f.Data, uint64(0)
	if f.Packed {
		data, method = pack(f.Data), 3<<7|uint64(f.Dict)<<10
	}
	if f.Solid {
		method |= 0x40
	}
	var extra []byte
	if f.Link != "" {
		extra = record(5, append([]byte{1, 0, byte(len(f.Link))}, f.Link...))
	}
	if f.Encrypted {
		extra = append(extra, record(1, append([]byte{0, 0, 15}, make([]byte, 32)...))...)
	}
	flags, has := uint64(2), uint64(4)
	if f.NoSum {
		has = 0
	}
	var h []byte
	if len(extra) > 0 {
		flags |= 1
		h = binary.AppendUvarint(h, uint64(len(extra)))
	}
	h = binary.AppendUvarint(h, uint64(len(data)))
	h = binary.AppendUvarint(h, has)
	h = binary.AppendUvarint(h, uint64(f.size()))
	h = binary.AppendUvarint(h, 0x20)
	if has != 0 {
		h = le.AppendUint32(h, f.sum())
	}
	h = binary.AppendUvarint(h, method)
	h = append(h, 0) // Windows
	h = binary.AppendUvarint(h, uint64(len(f.Name)))
	h = append(append(h, f.Name...), extra...)
	return append(block5(2, flags, h), data...)
}

func record(kind byte, body []byte) []byte {
	return append(binary.AppendUvarint(nil, uint64(1+len(body))), append([]byte{kind}, body...)...)
}

func block5(kind byte, flags uint64, body []byte) []byte {
	h := append(binary.AppendUvarint([]byte{kind}, flags), body...)
	h = append(binary.AppendUvarint(nil, uint64(len(h))), h...)
	return append(le.AppendUint32(nil, crc32.ChecksumIEEE(h)), h...)
}

// pack packs data in one block of format 5, each byte as itself: the code of
// every literal is eight bits long, and there are no others.
func pack(data []byte) []byte {
	var w bits
	for i := range 20 { // the code for the lengths: 0 and 8, one bit each
		n := uint(0)
		if i == 0 || i == 8 {
			n = 1
		}
		w.add(n, 4)
	}
	for i := range 306 + 64 + 16 + 44 {
		n := uint(0)
		if i < 256 {
			n = 1 // that is, 8
		}
		w.add(n, 1)
	}
	for _, c := range data {
		w.add(uint(c), 8)
	}
	last := (w.n-1)%8 + 1
	flags := byte(0xC0) | byte(last-1) | 2<<3 // the last block, with tables; its size in three bytes
	size := []byte{byte(len(w.b)), byte(len(w.b) >> 8), byte(len(w.b) >> 16)}
	return append([]byte{flags, 0x5A ^ flags ^ size[0] ^ size[1] ^ size[2], size[0], size[1], size[2]}, w.b...)
}

// bits is a string of bits, the high ones first.
type bits struct {
	b []byte
	n int
}

func (w *bits) add(v uint, n int) {
	for i := n - 1; i >= 0; i-- {
		if w.n%8 == 0 {
			w.b = append(w.b, 0)
		}
		w.b[len(w.b)-1] |= byte(v>>i&1) << (7 - w.n%8)
		w.n++
	}
}
