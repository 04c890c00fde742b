package unpack

import (
	"bytes"
	"errors"
	"io"
	"io/fs"

	"github.com/nwaples/rardecode/v2"
)

const rarMagic = "Rar!\x1A\x07"

// rar reads a rar archive of the formats 1.5 to 5.
func (c *collector) rar(b []byte) {
	shape := rarShapeOf(b)
	if shape.volume {
		c.fault(Volume, "", "one volume of a rar of several")
		return
	}
	// The reader cannot seek: seeking behind the end would pass over what is cut.
	r, err := rardecode.NewReader(struct{ io.Reader }{bytes.NewReader(b)}, rardecode.MaxDictionarySize(c.lim.Dictionary))
	if err != nil {
		c.rarFault(err)
		return
	}
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			c.rarFault(err)
			return
		}
		if !c.rarMember(r, h, shape.unchecked) {
			return
		}
	}
	if !shape.ended { // the library takes the end of the bytes for the end of the archive
		c.fault(Damaged, Cut, "the rar has no end")
	}
}

// rarMember takes one member; it is false when the rest cannot be read.
func (c *collector) rarMember(r *rardecode.Reader, h *rardecode.FileHeader, unchecked bool) bool {
	size := h.UnPackedSize
	if h.UnKnownSize {
		size = -1
	}
	skip := h.IsDir || litter(h.Name)
	if !skip && !c.room() || c.ctx.Err() != nil {
		return false
	}
	switch {
	case h.Encrypted:
		if !skip {
			c.lack(h.Name, Encrypted, "", "the member has a password")
		}
		return true
	case h.IsDir:
		return true
	case !skip && (h.Mode()&fs.ModeType != 0 || h.LinkType != rardecode.LinkTypeNone):
		c.lack(h.Name, NoFile, "", "the member is no plain file")
		return true
	case !c.fits(h.Name, size, size+c.unpacked, c.packed):
		return !h.Solid // a solid member is the start of the next
	}
	data, err := c.read(r, size) // litter too: a solid member is the start of the next
	if skip {
		return true
	}
	m := Member{Name: h.Name, Data: data}
	whole := false
	switch {
	case errors.Is(err, errFull):
		m.Fault = Fault{TooLarge, LimitUnpacked, "the member is larger than it says and than the limit"}
	case errors.Is(err, rardecode.ErrBadFileChecksum):
		m.Fault = Fault{Damaged, Checksum, "the member's checksum is wrong"}
	case errors.Is(err, rardecode.ErrMultiVolume):
		m.Fault, m.Data = Fault{Volume, "", "the member goes on in another volume"}, nil
	case errors.Is(err, rardecode.ErrUnknownDecoder), errors.Is(err, rardecode.ErrUnsupportedDecoder):
		m.Fault, m.Data = Fault{Unsupported, "", "the member is packed in a way that is not read"}, nil
	case err != nil, size >= 0 && int64(len(data)) != size:
		m.Fault = Fault{Damaged, Cut, "the member is damaged or cut"}
	case unchecked:
		m.Fault, whole = Fault{Damaged, Checksum, "the member has no checksum that can be checked"}, true
	default:
		whole = true
	}
	c.out.Members = append(c.out.Members, m)
	return whole || !h.Solid
}

// rarFault says what an error between two members is about.
func (c *collector) rarFault(err error) {
	switch {
	case errors.Is(err, rardecode.ErrArchiveEncrypted), errors.Is(err, rardecode.ErrArchivedFileEncrypted):
		c.fault(Encrypted, "", "the names in the rar are encrypted")
	case errors.Is(err, rardecode.ErrMultiVolume):
		c.fault(Volume, "", "one volume of a rar of several")
	case errors.Is(err, rardecode.ErrDictionaryTooLarge):
		c.fault(TooLarge, LimitDictionary, "the rar asks for a larger dictionary than the limit")
	case errors.Is(err, rardecode.ErrUnknownVersion), errors.Is(err, rardecode.ErrUnknownDecoder),
		errors.Is(err, rardecode.ErrUnsupportedDecoder), errors.Is(err, rardecode.ErrMultipleDecoders):
		c.fault(Unsupported, "", "the rar is packed in a way that is not read")
	case errors.Is(err, io.ErrUnexpectedEOF):
		c.fault(Damaged, Cut, "the rar ends inside a member")
	default:
		c.fault(Damaged, Container, "the rar's structure is damaged")
	}
}
