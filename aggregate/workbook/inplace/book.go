package inplace

import (
	"fmt"
	"slices"
	"strings"

	"taizhang/ledger"
)

// Content types of the parts that are added, and of the books that are known.
const (
	typeComments = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
	typeDrawing  = "application/vnd.openxmlformats-officedocument.vmlDrawing"
)

// Extensions by the content type of the workbook part.
var extensions = map[string]string{
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml":    ".xlsx",
	"application/vnd.ms-excel.sheet.macroEnabled.main+xml":                          ".xlsm",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": ".xltx",
	"application/vnd.ms-excel.template.macroEnabled.main+xml":                       ".xltm",
}

// Book is a workbook that is being edited.
type Book struct {
	pack     *pack
	ext      string
	workbook string // its part
	names    []string
	parts    map[string]relation // of worksheets, by name
	sheets   map[string]*sheet   // those that were looked at
	colours  map[string]map[ledger.Ref]string
	notes    map[string][]note
}

// Open opens the workbook in data. Errors wrap ErrUnfit.
func Open(data []byte) (*Book, error) {
	p, err := openPack(data)
	if err != nil {
		return nil, err
	}
	b := &Book{pack: p, parts: map[string]relation{}, sheets: map[string]*sheet{}, colours: map[string]map[ledger.Ref]string{}, notes: map[string][]note{}}
	root, err := p.relations("")
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(root, func(r relation) bool { return r.is("officeDocument") })
	if i < 0 {
		return nil, unfit("no workbook part")
	}
	b.workbook = root[i].target
	if err := b.kind(); err != nil {
		return nil, err
	}
	return b, b.list()
}

// kind finds out which kind of workbook it is, as its content type says.
func (b *Book) kind() error {
	data, err := b.pack.read("[content_types].xml")
	if err != nil {
		return err
	}
	err = walk(data, func(t *tag) error {
		if !t.end && (t.local == "Override" && partName(t.attr("PartName")) == b.workbook || t.local == "Default" && b.ext == "") {
			if e, ok := extensions[t.attr("ContentType")]; ok {
				b.ext = e
			}
		}
		return nil
	})
	if err == nil && b.ext == "" {
		err = unfit("a workbook of unknown type")
	}
	return err
}

// list lists the worksheets, in the order of their tabs.
func (b *Book) list() error {
	rels, err := b.pack.relations(b.workbook)
	if err != nil {
		return err
	}
	data, err := b.pack.read(b.workbook)
	if err != nil {
		return err
	}
	return walk(data, func(t *tag) error {
		if t.end || t.depth != 2 || t.local != "sheet" {
			return nil
		}
		id := ""
		for _, a := range t.attrs {
			if a.Name.Local == "id" && a.Name.Space != "" {
				id = a.Value
			}
		}
		for _, r := range rels {
			if r.id == id && r.is("worksheet") {
				b.names = append(b.names, t.attr("name"))
				b.parts[t.attr("name")] = r
			}
		}
		return nil
	})
}

// Extension is that of the file: .xlsx, .xlsm, .xltx or .xltm. Excel does not
// open a file whose name has another.
func (b *Book) Extension() string { return b.ext }

// Sheets returns the names of the worksheets in the order of their tabs.
func (b *Book) Sheets() []string { return b.names }

func (b *Book) sheet(name string) (*sheet, error) {
	if s := b.sheets[name]; s != nil {
		return s, nil
	}
	r, ok := b.parts[name]
	if !ok {
		return nil, unfit("no worksheet of that name")
	}
	data, err := b.pack.read(r.target)
	if err != nil {
		return nil, err
	}
	s, err := parseSheet(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.target, err)
	}
	b.sheets[name] = s
	return s, nil
}

// Title returns the first cell of the sheet that shows and holds something,
// where a word about the whole sheet belongs; the first of all without one.
func (b *Book) Title(name string) (ledger.Ref, error) {
	s, err := b.sheet(name)
	if err != nil {
		return ledger.Ref{}, err
	}
	return s.area(s.title()).First, nil
}

// Anchor returns the cell to mark for the place: the first of the merged range
// that covers it.
func (b *Book) Anchor(name string, at ledger.Ref) (ledger.Ref, error) {
	s, err := b.sheet(name)
	if err != nil {
		return ledger.Ref{}, err
	}
	return s.area(at).First, nil
}

// Colour gives the cell another fill (RRGGBB), and nothing else of its look.
func (b *Book) Colour(name string, at ledger.Ref, fill string) {
	if b.colours[name] == nil {
		b.colours[name] = map[ledger.Ref]string{}
	}
	b.colours[name][at] = fill
}

// Comment says something at the cell; of each cell it is called once at most.
// A comment that stands there is kept, with the text behind it.
func (b *Book) Comment(name string, at ledger.Ref, text string) {
	b.notes[name] = append(b.notes[name], note{at, text})
}

