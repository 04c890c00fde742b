package coremail

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// Limits on what a client may send.
const (
	maxLine    = 64 << 10
	maxLiteral = 71_680_000 // APPENDLIMIT of 163.com
)

var errLine = errors.New("command line too long or not complete")

// command is one command of a client.
type command struct {
	tag, name string
	args      []string // quoted strings and literals as their content, lists with their parentheses
	text      string   // for Commands: no tag, no secret
}

// readCommand reads one command. sync is called before a synchronising literal
// is read, to tell the client to go on.
func readCommand(r *bufio.Reader, sync func() error) (command, error) {
	var words []string
	var text strings.Builder
	for {
		line, err := readLine(r)
		if err != nil {
			return command{}, err
		}
		rest, size, literal, plus := cutLiteral(line)
		words = append(words, splitWords(rest)...)
		text.WriteString(rest)
		if !literal {
			break
		}
		if size > maxLiteral {
			return command{}, errLine
		}
		if !plus {
			if err := sync(); err != nil {
				return command{}, err
			}
		}
		data := make([]byte, size)
		if _, err := io.ReadFull(r, data); err != nil {
			return command{}, err
		}
		words = append(words, string(data))
		fmt.Fprintf(&text, "{%d}", size)
	}
	return newCommand(words, text.String()), nil
}

func newCommand(words []string, text string) command {
	var cmd command
	if len(words) > 0 {
		cmd.tag, words = words[0], words[1:]
	}
	_, cmd.text, _ = strings.Cut(text, " ")
	if len(words) > 0 {
		cmd.name, cmd.args = strings.ToUpper(words[0]), words[1:]
	}
	switch {
	case cmd.name == "LOGIN" && len(cmd.args) > 0:
		cmd.text = "LOGIN " + cmd.args[0] + " ***"
	case cmd.name == "AUTHENTICATE" && len(cmd.args) > 0:
		cmd.text = "AUTHENTICATE " + cmd.args[0] + " ***"
	case cmd.name == "UID" && len(cmd.args) > 0:
		cmd.name, cmd.args = "UID "+strings.ToUpper(cmd.args[0]), cmd.args[1:]
	case cmd.name == "" && strings.EqualFold(cmd.tag, "DONE"):
		cmd.name, cmd.text = "DONE", "DONE"
	}
	return cmd
}

func readLine(r *bufio.Reader) (string, error) {
	var line strings.Builder
	for {
		part, err := r.ReadSlice('\n')
		line.Write(part)
		switch {
		case err == nil:
			return strings.TrimRight(line.String(), "\r\n"), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return "", err
		case line.Len() > maxLine:
			return "", errLine
		}
	}
}

// cutLiteral splits the announcement of a literal, {n} or {n+}, off a line.
func cutLiteral(line string) (rest string, size int64, ok, plus bool) {
	i := strings.LastIndexByte(line, '{')
	if i < 0 || !strings.HasSuffix(line, "}") {
		return line, 0, false, false
	}
	number, plus := strings.CutSuffix(line[i+1:len(line)-1], "+")
	size, err := strconv.ParseInt(number, 10, 32)
	if err != nil || size < 0 {
		return line, 0, false, false
	}
	return line[:i], size, true, plus
}

// splitWords splits a line at spaces; quoted strings and lists are one word.
func splitWords(line string) []string {
	var words []string
	for {
		line = strings.TrimLeft(line, " ")
		if line == "" {
			return words
		}
		var word string
		switch line[0] {
		case '"':
			word, line = cutQuoted(line)
		case '(':
			word, line = cutList(line)
		default:
			word, line, _ = strings.Cut(line, " ")
		}
		words = append(words, word)
	}
}

func cutQuoted(line string) (word, rest string) {
	var out strings.Builder
	for i := 1; i < len(line); i++ {
		switch line[i] {
		case '"':
			return out.String(), line[i+1:]
		case '\\':
			i++
			if i == len(line) {
				return out.String(), ""
			}
		}
		out.WriteByte(line[i])
	}
	return out.String(), ""
}

func cutList(line string) (word, rest string) {
	depth := 0
	for i := range len(line) {
		switch line[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return line[:i+1], line[i+1:]
			}
		}
	}
	return line, ""
}

// quote writes a string that needs no literal.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// limitWriter counts what the server sends and closes the connection once the
// limit is reached.
type limitWriter struct {
	to    net.Conn
	left  int64 // -1: no limit
	count func(n int)
	cut   func()
}

func (w *limitWriter) Write(p []byte) (int, error) {
	part := p
	if w.left >= 0 && int64(len(p)) >= w.left {
		part = p[:w.left]
	}
	n, err := w.to.Write(part)
	w.count(n)
	if err != nil || w.left < 0 {
		return n, err
	}
	if w.left -= int64(n); w.left == 0 {
		w.cut()
		return n, net.ErrClosed
	}
	return n, nil
}
