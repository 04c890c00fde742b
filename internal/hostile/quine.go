package hostile

import (
	"encoding/binary"
	"hash/crc32"
)

// quine returns a zip archive whose only member, unpacked, is the archive.
//
// The packed member is a program of two instructions: a stored block prints what
// follows it, and a match prints again what was printed last. With P for all
// before the packed bytes and S for all behind them, the program prints P, then
// itself, then S. Every number in the archive is known from the lengths, but
// for the checksum, which stands in it four times: CRC-32 is affine, so the
// one that is right is the solution of 32 equations.
func quine() []byte {
	for stamp := range uint16(1000) { // some archives have no solution
		if crc, ok := solve(func(c uint32) uint32 { return crc32.ChecksumIEEE(quineWith(stamp, c)) }); ok {
			return quineWith(stamp, crc)
		}
	}
	panic("no archive that contains itself")
}

const quineName = "an-archive-contains-itself.zip" // its length suits the matches below

// quineWith is the archive with this time and this checksum.
func quineWith(stamp uint16, crc uint32) []byte {
	le := binary.LittleEndian
	const headSize, tailSize = 30 + len(quineName), 46 + len(quineName) + 22
	program := func(head, tail []byte) []byte {
		var out []byte
		unit := func(list ...[]byte) {
			for _, b := range list {
				out = append(out, b...)
			}
		}
		stored := func(n int) []byte { return le.AppendUint16(le.AppendUint16([]byte{0}, uint16(n)), ^uint16(n)) }
		lp, rp := stored(headSize+5), again(headSize+5, false)
		rs := again(tailSize+4, true)
		ls := stored(tailSize + len(rs))
		l0, l1, l4, r4 := stored(0), stored(5), stored(20), again(20, false)
		unit(lp, head, lp, rp, l1, rp, l1, l1, l4, rp, l1, l1, l4, r4, l4, r4, l4, r4, l4, r4, l4, r4, l0, l0, ls, r4, l0, l0, ls, rs, tail, rs)
		return out
	}
	packed := len(program(make([]byte, headSize), make([]byte, tailSize)))
	sizes := func(b []byte) []byte {
		b = le.AppendUint16(le.AppendUint16(b, 8), stamp) // deflate, time
		b = le.AppendUint32(le.AppendUint16(b, 0x5421), crc)
		b = le.AppendUint32(b, uint32(packed))
		b = le.AppendUint32(b, uint32(headSize+packed+tailSize))
		return le.AppendUint32(b, uint32(len(quineName))) // and no extra field
	}
	head := append(sizes([]byte("PK\x03\x04\x14\x00\x00\x00")), quineName...)
	tail := sizes([]byte("PK\x01\x02\x14\x00\x14\x00\x00\x00"))
	tail = append(append(tail, make([]byte, 14)...), quineName...)
	tail = append(tail, "PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00"...)
	tail = le.AppendUint32(tail, uint32(46+len(quineName)))
	tail = le.AppendUint32(tail, uint32(headSize+packed))
	tail = append(tail, 0, 0)
	return append(append(head, program(head, tail)...), tail...)
}

// again is deflate's way to print the last n bytes again, in five bytes, or in
// four when it ends the stream: fixed codes (RFC 1951 §3.2.6), for the three
// lengths that are needed.
func again(n int, last bool) []byte {
	var bits uint64
	var at int
	put := func(v, n int) { bits |= uint64(v) << at; at += n }
	code := func(v, n int) { // a Huffman code goes with its first bit first
		for i := n - 1; i >= 0; i-- {
			put(v>>i&1, 1)
		}
	}
	header := 2
	if last {
		header = 3
	}
	put(header, 3)
	switch n {
	case 20: // twice ten
		for range 2 {
			code(264-256, 7)
			code(8, 5)
			put(n-17, 3)
		}
		code(0, 7)
	case 65:
		code(276-256, 7)
		put(n-59, 3)
		code(12, 5)
		put(n-65, 5)
		code(0, 7)
		put(2, 3) // and an empty block
		code(0, 7)
	default: // 102
		code(279-256, 7)
		put(n-99, 4)
		code(13, 5)
		put(n-97, 5)
		code(0, 7)
	}
	return binary.LittleEndian.AppendUint64(nil, bits)[:(at+7)/8]
}

// solve finds c with f(c) = c for an f that is affine over single bits.
func solve(f func(uint32) uint32) (c uint32, ok bool) {
	base := f(0)
	var rows [32]uint64 // equation i: the bits of c, and the right side in bit 32
	for bit := range 32 {
		column := f(1<<bit) ^ base ^ 1<<bit
		for i := range rows {
			rows[i] |= uint64(column>>i&1) << bit
		}
	}
	for i := range rows {
		rows[i] |= uint64(base>>i&1) << 32
	}
	for bit := range 32 {
		pivot := -1
		for i := bit; i < 32; i++ {
			if rows[i]>>bit&1 == 1 {
				pivot = i
				break
			}
		}
		if pivot < 0 {
			return 0, false
		}
		rows[bit], rows[pivot] = rows[pivot], rows[bit]
		for i := range rows {
			if i != bit && rows[i]>>bit&1 == 1 {
				rows[i] ^= rows[bit]
			}
		}
	}
	for bit := range 32 {
		c |= uint32(rows[bit]>>32&1) << bit
	}
	return c, true
}
