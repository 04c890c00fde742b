package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest/fence"
	"taizhang/ingest/sheet"
	"taizhang/internal/rartest"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// The test binary is its own child: with this argument it reads files, and with
// a second one any file kills it.
const readerArg = "app-test-reader"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == readerArg {
		in, out := os.Stdin, os.Stdout
		os.Stdout = os.Stderr
		serve := app.ServeReader
		if len(os.Args) > 2 {
			serve = serveDying
		}
		if err := serve(context.Background(), in, out); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func serveDying(ctx context.Context, in io.Reader, out io.Writer) error {
	return fence.Serve(ctx, in, out, fence.ServeOptions{Read: func(context.Context, string, []byte, sheet.Limits) ([]*ledger.Table, error) {
		self, err := os.FindProcess(os.Getpid())
		if err != nil {
			return nil, err
		}
		_ = self.Kill()
		select {}
	}})
}

func readerCommand(t *testing.T) []string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return []string{exe, readerArg}
}

func testdata(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func zipOf(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// mailWith is a mail with one attachment, of an address of 长葛市.
func mailWith(at time.Time, name string, data []byte) []byte {
	return fmt.Appendf(nil, "Received: from sender\r\n\tby mx19 (Coremail) with SMTP id 1;\r\n\t%s (CST)\r\nFrom: <cgsb@mail163.example>\r\nTo: %s\r\n"+
		"Subject: =?utf-8?B?%s?=\r\nMessage-ID: <1@mail163.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: text/plain\r\n\r\nsee attachment\r\n--b\r\nContent-Type: application/octet-stream; name=%q\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--\r\n",
		at.Format(time.RFC1123Z), samples.Own, base64.StdEncoding.EncodeToString([]byte("5月台账")), name, wrap(base64.StdEncoding.EncodeToString(data)))
}

func wrap(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s
}

// said is what check says of a file: kind, unit and verdict, or the findings.
func said(cs []app.Checked) []string {
	var out []string
	for _, c := range cs {
		s := c.Document + ": " + string(c.Kind)
		if c.Kind == ledger.KindLedger {
			s += " " + *c.Unit + " " + string(c.Verdict)
		}
		for _, f := range c.Findings {
			s += " " + string(f.Code)
			if c.Kind == ledger.KindNone {
				s += " " + f.Message
			}
		}
		out = append(out, s)
	}
	return out
}

// TestCheckArchives gives archives to check as an office would, with and
// without a child, alone and attached to a mail. It is long because it is a table.
func TestCheckArchives(t *testing.T) {
	cfg, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	csv := testdata(t, "ledger.csv")
	other := bytes.ReplaceAll(csv, []byte("禹州市"), []byte("长葛市"))
	gbkName := "5\xD4\xC2\xCC\xA8\xD5\xCB.csv"
	rar := func(f ...rartest.File) rartest.Archive { return rartest.Archive{Files: f} }
	whole := rar(rartest.File{Name: "附件/5月台账.csv", Data: csv})
	volume := whole
	volume.Volume = true
	const yes = "5月台账.csv: ledger 禹州市 accepted"
	cut := whole.V5()
	tests := []struct {
		name, file string
		data       []byte
		want       []string
	}{
		{"7z", "a.7z", testdata(t, "ledger.7z"), []string{yes}},
		{"rar 4, name in GBK", "a.rar", rar(rartest.File{Name: gbkName, Data: csv}).V4(), []string{yes}},
		{"rar 5", "a.rar", whole.V5(), []string{yes}},
		{"rar 5, packed", "a.rar", rar(rartest.File{Name: "5月台账.csv", Data: csv, Packed: true}).V5(), []string{yes}},
		{"rar named zip", "a.zip", whole.V5(), []string{yes}},
		{"rar in a zip", "a.zip", zipOf(t, "a.rar", whole.V4()), []string{yes}},
		{"zip in a rar", "a.rar", rar(rartest.File{Name: "a.zip", Data: zipOf(t, "5月台账.csv", csv)}).V5(), []string{yes}},
		{"mail in a rar", "a.rar", rar(rartest.File{Name: "m.eml", Data: mailWith(time.Unix(0, 0), "ledger.csv", csv)}).V5(), []string{"ledger.csv: ledger 禹州市 accepted"}},
		{"three deep", "a.rar", rar(rartest.File{Name: "b.rar", Data: rar(rartest.File{Name: "c.rar", Data: whole.V5()}).V5()}).V5(), []string{"c.rar: none F06 文件过大，超过接收上限（压缩包的层数），未能读取。"}},
		{"two units", "a.rar", rar(rartest.File{Name: "1.csv", Data: csv}, rartest.File{Name: "2.csv", Data: other}).V5(), []string{"1.csv: ledger 禹州市 accepted", "2.csv: ledger 长葛市 accepted"}},
		{"with a password", "a.rar", rar(rartest.File{Name: "a.csv", Data: csv, Encrypted: true}).V5(), []string{"a.rar: none F02 文件设有打开密码，无法读取。"}},
		{"names with a password", "a.rar", rartest.Archive{NamesEncrypted: true}.V4(), []string{"a.rar: none F02 文件设有打开密码，无法读取。"}},
		{"one of several", "a.part1.rar", volume.V5(), []string{"a.part1.rar: none F03 附件是分卷压缩包，不能作为台账读取。"}},
		{"7z, first of several", "a.7z.001", testdata(t, "ledger.7z")[:200], []string{"a.7z.001: none F03 附件是分卷压缩包，不能作为台账读取。"}},
		{"7z, second of several", "a.7z.002", testdata(t, "ledger.7z")[200:], []string{"a.7z.002: none F03 附件是分卷压缩包，不能作为台账读取。"}},
		{"zip, first of several", "a.zip.001", zipOf(t, "a.csv", csv)[:100], []string{"a.zip.001: none F03 附件是分卷压缩包，不能作为台账读取。"}},
		{"a whole zip named as the first", "a.zip.001", zipOf(t, "5月台账.csv", csv), []string{yes}},
		{"cut", "a.7z", testdata(t, "ledger.7z")[:200], []string{"a.7z: none F01 文件已损坏，不能完整读取（文件不全）。"}},
		{"cut inside the ledger", "a.rar", cut[:bytes.Index(cut, []byte("负责人"))], []string{"5月台账.csv: ledger 禹州市 held P05 P01 P02 F09", "a.rar: none F10 一并发来的RAR压缩包未读取，数据以同时报送的表格为准。"}},
		{"too dense", "a.rar", rar(rartest.File{Name: "a.csv", Data: csv, Packed: true, Claim: 90 << 20}).V5(), []string{"a.rar: none F06 文件过大，超过接收上限（压缩比），未能读取。"}},
		{"a link", "a.rar", rar(rartest.File{Name: "台账.csv", Link: "/etc/passwd"}).V5(), []string{"a.rar: none F03 附件是RAR压缩包，不能作为台账读取。"}},
		{"nothing in it", "a.rar", rar().V5(), []string{"a.rar: none F05 附件为空文件（0字节），没有内容。"}},
		{"self-extracting", "a.exe", append([]byte("MZ\x90\x00\x03\x00"), whole.V5()...), []string{"a.exe: none F03 附件是程序文件或自解压包，不能作为台账读取。"}},
	}
	fenced := app.NewReader(cfg, readerCommand(t), nil)
	t.Cleanup(func() {
		if err := fenced.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, mail := range []bool{false, true} {
				for _, r := range []app.FileReader{nil, fenced} {
					name, data := tt.file, tt.data
					if mail {
						name, data = "m.eml", mailWith(time.Date(2022, 5, 27, 9, 0, 0, 0, time.UTC), tt.file, tt.data)
					}
					got, err := app.CheckFile(t.Context(), name, data, app.CheckOptions{Config: cfg, Reader: r})
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(tt.want, said(got)); diff != "" {
						t.Errorf("in a mail %v, in this process %v (-want +got):\n%s", mail, r == nil, diff)
					}
				}
			}
		})
	}
}

// A county sends its ledger in a rar: the daemon's way, through the child, to
// figures in force and a receipt.
func TestALedgerInARarIsTaken(t *testing.T) {
	o := newOffice(t, nil)
	if err := o.app.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), app.Options{Config: o.cfg, Log: slog.New(slog.DiscardHandler), Version: "test", Played: true, ReaderCommand: readerCommand(t)})
	if err != nil {
		t.Fatal(err)
	}
	o.app = a
	o.step(samples.Start)
	at := samples.Start.Add(2 * time.Hour)
	csv := bytes.ReplaceAll(testdata(t, "ledger.csv"), []byte("禹州市"), []byte("长葛市"))
	rar := rartest.Archive{Files: []rartest.File{{Name: "5\xD4\xC2\xCC\xA8\xD5\xCB.csv", Data: csv}}}
	o.imap.Deliver("INBOX", mailWith(at, "a.rar", rar.V4()), at)
	o.step(at.Add(time.Minute))
	st, err := o.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	subs := st.Book(samples.Period).UnitSubmissions("长葛市")
	if len(subs) != 1 || subs[0].Reading.File != "5月台账.csv" || subs[0].Reading.Figures["pension"].Value != 120 {
		t.Fatalf("submissions: %+v", subs)
	}
	if got := o.subjects("cgsb@mail163.example"); len(got) != 1 || got[0] != string(ledger.MailReceipt) {
		t.Errorf("mails %v, want a receipt", got)
	}
}
