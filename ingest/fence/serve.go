package fence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"

	"taizhang/ingest/sheet"
	"taizhang/ingest/unpack"
	"taizhang/ledger"
)

// ServeOptions are for the child's side.
type ServeOptions struct {
	// Read reads one file; nil is sheet.Read.
	Read func(ctx context.Context, name string, data []byte, lim sheet.Limits) ([]*ledger.Table, error)
	// Unpack unpacks one archive; nil is unpack.Open.
	Unpack func(ctx context.Context, archive []byte, lim unpack.Limits) (*unpack.Archive, error)
}

// errAbandoned says that the parent went away while a file was being read.
var errAbandoned = errors.New("the parent went away")

// Serve is the child's side: it sets on this very process the limits that the
// parent sends first, then reads requests from in and writes answers to out
// until in ends (nil), which is also how it notices that its parent is gone:
// then it does not finish the file at hand. At the end it removes its folder. It is made for a process of its
// own that ends when Serve returns: a read of in, or of a file, may then still
// be running. Nothing else may write to out.
func Serve(ctx context.Context, in io.Reader, out io.Writer, opt ServeOptions) error {
	if opt.Read == nil {
		opt.Read = sheet.Read
	}
	if opt.Unpack == nil {
		opt.Unpack = unpack.Open
	}
	f, err := readFrame(in, 4096, nil)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the limits: %w", err)
	}
	var s setup
	if f.kind != kindSetup {
		return fmt.Errorf("%w: kind %d first", errFrame, f.kind)
	}
	if err := unmarshal(f.payload, &s); err != nil {
		return err
	}
	if s.Folder != "" {
		defer func() { _ = os.RemoveAll(s.Folder) }() // a parent that was killed leaves it behind
	}
	v := &server{opt: opt, out: out, setup: s}
	if err := v.greet(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // lets go of the request that was read ahead
	return v.serve(ctx, v.requests(ctx, in))
}

type server struct {
	opt   ServeOptions
	out   io.Writer
	setup setup
}

// greet sets the limits and says so.
func (v *server) greet() error {
	h := hello{}
	if v.setup.Memory > 0 {
		// The collector works harder before the system refuses.
		debug.SetMemoryLimit(v.setup.Memory / 4 * 3)
		debug.SetGCPercent(50) // and leaves less lying about: ledgers are small, what is large is a stranger's
		var err error
		if h.Limited, err = confine(v.setup.Memory); err != nil {
			return fmt.Errorf("limit the reader: %w", err)
		}
	}
	if v.setup.CutOff {
		var err error
		if h.CutOff, err = cutOff(); err != nil {
			return fmt.Errorf("take the network from the reader: %w", err)
		}
	}
	text, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("encode the greeting: %w", err)
	}
	_, err = writeFrame(v.out, kindHello, text)
	return err
}

// incoming is a request's frame, or why there are no more.
type incoming struct {
	frame frame
	err   error
}

// requests reads ahead: the end of in is seen while a file is being read.
func (v *server) requests(ctx context.Context, in io.Reader) <-chan incoming {
	ch := make(chan incoming)
	go func() {
		defer close(ch)
		for {
			f, err := readFrame(in, v.setup.File, nil)
			select {
			case ch <- incoming{f, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return ch
}

func (v *server) serve(ctx context.Context, requests <-chan incoming) error {
	for {
		var r incoming
		select {
		case r = <-requests:
		case <-ctx.Done():
			return ctx.Err()
		}
		switch {
		case errors.Is(r.err, io.EOF):
			return nil
		case r.err != nil:
			return fmt.Errorf("read a request: %w", r.err)
		}
		work, err := v.understand(r.frame)
		if err != nil {
			return err
		}
		if err := v.answer(ctx, r.frame, work, requests); err != nil {
			return err
		}
	}
}

// result is what came of a request: the kind of the answer, and its body.
type result struct {
	kind kind
	body [][]byte
}

func failed(err error) result { return result{kindFailed, [][]byte{[]byte(err.Error())}} }

// understand turns a request into the work that it asks for.
func (v *server) understand(f frame) (func(context.Context) result, error) {
	switch f.kind {
	case kindRequest:
		q, err := parseRequest(f.payload)
		return func(ctx context.Context) result { return v.read(ctx, q) }, err
	case kindUnpack:
		lim, archive, err := parseUnpack(f.payload)
		return func(ctx context.Context) result {
			a, err := v.opt.Unpack(ctx, archive, lim)
			if err != nil {
				return failed(err)
			}
			return result{kindMembers, archiveParts(a)}
		}, err
	}
	return nil, fmt.Errorf("%w: kind %d for a request", errFrame, f.kind)
}

// answer does the work and writes what came of it.
func (v *server) answer(ctx context.Context, f frame, work func(context.Context) result, requests <-chan incoming) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan result, 1)
	go func() { done <- safely(ctx, work) }()
	select {
	case r := <-done:
		_, err := writeFrame(v.out, r.kind, append([][]byte{answerHead(f.sum, mapped())}, r.body...)...)
		return err
	case <-requests: // its end; the parent asks one thing at a time
		return errAbandoned
	case <-ctx.Done():
		return ctx.Err()
	}
}

// safely does the work. A panic is a failure of ours, not a death.
func safely(ctx context.Context, work func(context.Context) result) (out result) {
	defer func() {
		if r := recover(); r != nil {
			out = result{kindFailed, [][]byte{[]byte(panicText(r))}}
		}
	}()
	return work(ctx)
}

// read reads the file.
func (v *server) read(ctx context.Context, q request) result {
	tables, err := v.opt.Read(ctx, q.name, q.data, q.limits)
	var refused *sheet.Error
	switch {
	case errors.As(err, &refused):
		return result{kindRefused, [][]byte{encodeError(refused)}}
	case err != nil:
		return failed(err)
	}
	body, err := encodeTables(tables, v.setup.Answer)
	switch {
	case errors.Is(err, errBudget):
		return result{kindRefused, [][]byte{encodeError(&sheet.Error{Code: ledger.FTooLarge, Args: map[string]string{"limit": LimitMemory}, Err: err})}}
	case err != nil:
		return failed(err)
	}
	return result{kindTables, [][]byte{body}}
}

// panicText is for the log: what the runtime says, and where. The value of any
// other panic may hold a cell's text, so only its type is told.
func panicText(r any) string {
	text := fmt.Sprintf("panic of type %T", r)
	if e, ok := r.(runtime.Error); ok {
		text = "panic: " + e.Error()
	}
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)])
	for range 8 {
		f, more := frames.Next()
		text += " < " + f.Function[strings.LastIndexByte(f.Function, '/')+1:]
		if !more {
			break
		}
	}
	return text
}

// mapped returns the bytes that the Go runtime has mapped.
func mapped() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return s[0].Value.Uint64()
}
