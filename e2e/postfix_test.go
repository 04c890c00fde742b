//go:build e2e

package e2e

import (
	"fmt"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/internal/samples"
)

// postfix is a running Postfix that delivers every domain of the test into
// maildirs under its folder; one domain it takes mail for and then bounces.
type postfix struct {
	t           *testing.T
	dir         string
	submit      string // host:port with implicit TLS, for the program
	plain       string // host:port for those who need no login: the counties
	boxes       map[string]string
	seen        map[string]bool
	conf        string
	deliveryLog string
}

// bouncing is the domain whose mailboxes do not exist any more.
const bouncing = "moved.example"

// startPostfix starts Debian's Postfix with the mailboxes of those addresses,
// and our own in Dovecot's maildir.
func startPostfix(t *testing.T, d *dovecot, dir string, addrs ...string) *postfix {
	t.Helper()
	p := &postfix{t: t, dir: dir, conf: filepath.Join(dir, "postfix"), boxes: map[string]string{samples.Own: "Maildir/"}, seen: map[string]bool{}}
	p.deliveryLog = filepath.Join(dir, "postfix.log")
	submit, plain := freePort(t), freePort(t)
	p.submit, p.plain = fmt.Sprintf("127.0.0.1:%d", submit), fmt.Sprintf("127.0.0.1:%d", plain)
	domains := map[string]bool{}
	for i, a := range addrs {
		p.boxes[a] = fmt.Sprintf("box%d/", i)
	}
	var maps strings.Builder
	for a, box := range p.boxes {
		_, domain, _ := strings.Cut(a, "@")
		domains[domain] = true
		fmt.Fprintf(&maps, "%s %s\n", a, box)
	}
	var list []string
	for domain := range domains {
		list = append(list, domain)
	}
	slices.Sort(list)
	for _, sub := range []string{"", "queue", "data"} {
		if err := os.MkdirAll(filepath.Join(p.conf, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run(t, "chown", "postfix", filepath.Join(p.conf, "data"))
	run(t, "chown", "mail:mail", dir) // virtual(8) makes the maildirs there
	for name, text := range map[string]string{
		"boxes":     maps.String(),
		"transport": bouncing + " nouser:\n",
		"main.cf": fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = %[2]s/postfix.log
maillog_file_prefixes = /
myhostname = mx.taizhang.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtputf8_enable = no
virtual_mailbox_domains = %[3]s
virtual_mailbox_base = %[2]s
virtual_mailbox_maps = texthash:%[1]s/boxes
virtual_minimum_uid = 1
virtual_uid_maps = static:8
virtual_gid_maps = static:8
relay_domains = %[4]s
transport_maps = texthash:%[1]s/transport
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:%[5]s
smtpd_tls_cert_file = %[2]s/cert.pem
smtpd_tls_key_file = %[2]s/key.pem
`, p.conf, dir, strings.Join(list, ", "), bouncing, d.auth),
		"master.cf": fmt.Sprintf(`127.0.0.1:%d inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes -o mynetworks= -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:%d inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
nouser unix - n n - - pipe
  user=mail argv=/bin/sh %s/nouser
`, submit, plain, p.conf),
		"nouser": "exit 67 # EX_NOUSER\n",
	} {
		if err := os.WriteFile(filepath.Join(p.conf, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run(t, "postfix", "-c", p.conf, "start")
	t.Cleanup(func() {
		if out, err := exec.Command("postfix", "-c", p.conf, "stop").CombinedOutput(); err != nil {
			t.Errorf("stop postfix: %v\n%s", err, out)
		}
	})
	return p
}

// send hands a county's mail in.
func (p *postfix) send(from, subject, head, body string) {
	p.t.Helper()
	raw := "From: <" + from + ">\r\nTo: <" + samples.Own + ">\r\nSubject: " + subject + "\r\nDate: " + time.Now().Format(time.RFC1123Z) + "\r\n" + head + "\r\n" + body
	if err := smtp.SendMail(p.plain, nil, from, []string{samples.Own}, []byte(raw)); err != nil {
		p.t.Fatalf("%s: %v\n%s", from, err, p.log())
	}
}

// mails are the messages in the box of the address, in no order.
func (p *postfix) mails(addr string) map[string]string {
	p.t.Helper()
	out := map[string]string{}
	for _, sub := range []string{"new", "cur"} {
		files, err := filepath.Glob(filepath.Join(p.dir, p.boxes[addr], sub, "*"))
		if err != nil {
			p.t.Fatal(err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				p.t.Fatal(err)
			}
			out[filepath.Base(f)] = string(data)
		}
	}
	return out
}

func (p *postfix) log() string {
	text, _ := os.ReadFile(p.deliveryLog)
	return string(text[max(0, len(text)-4000):])
}

// exchange is the program as a daemon between a real Postfix and a real
// Dovecot, in the month that it is now.
type exchange struct {
	*postfix
	box    *dovecot
	bin    string
	config string
	now    time.Time
}

var zone = time.FixedZone("CST", 8*3600)

const (
	yuzhou   = "shebao@yuzhou.example"
	changge  = "cgsb@" + bouncing
	jianan   = "robot@jianan.example"
	stranger = "someone@elsewhere.example"
)

func newExchange(t *testing.T) *exchange {
	t.Helper()
	root := os.Getenv("E2E_OUT")
	if root == "" {
		root = t.TempDir()
	}
	dir, err := os.MkdirTemp(root, t.Name()+"-")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{root, dir} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	x := &exchange{bin: os.Getenv("TAIZHANG_BIN"), config: filepath.Join(dir, "config.yaml"), now: time.Now().In(zone)}
	if x.bin == "" {
		t.Fatal("TAIZHANG_BIN does not name the program; run scripts/e2e.sh")
	}
	x.box = startDovecot(t, dir)
	x.postfix = startPostfix(t, x.box, dir, yuzhou, jianan, stranger)
	text, err := samples.Config(samples.Setting{IMAP: x.box.addr, SMTP: x.submit, CAFile: "ca.pem", PasswordFile: "authcode", Store: filepath.Join(dir, "store"), Spacing: "100ms"})
	if err != nil {
		t.Fatal(err)
	}
	s := string(text)
	for _, e := range [][2]string{
		{"year: 2022 ", fmt.Sprintf("year: %d ", x.now.Year())},
		{`first_month: "2022-05"`, fmt.Sprintf("first_month: %q", x.now.Format("2006-01"))},
		{`last_month: "2022-12"`, fmt.Sprintf("last_month: \"%d-12\"", x.now.Year())},
		{"aliases: [建安]\n    offers: [许昌县]\n    addresses: [{ addr: jaqsb@jianan.example }]", "aliases: [建安]\n    offers: [许昌县]\n    addresses: [{ addr: " + jianan + ", unsigned: true }]"},
		{"[{ addr: " + yuzhou + " }]", "[{ addr: " + yuzhou + ", unsigned: true }]"},
		{"cgsb@mail163.example", changge},
		{"per_quarter: 20 ", "per_quarter: 1000 "},
		{"per_day: 150 ", "per_day: 1000 "},
	} {
		if !strings.Contains(s, e[0]) {
			t.Fatalf("the sample's configuration has no %q any more", e[0])
		}
		s = strings.ReplaceAll(s, e[0], e[1])
	}
	for name, data := range map[string][]byte{"config.yaml": []byte(s), "authcode": []byte(password), "ca.pem": x.box.caPEM} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return x
}

// serve runs the daemon until the test ends.
func (x *exchange) serve() {
	x.t.Helper()
	log, err := os.Create(filepath.Join(x.dir, "serve.log"))
	if err != nil {
		x.t.Fatal(err)
	}
	cmd := exec.Command(x.bin, "--config", x.config, "serve")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			x.t.Errorf("serve: %v", err)
		}
		_ = log.Close()
	})
	// Received headers tell whole seconds: what comes within the second of the
	// first start is from before it.
	x.await("the first start", func() bool {
		text, err := os.ReadFile(log.Name())
		return err == nil && strings.Contains(string(text), "首次启动")
	})
	begun := time.Now().Truncate(time.Second)
	x.await("the next second", func() bool { return time.Now().Truncate(time.Second).After(begun) })
}

// await polls until what is asked holds.
func (x *exchange) await(what string, holds func() bool) {
	x.t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); {
		if time.Now().After(end) {
			daemon, _ := os.ReadFile(filepath.Join(x.dir, "serve.log"))
			x.t.Fatalf("%s: not within a minute\npostfix:\n%s\nserve:\n%s", what, x.log(), daemon[max(0, len(daemon)-4000):])
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// ledger is a mail with a county's ledger of this month as comma-separated
// text.
func (x *exchange) ledger(from, unit string, persons int) {
	x.t.Helper()
	page := fmt.Sprintf("%d年全民参保计划攻坚行动工作落实台账（%d月）\n填报单位：%s\n工作任务,主要工作措施,参保户数,企业养老,工伤,失业\n全民参保计划攻坚行动,走访企业。,12,%d,20,20\n负责人：张建国,联络员：王芳,,填报时间：%s\n",
		x.now.Year(), x.now.Month(), unit, persons, x.now.Format("2006年1月2日"))
	x.send(from, "tz", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
		"--b\r\nContent-Type: text/plain\r\n\r\nledger\r\n--b\r\nContent-Type: text/csv; charset=utf-8; name=tz.csv\r\nContent-Disposition: attachment; filename=tz.csv\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"+page+"--b--\r\n")
}

// status is the program's own word on a unit.
func (x *exchange) status() string {
	out, err := exec.Command(x.bin, "--config", x.config, "--log", "error", "status").CombinedOutput()
	if err != nil {
		x.t.Errorf("status: %v\n%s", err, out)
	}
	return string(out)
}

// TestPostfix has counties mail a Postfix of flesh and blood: a ledger is
// answered once and its copy settles it, a bounce finds its mail and the desk is
// told, a stranger hears nothing, and a robot that answers every mail does not
// make us answer it more than once a day, though it writes 1,000 times.
func TestPostfix(t *testing.T) {
	x := newExchange(t)
	x.serve()
	x.ledger(yuzhou, "禹州市", 120)
	x.ledger(stranger, "魏都区", 60)
	x.ledger(changge, "长葛市", 70)
	x.ledger(jianan, "建安区", 80)
	x.await("receipts", func() bool { return len(x.mails(yuzhou)) > 0 && len(x.mails(jianan)) > 0 })
	x.await("the bounce", func() bool { return strings.Contains(x.explain("长葛市"), "退信") })
	if s := x.status(); !strings.Contains(s, "长葛市的邮箱 "+changge+" 退信") {
		t.Errorf("status does not tell of the bounce:\n%s", s)
	}

	robot := x.robot(t)
	for addr, want := range map[string]int{yuzhou: 1, stranger: 0} {
		if got := x.mails(addr); len(got) != want {
			t.Errorf("%s has %d mails, want %d", addr, len(got), want)
		}
	}
	copies := 0
	for _, m := range x.mails(samples.Own) {
		if strings.Contains(m, "X-Taizhang-ID:") && !strings.Contains(m, "multipart/report") {
			copies++
		}
	}
	if copies == 0 {
		t.Error("no copy of our own mails came back")
	}
	t.Logf("counted: Postfix: 4 ledgers, 1 bounce matched, a robot of %d mails was answered %d times, a stranger 0 times, %d copies of our own", robot.sent, robot.answered, copies)
}

// explain is what the program says of the unit's month.
func (x *exchange) explain(unit string) string {
	out, err := exec.Command(x.bin, "--config", x.config, "--log", "error", "explain", unit, x.now.Format("2006-01")).CombinedOutput()
	if err != nil {
		x.t.Errorf("explain: %v\n%s", err, out)
	}
	return string(out)
}

type loop struct{ sent, answered int }

// robot answers every mail that its box gets, in one thread, and writes on its
// own besides, as badly made auto-responders do.
func (x *exchange) robot(t *testing.T) loop {
	t.Helper()
	before := len(x.mails(jianan))
	var l loop
	heads := []string{
		"Auto-Submitted: auto-replied\r\n", "Precedence: bulk\r\n", "X-Autoreply: yes\r\n",
		"", // a person's, by its looks
	}
	ids := func() (id string) {
		for _, m := range x.mails(jianan) {
			for line := range strings.Lines(m) {
				if v, ok := strings.CutPrefix(strings.ToLower(line), "message-id: "); ok {
					id = strings.TrimSpace(v)
				}
			}
		}
		return id
	}
	for l.sent < 1000 {
		for range 50 {
			head, text := heads[l.sent%len(heads)], "本邮件由系统自动发出。"
			if head == "" {
				text = "请查收附件。"
			} else {
				thread := ids()
				head += "In-Reply-To: " + thread + "\r\nReferences: " + thread + "\r\n"
			}
			x.send(jianan, fmt.Sprintf("=?utf-8?q?Re:_=E5=8F=B0=E8=B4=A6_%d?=", l.sent), head+"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n",
				fmt.Sprintf("台账已报送，%s（%d）\r\n", text, l.sent))
			l.sent++
		}
		want := l.sent
		x.await(fmt.Sprintf("%d mails of the robot", want), func() bool { return x.stored() >= want })
	}
	x.await("the decision on each", func() bool {
		s := x.status()
		return !strings.Contains(s, "待发") || strings.Contains(s, "待发 0 封") && strings.Contains(s, "未处理的来信 0 封")
	})
	l.answered = len(x.mails(jianan)) - before
	if l.answered != 1 {
		t.Errorf("the robot was answered %d times in a day, want once: its first mail that looks like a person's, without a ledger", l.answered)
	}
	return l
}

// stored counts the raw messages that the program has kept.
func (x *exchange) stored() int {
	files, err := filepath.Glob(filepath.Join(x.dir, "store", "raw", "*", "*.eml"))
	if err != nil {
		x.t.Fatal(err)
	}
	return len(files)
}
