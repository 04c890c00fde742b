package xls

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"taizhang/ingest/sheet/strict"
)

// Values of MS-CFB §2.1, §2.2 and §2.6.1.
const (
	oleMark    = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	headerSize = 512
	inHeader   = 109        // sectors of the allocation table that the header lists
	lastSector = 0xfffffffa // the largest number of a sector
	endOfChain = 0xfffffffe
	noStream   = 0xffffffff
	entrySize  = 128
	miniShift  = 6
	miniLimit  = 4096 // streams below this size live in the mini stream
)

// Types of a directory entry.
const (
	typeStream = 2
	typeRoot   = 5
)

var le = binary.LittleEndian

// compound is a compound file (MS-CFB) of which every sector belongs to one
// chain at most. A chain that loops, ends early, goes on beyond the size of its
// stream, leaves the file or crosses another is damage: with no checksum in the
// format, that is what betrays a changed byte of the tables.
type compound struct {
	data    []byte
	shift   uint
	fat     []uint32
	mini    []uint32
	owned   []bool // sectors that a chain has taken
	entries []entry
	small   []byte            // the mini stream
	taken   []bool            // mini sectors that a chain has taken
	streams map[string][]byte // of the root storage, by name in upper case
}

type entry struct {
	name               string
	kind               byte
	left, right, child uint32
	start              uint32
	size               int64
}

// openCompound reads the tables and the directory, and follows the chain of
// every stream in it.
func openCompound(data []byte) (*compound, error) {
	if len(data) < headerSize {
		return nil, strict.Damaged(strict.Cut, "compound file of %d bytes", len(data))
	}
	if string(data[:8]) != oleMark {
		return nil, strict.Damaged(strict.Container, "no compound file")
	}
	c := &compound{data: data, shift: uint(le.Uint16(data[30:]))}
	if c.shift != 9 && c.shift != 12 || le.Uint16(data[32:]) != miniShift || le.Uint32(data[56:]) != miniLimit {
		return nil, strict.Damaged(strict.Container, "compound file with sectors of unknown size")
	}
	c.owned = make([]bool, (len(data)-1)>>c.shift)
	for _, step := range []func() error{c.readTable, c.readDirectory, c.readMini, c.followAll} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// sector takes the sector, whole but for the last one of the file.
func (c *compound) sector(n uint32) ([]byte, error) {
	if n > lastSector || int64(n) >= int64(len(c.owned)) {
		return nil, strict.Damaged(strict.Cut, "sector %d of %d", n, len(c.owned))
	}
	if c.owned[n] {
		return nil, strict.Damaged(strict.Container, "sector %d has two owners", n)
	}
	c.owned[n] = true
	from := (int64(n) + 1) << c.shift
	return c.data[from:min(from+1<<c.shift, int64(len(c.data)))], nil
}

// table takes a whole sector of numbers.
func (c *compound) table(n uint32) ([]uint32, error) {
	b, err := c.sector(n)
	if err != nil {
		return nil, err
	}
	if len(b) < 1<<c.shift {
		return nil, strict.Damaged(strict.Cut, "sector %d is cut", n)
	}
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = le.Uint32(b[4*i:])
	}
	return out, nil
}

// readTable gathers the allocation table, whose sectors the header and, behind
// it, the chain of DIFAT sectors list. Whether the table marks its own sectors
// is not asked: older versions of POI forgot to.
func (c *compound) readTable() error {
	count, more := int64(le.Uint32(c.data[44:])), le.Uint32(c.data[68:])
	if count > int64(len(c.owned)) {
		return strict.Damaged(strict.Cut, "allocation table of %d sectors", count)
	}
	var list []uint32
	for i := range inHeader {
		list = append(list, le.Uint32(c.data[76+4*i:]))
	}
	for int64(len(list)) < count {
		t, err := c.table(more)
		if err != nil {
			return err
		}
		list, more = append(list, t[:len(t)-1]...), t[len(t)-1]
	}
	c.fat = make([]uint32, 0, count<<c.shift/4)
	for _, n := range list[:count] {
		t, err := c.table(n)
		if err != nil {
			return err
		}
		c.fat = append(c.fat, t...)
	}
	return nil
}

