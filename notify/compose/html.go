package compose

import "strings"

// frameData is the data of frame.html.tmpl, which html/template escapes.
type frameData struct {
	Subject string
	Blocks  []htmlBlock
}

// htmlBlock is a block as the frame sets it.
type htmlBlock struct {
	Kind  blockKind
	Text  string
	Table *htmlTable
}

// htmlTable is a table for narrow screens: the long texts of a row stand under
// it over the whole width, so that five columns fit a phone.
type htmlTable struct {
	Heads []column
	Rows  []htmlRow
	Width int // number of columns, at least 1
}

type htmlRow struct {
	Cells []htmlCell
	Notes []htmlNote
}

// htmlCell is a cell of a short column. Tight cells are never broken. What is
// longer breaks between characters but not within a number, so that six columns
// fit a phone of 360 px.
type htmlCell struct {
	Text       string
	Num, Tight bool
	Loose      bool // a mail address: it may break anywhere
}

type htmlNote struct{ Head, Text string }

// tightWidth is the width in columns up to which a cell is not broken.
const tightWidth = 10

func newFrame(subject string, bs []block) frameData {
	f := frameData{Subject: subject}
	for _, b := range bs {
		h := htmlBlock{Kind: b.Kind, Text: b.Text}
		if b.Table != nil {
			h.Table = b.Table.html()
		}
		f.Blocks = append(f.Blocks, h)
	}
	return f
}

func (t *table) html() *htmlTable {
	h := &htmlTable{}
	for _, c := range t.Cols {
		if !c.Long {
			h.Heads = append(h.Heads, c)
		}
	}
	h.Width = max(1, len(h.Heads))
	for _, row := range t.Rows {
		var r htmlRow
		for j, c := range t.Cols {
			if c.Long {
				r.Notes = append(r.Notes, htmlNote{c.Head, row[j]})
				continue
			}
			r.Cells = append(r.Cells, htmlCell{row[j], c.Num, width(row[j]) <= tightWidth, strings.Contains(row[j], "@")})
		}
		h.Rows = append(h.Rows, r)
	}
	return h
}
