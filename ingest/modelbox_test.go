package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"taizhang/ingest"
)

// modelLimit is the size above which the schedules' poller takes headers only.
const modelLimit = 6000

// modelBox is a mailbox in memory that changes and fails as its schedule says.
type modelBox struct {
	*schedule
	folders []*modelFolder
	made    int // messages so far
	quiet   bool
	listed  map[string]bool   // of this poll, with what it says of them
	blamed  map[string]int    // connections that died of a message
	kept    map[string][]byte // what is to be kept of each message, by its digest
	headers map[string]bool   // digests of the headers of all messages
}

type modelFolder struct {
	name     string
	junk     bool
	validity string
	next     uint32
	used     map[uint32]bool // UIDs given under this validity
	mails    []modelMessage
}

type modelMessage struct {
	uid    uint32
	raw    []byte
	digest string // of what is to be kept
	at     time.Time
}

func newModelBox(s *schedule) *modelBox {
	b := &modelBox{schedule: s, blamed: map[string]int{}, kept: map[string][]byte{}, headers: map[string]bool{}}
	for _, name := range []string{"INBOX", "垃圾邮件", "台账"} {
		b.folders = append(b.folders, &modelFolder{name: name, junk: name == "垃圾邮件", validity: "1", next: 1, used: map[uint32]bool{}})
	}
	return b
}

func (b *modelBox) begin() { b.listed = map[string]bool{} }

func (b *modelBox) folder() *modelFolder { return b.folders[b.rng.IntN(len(b.folders))] }

// some returns a folder that has mail and the index of one in it.
func (b *modelBox) some() (*modelFolder, int) {
	f := b.folder()
	if len(f.mails) == 0 {
		return f, -1
	}
	return f, b.rng.IntN(len(f.mails))
}

// put lays a message into the folder under its next UID.
func (b *modelBox) put(f *modelFolder, m modelMessage) {
	if m.uid = f.next; f.used[m.uid] {
		b.n.reused++
	}
	f.used[m.uid] = true
	f.next++
	f.mails = append(f.mails, m)
}

func (b *modelBox) deliver() {
	b.made++
	kind := []string{"word", "word", "word", "ledger", "large"}[b.rng.IntN(5)]
	raw := modelMail(b.made, kind, b.now)
	keep := raw
	if len(raw) > modelLimit {
		header, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		keep = raw[:len(header)+4]
	}
	m := modelMessage{raw: raw, digest: digestOf(keep), at: b.now.Add(time.Duration(b.made) * time.Second)}
	b.kept[m.digest] = keep
	header, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	b.headers[digestOf(raw[:len(header)+4])] = true
	b.put(b.folder(), m)
}

// act does one thing to the mailbox.
func (b *modelBox) act() {
	f, i := b.some()
	switch what := b.rng.IntN(12); {
	case what < 5 || i < 0:
		b.deliver()
	case what == 5: // the same mail a second time, here or elsewhere
		b.put(b.folder(), f.mails[i])
	case what == 6, what == 7:
		m := f.mails[i]
		f.mails = slices.Delete(f.mails, i, i+1)
		b.put(b.folder(), m)
	case what == 8:
		f.mails = slices.Delete(f.mails, i, i+1)
	case what == 9:
		validities := []string{"", "0", "1", "7", "18446744073709551615", fmt.Sprint(b.rng.Uint32())}
		b.rebuild(f, validities[b.rng.IntN(len(validities))])
	case what == 10:
		b.rebuild(f, f.validity)
	case what == 11: // the server forgets the highest UID it has given
		last := len(f.mails) - 1
		f.next = f.mails[last].uid
		f.mails = f.mails[:last]
		b.deliver()
	}
}

// rebuild gives every message of the folder another UID.
func (b *modelBox) rebuild(f *modelFolder, validity string) {
	b.n.rebuilt++
	if f.validity != validity {
		f.validity, f.used = validity, map[uint32]bool{}
	}
	f.next = 1 + uint32(b.rng.IntN(3))
	b.rng.Shuffle(len(f.mails), func(i, j int) { f.mails[i], f.mails[j] = f.mails[j], f.mails[i] })
	old := f.mails
	f.mails = nil
	for _, m := range old {
		b.put(f, m)
	}
}

// fault draws whether something goes wrong now, once in n times.
func (b *modelBox) fault(n int) bool {
	if b.quiet || b.rng.IntN(n) > 0 {
		return false
	}
	b.n.faults++
	return true
}

var errNetwork = errors.New("connection reset")

// Folders lists the folders.
func (b *modelBox) Folders(context.Context) ([]ingest.Folder, error) {
	if b.fault(20) {
		return nil, errNetwork
	}
	var out []ingest.Folder
	for _, f := range b.folders {
		out = append(out, ingest.Folder{Name: f.name, Junk: f.junk})
	}
	return out, nil
}

func (b *modelBox) named(name string) *modelFolder {
	return b.folders[slices.IndexFunc(b.folders, func(f *modelFolder) bool { return f.name == name })]
}

// List lists a folder: wholly, in part, or without sizes and dates.
func (b *modelBox) List(_ context.Context, name string) (ingest.Listing, error) {
	if b.fault(20) {
		return ingest.Listing{}, errNetwork
	}
	f := b.named(name)
	l := ingest.Listing{Validity: f.validity}
	bare, short := b.fault(25), b.fault(20)
	for _, m := range f.mails {
		switch {
		case short && b.rng.IntN(2) == 0:
			l.Missing++
		case bare:
			l.Items = append(l.Items, ingest.Item{UID: m.uid})
		default:
			l.Items = append(l.Items, ingest.Item{UID: m.uid, Size: int64(len(m.raw)), Internal: m.at})
			b.listed[m.digest] = true
		}
	}
	return l, nil
}

// Fetch writes a message, unless something comes between.
func (b *modelBox) Fetch(ctx context.Context, name string, it ingest.Item, w io.Writer) error {
	return b.fetch(ctx, name, it, w, func(m modelMessage) []byte { return m.raw })
}

// FetchHeader writes the header of a message, likewise.
func (b *modelBox) FetchHeader(ctx context.Context, name string, it ingest.Item, w io.Writer) error {
	return b.fetch(ctx, name, it, w, func(m modelMessage) []byte {
		header, _, _ := bytes.Cut(m.raw, []byte("\r\n\r\n"))
		return m.raw[:len(header)+4]
	})
}

func (b *modelBox) fetch(ctx context.Context, name string, it ingest.Item, w io.Writer, part func(modelMessage) []byte) error {
	for b.fault(6) { // somebody works in the mailbox meanwhile
		b.act()
	}
	f := b.named(name)
	i := slices.IndexFunc(f.mails, func(m modelMessage) bool { return m.uid == it.UID })
	if i < 0 {
		return ingest.ErrNotReturned
	}
	text := part(f.mails[i])
	half := text[:b.rng.IntN(len(text))]
	switch {
	case b.fault(15):
		_, _ = w.Write(half)
		b.blamed[f.mails[i].digest]++
		return fmt.Errorf("cut: %w", ingest.ErrPoison)
	case b.fault(15):
		return ingest.ErrNotReturned // NIL for the text
	case b.fault(15):
		_, _ = w.Write(half)
		return errNetwork
	case b.fault(40):
		b.stop()
		return ctx.Err()
	}
	_, err := w.Write(text)
	return err
}
