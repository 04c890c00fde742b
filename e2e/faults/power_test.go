//go:build faults

package faults

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"hash/maphash"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"go.etcd.io/bbolt"

	"taizhang/store"
)

// inode is a file's bytes.
type inode struct{ data []byte }

func (n *inode) write(at int64, b []byte) {
	if end := int(at) + len(b); end > len(n.data) {
		n.data = append(n.data, make([]byte, end-len(n.data))...)
	}
	copy(n.data[at:], b)
}

// pending is a change that no sync has brought to disk yet: of a file's bytes,
// or of a name in a folder.
type pending struct {
	node *inode
	at   int64
	data []byte // nil: the size becomes at
	name string // not "": the name belongs to node, or to nothing
	dir  bool   // the name is a folder's
}

// disk is what would be found after a loss of power: what was synced, and of
// the rest any part.
type disk struct {
	root  string
	names map[string]*inode // on disk; nil: a folder
	bytes map[*inode][]byte // on disk
	wait  []pending
	live  map[string]*inode // as the running system sees them
	fds   map[int]string
	fnode map[int]*inode
	pos   map[int]int64
}

func newDisk(root string) *disk {
	return &disk{root: root, names: map[string]*inode{}, bytes: map[*inode][]byte{}, live: map[string]*inode{}, fds: map[int]string{}, fnode: map[int]*inode{}, pos: map[int]int64{}}
}

func (d *disk) within(path string) bool { return path == d.root || strings.HasPrefix(path, d.root+"/") }

// do applies a call to the running system.
func (d *disk) do(o op) {
	switch o.call {
	case "openat":
		delete(d.fnode, o.fd)
		d.fds[o.fd], d.pos[o.fd] = o.path, 0
		if !d.within(o.path) {
			return
		}
		n, ok := d.live[o.path]
		if !ok && strings.Contains(o.flag, "O_CREAT") {
			n = &inode{}
			d.live[o.path] = n
			d.wait = append(d.wait, pending{name: o.path, node: n})
		}
		if n != nil {
			d.fnode[o.fd] = n
		}
	case "write":
		if n := d.fnode[o.fd]; n != nil {
			d.write(n, d.pos[o.fd], o.data)
			d.pos[o.fd] += int64(len(o.data))
		}
	case "pwrite64":
		if n := d.fnode[o.fd]; n != nil {
			d.write(n, o.at, o.data)
		}
	case "ftruncate":
		if n := d.fnode[o.fd]; n != nil {
			d.wait = append(d.wait, pending{node: n, at: o.at})
		}
	case "close":
		delete(d.fnode, o.fd)
		delete(d.fds, o.fd)
	case "mkdir":
		if d.within(o.path) {
			d.wait = append(d.wait, pending{name: o.path, dir: true})
		}
	case "rename", "link":
		if !d.within(o.to) {
			return
		}
		n := d.live[o.path]
		d.live[o.to] = n
		d.wait = append(d.wait, pending{name: o.to, node: n})
		if o.call == "rename" {
			delete(d.live, o.path)
			d.wait = append(d.wait, pending{name: o.path})
		}
	case "unlink":
		if d.within(o.path) {
			delete(d.live, o.path)
			d.wait = append(d.wait, pending{name: o.path})
		}
	}
}

func (d *disk) write(n *inode, at int64, b []byte) {
	n.write(at, b)
	d.wait = append(d.wait, pending{node: n, at: at, data: b})
}

// sync brings to disk what the descriptor stands for: a file's bytes, or the
// names in a folder.
func (d *disk) sync(fd int) {
	node, dir := d.fnode[fd], d.fds[fd]
	var mine []pending
	d.wait = slices.DeleteFunc(d.wait, func(p pending) bool {
		brought := p.name == "" && node != nil && p.node == node || p.name != "" && node == nil && filepath.Dir(p.name) == dir
		if brought {
			mine = append(mine, p)
		}
		return brought
	})
	apply(d.names, d.bytes, mine)
}

