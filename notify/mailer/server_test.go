package mailer_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"taizhang/notify/mailer"
)

const canary = "kanarienvogel-7731"

// authority is a certificate of our own for a host on loopback, and the file
// that a client trusts it by.
type authority struct {
	cert tls.Certificate
	file string
}

func newAuthority(t *testing.T, host string, until time.Time) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	if ip := net.ParseIP(host); ip != nil {
		tmpl.IPAddresses = []net.IP{ip}
	} else {
		tmpl.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return authority{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file}
}

func listen(t *testing.T, a authority) net.Listener {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{a.cert}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func client(t *testing.T, l net.Listener, caFile string, change func(*mailer.Options)) *mailer.Client {
	t.Helper()
	o := mailer.Options{
		Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Username: "me@163.com", Password: canary, CAFile: caFile,
		Connect: 5 * time.Second, Command: 5 * time.Second, End: 5 * time.Second, Grace: time.Second,
	}
	if change != nil {
		change(&o)
	}
	c, err := mailer.NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// script is a server that answers each verb as it is told: by the reply of
// the map, by silence where it is "silent", by hanging up where it is "cut",
// else with success. END is the verb of end-of-data, GREETING the greeting,
// AUTH2 the answer to the password.
type script struct {
	replies map[string]string
	auth    string // what EHLO offers

	mu       sync.Mutex
	lines    []string
	accepted []string // data, dots removed
}

func (s *script) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			s.talk(bufio.NewReader(conn), conn)
			_ = conn.Close()
		}()
	}
}

// say answers a verb; it returns false when the talk is over.
func (s *script) say(w io.Writer, r *bufio.Reader, verb, ok string) (good, on bool) {
	reply, special := s.replies[verb]
	if !special {
		reply = ok
	}
	switch reply {
	case "silent":
		_, _ = io.Copy(io.Discard, r)
		return false, false
	case "cut":
		return false, false
	}
	if _, err := io.WriteString(w, reply+"\r\n"); err != nil {
		return false, false
	}
	return reply[0] == '2' || reply[0] == '3', true
}

func (s *script) talk(r *bufio.Reader, w io.Writer) {
	if _, on := s.say(w, r, "GREETING", "220 163.com Anti-spam GT for Coremail System"); !on {
		return
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		s.lines = append(s.lines, line)
		s.mu.Unlock()
		verb := strings.ToUpper(strings.SplitN(line, " ", 2)[0])
		switch verb {
		case "EHLO":
			if _, on := s.say(w, r, verb, "250-mail\r\n250-"+s.auth+"\r\n250-AUTH=LOGIN PLAIN\r\n250-coremail abc\r\n250 8BITMIME"); !on {
				return
			}
		case "AUTH":
			if !s.login(r, w, line) {
				return
			}
		case "DATA":
			good, on := s.say(w, r, verb, "354 End data with <CR><LF>.<CR><LF>")
			if !on || good && !s.data(r, w) {
				return
			}
		case "RCPT":
			v := verb
			if _, ok := s.replies[line]; ok {
				v = line
			}
			if _, on := s.say(w, r, v, "250 Mail OK"); !on {
				return
			}
		case "QUIT":
			s.say(w, r, verb, "221 Bye")
			return
		default:
			if _, on := s.say(w, r, verb, "250 Mail OK"); !on {
				return
			}
		}
	}
}

func (s *script) login(r *bufio.Reader, w io.Writer, line string) bool {
	if strings.HasPrefix(line, "AUTH LOGIN") {
		for _, ask := range []string{"334 dXNlcm5hbWU6", "334 UGFzc3dvcmQ6"} {
			if _, err := io.WriteString(w, ask+"\r\n"); err != nil {
				return false
			}
			got, err := r.ReadString('\n')
			if err != nil {
				return false
			}
			s.mu.Lock()
			s.lines = append(s.lines, strings.TrimSpace(got))
			s.mu.Unlock()
		}
	}
	_, on := s.say(w, r, "AUTH2", "235 Authentication successful")
	return on
}

func (s *script) data(r *bufio.Reader, w io.Writer) bool {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	if reply, ok := s.replies["END"]; !ok || reply[0] == '2' || s.replies["END-took-it"] != "" {
		s.mu.Lock()
		s.accepted = append(s.accepted, b.String())
		s.mu.Unlock()
	}
	_, on := s.say(w, r, "END", "250 Mail OK queued as smtp1,abc")
	return on
}

func (s *script) took() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.accepted...)
}
