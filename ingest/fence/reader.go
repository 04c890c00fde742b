package fence

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"taizhang/ingest/sheet"
	"taizhang/ledger"
)

// Options say how children are started and what they may take. Zero fields
// stand for their defaults.
type Options struct {
	// Command starts a child: an absolute path and its arguments. The child must
	// call Serve with its standard input and output. Where it names the running
	// program, Linux starts that very file, replaced or not.
	Command  []string
	Limits   sheet.Limits  // of a file, as for sheet.Read
	Archive  int64         // bytes of an archive, for Unpack; 80 MiB
	Time     time.Duration // of one file in one child; 10 s
	Memory   int64         // bytes of a child's data (RLIMIT_DATA on Linux); 512 MiB
	Answer   int64         // bytes that the tables, or members, of one file may take in this process; 128 MiB
	Idle     time.Duration // a child unused for so long is ended; 1 min
	Files    int           // a child is replaced after so many files; 500
	Children int           // at most so many at the same time; 1
	Logger   *slog.Logger  // nil: nothing is logged
}

func (o Options) orDefault() Options {
	o.Archive = cmp.Or(o.Archive, 80<<20)
	o.Time = cmp.Or(o.Time, 10*time.Second)
	o.Memory = cmp.Or(o.Memory, 512<<20)
	o.Answer = cmp.Or(o.Answer, 128<<20)
	o.Idle = cmp.Or(o.Idle, time.Minute)
	o.Files = cmp.Or(o.Files, 500)
	o.Children = cmp.Or(o.Children, 1)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// maxRequest bounds a request's frame: the file or archive, its name and limits.
func (o *Options) maxRequest() int64 { return max(o.Limits.OrDefault().File, o.Archive) + 1<<20 }

// tries is how many children a file may cost: one, which may have suffered
// from earlier files, and two fresh ones.
const tries = 3

// ErrClosed says that the Reader was closed.
var ErrClosed = errors.New("the fenced reader is closed")

// Reader hands files to child processes. No child runs before the first file
// and none after Close. Its methods may be called from several goroutines.
type Reader struct {
	opt    Options
	slots  chan *slot      // those that are free
	life   context.Context // until Close; Read's own contexts end with it
	finish context.CancelFunc
	once   sync.Once
	idle   sync.WaitGroup // timers that may still fire
	mu     sync.Mutex     // of errs
	errs   []error        // told by Close
}

// slot is a place for a child.
type slot struct {
	child *child // of who has the slot

	mu    sync.Mutex
	busy  bool
	timer *time.Timer
}

// New returns a Reader. Close ends its children.
func New(opt Options) *Reader {
	r := &Reader{opt: opt.orDefault()}
	r.life, r.finish = context.WithCancel(context.Background())
	r.slots = make(chan *slot, r.opt.Children)
	for range r.opt.Children {
		r.slots <- &slot{}
	}
	return r
}

// Read reads one file in a child; it has the signature of ingest.Reader, and
// what it returns is what sheet.Read would. Its errors are:
//
//   - a *sheet.Error: what the child found; or FTooLarge with the limit memory or
//     time, when no child could read the file: the one at hand and after it two
//     fresh ones ended because the system gave no more memory, were killed from
//     outside (as the kernel does when memory is short), or took longer than
//     Options.Time each, so that one file takes at most three times that. A killed
//     child is a finding, never an outage;
//   - the error of ctx, when that ended first: the child's work is then killed;
//   - ErrClosed;
//   - anything else is a failure of ours that says nothing about the file: no child
//     could be started, its reader panicked, or three children in turn ended or
//     broke the protocol for no reason that the file could have.
//
// Reads beyond Options.Children wait for their turn.
func (r *Reader) Read(ctx context.Context, name string, data []byte) ([]*ledger.Table, error) {
	if limit := r.opt.Limits.OrDefault().File; int64(len(data)) > limit {
		return nil, tooLarge("file", fmt.Errorf("file of %d bytes", len(data)))
	}
	req := request{name: name, data: data, limits: r.opt.Limits}
	parts, err := req.parts()
	if err != nil {
		return nil, err
	}
	var tables []*ledger.Table
	err = r.run(ctx, job{kindRequest, parts, data, func(a answer) error {
		switch a.kind {
		case kindTables:
			t, err := decodeTables(a.body, r.opt.Answer)
			if err != nil {
				return broken(err)
			}
			tables = t
			return nil
		case kindRefused:
			e, err := parseError(a.body)
			if err != nil {
				return broken(err)
			}
			return e
		}
		return a.failed()
	}})
	var d *death
	switch {
	case !errors.As(err, &d):
		return tables, err
	case d.limit != "":
		return nil, tooLarge(d.limit, d.err)
	}
	return nil, fmt.Errorf("read in a child: %w", d.err)
}

// job is what a child is asked for.
type job struct {
	kind  kind
	parts [][]byte // of the request's payload
	data  []byte   // the file, which names it in the log
	// take turns the answer into a result. Its error may be a *sheet.Error, which
	// is the result, a *death, or a failure of ours.
	take func(answer) error
}

// run asks a child, and when that is lost one or two fresh ones. Its error is
// that of job.take, that of ctx, or ErrClosed; or a *death when the job could not
// be done: with a limit when two fresh children have reached it.
func (r *Reader) run(ctx context.Context, j job) error {
	if r.life.Err() != nil {
		return ErrClosed
	}
	ctx, stop := r.until(ctx)
	defer stop()
	s, err := r.take(ctx)
	if err != nil {
		return err
	}
	defer r.give(s)
	var guilty []*death // of fresh children that reached a limit
	for attempt := 1; ; attempt++ {
		fresh := s.child == nil || !s.child.alive()
		err := r.try(ctx, s, &j)
		var d *death
		if !errors.As(err, &d) {
			return err
		}
		sum := sha256.Sum256(j.data)
		r.opt.Logger.Warn("a reader child was lost", "digest", hex.EncodeToString(sum[:])[:12], "attempt", attempt, "outcome", cmp.Or(d.limit, "unknown"), "err", d.err)
		if fresh && d.limit != "" {
			guilty = append(guilty, d)
		}
		switch {
		case attempt < tries:
		case len(guilty) >= tries-1:
			return guilty[len(guilty)-1]
		default:
			return &death{crashed: d.crashed, err: d.err}
		}
	}
}

func tooLarge(limit string, err error) error {
	return &sheet.Error{Code: ledger.FTooLarge, Args: map[string]string{"limit": limit}, Err: err}
}

// until returns a context that also ends when the Reader is closed.
func (r *Reader) until(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(r.life, func() { cancel(ErrClosed) })
	return ctx, func() { stop(); cancel(nil) }
}

// try does the job in the slot's child, a new one where there is none. A
// *death says that the child is gone.
func (r *Reader) try(ctx context.Context, s *slot, j *job) error {
	if s.child != nil && !s.child.alive() {
		r.drop(s) // it was killed since the last file
	}
	if s.child == nil {
		c, err := start(ctx, &r.opt)
		if err != nil {
			return r.ended(ctx, err)
		}
		s.child = c
		r.opt.Logger.Debug("a reader child was started", "memory_limited", c.limited, "network_refused", c.cutOff)
	}
	f, sum, err := s.child.ask(ctx, r.opt.Time, j.kind, j.parts...)
	if err != nil {
		d := s.child.autopsy(err)
		r.drop(s)
		if ctx.Err() != nil {
			return r.ended(ctx, err)
		}
		return d
	}
	mapped, err := understand(f, sum, j.take)
	s.child.files++
	var refused *sheet.Error
	switch {
	case errors.As(err, &refused), err == nil:
		if s.child.files >= r.opt.Files || mapped > uint64(r.opt.Memory/4) {
			r.drop(s) // worn out, or grown: memory is not given back by itself
		}
	default:
		r.drop(s)
	}
	return err
}

// ended prefers the reason why the work was ended to what followed from it.
func (r *Reader) ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("read in a child: %w", cause)
	}
	return err
}

