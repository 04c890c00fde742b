package fence

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"taizhang/ingest/sheet"
	"taizhang/ledger"
)

// setup is what the parent tells a new child.
type setup struct {
	Memory int64  `json:"memory"`  // bytes; 0: not limited
	File   int64  `json:"file"`    // bytes of the largest request
	Answer int64  `json:"answer"`  // bytes that tables may take in the parent
	Folder string `json:"folder"`  // the child's own, which it removes if the parent cannot
	CutOff bool   `json:"cut_off"` // it is to give up the network
}

// hello is what the child says when its limits are set.
type hello struct {
	Limited bool `json:"limited"` // the system enforces the memory limit
	CutOff  bool `json:"cut_off"` // the system refuses it the network
}

// request is one file to be read.
type request struct {
	name   string
	data   []byte
	limits sheet.Limits
}

// parts returns the payload of the request's frame. The file's bytes are not
// copied.
func (q *request) parts() ([][]byte, error) {
	limits, err := json.Marshal(q.limits)
	if err != nil {
		return nil, fmt.Errorf("encode limits: %w", err)
	}
	head := appendBytes(nil, limits)
	return [][]byte{appendBytes(head, []byte(q.name)), q.data}, nil
}

func parseRequest(payload []byte) (q request, err error) {
	d := decoder{b: payload}
	limits, name := d.bytes(), d.bytes()
	if d.err != nil {
		return q, d.err
	}
	if err := unmarshal(limits, &q.limits); err != nil {
		return q, err
	}
	q.name, q.data = string(name), d.b
	return q, nil
}

// unmarshal is json.Unmarshal that refuses what it does not know.
func unmarshal(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", errFrame, err)
	}
	return nil
}

// answerHead stands before the body of every answer: the sum of the request
// it belongs to, and the memory that the child's runtime has mapped, bytes.
func answerHead(of [sha256.Size]byte, mapped uint64) []byte {
	return binary.AppendUvarint(of[:], mapped)
}

// answer is what a child said about one request.
type answer struct {
	kind   kind
	of     [sha256.Size]byte
	mapped uint64
	body   []byte
}

func parseAnswer(f frame) (a answer, err error) {
	if len(f.payload) < sha256.Size {
		return a, fmt.Errorf("%w: short answer", errFrame)
	}
	a.kind, a.of = f.kind, [sha256.Size]byte(f.payload)
	d := decoder{b: f.payload[sha256.Size:]}
	a.mapped = d.uint()
	a.body = d.b
	return a, d.err
}

// encodeError encodes a *sheet.Error. Of its detail the text goes over, not the
// chain of errors.
func encodeError(e *sheet.Error) []byte {
	b := appendBytes(nil, []byte(e.Code))
	b = appendStrings(b, e.Args)
	if e.Err == nil {
		return append(b, 0)
	}
	return appendBytes(append(b, 1), []byte(e.Err.Error()))
}

// maxArgs is how many arguments a finding may have; the codes have four.
const maxArgs = 16

func parseError(body []byte) (*sheet.Error, error) {
	d := decoder{b: body, left: maxArgs * costEntry}
	e := &sheet.Error{Code: ledger.Code(d.bytes())}
	e.Args = d.stringMap(func() string { return string(d.bytes()) })
	if d.flag() {
		e.Err = errors.New(string(d.bytes()))
	}
	return e, d.finish()
}
