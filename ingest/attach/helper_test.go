package attach_test

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"taizhang/ingest/attach"
	"taizhang/ingest/unpack"
)

// openHere unpacks in this process, as check without a child does.
func openHere(archive []byte, lim unpack.Limits) (*unpack.Archive, error) {
	return unpack.Open(context.Background(), archive, lim)
}

// limits are the default ones, with archives opened.
func limits() attach.Limits { return attach.Limits{Unpack: openHere} }

func itoa(n int) string { return strconv.Itoa(n) }

// gbk encodes a string as GB18030.
func gbk(t *testing.T, s string) string {
	t.Helper()
	b, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// b64 encodes data in lines of 76 characters ended by CR LF.
func b64(data string) string {
	s := base64.StdEncoding.EncodeToString([]byte(data))
	var sb strings.Builder
	for len(s) > 76 {
		sb.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return sb.String() + s + "\r\n"
}

// lines joins lines with CR LF.
func lines(s ...string) string { return strings.Join(s, "\r\n") }

func parse(t *testing.T, raw string) *attach.Message {
	t.Helper()
	m, err := attach.Parse([]byte(raw), limits())
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	checkInvariants(t, t.Name(), m)
	return m
}

func hasDamage(m *attach.Message, code attach.DamageCode) bool {
	for _, d := range m.Damage {
		if d.Code == code {
			return true
		}
	}
	return false
}

// checkInvariants holds for every mail whatever is in it.
func checkInvariants(t *testing.T, label string, m *attach.Message) {
	t.Helper()
	paths := map[string]bool{}
	for _, f := range m.Files {
		if f.Type == "" || f.Path == "" {
			t.Errorf("%s: file without type or path: %+v", label, f.Path)
		}
		if paths[f.Path] {
			t.Errorf("%s: path %q given twice", label, f.Path)
		}
		paths[f.Path] = true
		if strings.ContainsAny(f.Name, "/\\\r\n\x00") || !utf8.ValidString(f.Name) || utf8.RuneCountInString(f.Name) > 200 {
			t.Errorf("%s: bad name %q", label, f.Name)
		}
		cleanText(t, label, f.Name)
		cleanText(t, label, f.Path)
		cleanText(t, label, f.Subject)
		if f.Inline && f.Type != attach.TypeImage {
			t.Errorf("%s: inline %s", label, f.Type)
		}
	}
	cleanText(t, label, m.Header.Subject)
	for _, a := range m.Header.From {
		cleanText(t, label, a.Name)
		if a.Addr != "" && (strings.Count(a.Addr, "@") < 1 || strings.ContainsAny(a.Addr, " <>\r\n")) {
			t.Errorf("%s: bad address %q", label, a.Addr)
		}
	}
	if !utf8.ValidString(m.Text) || !utf8.ValidString(m.HTML) {
		t.Errorf("%s: text is not UTF-8", label)
	}
	for _, d := range m.Damage {
		if d.Code == "" || d.Detail == "" {
			t.Errorf("%s: damage without code or detail: %+v", label, d)
		}
	}
}

func cleanText(t *testing.T, label, s string) {
	t.Helper()
	for _, r := range s {
		if unicode.IsControl(r) || r >= 0x202A && r <= 0x202E {
			t.Errorf("%s: control or bidi character in %q", label, s)
			return
		}
	}
}
