package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// The first two pages of a bbolt file are its heads (meta pages). A commit
// writes one of them in turn; bbolt uses the newer one whose checksum is right.
// A head: magic, version, page size, flags (4 bytes each), root, sequence,
// free list, pages in use, transaction (8 bytes each), FNV-1a of all that.
const (
	headAt    = 16 // behind the page's own header
	headLen   = 56
	headMagic = 0xED0CDAED
	maxPage   = 1 << 16
)

type head struct {
	pageSize uint32
	pages    uint64
	sound    bool
}

// checkHeads returns an error unless both heads are sound and the file is as
// long as they say. bbolt itself is content with one head; but when the newer
// one is damaged, the other is the state before the last transaction, and a
// mail that was sent would be waiting to be sent.
func checkHeads(f *os.File) error {
	first, err := readHead(f, 0)
	if err != nil {
		return err
	}
	if !first.sound {
		return damaged("its first head is no bbolt head or has a wrong checksum")
	}
	second, err := readHead(f, int64(first.pageSize))
	if err != nil {
		return err
	}
	if !second.sound || second.pageSize != first.pageSize {
		return damaged("its second head has a wrong checksum: the last transaction may be lost")
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if want := max(first.pages, second.pages) * uint64(first.pageSize); uint64(info.Size()) < want {
		return damaged("it is cut short at %d of %d bytes", info.Size(), want)
	}
	return nil
}

func readHead(f *os.File, at int64) (head, error) {
	var b [headLen + 8]byte
	if _, err := f.ReadAt(b[:], at+headAt); errors.Is(err, io.EOF) {
		return head{}, damaged("it ends within its heads")
	} else if err != nil {
		return head{}, fmt.Errorf("read head: %w", err)
	}
	h := fnv.New64a()
	h.Write(b[:headLen])
	n := binary.NativeEndian
	out := head{pageSize: n.Uint32(b[8:]), pages: n.Uint64(b[40:])}
	out.sound = n.Uint32(b[0:]) == headMagic && n.Uint64(b[headLen:]) == h.Sum64() &&
		out.pageSize > 0 && out.pageSize <= maxPage && out.pages < 1<<48
	return out, nil
}
