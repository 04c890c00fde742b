package attach_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/attach"
)

// ole is the start of a compound file; enough to see that bytes stay whole.
const ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 workbook \xC4\xEA\xB5\xDA bytes that must not change"

const top = "From: =?GBK?B?1cXI/Q==?= <zs@163.com>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"

func mixed(boundary string, parts ...string) string {
	var sb strings.Builder
	sb.WriteString(top + "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n")
	for _, p := range parts {
		sb.WriteString("--" + boundary + "\r\n" + p + "\r\n")
	}
	return sb.String() + "--" + boundary + "--\r\n"
}

const (
	textPart = "Content-Type: text/plain\r\n\r\nsee attachment"
	xlsHead  = "Content-Type: application/vnd.ms-excel; name=\"a.xls\"\r\nContent-Transfer-Encoding: base64\r\n"
)

func xlsPart() string { return xlsHead + "\r\n" + b64(ole) }

// TestStructure has a case for every damage of structure and transfer that was
// seen in real mail. Each holds one workbook. It is long because it is a
// table.
func TestStructure(t *testing.T) {
	whole := b64(ole)
	flat := strings.ReplaceAll(strings.TrimSpace(whole), "\r\n", "")
	unpadded := strings.TrimRight(flat, "=")
	if unpadded == flat {
		t.Fatal("the sample must need padding")
	}
	tests := []struct {
		name    string
		raw     string
		path    string
		code    attach.DamageCode // expected damage, "" for none
		damaged bool              // expected on the file
		cut     bool
		prefix  bool // only a prefix of the data can be had
	}{
		{name: "intact", raw: mixed("b", textPart, xlsPart()), path: "2"},
		{name: "missing final boundary", raw: strings.TrimSuffix(mixed("b", textPart, xlsPart()), "--b--\r\n"), path: "2", code: attach.DamageBoundaryUnclosed, cut: true},
		{name: "mail cut inside base64", raw: mixed("b", textPart, xlsPart())[:len(mixed("b", textPart, xlsPart()))-30], path: "2", code: attach.DamageBase64Cut, damaged: true, cut: true, prefix: true},
		{name: "mail cut between groups", raw: mixed("b", textPart, xlsPart())[:len(mixed("b", textPart, xlsPart()))-31], path: "2", code: attach.DamageBoundaryUnclosed, cut: true, prefix: true},
		{name: "mail cut at two thirds of a group", raw: mixed("b", textPart, xlsPart())[:len(mixed("b", textPart, xlsPart()))-32], path: "2", code: attach.DamageBase64Unpadded, damaged: true, cut: true, prefix: true},
		{name: "no boundary parameter", raw: strings.Replace(mixed("b1", textPart, xlsPart()), "; boundary=\"b1\"", "", 1), path: "2", code: attach.DamageBoundaryGuessed},
		{name: "unquoted boundary", raw: strings.Replace(mixed("----=_Part_1", textPart, xlsPart()), "\"----=_Part_1\"", "----=_Part_1", 1), path: "2"},
		{name: "boundary mismatch", raw: strings.Replace(mixed("b1", textPart, xlsPart()), "\"b1\"", "\"other\"", 1), path: "2", code: attach.DamageBoundaryGuessed},
		{name: "parts behind the closing boundary", raw: mixed("b", textPart) + "--b\r\n" + xlsPart() + "\r\n--b--\r\n", path: "2", code: attach.DamageBoundaryReopened},
		{name: "junk line in top header", raw: strings.Replace(mixed("b", textPart, xlsPart()), "Subject: x\r\n", "Subject: x\r\nthis is junk\r\n", 1), path: "2", code: attach.DamageHeaderJunk},
		{name: "mbox From line", raw: "From zs@163.com Tue Dec 10 10:49:37 2024\r\n" + mixed("b", textPart, xlsPart()), path: "2"},
		{name: "byte order mark", raw: "\xEF\xBB\xBF" + mixed("b", textPart, xlsPart()), path: "2"},
		{name: "blank lines before the header", raw: "\r\n\r\n" + mixed("b", textPart, xlsPart()), path: "2"},
		{name: "junk line in part header", raw: mixed("b", textPart, strings.Replace(xlsPart(), "Content-Transfer", "junk here\r\nContent-Transfer", 1)), path: "2", code: attach.DamageHeaderJunk},
		{name: "no blank line behind part header", raw: mixed("b", textPart, xlsHead+whole), path: "2", code: attach.DamageHeaderEnd},
		{name: "LF only", raw: strings.ReplaceAll(mixed("b", textPart, xlsPart()), "\r\n", "\n"), path: "2"},
		{name: "CR CR LF", raw: strings.ReplaceAll(mixed("b", textPart, xlsPart()), "\r\n", "\r\r\n"), path: "2"},
		{name: "bare CR", raw: strings.ReplaceAll(mixed("b", textPart, xlsPart()), "\r\n", "\r"), path: "2", code: attach.DamageBareCR},
		{name: "CTE in quotes", raw: mixed("b", strings.Replace(xlsPart(), ": base64", ": \"base64\"", 1)), path: "1"},
		{name: "CTE with charset", raw: mixed("b", strings.Replace(xlsPart(), ": base64", ": base64; charset=gbk", 1)), path: "1"},
		{name: "CTE upper case", raw: mixed("b", strings.Replace(xlsPart(), ": base64", ": BASE64", 1)), path: "1"},
		{name: "CTE 8-bit", raw: mixed("b", "Content-Type: application/octet-stream; name=a.xls\r\nContent-Transfer-Encoding: 8-bit\r\n\r\n"+ole), path: "1"},
		{name: "CTE missing", raw: mixed("b", "Content-Type: application/octet-stream; name=a.xls\r\n\r\n"+whole), path: "1", code: attach.DamageEncoding},
		{name: "CTE unknown", raw: mixed("b", strings.Replace(xlsPart(), ": base64", ": x-secret", 1)), path: "1", code: attach.DamageEncoding},
		{name: "CTE base64 of raw data", raw: mixed("b", xlsHead+"\r\n"+ole), path: "1", code: attach.DamageEncoding},
		{name: "CTE x-uuencode", raw: mixed("b", "Content-Type: application/vnd.ms-excel; name=a.xls\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n"+uu("a.xls", ole)), path: "1"},
		{name: "uuencode in text body", raw: top + "\r\nhello\r\n" + uu("a.xls", ole) + "bye\r\n", path: "1#1"},
		{name: "quoted-printable", raw: mixed("b", strings.Replace(xlsHead, "base64", "quoted-printable", 1)+"\r\n"+qp(ole)), path: "1"},
		{name: "base64 exclamation mark inserted", raw: mixed("b", xlsHead+"\r\n"+whole[:10]+"!"+whole[10:]), path: "1", code: attach.DamageBase64Junk},
		{name: "base64 NUL inserted", raw: mixed("b", xlsHead+"\r\n"+whole[:20]+"\x00"+whole[20:]), path: "1", code: attach.DamageBase64Junk},
		{name: "base64 without padding", raw: mixed("b", xlsHead+"\r\n"+unpadded), path: "1", code: attach.DamageBase64Unpadded, cut: true},
		{name: "base64 in one line", raw: mixed("b", xlsHead+"\r\n"+flat), path: "1"},
		{name: "base64 second padded block", raw: mixed("b", xlsHead+"\r\n"+b64(ole[:31])+b64(ole[31:])), path: "1"},
		{name: "base64 with trailing signature", raw: mixed("b", xlsHead+"\r\n"+whole+"\r\n-- \r\nZhang San, office of the county\r\n"), path: "1", code: attach.DamageBase64Trailer},
		{name: "base64 followed by list footer", raw: mixed("b", xlsHead+"\r\n"+whole+"_______________________\r\nlist mailing list\r\n"), path: "1", code: attach.DamageBase64Trailer},
		{name: "text/plain labelled workbook", raw: mixed("b", "Content-Type: text/plain; charset=gbk; name=\"a.xls\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"+whole), path: "1"},
		{name: "text/plain workbook without name", raw: mixed("b", "Content-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\n"+whole), path: "1"},
		{name: "text attachment keeps its bytes", raw: mixed("b", "Content-Type: text/plain; charset=gbk\r\nContent-Disposition: attachment; filename=a.xls\r\nContent-Transfer-Encoding: base64\r\n\r\n"+whole), path: "1"},
		{name: "inline workbook", raw: mixed("b", strings.Replace(xlsPart(), "\r\n\r\n", "\r\nContent-Disposition: inline\r\nContent-ID: <1>\r\n\r\n", 1)), path: "1"},
		{name: "related inline workbook", raw: strings.Replace(mixed("b", textPart, xlsPart()), "multipart/mixed", "multipart/related", 1), path: "2"},
		{name: "whole mail is the workbook", raw: top + xlsPart(), path: "1"},
		{name: "message/rfc822", raw: mixed("b", textPart, "Content-Type: message/rfc822\r\n\r\n"+mixed("c", textPart, xlsPart())), path: "2>2"},
		{name: "message/rfc822 same boundary", raw: mixed("b", textPart, "Content-Type: message/rfc822\r\n\r\n"+top+xlsPart()), path: "2>1"},
		{name: "message/rfc822 in base64", raw: mixed("b", textPart, "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"+b64(mixed("c", textPart, xlsPart()))), path: "2>2"},
		{name: "eml attachment", raw: mixed("b", "Content-Type: application/octet-stream; name=a.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n"+b64("Date: today\r\n"+mixed("c", textPart, xlsPart()))), path: "1>2"},
		{name: "forwarded twice", raw: mixed("b", "Content-Type: message/rfc822\r\n\r\n"+mixed("c", "Content-Type: message/rfc822\r\n\r\n"+mixed("d", textPart, xlsPart()))), path: "1>1>2"},
		{name: "multipart in base64", raw: top + "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64("--b\r\n"+xlsPart()+"--b--\r\n"), path: "1"},
		{name: "inner boundary extends outer", raw: mixed("b", "Content-Type: multipart/mixed; boundary=b2\r\n\r\n--b2\r\n"+textPart+"\r\n--b2\r\n"+xlsPart()+"--b2--\r\n"), path: "1/2"},
		{name: "signed mail", raw: strings.Replace(mixed("b", xlsPart(), "Content-Type: application/pgp-signature; name=s.asc\r\nContent-Disposition: attachment\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n"), "multipart/mixed", "multipart/signed", 1), path: "1"},
		{name: "no Content-Type at the top", raw: strings.Replace(mixed("b1", textPart, xlsPart()), "Content-Type: multipart/mixed; boundary=\"b1\"\r\n", "", 1), path: "2", code: attach.DamageBoundaryGuessed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, tt.raw)
			if len(m.Files) == 0 {
				t.Fatalf("no file; text %q, damage %v", m.Text, m.Damage)
			}
			f := m.Files[0]
			switch {
			case tt.prefix && (len(f.Data) <= 20 || !strings.HasPrefix(ole, string(f.Data))):
				t.Errorf("data is no prefix: %q", f.Data)
			case !tt.prefix && strings.TrimRight(string(f.Data), "\r\n") != ole:
				t.Errorf("data changed (-want +got):\n%s", cmp.Diff(ole, string(f.Data)))
			}
			if f.Path != tt.path {
				t.Errorf("path = %q, want %q", f.Path, tt.path)
			}
			if tt.code != "" && !hasDamage(m, tt.code) {
				t.Errorf("damage = %+v, want %s", m.Damage, tt.code)
			}
			if tt.code == "" {
				for _, d := range m.Damage {
					if d.Code != attach.DamageArchive { // the sample is no whole compound file
						t.Errorf("unexpected damage %+v", d)
					}
				}
			}
			// The sample's own directory is unreadable, so Damaged is always
			// set by content; the transfer's share shows in Damage.
			if tt.cut != f.Cut {
				t.Errorf("cut = %v, want %v", f.Cut, tt.cut)
			}
			if lost := transferLost(m); lost != (tt.damaged || tt.name == "CTE unknown") {
				t.Errorf("transfer loss = %v, want %v: %+v", lost, tt.damaged, m.Damage)
			}
		})
	}
}

