package attach_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"taizhang/ingest/attach"
)

// TestFileNames runs the header variants that real mailers write. Each is the
// header of the only part of a mail.
func TestFileNames(t *testing.T) {
	f, err := os.Open("testdata/filename-headers.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	n := 0
	for sc := bufio.NewScanner(f); sc.Scan(); n++ {
		var c struct {
			Case   string
			Header []byte
			Want   string
		}
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		t.Run(c.Case, func(t *testing.T) {
			raw := bytes.Join([][]byte{[]byte("From: a@example.cn"), c.Header, nil, []byte("\xD0\xCF\x11\xE0 data")}, []byte("\r\n"))
			m, err := attach.Parse(raw, limits())
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Files) != 1 {
				t.Fatalf("got %d files, want 1", len(m.Files))
			}
			if got := m.Files[0].Name; got != c.Want {
				t.Errorf("name = %q, want %q", got, c.Want)
			}
			if !bytes.Equal(m.Files[0].Data, []byte("\xD0\xCF\x11\xE0 data")) {
				t.Errorf("data was changed: %x", m.Files[0].Data)
			}
		})
	}
	if n != 57 {
		t.Errorf("ran %d cases, want 57", n)
	}
}
