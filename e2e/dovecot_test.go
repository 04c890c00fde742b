//go:build e2e

package e2e

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"taizhang/internal/samples"
	"taizhang/internal/testca"
)

const password = "e2e-only"

// dovecot is a running Dovecot with one account.
type dovecot struct {
	addr    string
	auth    string // host:port where Postfix asks who may send
	caPEM   []byte
	maildir string
	n       int
}

// startDovecot starts Debian's Dovecot on a loopback port with its files in
// dir, and stops it when the test ends.
func startDovecot(t *testing.T, dir string) *dovecot {
	t.Helper()
	cfg, caPEM, err := testca.New("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(cfg.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	put := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var chain []byte
	for _, der := range cfg.Certificates[0].Certificate {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	certPath := put("cert.pem", chain)
	keyPath := put("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	users := put("users", []byte(samples.Own+":{PLAIN}"+password+"::::::\n"))
	port, auth := freePort(t), freePort(t)
	maildir := filepath.Join(dir, "Maildir")
	if err := os.MkdirAll(maildir, 0o755); err != nil {
		t.Fatal(err)
	}
	conf := put("dovecot.conf", fmt.Appendf(nil, `protocols = imap
listen = 127.0.0.1
base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = %[1]s/dovecot.log
ssl = required
ssl_cert = <%[2]s
ssl_key = <%[3]s
mail_location = maildir:%[4]s
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
disable_plaintext_auth = yes
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = %[5]d
    ssl = yes
  }
}
service auth {
  inet_listener {
    port = %[7]d
  }
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%%u %[6]s
}
userdb {
  driver = static
  args = uid=mail gid=mail home=%[1]s
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox "垃圾邮件" {
    auto = create
    special_use = \Junk
  }
}
`, dir, certPath, keyPath, maildir, port, users, auth))
	run(t, "chown", "-R", "mail:mail", maildir)
	cmd := exec.Command("dovecot", "-F", "-c", conf)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	d := &dovecot{addr: fmt.Sprintf("127.0.0.1:%d", port), auth: fmt.Sprintf("127.0.0.1:%d", auth), caPEM: caPEM, maildir: maildir}
	d.await(t, filepath.Join(dir, "dovecot.log"))
	return d
}

// await waits until the port answers.
func (d *dovecot) await(t *testing.T, log string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for {
		var dial net.Dialer
		c, err := dial.DialContext(ctx, "tcp", d.addr)
		if err == nil {
			c.Close()
			return
		}
		if ctx.Err() != nil {
			text, _ := os.ReadFile(log)
			t.Fatalf("Dovecot does not answer: %v\n%s", err, text)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// deliver files a message as a delivery agent does: written under tmp, then
// renamed into new.
func (d *dovecot) deliver(t *testing.T, folder string, raw []byte, at time.Time) {
	t.Helper()
	dir := d.maildir
	if folder != "INBOX" {
		dir = filepath.Join(d.maildir, "."+modifiedUTF7[folder])
	}
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	d.n++
	name := fmt.Sprintf("%d.M%dP1.e2e", at.Unix(), d.n)
	tmp, final := filepath.Join(dir, "tmp", name), filepath.Join(dir, "new", name)
	if err := os.WriteFile(tmp, []byte(strings.ReplaceAll(string(raw), "\r\n", "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(tmp, at, at); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(tmp, final); err != nil {
		t.Fatal(err)
	}
	run(t, "chown", "-R", "mail:mail", dir)
}

// modifiedUTF7 names the folders of the sample world as they lie on disk
// (RFC 3501 §5.1.3).
var modifiedUTF7 = map[string]string{"垃圾邮件": "&V4NXPpCuTvY-"}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}
