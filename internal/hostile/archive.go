package hostile

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"

	"taizhang/ledger"
)

// nested packs a file n times around, width copies at each level.
func nested(inner []byte, n, width int) []byte {
	for range n {
		var list []member
		for i := range width {
			list = append(list, text(fmt.Sprintf("%d.zip", i), string(inner)))
		}
		inner = pack(list...)
	}
	return inner
}

// overlapping is an archive whose n members are all the same bytes.
func overlapping(n int) []byte {
	data := pack(member{"a.xlsx", "", strings.Repeat("\x00", 1000), 1000, ""})
	at := bytes.Index(data, []byte("PK\x01\x02"))
	tail := bytes.Index(data, []byte("PK\x05\x06"))
	entry := data[at:tail]
	out := append(bytes.Clone(data[:at]), bytes.Repeat(entry, n)...)
	last := bytes.Clone(data[tail:])
	binary.LittleEndian.PutUint16(last[8:], uint16(n))
	binary.LittleEndian.PutUint16(last[10:], uint16(n))
	binary.LittleEndian.PutUint32(last[12:], uint32(n*len(entry)))
	return append(out, last...)
}

// special is an archive with members that no one should follow or write.
func special() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	link := &zip.FileHeader{Name: "台账.xlsx"}
	link.SetMode(fs.ModeSymlink | 0o777)
	w, err := z.CreateHeader(link)
	must(err)
	_, err = w.Write([]byte("/etc/passwd"))
	must(err)
	for _, name := range []string{"../../../../tmp/hostile-was-here.xlsx", "/tmp/hostile-was-here.xlsx", `..\..\hostile-was-here.xlsx`, "C:\\hostile-was-here.xlsx"} {
		w, err := z.Create(name)
		must(err)
		_, err = w.Write(book())
		must(err)
	}
	must(z.Close())
	return b.Bytes()
}

// archives are .zip files.
func archives(s size) []Case {
	any := []ledger.Code{ledger.FTooLarge, ledger.FDamaged, ledger.FUnsupported, ledger.FForeign, ledger.FNoLedger}
	return []Case{
		{"zip: archives in archives, 16 at each of 5 levels", "42.zip", func() []byte {
			return nested(pack(member{"a.xlsx", "", strings.Repeat("\x00", 1000), s.of(100_000, 2_000), ""}), s.of(5, 3), s.of(16, 4))
		}, any},
		{"zip: an archive 1,000 times around itself", "deep.zip", func() []byte { return nested(book(), s.of(1000, 40), 1) }, any},
		{"zip: 100,000 members", "many.zip", func() []byte {
			var list []member
			for i := range s.of(100_000, 2_500) {
				list = append(list, text(fmt.Sprintf("%d.xlsx", i), "x"))
			}
			return pack(list...)
		}, any},
		{"zip: 60,000 members that are the same bytes", "overlap.zip", func() []byte { return overlapping(s.of(60_000, 30)) }, any},
		{"zip: a member of 1 GiB", "bomb.zip", func() []byte {
			n := s.of(1024, 20)
			return withRaw(pack(text("a.txt", "x")), "台账.xlsx", n, uint64(n)<<20)
		}, any},
		{"zip: a member of 1 GiB that says it has 1 KiB", "lies.zip", func() []byte { return withRaw(pack(text("a.txt", "x")), "台账.xlsx", s.of(1024, 20), 1024) }, any},
		{"zip: links, and names that lead out", "out.zip", special, any},
		{"zip: members with a password", "locked.zip", func() []byte {
			b := pack(text("台账.xlsx", "x"))
			b[6] |= 1
			b[bytes.Index(b, []byte("PK\x01\x02"))+8] |= 1
			return b
		}, []ledger.Code{ledger.FEncrypted}},
		{"zip: an archive that contains itself", "quine.zip", quine, any},
	}
}