// apply brings changes to disk, in their order. Bytes that were there before
// are shared with other images: each file is copied once and changed then.
func apply(names map[string]*inode, content map[*inode][]byte, changes []pending) {
	copied := map[*inode]*inode{}
	for _, p := range changes {
		switch {
		case p.dir:
			names[p.name] = nil
			continue
		case p.name != "" && p.node == nil:
			delete(names, p.name)
			continue
		case p.name != "":
			names[p.name] = p.node
			continue
		}
		n := copied[p.node]
		if n == nil {
			n = &inode{slices.Clone(content[p.node])}
			copied[p.node] = n
		}
		switch size := int(p.at); {
		case p.data != nil:
			n.write(p.at, p.data)
		case size < len(n.data):
			n.data = n.data[:size:size] // a later write finds zeros there
		default:
			n.data = append(n.data, make([]byte, size-len(n.data))...)
		}
	}
	for node, n := range copied {
		content[node] = n.data
	}
}

// image is what a disk holds: bytes by path below the root.
type image map[string][]byte

// with returns the image when of what waits those chosen reached the disk.
func (d *disk) with(chosen []pending) image {
	names, content := maps.Clone(d.names), maps.Clone(d.bytes)
	apply(names, content, chosen)
	out := image{}
	for path, n := range names {
		rel, _ := filepath.Rel(d.root, path)
		there := n != nil // else it is a folder
		for dir := filepath.Dir(path); there && dir != d.root; dir = filepath.Dir(dir) {
			_, there = names[dir] // a folder that was lost takes all in it along
		}
		if !there {
			continue
		}
		out[rel] = content[n]
	}
	return out
}

// memo remembers what was computed of a file's bytes, the last ones of each
// name: most files are the same in all images of a sync.
type memo[T any] map[string]struct {
	data []byte // kept, so that no other bytes can come to lie there
	v    T
}

func (m memo[T]) of(name string, data []byte, compute func([]byte) T) T {
	e, ok := m[name]
	if !ok || !same(e.data, data) {
		e.data, e.v = data, compute(data)
		m[name] = e
	}
	return e.v
}

// same reports whether two slices are one and the same.
func same(a, b []byte) bool {
	return len(a) == len(b) && unsafe.SliceData(a) == unsafe.SliceData(b)
}

// digest tells images of this run apart: 128 bits, by which two of a hundred
// thousand are not mistaken for one.
type digest [2]uint64

var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func digestOf(b []byte) digest {
	return digest{maphash.Bytes(seeds[0], b), maphash.Bytes(seeds[1], b)}
}

// digest returns the image's.
func (i image) digest(known memo[digest]) digest {
	var all []byte
	for _, name := range slices.Sorted(maps.Keys(i)) {
		all = fmt.Appendf(all, "%s %x\n", name, known.of(name, i[name], digestOf))
	}
	return digestOf(all)
}

// subsets are which parts of what waits may have reached the disk, at most so
// many and more than enough: none, all, all but one, one only, one torn at a
// sector, and any in any order, torn or not.
func subsets(wait []pending, rnd *rand.Rand, most int) [][]pending {
	out := [][]pending{nil, wait}
	var more [][]pending
	for i := range wait {
		more = append(more, slices.Delete(slices.Clone(wait), i, i+1), wait[i:i+1])
		if len(wait[i].data) > sector {
			all := slices.Clone(wait)
			all[i] = torn(wait[i], rnd)
			more = append(more, all, all[:i+1])
		}
	}
	rnd.Shuffle(len(more), func(i, j int) { more[i], more[j] = more[j], more[i] })
	for range 2 * most {
		var some []pending // in the order in which they arrived
		for _, i := range rnd.Perm(len(wait)) {
			switch rnd.IntN(5) {
			case 0, 1:
				some = append(some, wait[i])
			case 2:
				some = append(some, torn(wait[i], rnd))
			}
		}
		more = append(more, some)
	}
	return append(out, more...)
}

// sector is what a disk writes whole or not at all.
const sector = 512

// torn is the first sectors of a write.
func torn(p pending, rnd *rand.Rand) pending {
	if len(p.data) > sector {
		p.data = p.data[:sector*(1+rnd.IntN((len(p.data)-1)/sector))]
	}
	return p
}

func init() { children["checker"] = checkerChild }

// checked is what a child says of one image.
type checked struct {
	State string `json:"state"` // of the database: a digest of its seals; "": there is none
	Error string `json:"error,omitempty"`
}

// checkerChild looks at the store in args[0] each time a line comes in, and
// says what state it is in: first as it is, then as a start would.
func checkerChild(ctx context.Context, args []string) error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var c checked
		var err error
		if c.State, err = checkImage(ctx, args[0]); err != nil {
			c.Error = err.Error()
		}
		line, _ := json.Marshal(c)
		say("%s", line)
	}
	return in.Err()
}

