package xls

import (
	"slices"

	"taizhang/ingest/sheet/strict"
)

// Types of record (MS-XLS §2.3) that are read.
const (
	recFormula    = 0x0006
	recEOF        = 0x000a
	recExtern     = 0x0017
	recName       = 0x0018
	recDateMode   = 0x0022
	recFilePass   = 0x002f
	recFont       = 0x0031
	recContinue   = 0x003c
	recCodePage   = 0x0042
	recDefWidth   = 0x0055
	recUncalced   = 0x005e
	recColInfo    = 0x007d
	recWsBool     = 0x0081
	recSheet      = 0x0085
	recStdWidth   = 0x0099
	recMulRK      = 0x00bd
	recMulBlank   = 0x00be
	recRString    = 0x00d6
	recDBCell     = 0x00d7
	recXF         = 0x00e0
	recMerged     = 0x00e5
	recSST        = 0x00fc
	recLabelSST   = 0x00fd
	recSupBook    = 0x01ae
	recBlank      = 0x0201
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRow        = 0x0208
	recDimensions = 0x0200
	recSelection  = 0x001d
	recHeader     = 0x0014
	recFooter     = 0x0015
	recArray      = 0x0221
	recDefHeight  = 0x0225
	recTable      = 0x0236
	recRK         = 0x027e
	recFormula4   = 0x0406 // of BIFF4, which some writers of BIFF8 use
	recFormat     = 0x041e
	recShared     = 0x04bc
	recBOF        = 0x0809
	firstFuture   = 0x0800 // future records repeat their type in their first two
	lastFuture    = 0x08ff // bytes, but for BOF
	maxRecordSize = 8224   // bytes of a record, without its header
)

// ignored lists the types of record, of BIFF5 to BIFF8, that a workbook or a
// worksheet may hold besides those that are read and the future ones. A type
// that is neither is taken for damage, not for something new: nothing has been
// added to the format since 2007 but future records.
var ignored = []uint16{
	0x000c, 0x000d, 0x000e, 0x000f, 0x0010, 0x0011, 0x0012, 0x0013, 0x0016, 0x0019, 0x001a, 0x001b,
	0x001c, 0x0020, 0x0021, 0x0023, 0x0025, 0x0026, 0x0027, 0x0028, 0x0029, 0x002a, 0x002b, 0x0033, 0x0034,
	0x003d, 0x0040, 0x0041, 0x004d, 0x0050, 0x0051, 0x0052, 0x0056, 0x0059, 0x005a, 0x005b, 0x005c, 0x005d, 0x005f,
	0x0060, 0x0061, 0x0062, 0x0063, 0x007f, 0x0080, 0x0082, 0x0083, 0x0084, 0x0086, 0x0087, 0x0088, 0x0089, 0x008a,
	0x008c, 0x008d, 0x008e, 0x0090, 0x0091, 0x0092, 0x0093, 0x0094, 0x0095, 0x0096, 0x0097, 0x0098, 0x009a, 0x009b,
	0x009c, 0x009d, 0x009e, 0x00a0, 0x00a1, 0x00a9, 0x00ab, 0x00ae, 0x00af, 0x00b0, 0x00b1, 0x00b2, 0x00b3, 0x00b4,
	0x00b5, 0x00b6, 0x00b7, 0x00b8, 0x00b9, 0x00ba, 0x00bc, 0x00bf, 0x00c0, 0x00c1, 0x00c2, 0x00c3, 0x00c5, 0x00c6,
	0x00c7, 0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc, 0x00cd, 0x00ce, 0x00cf, 0x00d0, 0x00d1, 0x00d2, 0x00d3, 0x00d5,
	0x00d8, 0x00d9, 0x00da, 0x00db, 0x00dc, 0x00dd, 0x00de, 0x00df, 0x00e1, 0x00e2, 0x00e3, 0x00e9, 0x00ea, 0x00eb,
	0x00ec, 0x00ed, 0x00ee, 0x00ef, 0x00f0, 0x00f1, 0x00f2, 0x00f4, 0x00f5, 0x00f6, 0x00f7, 0x00f8, 0x00f9, 0x00fa,
	0x00fb, 0x00ff, 0x0100, 0x0103, 0x013d, 0x0138, 0x013b, 0x013e, 0x0150, 0x0151, 0x0152, 0x0153, 0x0154, 0x0155,
	0x0156, 0x0157, 0x0158, 0x015f, 0x0160, 0x0161, 0x0162, 0x0163, 0x0164, 0x0165, 0x0192, 0x0193, 0x0194, 0x0195,
	0x0196, 0x0197, 0x01a9, 0x01aa, 0x01ab, 0x01ad, 0x01af, 0x01b0, 0x01b1, 0x01b2, 0x01b5, 0x01b6, 0x01b7, 0x01b8,
	0x01b9, 0x01ba, 0x01bb, 0x01bc, 0x01bd, 0x01be, 0x01bf, 0x01c0, 0x01c1, 0x01c2, 0x020b, 0x0218, 0x0223,
	0x0231, 0x023e, 0x0293, 0x0418, 0x105c,
}

