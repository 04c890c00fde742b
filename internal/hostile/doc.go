// Package hostile makes files that were made to do harm: to fill memory, to
// take time, to be read twice, to reach files or networks. Each is made here,
// none is copied from anywhere, and each has with it the findings that may be
// said about it. The tests of this package read small ones in this process;
// scripts/corpora.sh runs the real ones through the real program and measures
// it.
//
// It is for tests only and knows nothing of the readers.
package hostile

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"io"
	"strings"

	"taizhang/ledger"
)

// Case is one file.
type Case struct {
	Name string // what it does
	File string // the file's name
	Make func() []byte
	// Want are findings of which one must be said of what is then no ledger; none:
	// it is one, of which anything may be said but that it is accepted.
	Want []ledger.Code
}

// The findings that most may end in.
var (
	tooLarge = []ledger.Code{ledger.FTooLarge}
	damaged  = []ledger.Code{ledger.FDamaged}
	refused  = []ledger.Code{ledger.FTooLarge, ledger.FDamaged}
	nothing  = []ledger.Code{ledger.FForeign, ledger.FNoLedger, ledger.FTooLarge}
)

// size chooses between the real number and one that is just enough to be
// refused for the same reason.
type size bool

func (small size) of(full, little int) int {
	if small {
		return little
	}
	return full
}

// Cases returns all of them: as they would be sent, or small ones of the same
// shapes that can be read in any test.
func Cases(small bool) []Case {
	var all []Case
	for _, list := range [][]Case{workbooks(size(small)), liars(size(small)), ledgers(size(small)), archives(size(small)), compounds(size(small)), documents(size(small)), texts(size(small)), mails(size(small))} {
		all = append(all, list...)
	}
	return all
}

// member is one of an archive: a text, or head, body n times, tail.
type member struct {
	name, head, body string
	n                int
	tail             string
}

func text(name, s string) member { return member{name: name, head: s} }

// write writes the member's text without ever holding it.
func (m member) write(w io.Writer) error {
	if _, err := io.WriteString(w, m.head); err != nil {
		return err
	}
	const block = 1000
	chunk := strings.Repeat(m.body, min(block, m.n))
	for left := m.n; left > 0; left -= block {
		if left < block {
			chunk = chunk[:left*len(m.body)]
		}
		if _, err := io.WriteString(w, chunk); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, m.tail)
	return err
}

// pack makes an archive. It panics on an error, which a buffer never has.
func pack(members ...member) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, m := range members {
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate}
		if m.name == "mimetype" || len(m.head)+len(m.body)*m.n < 64 {
			h.Method = zip.Store // as OpenDocument wants its first member
		}
		w, err := z.CreateHeader(h)
		must(err)
		must(m.write(w))
	}
	must(z.Close())
	return b.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