func transferLost(m *attach.Message) bool {
	for _, d := range m.Damage {
		if d.Lost && d.Code != attach.DamageArchive && d.Code != attach.DamageBoundaryUnclosed {
			return true
		}
	}
	return false
}

// uu encodes a file as uuencode does.
func uu(name, data string) string {
	var sb strings.Builder
	sb.WriteString("begin 644 " + name + "\r\n")
	for len(data) > 0 {
		n := min(45, len(data))
		line := data[:n]
		data = data[n:]
		sb.WriteByte(byte(' ' + n))
		for len(line)%3 != 0 {
			line += "\x00"
		}
		for i := 0; i < len(line); i += 3 {
			a, b, c := line[i], line[i+1], line[i+2]
			for _, v := range []byte{a >> 2, a&3<<4 | b>>4, b&15<<2 | c>>6, c & 63} {
				if v == 0 {
					sb.WriteByte('`')
				} else {
					sb.WriteByte(' ' + v)
				}
			}
		}
		sb.WriteString("\r\n")
	}
	return sb.String() + "`\r\nend\r\n"
}

// qp encodes every byte.
func qp(data string) string {
	const hex = "0123456789ABCDEF"
	var sb strings.Builder
	for i := range len(data) {
		sb.WriteString("=" + string(hex[data[i]>>4]) + string(hex[data[i]&15]))
		if i%20 == 19 {
			sb.WriteString("=\r\n")
		}
	}
	return sb.String()
}