// read lists the types of record that are read.
var read = []uint16{
	recFormula, recEOF, recExtern, recName, recDateMode, recFilePass, recFont, recContinue, recCodePage, recDefWidth,
	recUncalced, recColInfo, recWsBool, recSheet, recStdWidth, recMulRK, recMulBlank, recRString, recDBCell, recXF,
	recDimensions, recSelection, recHeader, recFooter, recMerged, recSST, recLabelSST, recSupBook, recBlank, recNumber, recLabel, recBoolErr, recString, recRow, recArray,
	recDefHeight, recTable, recRK, recFormula4, recFormat, recShared, recBOF,
}

// fixed gives the lengths that records of a type may have, as far as the type
// settles them. They are checked in what is ignored too, so that a changed
// length does not take the records behind it along.
var fixed = map[uint16][]int{
	0x000a: {0}, 0x000c: {2}, 0x000d: {2}, 0x000e: {2}, 0x000f: {2}, 0x0010: {8, 16}, 0x0011: {2}, 0x0012: {2, 4},
	0x0013: {2}, 0x0019: {2}, 0x0022: {2}, 0x0026: {8}, 0x0027: {8}, 0x0028: {8}, 0x0029: {8}, 0x002a: {2}, 0x002b: {2},
	0x003d: {18, 10}, 0x0040: {2}, 0x0041: {10}, 0x0042: {2}, 0x0055: {2}, 0x0059: {4}, 0x005f: {2}, 0x0063: {2},
	0x007d: {12, 11, 10}, 0x0080: {8}, 0x0081: {2}, 0x0082: {2}, 0x0083: {2}, 0x0084: {2}, 0x008c: {4}, 0x008d: {2},
	0x0099: {2}, 0x009c: {2}, 0x009d: {2}, 0x00a0: {4}, 0x00a1: {34}, 0x00ab: {34}, 0x00b1: {10}, 0x00b2: {8},
	0x00bf: {0}, 0x00c0: {0}, 0x00c1: {2}, 0x00d3: {0}, 0x00d5: {2}, 0x00da: {2}, 0x00e0: {20, 16}, 0x00e1: {0, 2},
	0x00e2: {0, 2}, 0x00e3: {2}, 0x00ed: {24}, 0x00ef: {6}, 0x00f1: {24}, 0x0100: {20}, 0x0160: {2}, 0x0161: {2},
	0x01aa: {64}, 0x01ab: {2}, 0x01af: {2}, 0x01b2: {18}, 0x01b6: {18, 30}, 0x01b7: {2}, 0x01bc: {2}, 0x01bd: {0},
	0x01c0: {0}, 0x01c1: {8}, 0x0200: {14, 10, 16}, 0x0225: {4}, 0x023e: {18, 10}, 0x0809: {16, 8},
}

