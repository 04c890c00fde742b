package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// errCached says that a formula lost the value beside it.
var errCached = errors.New("a formula has no value beside it")

// save returns the bytes of the workbook. All times in it are at, so that the
// same content gives the same bytes.
func (b *book) save(title string, at time.Time) ([]byte, error) {
	stamp := at.UTC().Format(time.RFC3339)
	b.do(b.f.SetDocProps(&excelize.DocProperties{Title: title, Creator: author, LastModifiedBy: author, Created: stamp, Modified: stamp, Language: "zh-CN"}))
	if b.err != nil {
		return nil, b.err
	}
	b.f.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return storing{zip.NewWriter(w)} })
	buf, err := b.f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	if err := b.f.Close(); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return b.repack(buf.Bytes(), at)
}

// storing compresses nothing: repack reads it all again and does.
type storing struct{ *zip.Writer }

func (s storing) Create(name string) (io.Writer, error) {
	return s.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
}

// repack writes the members anew in a fixed order with fixed times. On the way
// it clears the mark t="str" by which excelize declares the value of every
// formula to be a text, and puts － where noValue stands, and gives charts
// the values they show, which excelize leaves out.
func (b *book) repack(data []byte, at time.Time) ([]byte, error) {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("repack workbook: %w", err)
	}
	files := slices.Clone(zr.File)
	slices.SortFunc(files, func(x, y *zip.File) int { return strings.Compare(x.Name, y.Name) })
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	found := 0
	for _, f := range files {
		content, err := readMember(f)
		if err != nil {
			return nil, fmt.Errorf("repack workbook: %w", err)
		}
		switch {
		case strings.HasPrefix(f.Name, "xl/worksheets/sheet"):
			var n int
			content, n = cachedValues(content)
			found += n
		case strings.HasPrefix(f.Name, "xl/charts/chart"):
			content = b.chartValues(content)
		case f.Name == "[Content_Types].xml":
			content = sortedDefaults(content)
		}
		w, err := zw.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: at.UTC()})
		if err != nil {
			return nil, fmt.Errorf("repack workbook: %w", err)
		}
		if _, err := w.Write(content); err != nil {
			return nil, fmt.Errorf("repack workbook: %w", err)
		}
	}
	if found != b.formulas {
		return nil, fmt.Errorf("repack workbook: %w: %d of %d", errCached, found, b.formulas)
	}
	if err := zw.Close(); err != nil {
		return nil, fmt.Errorf("repack workbook: %w", err)
	}
	return out.Bytes(), nil
}

func readMember(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(r)
	return data, errors.Join(err, r.Close())
}

// cachedValues sets right what a sheet says of the values of its formulas, and
// returns how many it found. Texts from outside stand in the table of shared
// strings, not in the sheet, and cannot look like a formula here.
func cachedValues(sheet []byte) ([]byte, int) {
	const mark, formulaEnd = ` t="str"><f>`, `</f><v>`
	parts := strings.Split(string(sheet), mark)
	var out strings.Builder
	out.WriteString(parts[0])
	n := 0
	for _, part := range parts[1:] {
		formula, rest, ok := strings.Cut(part, formulaEnd)
		value, after, _ := strings.Cut(rest, "<")
		switch {
		case ok && value == noValue:
			out.WriteString(mark + formula + formulaEnd + none + "<" + after)
			n++
		case ok && isDecimal(value):
			out.WriteString(`><f>` + part)
			n++
		default:
			out.WriteString(mark + part)
		}
	}
	return []byte(out.String()), n
}

func isDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, part, _ := strings.Cut(s, ".")
	return whole != "" && strings.Trim(whole+part, "0123456789") == ""
}

var contentDefault = regexp.MustCompile(`<Default [^>]*></Default>`)

// sortedDefaults brings the kinds of file into an order: excelize writes them
// in that of a map.
func sortedDefaults(types []byte) []byte {
	list := contentDefault.FindAllString(string(types), -1)
	slices.Sort(list)
	n := 0
	return contentDefault.ReplaceAllFunc(types, func([]byte) []byte {
		n++
		return []byte(list[n-1])
	})
}