// TestBase64Loss tells losses from additions: only what may have taken data
// away marks a file as damaged.
func TestBase64Loss(t *testing.T) {
	data := strings.Repeat("0123456789 taizhang ", 40)
	enc := b64(data)
	tests := []struct {
		name string
		enc  string
		lost bool
		same bool // all data is there all the same
	}{
		{"whole", enc, false, true},
		{"one character replaced in a line", enc[:100] + "!" + enc[101:], true, false},
		{"character inserted", enc[:100] + "!" + enc[100:], false, true},
		{"one character missing", enc[:100] + enc[101:], true, false},
		{"two characters missing twice", enc[:100] + enc[102:200] + enc[202:], true, false},
		{"line re-wrapped", enc[:100] + "\r\n" + enc[100:], false, true},
		{"foreign line inserted", enc[:78] + "*** scanned by gateway ***\r\n" + enc[78:], false, true},
		{"spaces inserted", enc[:100] + "  " + enc[100:], false, true},
		{"cut inside a group", strings.TrimRight(enc, "=\r\n")[:303], true, false},
		{"high byte inserted", enc[:100] + "\xC4" + enc[100:], false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, mixed("b", "Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"+tt.enc))
			if len(m.Files) != 1 {
				t.Fatalf("files = %d", len(m.Files))
			}
			f := m.Files[0]
			if f.Damaged != tt.lost {
				t.Errorf("damaged = %v, want %v (%+v)", f.Damaged, tt.lost, m.Damage)
			}
			if (string(f.Data) == data) != tt.same {
				t.Errorf("data whole = %v, want %v", string(f.Data) == data, tt.same)
			}
			if !strings.HasPrefix(string(f.Data), data[:40]) {
				t.Errorf("the good part was not kept: %q", f.Data[:min(60, len(f.Data))])
			}
		})
	}
}