var known = func() map[uint16]bool {
	m := make(map[uint16]bool)
	for _, t := range slices.Concat(ignored, read) {
		m[t] = true
	}
	return m
}()

// record is one record of the stream.
type record struct {
	kind uint16
	at   int // of its header
	data []byte
}

// want wants the record to have so many bytes at least.
func (r *record) want(n int) error {
	if len(r.data) < n {
		return strict.Damaged(strict.Structure, "record %04x of %d bytes at %d", r.kind, len(r.data), r.at)
	}
	return nil
}

// exact wants the record to have so many bytes.
func (r *record) exact(n int) error {
	if len(r.data) != n {
		return strict.Damaged(strict.Structure, "record %04x of %d bytes at %d", r.kind, len(r.data), r.at)
	}
	return nil
}

// check wants the record to be one of a workbook or a worksheet.
func (r *record) check() error {
	if lengths, ok := fixed[r.kind]; ok && !slices.Contains(lengths, len(r.data)) {
		return strict.Damaged(strict.Structure, "record %04x of %d bytes at %d", r.kind, len(r.data), r.at)
	}
	switch {
	case known[r.kind]:
		return nil
	case r.kind >= firstFuture && r.kind <= lastFuture && len(r.data) >= 2 && le.Uint16(r.data) == r.kind:
		return nil
	}
	return strict.Damaged(strict.Structure, "record of unknown type %04x at %d", r.kind, r.at)
}

// scanner walks the records of the stream.
type scanner struct {
	data []byte
	at   int
}

// next returns the next record.
func (s *scanner) next() (record, error) {
	r := record{at: s.at}
	if len(s.data)-s.at < 4 {
		return r, strict.Damaged(strict.Cut, "stream ends at %d", s.at)
	}
	r.kind = le.Uint16(s.data[s.at:])
	size := int(le.Uint16(s.data[s.at+2:]))
	if size > maxRecordSize {
		return r, strict.Damaged(strict.Structure, "record %04x of %d bytes at %d", r.kind, size, s.at)
	}
	if len(s.data)-s.at-4 < size {
		return r, strict.Damaged(strict.Cut, "record %04x at %d is cut", r.kind, s.at)
	}
	r.data = s.data[s.at+4 : s.at+4+size]
	s.at += 4 + size
	return r, nil
}

// peek returns the type of the next record, 0 at the end.
func (s *scanner) peek() uint16 {
	if len(s.data)-s.at < 4 {
		return 0
	}
	return le.Uint16(s.data[s.at:])
}

// endsCells reports whether the record may stand next behind the cells of a
// sheet (MS-XLS §2.1.7.20.5), by its type and, where that is near to the type of
// a cell, its length.
func (r *record) endsCells() bool {
	switch r.kind {
	case 0x001c: // a comment
		return len(r.data) >= 12
	case 0x005d, 0x00ec, 0x00b0: // drawings and pivot tables
		return len(r.data) > 14
	case recEOF, recBOF, recMerged, 0x0034, 0x003d, 0x00de, 0x01c2, 0x023e:
		return true
	}
	return r.kind >= firstFuture && r.kind <= lastFuture
}

// whole returns the data of the record and of the CONTINUE records behind it.
func (s *scanner) whole(r record) ([][]byte, error) {
	parts := [][]byte{r.data}
	for s.peek() == recContinue {
		c, err := s.next()
		if err != nil {
			return nil, err
		}
		parts = append(parts, c.data)
	}
	return parts, nil
}

// skipSubstream reads to the EOF that ends the substream whose BOF was read,
// past the substreams within it.
func (s *scanner) skipSubstream() error {
	for depth := 1; depth > 0; {
		r, err := s.next()
		if err != nil {
			return err
		}
		switch r.kind {
		case recBOF:
			depth++
		case recEOF:
			if err := r.exact(0); err != nil {
				return err
			}
			depth--
		}
	}
	return nil
}
