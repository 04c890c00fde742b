package attach_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"taizhang/ingest/attach"
	"taizhang/internal/mailshapes"
	"taizhang/internal/rartest"
	"taizhang/internal/samples"
)

// TestHostile bounds the work on mails made to be slow or large. The work
// counted is bytes looked at; it may not exceed a small multiple of the size.
// It is long because it is a table.
func TestHostile(t *testing.T) {
	nest := func(n int, head string) string {
		var sb strings.Builder
		sb.WriteString(top)
		for i := range n {
			sb.WriteString(strings.ReplaceAll(head, "#", itoa(i)))
		}
		return sb.String()
	}
	rep := strings.Repeat
	tests := []struct {
		name  string
		raw   string
		code  attach.DamageCode
		times int64 // work at most this times the size
	}{
		{"20000 nested multiparts", nest(20000, "Content-Type: multipart/mixed; boundary=b#\r\n\r\n--b#\r\n"), attach.DamageLimitDepth, 25},
		{"20000 nested mails", nest(20000, "Content-Type: message/rfc822\r\n\r\nFrom: a@b.cn\r\nTo: a@b.cn\r\nSubject: x\r\n"), attach.DamageLimitNested, 10},
		{"200000 parts", top + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + rep("--b\r\n\r\nx\r\n", 200000), attach.DamageLimitParts, 5},
		{"100000 rfc 2231 pieces", top + "Content-Type: application/x" + pieces(100000) + "\r\n\r\n\x00", attach.DamageLimitHeader, 5},
		{"200000 header fields", top + rep("A: b\r\n", 200000) + "\r\nx", attach.DamageLimitHeader, 5},
		{"5 MiB of one header", top + "X: " + rep("a", 5<<20) + "\r\n\r\nbody", attach.DamageLimitHeader, 5},
		{"5 MiB of one part header", mixed("b", "X: "+rep("a ", 5<<19)+"\r\nContent-Type: text/plain\r\n\r\nx", textPart), attach.DamageLimitHeader, 5},
		{"encoded words without end", top + "Subject: " + rep("=?a?b?", 100000) + "\r\n\r\n", "", 5},
		{"encoded words with one far end", top + "X: =?a?b?\r\nSubject: " + rep("=?a?b?x", 80000) + "?=\r\n\r\n", "", 5},
		{"addresses", top + "To: " + rep("a,", 400000) + "\r\n\r\n", "", 5},
		{"address colons", top + "To: @" + rep(":", 800000) + "\r\n\r\n", "", 5},
		{"address quotes", top + "To: " + rep("\"<", 400000) + "\r\n\r\n", "", 5},
		{"parameter blanks", top + "Content-Type: a/b; name=x" + rep(" ", 900000) + "y\r\n\r\n", "", 5},
		{"parameter quotes", top + "Content-Type: a/b; name=\"" + rep("\" ", 400000) + "\r\n\r\n", "", 5},
		{"boundaries that are none", top + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + rep("\n--b x", 400000), attach.DamageBoundaryMissing, 5},
		{"boundary lines without parts", top + "Content-Type: multipart/mixed\r\n\r\n" + rep("\n--b", 400000), attach.DamageBoundaryMissing, 5},
		{"begin lines", top + "\r\n" + rep("begin 644 x\n", 200000), "", 5},
		{"uuencoded files", top + "\r\n" + rep(uu("x", "data"), 50000), "", 10},
		{"html nesting", top + "Content-Type: text/html\r\n\r\n" + rep("<div><a href=x>", 200000), "", 5},
		{"html attributes", top + "Content-Type: text/html\r\n\r\n<a " + rep("b=c ", 200000), "", 5},
		{"links", top + "Content-Type: text/plain\r\n\r\n" + rep("https://pan.baidu.com/s/1 (1M, x) ", 50000), "", 5},
		{"base64 of junk", mixed("b", "Content-Type: a/b; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"+rep("!=!\r\nA\r\n", 200000)), "", 10},
		{"blank lines", rep("\r\n", 1<<20) + top + "\r\nx", "", 5},
		{"line breaks in the header", top + "X: a" + rep("\r\n ", 300000) + "\r\n\r\n", "", 5},
		{"local zip headers", attachment("a.zip", rep("PK\x03\x04"+rep("\x00", 26), 50000)), attach.DamageArchive, 10},
		{"zip directory entries", attachment("a.zip", "PK\x03\x04"+rep("PK\x01\x02"+rep("\x00", 42), 50000)), attach.DamageLimitArchive, 10},
		{"compound file with a looping directory", attachment("a.xls", loopingCompound()), "", 20},
		{"received without date", top + "Received: " + rep(";", 500000) + "\r\n\r\n", "", 5},
		{"references", top + "References: " + rep("<", 500000) + "\r\n\r\n", "", 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, work := attach.Work([]byte(tt.raw), limits())
			if work > tt.times*int64(len(tt.raw)) {
				t.Errorf("looked at %d bytes for a mail of %d", work, len(tt.raw))
			}
			if tt.code != "" && !hasDamage(m, tt.code) {
				t.Errorf("damage %+v, want %s", m.Damage[:min(len(m.Damage), 5)], tt.code)
			}
			if len(m.Files) > 450 || len(m.Damage) > 1000 {
				t.Errorf("%d files, %d damages", len(m.Files), len(m.Damage))
			}
			checkInvariants(t, tt.name, m)
			m.Automatic()
			m.Bounce()
			m.Header.ReceivedAt()
			m.Header.TrustedAuthResults()
		})
	}
}

// pieces makes a file name in n pieces (RFC 2231), folded.
func pieces(n int) string {
	var sb strings.Builder
	for i := range n {
		sb.WriteString(";\r\n name*" + itoa(i) + "*=%E5")
	}
	return sb.String()
}

