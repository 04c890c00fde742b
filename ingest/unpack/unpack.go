package unpack

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
)

// Limits bounds what one archive may ask of us; zero fields stand for defaults.
type Limits struct {
	Entries    int   // members; 200
	Unpacked   int64 // bytes of all members unpacked; 200 MiB
	Ratio      int64 // unpacked to packed bytes, asked above 1 MiB unpacked; 200
	Dictionary int64 // bytes of the dictionary that a rar may ask for; 64 MiB
}

// OrDefault returns l with every zero field replaced by its default.
func (l Limits) OrDefault() Limits {
	return Limits{
		Entries:    cmp.Or(l.Entries, 200),
		Unpacked:   cmp.Or(l.Unpacked, 200<<20),
		Ratio:      cmp.Or(l.Ratio, 200),
		Dictionary: cmp.Or(l.Dictionary, 64<<20),
	}
}

// Why says why something could not be had. The words are stable.
type Why string

// The reasons.
const (
	Encrypted   Why = "encrypted"   // it has a password
	TooLarge    Why = "too-large"   // above a limit, which Word names
	Damaged     Why = "damaged"     // Word says how
	Volume      Why = "volume"      // one part of an archive of several
	Unsupported Why = "unsupported" // packed in a way that is not read
	NoFile      Why = "no-file"     // a link or a device: there is nothing to read
)

// The words of TooLarge.
const (
	LimitMembers    = "members"
	LimitUnpacked   = "unpacked"
	LimitRatio      = "ratio"
	LimitDictionary = "dictionary"
)

// The words of Damaged.
const (
	Container = "container" // its structure contradicts itself
	Checksum  = "checksum"  // bytes that do not match their checksum, or have none
	Cut       = "cut"       // it ends before its end
)

// Fault is what was wrong with an archive or a member; the zero Fault is none.
type Fault struct {
	Why    Why
	Word   string
	Detail string // English, for logs and evidence; holds no content
}

// Member is one file of an archive.
type Member struct {
	Name string // as it is stored, in any character set; with folders
	// Data are its bytes. Beside a Fault they are what could be had, nil for
	// nothing.
	Data  []byte
	Fault Fault
}

// Archive is what could be had of an archive.
type Archive struct {
	Members []Member // in its order; folders and what systems leave behind are not among them
	// Fault says that the archive was not read to its end, or not at all.
	Fault Fault
}

// Open unpacks the archive, whose kind is known by its first bytes. The error is
// that of ctx; everything that the archive can do wrong is in the result, a panic
// of a decoder too.
func Open(ctx context.Context, archive []byte, lim Limits) (*Archive, error) {
	c := &collector{ctx: ctx, lim: lim.OrDefault(), packed: int64(len(archive)), out: &Archive{}}
	c.open(archive)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.out, nil
}

// collector gathers members within the limits.
type collector struct {
	ctx      context.Context
	lim      Limits
	packed   int64 // bytes of the archive
	unpacked int64 // bytes so far, also of what is not kept
	out      *Archive
}

func (c *collector) open(archive []byte) {
	defer func() {
		if r := recover(); r != nil {
			what := fmt.Sprintf("%T", r)
			if e, ok := r.(runtime.Error); ok {
				what = e.Error()
			}
			c.fault(Damaged, Container, "the decoder gave up: "+what)
		}
	}()
	switch {
	case bytes.HasPrefix(archive, []byte(rarMagic)):
		c.rar(archive)
	case bytes.HasPrefix(archive, []byte(sevenZMagic)):
		c.sevenZ(archive)
	case bytes.HasPrefix(archive, []byte("PK")):
		c.zip(archive)
	default:
		c.fault(Unsupported, "", "no archive of a known kind")
	}
}

// fault notes what is wrong with the archive; the first word stands.
func (c *collector) fault(why Why, word, detail string) {
	if c.out.Fault.Why == "" {
		c.out.Fault = Fault{why, word, detail}
	}
}

// room reports whether one more member may be taken, and else says why not.
func (c *collector) room() bool {
	if len(c.out.Members) >= c.lim.Entries {
		c.fault(TooLarge, LimitMembers, "more members than the limit; the rest was not read")
		return false
	}
	return true
}

// lack adds a member that could not be had.
func (c *collector) lack(name string, why Why, word, detail string) {
	c.out.Members = append(c.out.Members, Member{Name: name, Fault: Fault{why, word, detail}})
}

// fits checks the size that a member states, in bytes, before it is unpacked;
// packed is its packed size, or that of the whole archive with the bytes unpacked
// before it in size.
func (c *collector) fits(name string, size, density, packed int64) bool {
	switch {
	case size > c.lim.Unpacked-c.unpacked:
		c.lack(name, TooLarge, LimitUnpacked, "a member is larger than what is left of the limit")
	case density > 1<<20 && density/c.lim.Ratio > packed:
		c.lack(name, TooLarge, LimitRatio, "a member is packed too densely")
	default:
		return true
	}
	return false
}

// read reads r to its end, at most what is left of the limit. size is the
// stated one, which is not believed; -1 for none.
func (c *collector) read(r io.Reader, size int64) ([]byte, error) {
	left := c.lim.Unpacked - c.unpacked
	var b bytes.Buffer
	b.Grow(int(max(0, min(size, left, 16<<20))) + bytes.MinRead)
	n, err := b.ReadFrom(io.LimitReader(&patient{c.ctx, r}, left+1))
	c.unpacked += min(n, left)
	if n > left {
		return nil, errFull
	}
	if err != nil && n == 0 {
		return nil, err
	}
	return b.Bytes(), err
}

// errFull says that a member is larger than it said and than may be.
var errFull = errors.New("above the limit of unpacked bytes")

// patient is a reader that ends with its context.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}

// litter reports whether a member is no file of anybody's: a folder, or what
// macOS and Windows leave in archives.
func litter(name string) bool {
	n := strings.ReplaceAll(name, `\`, "/")
	base := n[strings.LastIndexByte(n, '/')+1:]
	return base == "" || strings.HasPrefix(n, "__MACOSX/") || strings.HasPrefix(base, "._") ||
		base == ".DS_Store" || strings.EqualFold(base, "thumbs.db") || strings.EqualFold(base, "desktop.ini")
}
