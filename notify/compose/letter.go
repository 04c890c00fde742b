package compose

import (
	"fmt"
	"slices"
	"strings"
)

// block is one piece of a letter: what a line of a template makes.
type block struct {
	Kind  blockKind
	Text  string
	Table *table
}

// blockKind says how a block is set.
type blockKind string

// The kinds of block, with the mark that begins their line in a template.
const (
	blockPara  blockKind = "para"  // no mark: an indented paragraph
	blockFlush blockKind = "flush" // ^ the salutation
	blockRight blockKind = "right" // > signature and date
	blockHead  blockKind = "head"  // # a heading
	blockItem  blockKind = "item"  // - an item
	blockFoot  blockKind = "foot"  // ~ the line at the foot
	blockTable blockKind = "table" // {{table .Name}}

	blockClosing blockKind = "closing" // {{closing}}: from here on a letter ends as every letter does
)

var marks = map[byte]blockKind{'^': blockFlush, '>': blockRight, '#': blockHead, '-': blockItem, '~': blockFoot}

// table is a table of a letter. Long columns hold sentences; a table that has
// one is printed row by row in plain text, where it would not fit a line.
type table struct {
	Cols []column
	Rows [][]string
}

// without drops the columns from i up to j.
func (t *table) without(i, j int) *table {
	out := &table{Cols: slices.Delete(slices.Clone(t.Cols), i, j)}
	for _, r := range t.Rows {
		out.Rows = append(out.Rows, slices.Delete(slices.Clone(r), i, j))
	}
	return out
}

type column struct {
	Head string
	Num  bool // right-aligned
	Long bool
}

// tableMark encloses a table's name in the output of a template. Clean takes
// it out of every text of others.
const tableMark = "\x00"

// closingName stands between tableMarks where the closing begins.
const closingName = "/closing"

// parseLetter turns the output of a body template into blocks. Every text is
// cleaned once more, so that what a view forgot does no harm.
func parseLetter(out string, v *view) ([]block, error) {
	var bs []block
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, tableMark); ok {
			name = strings.TrimSuffix(name, tableMark)
			part, t := v.parts[name], v.tables[name]
			switch {
			case name == closingName:
				bs = append(bs, block{Kind: blockClosing})
			case part != nil:
				bs = append(bs, part...)
			case t != nil:
				bs = append(bs, block{Kind: blockTable, Table: t})
			default:
				return nil, fmt.Errorf("the letter names a table that it has not: %q", Clean(name))
			}
			continue
		}
		line = Clean(line)
		if line == "" {
			continue
		}
		kind, marked := marks[line[0]]
		if marked {
			line = strings.TrimSpace(line[1:])
		} else {
			kind = blockPara
		}
		bs = append(bs, block{Kind: kind, Text: line})
	}
	return bs, nil
}

// Line lengths of plain text in columns, a Han character taking two.
const (
	rightEdge = 60
	gap       = 2
)

// plainText prints the letter for readers without HTML.
func plainText(bs []block) string {
	var b strings.Builder
	for i, bl := range bs {
		if i > 0 && apart(bs[i-1].Kind, bl.Kind) {
			b.WriteByte('\n')
		}
		switch bl.Kind {
		case blockTable:
			bl.Table.writeText(&b)
			continue
		case blockPara:
			b.WriteString("　　")
		case blockItem:
			b.WriteString("　　· ")
		case blockRight:
			b.WriteString(strings.Repeat("　", max(0, rightEdge-width(bl.Text))/2))
		}
		b.WriteString(bl.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// apart reports whether an empty line stands between two blocks.
func apart(before, after blockKind) bool {
	switch {
	case before == blockHead:
		return false
	case after == blockHead, before == blockTable, after == blockTable:
		return true
	case after == blockRight:
		return before != blockRight
	}
	return after == blockFoot && before != blockFoot
}

func (t *table) writeText(b *strings.Builder) {
	for _, c := range t.Cols {
		if c.Long {
			t.writeRecords(b)
			return
		}
	}
	t.writeGrid(b)
}

// writeRecords prints each row as a numbered group of labelled texts.
func (t *table) writeRecords(b *strings.Builder) {
	for i, row := range t.Rows {
		fmt.Fprintf(b, "（%d）", i+1)
		first := true
		for j, c := range t.Cols {
			if c.Long {
				continue
			}
			if !first {
				b.WriteString("；")
			}
			first = false
			b.WriteString(c.Head + "：" + row[j])
		}
		for j, c := range t.Cols {
			switch {
			case !c.Long:
			case first:
				first = false
				b.WriteString(c.Head + "：" + row[j])
			default:
				b.WriteString("\n　　　" + c.Head + "：" + row[j])
			}
		}
		b.WriteByte('\n')
	}
}

// writeGrid prints the table in aligned columns.
func (t *table) writeGrid(b *strings.Builder) {
	widths := make([]int, len(t.Cols))
	for j, c := range t.Cols {
		widths[j] = width(c.Head)
		for _, row := range t.Rows {
			widths[j] = max(widths[j], width(row[j]))
		}
	}
	line := func(cell func(int) string) {
		var l strings.Builder
		for j, c := range t.Cols {
			s := cell(j)
			pad := strings.Repeat(" ", widths[j]-width(s))
			if c.Num {
				s = pad + s
			} else {
				s += pad
			}
			l.WriteString(s + strings.Repeat(" ", gap))
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	line(func(j int) string { return t.Cols[j].Head })
	line(func(j int) string { return strings.Repeat("-", widths[j]) })
	for _, row := range t.Rows {
		line(func(j int) string { return row[j] })
	}
}
