package workbook

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// The bounds of a workbook that is written back. The copy is made in the
// daemon, from a file that a stranger wrote: above a bound there is none.
const (
	maxFile     = 5 << 20  // bytes of the file
	maxUnpacked = 50 << 20 // bytes of all members
	maxMembers  = 2000
	maxSheets   = 50
	maxCells    = 100_000
	maxGrid     = 1_000_000 // places that excelize keeps in memory, empty ones included
)

// ErrNoCopy says that no annotated copy can be made of a file: it is no .xlsx,
// or it is above a bound.
var ErrNoCopy = errors.New("no annotated copy can be made of this file")

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNoCopy, fmt.Sprintf(format, args...))
}

// guard checks the bounds before excelize sees the file.
func guard(data []byte) error {
	if len(data) > maxFile {
		return refuse("%d bytes", len(data))
	}
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return refuse("%v", err)
	}
	if len(zr.File) > maxMembers {
		return refuse("%d members", len(zr.File))
	}
	var declared uint64
	for _, f := range zr.File {
		if declared += f.UncompressedSize64; declared > maxUnpacked || f.UncompressedSize64 > maxUnpacked {
			return refuse("unpacks to more than %d bytes", maxUnpacked)
		}
	}
	g := &gridCount{}
	for _, f := range zr.File {
		if err := g.member(f); err != nil {
			return err
		}
	}
	if g.sheets == 0 {
		return refuse("no sheet")
	}
	return nil
}

// gridCount counts what a workbook's sheets hold.
type gridCount struct {
	sheets, cells, grid int
}

func (g *gridCount) member(f *zip.File) error {
	name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
	sheet := strings.HasPrefix(name, "xl/worksheets/") && path.Ext(name) == ".xml"
	switch {
	case name == "xl/vbaproject.bin":
		return refuse("it holds macros")
	case sheet:
		if g.sheets++; g.sheets > maxSheets {
			return refuse("more than %d sheets", maxSheets)
		}
	}
	r, err := f.Open()
	if err != nil {
		return refuse("%v", err)
	}
	if sheet {
		err = g.scan(r)
	} else {
		_, err = io.Copy(io.Discard, r)
	}
	if err = errors.Join(err, r.Close()); err != nil && !errors.Is(err, ErrNoCopy) {
		return refuse("%s: %v", f.Name, err)
	}
	return err
}

// scan counts the cells of one sheet, and the places up to the last row and up
// to the last cell of each row: excelize keeps them all. It looks only at the
// names of tags and at the places that rows and cells state.
func (g *gridCount) scan(r io.Reader) error {
	br := bufio.NewReaderSize(r, 64<<10)
	rows, width := 0, 0
	for {
		switch _, err := br.ReadSlice('<'); {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			g.grid += rows + width
			return g.check()
		case err != nil:
			return err
		}
		tag, err := br.ReadSlice('>')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return fmt.Errorf("a tag without its end: %w", err)
		}
		switch name, col, row := parseTag(tag); name {
		case "!DOCTYPE":
			return refuse("a document type")
		case "row":
			rows, g.grid, width = max(rows+1, row), g.grid+width, 0
		case "c":
			rows, width = max(rows, row), max(width+1, col)
			g.cells++
		}
		if g.grid+rows+width > maxGrid {
			return g.tooWide()
		}
		if err := g.check(); err != nil {
			return err
		}
	}
}

func (g *gridCount) check() error {
	if g.cells > maxCells {
		return refuse("more than %d cells", maxCells)
	}
	if g.grid > maxGrid {
		return g.tooWide()
	}
	return nil
}

func (g *gridCount) tooWide() error {
	return refuse("its cells stand more than %d places apart", maxGrid)
}

// parseTag returns the local name of a tag, without "<", and the place that
// its attribute r states: 0 where it states none.
func parseTag(tag []byte) (name string, col, row int) {
	tag = bytes.TrimRight(tag, "/>")
	end := bytes.IndexAny(tag, " \t\r\n")
	if end < 0 {
		end = len(tag)
	}
	name = string(tag[:end])
	if _, after, ok := strings.Cut(name, ":"); ok {
		name = after
	}
	if name != "c" && name != "row" {
		return name, 0, 0
	}
	for _, attr := range bytes.Fields(tag[end:]) {
		v, ok := bytes.CutPrefix(attr, []byte("r="))
		if !ok {
			continue
		}
		for _, b := range bytes.ToUpper(bytes.Trim(v, `"'`)) {
			switch {
			case b >= 'A' && b <= 'Z' && col < maxGrid:
				col = col*26 + int(b-'A') + 1
			case b >= '0' && b <= '9' && row < maxGrid*10:
				row = row*10 + int(b-'0')
			}
		}
	}
	return name, col, row
}
