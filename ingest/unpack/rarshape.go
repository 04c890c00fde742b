package unpack

import "encoding/binary"

// rarShape is what the blocks of a rar say that the library does not tell.
type rarShape struct {
	volume    bool // one of several
	ended     bool // the block that ends the archive is there, or its blocks are encrypted
	unchecked bool // a member has no CRC-32
}

// rarShapeOf walks over the blocks without looking into them. What it cannot
// follow it leaves to the library.
func rarShapeOf(b []byte) rarShape {
	if len(b) > 7 && b[6] == 1 {
		return rar5Shape(b[8:])
	}
	if len(b) >= 7 {
		return rar4Shape(b[7:])
	}
	return rarShape{}
}

// rar4Shape walks the blocks of format 1.5 to 4 (technote.txt of that rar):
// CRC 2, type 1, flags 2, size 2, and with flag 0x8000 the size of data, 4 bytes
// and in a large file 4 more.
func rar4Shape(b []byte) (s rarShape) {
	for len(b) >= 7 {
		kind, flags, size := b[2], binary.LittleEndian.Uint16(b[3:]), uint64(binary.LittleEndian.Uint16(b[5:]))
		if size < 7 || size > uint64(len(b)) {
			return s
		}
		switch kind {
		case 0x73: // the archive
			s.volume = flags&0x0001 != 0
			if flags&0x0080 != 0 {
				s.ended = true
				return s
			}
		case 0x7B: // the end
			s.ended = true
			return s
		}
		if flags&0x8000 != 0 && size >= 11 {
			size += uint64(binary.LittleEndian.Uint32(b[7:]))
			if kind == 0x74 && flags&0x0100 != 0 && len(b) >= 36 {
				size += uint64(binary.LittleEndian.Uint32(b[32:])) << 32
			}
		}
		if size > uint64(len(b)) {
			return s
		}
		b = b[size:]
	}
	return s
}

// rar5Shape walks the blocks of format 5 (RAR 5.0 archive format): CRC 4, size
// of the header, type, flags, and by flags the sizes of the extra area and the
// data, all of them numbers of seven bits a byte.
func rar5Shape(b []byte) (s rarShape) {
	for len(b) >= 7 {
		size, n := binary.Uvarint(b[4:])
		if n <= 0 || size > uint64(len(b)-4-n) {
			return s
		}
		h := numbers{b: b[4+n : 4+n+int(size)]}
		rest := b[4+n+int(size):]
		kind, flags := h.next(), h.next()
		if flags&0x0001 != 0 {
			h.next() // the size of the extra area
		}
		data := uint64(0)
		if flags&0x0002 != 0 {
			data = h.next()
		}
		switch kind {
		case 1: // the archive
			s.volume = h.next()&0x0001 != 0
		case 2: // a file
			if f := h.next(); f&0x0001 == 0 && f&0x0004 == 0 { // no folder, no CRC-32
				s.unchecked = true
			}
		case 4: // all that follows is encrypted
			s.ended = true
			return s
		case 5: // the end
			s.ended = !h.bad
			return s
		}
		if h.bad || data > uint64(len(rest)) {
			return s
		}
		b = rest[data:]
	}
	return s
}

// numbers reads numbers of seven bits a byte.
type numbers struct {
	b   []byte
	bad bool
}

func (v *numbers) next() uint64 {
	x, n := binary.Uvarint(v.b)
	if n <= 0 {
		v.bad, v.b = true, nil
		return 0
	}
	v.b = v.b[n:]
	return x
}