// Save returns the edited workbook; author is who comments. The same calls on
// the same file give the same bytes.
func (b *Book) Save(author string) ([]byte, error) {
	looks, part, err := b.styles()
	if err != nil {
		return nil, err
	}
	for _, name := range b.names {
		if len(b.colours[name])+len(b.notes[name]) == 0 {
			continue
		}
		if err := b.edit(name, author, looks); err != nil {
			return nil, err
		}
	}
	if looks != nil && len(looks.newXfs) > 0 {
		b.pack.write(part, looks.bytes())
	}
	return b.pack.bytes()
}

func (b *Book) styles() (*styles, string, error) {
	if len(b.colours) == 0 {
		return nil, "", nil
	}
	rels, err := b.pack.relations(b.workbook)
	if err != nil {
		return nil, "", err
	}
	i := slices.IndexFunc(rels, func(r relation) bool { return r.is("styles") })
	if i < 0 {
		return nil, "", unfit("no styles")
	}
	data, err := b.pack.read(rels[i].target)
	if err != nil {
		return nil, "", err
	}
	s, err := parseStyles(data)
	return s, rels[i].target, err
}

// edit makes the changes of one sheet.
func (b *Book) edit(name, author string, looks *styles) error {
	s, err := b.sheet(name)
	if err != nil {
		return err
	}
	part := b.parts[name].target
	wanted := map[ledger.Ref]int{}
	places := make([]ledger.Ref, 0, len(b.colours[name]))
	for at := range b.colours[name] {
		places = append(places, at)
	}
	slices.SortFunc(places, func(x, y ledger.Ref) int { return (x.Row-y.Row)*maxCols + x.Col - y.Col })
	for _, at := range places {
		if wanted[at], err = looks.coloured(s.styleAt(at), b.colours[name][at]); err != nil {
			return err
		}
	}
	splices := s.restyle(wanted)
	if notes := b.notes[name]; len(notes) > 0 {
		slices.SortFunc(notes, func(x, y note) int { return (x.at.Row-y.at.Row)*maxCols + x.at.Col - y.at.Col })
		id, err := b.comment(s, part, author, notes)
		if err != nil {
			return err
		}
		if id != "" {
			base := strings.TrimSuffix(b.parts[name].kind, "/worksheet")
			splices = append(splices, splice{s.legacyAt, s.legacyAt, fmt.Sprintf(`<%slegacyDrawing xmlns:r="%s" r:id="%s"/>`, s.prefix, base, id)})
		}
	}
	b.pack.write(part, apply(s.data, splices))
	return nil
}

// comment writes the sheet's comments and their boxes. It returns the id of
// the drawing's relationship when the sheet has to name it.
func (b *Book) comment(s *sheet, part, author string, notes []note) (string, error) {
	rels, err := b.pack.relations(part)
	if err != nil {
		return "", err
	}
	base := strings.TrimSuffix(b.kindOf(part), "/worksheet")
	commentPart, drawing := "", ""
	for _, r := range rels {
		switch {
		case r.is("comments"):
			commentPart = r.target
		case r.is("vmlDrawing") && r.id == s.legacy:
			drawing = r.target
		}
	}
	if s.legacy != "" && drawing == "" {
		return "", unfit("a drawing of comments that is not there")
	}
	data := []byte(fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+"\n"+`<comments xmlns="%s"><authors/><commentList/></comments>`, s.space))
	if commentPart == "" {
		commentPart = b.pack.unused("xl/comments%d.xml")
		if _, err := b.pack.relate(part, base+"/comments", commentPart); err != nil {
			return "", err
		}
		if err := b.pack.declare(commentPart, typeComments); err != nil {
			return "", err
		}
	} else if data, err = b.pack.read(commentPart); err != nil {
		return "", err
	}
	c, err := parseComments(data)
	if err != nil {
		return "", err
	}
	former := map[ledger.Ref]string{}
	for at, old := range c.byRef {
		former[at] = old.chars.String()
	}
	b.pack.write(commentPart, c.add(author, notes))
	return b.draw(s, part, base, drawing, notes, former)
}

func (b *Book) kindOf(part string) string {
	for _, r := range b.parts {
		if r.target == part {
			return r.kind
		}
	}
	return ""
}

func (b *Book) draw(s *sheet, part, base, drawing string, notes []note, former map[ledger.Ref]string) (string, error) {
	vml, id := []byte(newDrawing), ""
	var err error
	if drawing == "" {
		drawing = b.pack.unused("xl/drawings/vmlDrawing%d.vml")
		if id, err = b.pack.relate(part, base+"/vmlDrawing", drawing); err != nil {
			return "", err
		}
		if err = b.pack.declare(drawing, typeDrawing); err != nil {
			return "", err
		}
	} else if vml, err = b.pack.read(drawing); err != nil {
		return "", err
	}
	vml, err = s.draw(vml, notes, former)
	if err != nil {
		return "", err
	}
	b.pack.write(drawing, vml)
	return id, nil
}
