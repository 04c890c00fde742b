package attach

import "bytes"

// splitter cuts the body of a multipart (RFC 2046 §5.1) at its boundary. It
// looks at each byte once.
type splitter struct {
	b        []byte
	delim    []byte
	pos      int // behind the delimiter line that opened the next part; -1 before the first
	at       int // where to look on
	part     []byte
	last     bool // no delimiter follows this part
	closed   bool // the closing delimiter was met last
	reopened bool // parts came behind a closing delimiter
	done     bool
}

func newSplitter(b []byte, boundary string) *splitter {
	return &splitter{b: b, delim: []byte("--" + boundary), pos: -1}
}

// next moves to the next part. Text before the first delimiter and behind the
// closing one is no part; a delimiter behind the closing one opens a part
// again, as some software uses one boundary for two levels.
func (s *splitter) next() bool {
	for !s.done {
		start, end, closing, ok := s.delimiter()
		from := s.pos
		if !ok {
			s.done = true
			if from < 0 {
				return false
			}
			s.part, s.last, s.closed = s.b[min(from, len(s.b)):], true, false
			return true
		}
		s.at = end
		wasClosed := s.closed
		if closing {
			s.pos, s.closed = -1, true
		} else {
			s.pos, s.closed = end, false
			s.reopened = s.reopened || wasClosed
		}
		if from >= 0 {
			s.part, s.last = s.b[from:max(start, from)], false
			return true
		}
	}
	return false
}

// delimiter finds the next delimiter line: where the part before it ends,
// where the line ends, and whether it closes.
func (s *splitter) delimiter() (start, end int, closing, ok bool) {
	for at := s.at; at < len(s.b); {
		i := bytes.Index(s.b[at:], s.delim)
		if i < 0 {
			break
		}
		i += at
		at = i + 1
		if i > 0 && s.b[i-1] != '\n' {
			continue
		}
		end, closing, ok = delimiterEnd(s.b, i+len(s.delim))
		if !ok {
			continue
		}
		start = i
		if start > 0 {
			start--
			if start > 0 && s.b[start-1] == '\r' {
				start--
			}
		}
		return start, end, closing, true
	}
	return 0, 0, false, false
}

// delimiterEnd reads the rest of a delimiter line: "--" when it closes, then
// only white space.
func delimiterEnd(b []byte, i int) (end int, closing, ok bool) {
	if bytes.HasPrefix(b[i:], []byte("--")) {
		closing = true
		i += 2
	}
	for ; i < len(b); i++ {
		switch b[i] {
		case '\n':
			return i + 1, closing, true
		case ' ', '\t', '\r':
		default:
			return 0, false, false
		}
	}
	return len(b), closing, true
}

// guessBoundary finds a line "--something" in front of a Content- field. It
// gives the boundary and the offset of the line, or "".
func guessBoundary(b []byte) (string, int) {
	for at := 0; at < len(b); {
		i := 0
		if at > 0 || !bytes.HasPrefix(b, []byte("--")) {
			i = bytes.Index(b[at:], []byte("\n--"))
			if i < 0 {
				return "", 0
			}
			i++
		}
		i += at
		line, rest := cutLine(b[i:])
		at = i + 2
		line = bytes.TrimRight(line, " \t\r")
		next := bytes.TrimRight(firstLine(rest[:min(len(rest), 200)]), "\r")
		if name, _, ok := cutField(next); ok && len(line) > 2 && len(line) < 250 && bytes.IndexByte(line, ' ') < 0 &&
			len(name) > 8 && bytes.EqualFold([]byte(name[:8]), []byte("content-")) {
			return string(line[2:]), i
		}
	}
	return "", 0
}
