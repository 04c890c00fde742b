package fence

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"taizhang/ingest/unpack"
)

// Unpack takes the members out of one archive in a child, as unpack.Open would
// in this process. What the members may take is bounded by Options.Answer too.
//
// A child that dies of an archive is the archive's fault, after two fresh ones have
// died of it: it is then too large for the memory or the time, or damaged where a
// decoder gave up. The error is that of ctx, ErrClosed, or a failure of ours that
// says nothing about the archive, as for Read.
func (r *Reader) Unpack(ctx context.Context, archive []byte, lim unpack.Limits) (*unpack.Archive, error) {
	if int64(len(archive)) > r.opt.Archive {
		return faulty(unpack.TooLarge, "file", fmt.Sprintf("an archive of %d bytes", len(archive))), nil
	}
	lim = lim.OrDefault()
	lim.Unpacked = min(lim.Unpacked, r.opt.Answer)
	head, err := json.Marshal(lim)
	if err != nil {
		return nil, fmt.Errorf("encode limits: %w", err)
	}
	var a *unpack.Archive
	err = r.run(ctx, job{kindUnpack, [][]byte{appendBytes(nil, head), archive}, archive, func(ans answer) error {
		if ans.kind != kindMembers {
			return ans.failed()
		}
		got, err := parseArchive(ans.body, lim)
		if err != nil {
			return broken(err)
		}
		a = got
		return nil
	}})
	var d *death
	switch {
	case !errors.As(err, &d):
		return a, err
	case d.limit != "":
		return faulty(unpack.TooLarge, d.limit, d.err.Error()), nil
	case d.crashed:
		return faulty(unpack.Damaged, unpack.Container, "the decoder crashed"), nil
	}
	return nil, fmt.Errorf("unpack in a child: %w", d.err)
}

func faulty(why unpack.Why, word, detail string) *unpack.Archive {
	return &unpack.Archive{Fault: unpack.Fault{Why: why, Word: word, Detail: detail}}
}

func parseUnpack(payload []byte) (lim unpack.Limits, archive []byte, err error) {
	d := decoder{b: payload}
	text := d.bytes()
	if d.err != nil {
		return lim, nil, d.err
	}
	return lim, d.b, unmarshal(text, &lim)
}

// archiveParts returns the body of an answer: the faults, names and sizes, then
// the bytes of each member, which are not copied.
func archiveParts(a *unpack.Archive) [][]byte {
	head := appendFault(nil, a.Fault)
	head = binary.AppendUvarint(head, uint64(len(a.Members)))
	parts := [][]byte{nil}
	for _, m := range a.Members {
		head = appendFault(appendBytes(head, []byte(m.Name)), m.Fault)
		size := uint64(len(m.Data)) + 1
		if m.Data == nil {
			size = 0
		}
		head = binary.AppendUvarint(head, size)
		parts = append(parts, m.Data)
	}
	parts[0] = head
	return parts
}

func appendFault(b []byte, f unpack.Fault) []byte {
	for _, s := range []string{string(f.Why), f.Word, f.Detail} {
		b = appendBytes(b, []byte(s))
	}
	return b
}

// parseArchive reads what archiveParts wrote. The members' bytes stay where they
// are. It believes no more members or bytes than were asked for.
func parseArchive(body []byte, lim unpack.Limits) (*unpack.Archive, error) {
	d := decoder{b: body, left: lim.Unpacked + int64(lim.Entries)*costFinding}
	a := &unpack.Archive{Fault: d.fault()}
	n := d.uint()
	if n > uint64(lim.Entries) {
		d.fail("more members than were asked for")
	}
	sizes := make([]uint64, 0, min(n, uint64(lim.Entries)))
	for i := uint64(0); i < n && d.err == nil; i++ {
		a.Members = append(a.Members, unpack.Member{Name: string(d.bytes()), Fault: d.fault()})
		sizes = append(sizes, d.uint())
		d.spend(costFinding)
	}
	for i := range a.Members {
		if sizes[i] == 0 || d.err != nil {
			continue
		}
		size := sizes[i] - 1
		if size > uint64(len(d.b)) {
			d.fail("a member that was cut")
			break
		}
		d.spend(int64(size))
		a.Members[i].Data, d.b = d.b[:size:size], d.b[size:]
	}
	if err := d.finish(); err != nil {
		return nil, err
	}
	return a, nil
}

func (d *decoder) fault() unpack.Fault {
	return unpack.Fault{Why: unpack.Why(d.bytes()), Word: string(d.bytes()), Detail: string(d.bytes())}
}