func checkImage(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, store.FileName)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	rep, err := store.Inspect(ctx, dir, store.InspectOptions{Raw: true})
	if err != nil {
		return "", err
	}
	if len(rep.Problems) > 0 {
		return "", fmt.Errorf("%+v", rep.Problems[0])
	}
	state, err := stateOf(path)
	if err != nil {
		return "", err
	}
	db, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return state, err
	}
	return state, db.Close()
}

// stateOf digests the seals of the database, which change with every record.
func stateOf(path string) (string, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return "", err
	}
	h := fnv.New128a()
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("seals")).ForEach(func(k, v []byte) error {
			h.Write(k)
			h.Write(v)
			return nil
		})
	})
	return fmt.Sprintf("%x", h.Sum(nil)), errors.Join(err, db.Close())
}

// checker is such a child, with its folder.
type checker struct {
	dir string
	cmd *exec.Cmd
	in  io.Writer
	out *bufio.Scanner
	// last is the image that lies there.
	last image
}

func newChecker(t *testing.T) *checker {
	c := &checker{dir: t.TempDir()}
	c.cmd = child("checker", c.dir)
	c.cmd.Stderr = os.Stderr
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.in, c.out = in, bufio.NewScanner(out)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = c.cmd.Wait() })
	return c
}

// check puts the image on disk and has the child look at it.
func (c *checker) check(img image) (checked, error) {
	if err := c.put(img); err != nil {
		return checked{}, err
	}
	if _, err := io.WriteString(c.in, "look\n"); err != nil {
		return checked{}, err
	}
	if !c.out.Scan() {
		return checked{}, errors.New("the checker died")
	}
	var out checked
	return out, json.Unmarshal(c.out.Bytes(), &out)
}

// put puts the image on disk: whatever is not in it goes, and of messages, which
// the child only reads, those stay that lie there already.
func (c *checker) put(img image) error {
	stays := func(name string) bool {
		was, ok := c.last[name]
		now, wanted := img[name]
		return ok && wanted && filepath.Ext(name) == ".eml" && same(was, now)
	}
	var dirs []string
	err := filepath.WalkDir(c.dir, func(path string, e fs.DirEntry, err error) error {
		name, _ := filepath.Rel(c.dir, path)
		if err == nil && e.IsDir() && path != c.dir {
			dirs = append(dirs, path)
		}
		if err != nil || e.IsDir() || stays(name) {
			return err
		}
		return os.Remove(path)
	})
	for _, dir := range slices.Backward(dirs) {
		_ = os.Remove(dir) // when it is empty
	}
	for name, data := range img {
		if path := filepath.Join(c.dir, name); !stays(name) {
			err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, data, 0o600))
		}
	}
	c.last = img
	return err
}

// trial is one image, with what must be found in it.
type trial struct {
	img  image
	want []string // states that are allowed: the last acknowledged, the one being written
	raws []string // messages acknowledged as kept
	what string
}

// Power fails at every sync of a month's transactions: whatever part of what
// was not synced reached the disk, the store opens, is whole, and is in the
// last acknowledged state or in the one that was being written.
func TestPowerLoss(t *testing.T) {
	_, source := month(t)
	dir := filepath.Join(t.TempDir(), "store")
	trace := filepath.Join(t.TempDir(), "trace")
	cmd := child("writer", source, dir, "0")
	traced := exec.Command("strace", append([]string{"-f", "--seccomp-bpf", "-qq", "-xx", "-s", "16777216", "-o", trace, "-e", "signal=none",
		"-e", "trace=openat,write,pwrite64,ftruncate,fdatasync,fsync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,close"}, cmd.Args...)...)
	traced.Env = cmd.Env
	if out, err := traced.CombinedOutput(); err != nil {
		t.Fatalf("strace: %v: %.500s", err, out)
	}
	ops, err := readTrace(trace)
	if err != nil {
		t.Fatal(err)
	}
	trials := make(chan trial, 8)
	var wg sync.WaitGroup
	var mu sync.Mutex
	images, lost, unopenable := 0, 0, 0
	for range 2 {
		c := newChecker(t)
		wg.Go(func() {
			known := memo[string]{}
			for tr := range trials {
				got, err := c.check(tr.img)
				gone := tr.missing(known)
				mu.Lock()
				images++
				switch {
				case err != nil:
					unopenable++
					t.Errorf("%s: %v", tr.what, err)
				case got.Error != "":
					unopenable++
					t.Errorf("%s: %s", tr.what, got.Error)
				case !slices.Contains(tr.want, got.State) || gone != "":
					lost++
					t.Errorf("%s: state %q, want one of %q; missing %s", tr.what, got.State, tr.want, gone)
				}
				mu.Unlock()
			}
		})
	}
	acks := play(t, ops, dir, trials)
	close(trials)
	wg.Wait()
	fmt.Printf("faults: power: %d calls, %d acknowledged, %d distinct images, lost %d, unopenable %d (GOMAXPROCS=1)\n", len(ops), acks, images, lost, unopenable)
	if images < *count {
		t.Errorf("%d images are too few for -n %d", images, *count)
	}
}

