package store

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// An envelope is what lies in the database under a key:
//
//	1 byte   the form of the envelope, always 1
//	2 bytes  schema version that wrote the record, big endian
//	32 bytes SHA-256 over bucket, key, version and payload
//	payload  JSON, or the bytes of an outgoing mail
const (
	envelopeForm = 1
	headerLen    = 1 + 2 + sha256.Size
)

// sum is the checksum of one record; the seal of a bucket is their exclusive or.
type sum [sha256.Size]byte

func (s *sum) xor(o sum) { subtle.XORBytes(s[:], s[:], o[:]) }

// checksum binds the payload to its place: lengths keep bucket, key and
// payload apart.
func checksum(bucket, key string, version uint16, payload []byte) sum {
	h := sha256.New()
	var n [4]byte
	for _, s := range []string{bucket, key} {
		binary.BigEndian.PutUint32(n[:], uint32(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	h.Write(binary.BigEndian.AppendUint16(nil, version))
	h.Write(payload)
	return sum(h.Sum(nil))
}

// wrap puts the payload in an envelope of the schema version.
func wrap(bucket, key string, version uint16, payload []byte) ([]byte, sum) {
	s := checksum(bucket, key, version, payload)
	out := make([]byte, 0, headerLen+len(payload))
	out = append(out, envelopeForm)
	out = binary.BigEndian.AppendUint16(out, version)
	out = append(out, s[:]...)
	return append(out, payload...), s
}

// unwrap checks the envelope and returns its payload, which is part of data.
func unwrap(bucket, key string, data []byte) ([]byte, sum, error) {
	if len(data) < headerLen {
		return nil, sum{}, damaged("%s %q: record cut short at %d bytes", bucket, key, len(data))
	}
	version, payload := binary.BigEndian.Uint16(data[1:3]), data[headerLen:]
	s := checksum(bucket, key, version, payload)
	switch {
	case data[0] != envelopeForm || !bytes.Equal(s[:], data[3:headerLen]):
		return nil, sum{}, damaged("%s %q: checksum does not match", bucket, key)
	case int(version) > schemaVersion():
		return nil, sum{}, fmt.Errorf("%s %q is of schema %d, known are those up to %d: %w",
			bucket, key, version, schemaVersion(), ErrNewer)
	}
	return payload, s, nil
}

// encode returns the JSON of v in the form in which it reads back as itself.
// It fails when v would not read back, such as a date of 31 April: better now
// than at the next start. Bytes that are no UTF-8 become U+FFFD.
func encode[T any](v *T) ([]byte, error) {
	first, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	back, err := decode[T](first)
	if err != nil {
		return nil, fmt.Errorf("it would not read back: %w", err)
	}
	return json.Marshal(&back)
}

// decode reads JSON strictly: a field that T does not have is an error and so
// is anything behind the value.
func decode[T any](payload []byte) (T, error) {
	var v T
	d := json.NewDecoder(bytes.NewReader(payload))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return v, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return v, errors.New("more than one value")
	}
	return v, nil
}
