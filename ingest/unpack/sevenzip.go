package unpack

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"

	"github.com/bodgit/sevenzip"
)

const sevenZMagic = "7z\xBC\xAF\x27\x1C"

// errPassword says that a password would be needed.
var errPassword = errors.New("the archive has a password")

// The library would try the empty password: a file may make that as slow as it
// likes, and one that is only encrypted and not packed would read as noise.
func init() {
	sevenzip.RegisterDecompressor([]byte{0x06, 0xF1, 0x07, 0x01}, func([]byte, uint64, []io.ReadCloser) (io.ReadCloser, error) {
		return nil, errPassword
	})
}

// encrypted reports whether a password is what an error of the library is
// about; it may hide that behind the error of a decoder that was given noise.
func encrypted(err error) bool {
	var e *sevenzip.ReadError
	return errors.Is(err, errPassword) || errors.As(err, &e) && e.Encrypted
}

// sevenZ reads a 7z archive.
func (c *collector) sevenZ(b []byte) {
	r, err := sevenzip.NewReader(bytes.NewReader(b), int64(len(b)))
	switch {
	case err != nil && encrypted(err):
		c.fault(Encrypted, "", "the names in the 7z are encrypted")
		return
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		c.fault(Damaged, Cut, "the 7z ends before its directory")
		return
	case err != nil:
		c.fault(Damaged, Container, "the 7z directory cannot be read")
		return
	}
	for _, f := range r.File {
		if litter(f.Name) || f.Mode().IsDir() {
			continue
		}
		if !c.room() || c.ctx.Err() != nil {
			return
		}
		c.sevenZMember(f)
	}
}

func (c *collector) sevenZMember(f *sevenzip.File) {
	size := int64(min(f.UncompressedSize, 1<<62)) // 2^62 is above every limit
	switch {
	case f.Mode()&fs.ModeType != 0:
		c.lack(f.Name, NoFile, "", "the member is no plain file")
		return
	case !c.fits(f.Name, size, size+c.unpacked, c.packed):
		return
	}
	rc, err := f.Open()
	if err != nil {
		c.lackOf7z(f.Name, err)
		return
	}
	data, err := c.read(rc, size)
	if cerr := rc.Close(); err == nil {
		err = cerr
	}
	m := Member{Name: f.Name, Data: data}
	switch {
	case err != nil && encrypted(err):
		c.lack(f.Name, Encrypted, "", "the member has a password")
		return
	case errors.Is(err, errFull):
		m.Fault = Fault{TooLarge, LimitUnpacked, "the member is larger than it says and than the limit"}
	case err != nil, int64(len(data)) != size:
		m.Fault = Fault{Damaged, Cut, "the member is damaged or cut"}
	case crc32.ChecksumIEEE(data) != f.CRC32:
		m.Fault = Fault{Damaged, Checksum, "the member's checksum is wrong or missing"}
	}
	c.out.Members = append(c.out.Members, m)
}

func (c *collector) lackOf7z(name string, err error) {
	if encrypted(err) {
		c.lack(name, Encrypted, "", "the member has a password")
		return
	}
	c.lack(name, Damaged, Container, "the member cannot be opened")
}