func loopingCompound() string {
	b := []byte(compound("Workbook"))
	copy(b[512+4:], "\x01\x00\x00\x00") // the directory's next sector is itself
	copy(b[68:], "\x00\x00\x00\x00")    // and so for the list of tables
	return string(b) + strings.Repeat("\x00", 1<<20)
}

// TestLimits checks that every limit says so when it is met and that what came
// before it is kept.
func TestLimits(t *testing.T) {
	x := xlsx(t)
	tests := []struct {
		name  string
		lim   attach.Limits
		raw   string
		code  attach.DamageCode
		files int
	}{
		{"message", attach.Limits{Message: 500}, mixed("b", textPart, xlsPart(), strings.Repeat("x", 600)), attach.DamageLimitMessage, 0},
		{"parts", attach.Limits{Parts: 3}, mixed("b", textPart, xlsPart(), xlsPart()), attach.DamageLimitParts, 1},
		{"depth", attach.Limits{Depth: 1}, mixed("b", xlsPart(), "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n"+xlsPart()+"--c--\r\n"), attach.DamageLimitDepth, 1},
		{"nested", attach.Limits{Nested: 1}, mixed("b", xlsPart(), "Content-Type: message/rfc822\r\n\r\n"+mixed("c", xlsPart(), "Content-Type: message/rfc822\r\n\r\n"+top+xlsPart())), attach.DamageLimitNested, 3},
		{"decoded", attach.Limits{Decoded: 100}, mixed("b", xlsPart(), xlsPart(), xlsPart()), attach.DamageLimitBytes, 1},
		{"decoded in archive", attach.Limits{Decoded: 4000}, attachment("a.zip", zipOf(t, member{"a.xlsx", x}, member{"b.csv", strings.Repeat("1,2\r\n", 900)})), attach.DamageLimitBytes, 2},
		{"archive entries", attach.Limits{ArchiveEntries: 1}, attachment("a.zip", zipOf(t, member{"a.xlsx", x}, member{"b.xlsx", x})), attach.DamageLimitArchive, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.lim.Unpack = openHere
			m, err := attach.Parse([]byte(tt.raw), tt.lim)
			if err != nil {
				t.Fatal(err)
			}
			if !hasDamage(m, tt.code) || len(m.Files) != tt.files {
				t.Errorf("damage %+v, files %v; want %s and %d files", m.Damage, list(m), tt.code, tt.files)
			}
			if m.Header.Subject != "x" {
				t.Error("the header was lost")
			}
		})
	}
}

// BenchmarkHostile prints how long and how much memory the mails take that are
// made to be slow, beside a plain one of the same bytes.
func BenchmarkHostile(b *testing.B) {
	for _, s := range mailshapes.Shapes("ledger.xlsx", []byte(strings.Repeat(ole, 4))) {
		if len(s.Raw) < 100_000 {
			continue
		}
		plain := []byte(mixed("b", textPart, "Content-Type: application/x\r\n\r\n"+strings.Repeat("plain bytes\r\n", len(s.Raw)/13)))
		for name, raw := range map[string][]byte{s.Name: s.Raw, s.Name + ", plain": plain} {
			b.Run(name, func(b *testing.B) {
				b.SetBytes(int64(len(raw)))
				b.ReportAllocs()
				for b.Loop() {
					attach.Work(raw, limits())
				}
			})
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range mailshapes.Shapes("a.xls", []byte(strings.Repeat(ole, 4))) {
		if len(s.Raw) < 20_000 {
			f.Add(s.Raw)
		}
	}
	f.Add([]byte(attachment("a.rar", string(rartest.Archive{Files: []rartest.File{{Name: "a.csv", Data: []byte("1,2")}}}.V5()))))
	events, err := samples.World()
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range events {
		if len(e.Raw) > 0 {
			f.Add(e.Raw)
		}
	}
	f.Add([]byte(mixed("b", textPart, xlsPart())))
	f.Add([]byte(dsn))
	for _, name := range []string{"../../../etc/passwd", `..\..\windows\system32\x.dll`, "/etc/passwd", `C:\x.exe`, "\u202egnp.xlsx", "a\x1b[2J\x07\x00.xlsx", "a\r\nX-Evil: 1.xlsx", "\u2066x\u2069.xls",
		"CON", "..", "~", strings.Repeat("长", 1000) + ".xlsx", ""} {
		f.Add([]byte(attachment("=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(name))+"?=", ole)))
	}
	f.Add([]byte("From: a@b.cn\r\nContent-Type: text/html\r\n\r\n" + neteaseHTML))
	f.Add([]byte("Subject: =?gbk?B?xOo=?=\r\nContent-Type: a/b; name*0*=gbk''%C4;name*1=x\r\n\r\n" + uu("x", "data")))
	f.Add([]byte(top + "Content-Transfer-Encoding: quoted-printable\r\n\r\nPK=03=04\r\n"))
	f.Add([]byte(top + "Content-Type: application/zip\r\n\r\nPK\x03\x04" + compound("Workbook")))
	lim := attach.Limits{Decoded: 1 << 20, Unpack: openHere}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, work := attach.Work(raw, lim)
		if work > 40*int64(len(raw))+4<<20 {
			t.Errorf("looked at %d bytes for %d", work, len(raw))
		}
		checkInvariants(t, "fuzz", m)
		m.Automatic()
		m.Bounce()
		m.Header.ReceivedAt()
		m.Header.TrustedAuthResults()
		attach.ParseAddresses(string(raw[:min(len(raw), 4096)]))
		attach.ParseDate(string(raw[:min(len(raw), 200)]))
	})
}