// chain gathers the sectors of a chain. With size ≥ 0 there must be as many as
// that many bytes take; size -1 takes the chain as it is.
func (c *compound) chain(start uint32, size int64) ([]byte, error) {
	var out []byte
	if size > 0 {
		if size > int64(len(c.data)) {
			return nil, strict.Damaged(strict.Cut, "stream of %d bytes in a file of %d", size, len(c.data))
		}
		out = make([]byte, 0, size+1<<c.shift)
	}
	for n := start; n != endOfChain; {
		if int64(n) >= int64(len(c.fat)) {
			return nil, strict.Damaged(strict.Container, "chain leaves the allocation table")
		}
		b, err := c.sector(n)
		if err != nil {
			return nil, err
		}
		if size >= 0 && int64(len(out)) >= size {
			return nil, strict.Damaged(strict.Container, "chain longer than its stream")
		}
		out = append(out, b...)
		n = c.fat[n]
	}
	if size < 0 {
		return out, nil
	}
	if int64(len(out)) < size {
		return nil, strict.Damaged(strict.Cut, "stream of %d bytes has %d", size, len(out))
	}
	return out[:size], nil
}

// readDirectory reads the entries and keeps those of the root storage's tree.
func (c *compound) readDirectory() error {
	b, err := c.chain(le.Uint32(c.data[48:]), -1)
	if err != nil {
		return err
	}
	for ; len(b) >= entrySize; b = b[entrySize:] {
		e := entry{
			kind: b[66], left: le.Uint32(b[68:]), right: le.Uint32(b[72:]), child: le.Uint32(b[76:]),
			start: le.Uint32(b[116:]), size: int64(le.Uint32(b[120:])),
		}
		n := int(le.Uint16(b[64:]))
		if n%2 == 0 && n >= 2 && n <= 64 {
			units := make([]uint16, n/2-1)
			for i := range units {
				units[i] = le.Uint16(b[2*i:])
			}
			e.name = string(utf16.Decode(units))
		}
		c.entries = append(c.entries, e)
	}
	if len(c.entries) == 0 || c.entries[0].kind != typeRoot {
		return strict.Damaged(strict.Container, "compound file without a root")
	}
	return nil
}

// readMini gathers the mini stream and its allocation table.
func (c *compound) readMini() error {
	root := c.entries[0]
	if root.size == 0 {
		return nil
	}
	var err error
	if c.small, err = c.chain(root.start, root.size); err != nil {
		return err
	}
	b, err := c.chain(le.Uint32(c.data[60:]), int64(le.Uint32(c.data[64:]))<<c.shift)
	if err != nil {
		return err
	}
	c.mini = make([]uint32, len(b)/4)
	for i := range c.mini {
		c.mini[i] = le.Uint32(b[4*i:])
	}
	c.taken = make([]bool, (len(c.small)+1<<miniShift-1)>>miniShift)
	return nil
}

// miniChain gathers a stream out of the mini stream.
func (c *compound) miniChain(start uint32, size int64) ([]byte, error) {
	var out []byte
	for n := start; n != endOfChain; n = c.mini[n] {
		switch {
		case int64(n) >= int64(len(c.mini)) || int64(n) >= int64(len(c.taken)):
			return nil, strict.Damaged(strict.Container, "chain leaves the mini stream")
		case c.taken[n]:
			return nil, strict.Damaged(strict.Container, "mini sector %d has two owners", n)
		case int64(len(out)) >= size:
			return nil, strict.Damaged(strict.Container, "chain longer than its stream")
		}
		c.taken[n] = true
		from := int64(n) << miniShift
		out = append(out, c.small[from:min(from+1<<miniShift, int64(len(c.small)))]...)
	}
	if int64(len(out)) < size {
		return nil, strict.Damaged(strict.Cut, "stream of %d bytes has %d", size, len(out))
	}
	return out[:size], nil
}

// followAll gathers every stream of every storage, and keeps those of the root:
// a workbook may hold another document in a storage of its own.
func (c *compound) followAll() error {
	inRoot, err := c.siblings(c.entries[0].child)
	if err != nil {
		return err
	}
	c.streams = make(map[string][]byte)
	for i, e := range c.entries {
		if e.kind != typeStream || e.size == 0 {
			continue
		}
		follow := c.chain
		if e.size < miniLimit {
			follow = c.miniChain
		}
		b, err := follow(e.start, e.size)
		if err != nil {
			return err
		}
		if !inRoot[uint32(i)] {
			continue
		}
		name := strings.ToUpper(e.name)
		if _, ok := c.streams[name]; ok {
			return strict.Damaged(strict.Duplicate, "two streams of one name")
		}
		c.streams[name] = b
	}
	return nil
}

// siblings returns the entries of the tree below the entry.
func (c *compound) siblings(top uint32) (map[uint32]bool, error) {
	seen := make(map[uint32]bool)
	for todo := []uint32{top}; len(todo) > 0; {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id == noStream {
			continue
		}
		if int64(id) >= int64(len(c.entries)) || seen[id] {
			return nil, strict.Damaged(strict.Container, "directory that is no tree")
		}
		seen[id] = true
		todo = append(todo, c.entries[id].left, c.entries[id].right)
	}
	return seen, nil
}