// missing returns the first message that was acknowledged and is not in the
// image as it was, "" if there is none.
func (tr trial) missing(known memo[string]) string {
	for _, r := range tr.raws {
		name := filepath.Join("raw", r[:2], r+".eml")
		if known.of(name, tr.img[name], sha256Of) != r {
			return name
		}
	}
	return ""
}

func sha256Of(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

// play goes through the calls and makes the images at each sync. It returns
// how much was acknowledged.
func play(t *testing.T, ops []op, dir string, trials chan<- trial) (acks int) {
	d := newDisk(dir)
	rnd := rand.New(rand.NewPCG(*seed, 5))
	room := rooms(ops, dir)
	c, known := newChecker(t), memo[digest]{}
	acked, seen, begun := "", map[digest]bool{}, false
	var raws []string
	for i, o := range ops {
		switch {
		case o.call == "write" && o.fd == 1:
			line := strings.TrimSpace(string(o.data))
			begun = begun || line == "begin"
			if digest, ok := strings.CutPrefix(line, "raw "); ok {
				raws = append(raws, digest)
			}
			if line == "tx" || strings.HasPrefix(line, "raw ") {
				acks++
			}
			continue
		case !begun:
			continue
		case o.call != "fsync" && o.call != "fdatasync":
			d.do(o)
			continue
		}
		// The state once all of this is on disk is the one being written.
		next := state(t, c, d.with(d.wait))
		// A fiftieth more is aimed at, since some images are the same as others.
		quota := max(2, share(room, *count+*count/50-len(seen)))
		room = room[1:]
		for _, s := range subsets(d.wait, rnd, quota) {
			img := d.with(s)
			sum := img.digest(known)
			if seen[sum] {
				continue
			}
			seen[sum] = true
			trials <- trial{img, []string{acked, next}, slices.Clone(raws), fmt.Sprintf("call %d, %d of %d waiting", i, len(s), len(d.wait))}
			if quota--; quota <= 0 {
				break
			}
		}
		d.sync(o.fd)
		acked = state(t, c, d.with(nil))
	}
	return acks
}

// rooms tells for each sync how many images what waits then has room for.
func rooms(ops []op, dir string) (out []int) {
	d, begun := newDisk(dir), false
	for _, o := range ops {
		switch {
		case o.call == "write" && o.fd == 1:
			begun = begun || strings.TrimSpace(string(o.data)) == "begin"
		case !begun:
		case o.call == "fsync" || o.call == "fdatasync":
			n := 1
			for _, p := range d.wait { // it is lost, it is whole, or some of its sectors are there
				n = min(n*(2+max(0, len(p.data)-1)/sector), 1<<20)
			}
			out = append(out, n)
			d.sync(o.fd)
		default:
			d.do(o)
		}
	}
	return out
}

// share is how many images each sync must have for them all to have n, where
// some have room for less.
func share(room []int, n int) (each int) {
	sorted := slices.Sorted(slices.Values(room))
	for i, r := range sorted {
		if each = n/(len(sorted)-i) + 1; each <= r {
			return each
		}
		each, n = r, n-r
	}
	return each
}

// state returns the state of the database in an image that must be whole.
func state(t *testing.T, c *checker, img image) string {
	data, ok := img[store.FileName]
	if !ok {
		return ""
	}
	path := filepath.Join(c.dir, "state.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := stateOf(path)
	if err != nil {
		t.Errorf("a whole image: %v", err)
	}
	return s
}
