package app

import (
	"context"
	"io"
	"log/slog"

	"taizhang/config"
	"taizhang/ingest/fence"
	"taizhang/ingest/sheet"
	"taizhang/ingest/unpack"
	"taizhang/ledger"
)

// NewReader returns a reader of strangers' files in child processes, within
// the limits of the config, for CheckOptions.Reader. command is as in
// Options.ReaderCommand; log may be nil. Close ends its children.
func NewReader(cfg *config.Config, command []string, log *slog.Logger) *fence.Reader {
	return fence.New(fence.Options{Command: command, Limits: sheetLimits(cfg), Archive: cfg.Limits.Message, Time: cfg.Limits.ReadTime, Logger: log})
}

// ServeReader is the child's side of NewReader: it reads files from in until
// in ends, and writes what they hold to out. It limits this very process.
func ServeReader(ctx context.Context, in io.Reader, out io.Writer) error {
	return fence.Serve(ctx, in, out, fence.ServeOptions{})
}

// FileReader reads files and unpacks archives of strangers: a *fence.Reader,
// or this process itself.
type FileReader interface {
	Read(ctx context.Context, name string, data []byte) ([]*ledger.Table, error)
	Unpack(ctx context.Context, archive []byte, lim unpack.Limits) (*unpack.Archive, error)
}

var (
	_ FileReader = (*fence.Reader)(nil)
	_ FileReader = here{}
)

// reader returns how the App reads files: fenced where it was told how to
// start a child, else in this process.
func (a *App) reader(cfg *config.Config) FileReader {
	if len(a.opt.ReaderCommand) == 0 {
		return here{cfg}
	}
	r := NewReader(cfg, a.opt.ReaderCommand, a.log)
	a.closers.add("reader", r.Close)
	return r
}

// here reads files in this process, within the limits of the config.
type here struct{ cfg *config.Config }

func (h here) Read(ctx context.Context, name string, data []byte) ([]*ledger.Table, error) {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Limits.ReadTime)
	defer cancel()
	return sheet.Read(ctx, name, data, sheetLimits(h.cfg))
}

func (h here) Unpack(ctx context.Context, archive []byte, lim unpack.Limits) (*unpack.Archive, error) {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Limits.ReadTime)
	defer cancel()
	return unpack.Open(ctx, archive, lim)
}

func sheetLimits(cfg *config.Config) sheet.Limits {
	return sheet.Limits{File: cfg.Limits.File, Unpacked: cfg.Limits.Unpacked}
}
