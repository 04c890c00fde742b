package inplace

import (
	"fmt"
	"strconv"
	"strings"
)

// styles is the styles part: its fills and its formats of cells.
type styles struct {
	data    []byte
	prefix  string
	fills   tag
	nFills  int
	fillEnd int
	xfs     tag
	xfEnd   int
	formats [][2]int // the bytes of each format's start tag
	whole   [][2]int // the bytes of each format

	fillIDs map[string]int
	made    map[styleKey]int
	newXfs  []string
	newFill []string
}

type styleKey struct {
	style int
	fill  string
}

func parseStyles(data []byte) (*styles, error) {
	s := &styles{data: data, fillIDs: map[string]int{}, made: map[styleKey]int{}, fillEnd: -1, xfEnd: -1}
	in := ""
	err := walk(data, func(t *tag) error {
		switch t.depth {
		case 0:
			s.prefix = t.prefix
		case 1:
			s.section(t)
			in = t.local
		case 2:
			switch {
			case in == "fills" && t.local == "fill" && t.end:
				s.nFills++
			case in == "cellXfs" && t.local == "xf" && !t.end:
				s.formats = append(s.formats, [2]int{t.from, t.to})
				s.whole = append(s.whole, [2]int{t.from, t.to})
			case in == "cellXfs" && t.local == "xf" && len(s.whole) > 0:
				s.whole[len(s.whole)-1][1] = t.to
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if s.fillEnd < 0 || s.xfEnd < 0 || s.nFills < 2 || len(s.formats) == 0 {
		return nil, unfit("styles without fills or formats")
	}
	return s, nil
}

func (s *styles) section(t *tag) {
	switch {
	case t.local == "fills" && t.end && !s.fills.empty:
		s.fillEnd = t.from
	case t.local == "fills":
		s.fills = *t
	case t.local == "cellXfs" && t.end && !s.xfs.empty:
		s.xfEnd = t.from
	case t.local == "cellXfs":
		s.xfs = *t
	}
}

// coloured returns the style that is the given one with another fill. The
// format is copied as it is spelled, so that number format, borders, fonts and
// all else stay.
func (s *styles) coloured(style int, fill string) (int, error) {
	k := styleKey{style, fill}
	if id, ok := s.made[k]; ok {
		return id, nil
	}
	if style < 0 || style >= len(s.formats) {
		return 0, unfit("a cell with a style that does not exist")
	}
	f, ok := s.fillIDs[fill]
	if !ok {
		f = s.nFills + len(s.newFill)
		s.fillIDs[fill] = f
		s.newFill = append(s.newFill, fmt.Sprintf(`<%[1]sfill><%[1]spatternFill patternType="solid"><%[1]sfgColor rgb="FF%[2]s"/><%[1]sbgColor indexed="64"/></%[1]spatternFill></%[1]sfill>`, s.prefix, fill))
	}
	start := string(s.data[s.formats[style][0]:s.formats[style][1]])
	start = setAttr(setAttr(start, "fillId", strconv.Itoa(f)), "applyFill", "1")
	s.newXfs = append(s.newXfs, start+string(s.data[s.formats[style][1]:s.whole[style][1]]))
	id := len(s.formats) + len(s.newXfs) - 1
	s.made[k] = id
	return id, nil
}

// bytes returns the part with what was added.
func (s *styles) bytes() []byte {
	count := func(t *tag, n int) splice {
		start := string(s.data[t.from:t.to])
		if t.attr("count") != "" {
			start = setAttr(start, "count", strconv.Itoa(n))
		}
		return splice{t.from, t.to, start}
	}
	return apply(s.data, []splice{
		count(&s.fills, s.nFills+len(s.newFill)), {s.fillEnd, s.fillEnd, strings.Join(s.newFill, "")},
		count(&s.xfs, len(s.formats)+len(s.newXfs)), {s.xfEnd, s.xfEnd, strings.Join(s.newXfs, "")},
	})
}