// understand gives the answer to take. A *death says that the answer is none.
func understand(f frame, sum [sha256.Size]byte, take func(answer) error) (mapped uint64, err error) {
	a, err := parseAnswer(f)
	switch {
	case err != nil:
		return 0, broken(err)
	case a.of != sum:
		return 0, broken(fmt.Errorf("%w: an answer to another request", errFrame))
	}
	return a.mapped, take(a)
}

// broken says that a child does not keep to the protocol.
func broken(err error) error { return &death{err: fmt.Errorf("broke the protocol: %w", err)} }

// failed is the error of an answer that brings no result.
func (a answer) failed() error {
	if a.kind == kindFailed {
		return fmt.Errorf("read in a child: %s", a.body)
	}
	return broken(fmt.Errorf("%w: kind %d for an answer", errFrame, a.kind))
}

// take waits for a free slot and makes it ours.
func (r *Reader) take(ctx context.Context) (*slot, error) {
	if ctx.Err() != nil {
		return nil, r.ended(ctx, ctx.Err())
	}
	select {
	case s := <-r.slots:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.busy = true
		if s.timer != nil && s.timer.Stop() {
			r.idle.Done()
		}
		s.timer = nil
		return s, nil
	case <-ctx.Done():
		return nil, r.ended(ctx, ctx.Err())
	}
}

// give frees the slot and sets the timer that ends an idle child.
func (r *Reader) give(s *slot) {
	s.mu.Lock()
	s.busy = false
	if s.child != nil {
		r.idle.Add(1)
		s.timer = time.AfterFunc(r.opt.Idle, func() { r.expire(s) })
	}
	s.mu.Unlock()
	r.slots <- s
}

// expire ends the child of a slot that nobody has taken meanwhile.
func (r *Reader) expire(s *slot) {
	defer r.idle.Done()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.busy && s.child != nil {
		r.drop(s)
	}
}

// drop ends the slot's child.
func (r *Reader) drop(s *slot) {
	s.child.end()
	if err := s.child.cleanup; err != nil {
		r.mu.Lock()
		r.errs = append(r.errs, fmt.Errorf("remove a reader's folder: %w", err))
		r.mu.Unlock()
	}
	s.child = nil
}

// Close ends reads that are running, and every child, and waits for both. Its
// error is about temporary folders that could not be removed.
func (r *Reader) Close() error {
	r.once.Do(func() {
		r.finish()
		for range r.opt.Children {
			s, _ := r.take(context.Background()) // a running Read gives it back at once
			if s.child != nil {
				r.drop(s)
			}
		}
		r.idle.Wait()
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(r.errs...)
}
