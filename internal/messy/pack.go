package messy

import (
	"archive/zip"
	"bytes"
	"strings"
)

// part is one member of an archive.
type part struct{ name, text string }

// pack makes a zip archive of the parts, in their order; one named mimetype is
// stored as OpenDocument wants it.
func pack(parts ...part) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range parts {
		method := zip.Deflate
		if p.name == "mimetype" {
			method = zip.Store
		}
		m, err := w.CreateHeader(&zip.FileHeader{Name: p.name, Method: method})
		must(err)
		_, err = m.Write([]byte(p.text))
		must(err)
	}
	must(w.Close())
	return out.Bytes()
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func esc(s string) string { return escaper.Replace(s) }

// fold is the number of rows and columns as a document without empty edges has
// them: leading empty rows and columns are left out.
func (s Sheet) folded() Sheet {
	rows, above := s.Rows, s.Above
	for len(rows) > 0 && blankRow(rows[0]) {
		rows, above = rows[1:], max(above-1, 0)
	}
	left := s.columns()
	for _, r := range rows {
		for i, v := range r {
			if v != nil {
				left = min(left, i)
				break
			}
		}
	}
	out := make([][]any, len(rows))
	for i, r := range rows {
		if len(r) > left {
			out[i] = r[left:]
		}
	}
	s.Rows, s.Above = out, above
	return s
}

func blankRow(r []any) bool {
	for _, v := range r {
		if v != nil {
			return false
		}
	}
	return true
}

// paged is a sheet as a document sets it: lines above, a table, lines below.
// Where the rows around the table are more than labelled lines, all is table.
func (s Sheet) paged() (above []string, table Sheet, below []string) {
	if l := s.Look; len(l.HiddenRows)+len(l.FlatRows)+len(l.Collapsed)+len(l.HiddenCols)+len(l.NarrowCols) > 0 {
		return nil, s, nil // their places count from the sheet's edge
	}
	s = s.folded()
	if s.Above == 0 || len(s.Rows) <= s.Above+s.Below {
		return nil, s, nil
	}
	boxes := s.boxes()
	above, ok1 := linesOf(boxes[:s.Above])
	below, ok2 := linesOf(boxes[len(boxes)-s.Below:])
	if !ok1 || !ok2 {
		return nil, s, nil
	}
	table = s
	table.Rows, table.Above, table.Below = s.Rows[s.Above:len(s.Rows)-s.Below], 0, 0
	return above, table, below
}

// linesOf sets each row as a line; every cell beside another must hold a label
// with its colon.
func linesOf(rows [][]box) ([]string, bool) {
	var out []string
	for _, row := range rows {
		var cells []string
		for _, b := range row {
			if t := strings.TrimSpace(b.text()); t != "" {
				cells = append(cells, t)
			}
		}
		for _, c := range cells {
			if len(cells) > 1 && !strings.ContainsAny(c, "：:") || strings.HasSuffix(c, "：") && len(cells) > 1 || strings.Contains(c, "\n") {
				return nil, false
			}
		}
		out = append(out, strings.Join(cells, "        "))
	}
	return out, true
}
