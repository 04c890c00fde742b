package samples

import (
	"fmt"
	"net"
	"strings"

	"taizhang"
)

// Setting is what the sample's configuration points at.
type Setting struct {
	IMAP, SMTP   string // host:port
	CAFile       string
	PasswordFile string
	Store        string
	Spacing      string // between two mails; "" leaves the example's
}

// Config is the example configuration for the sample's mailbox: other servers,
// other addresses, and nothing else changed.
func Config(s Setting) ([]byte, error) {
	imapHost, imapPort, err := net.SplitHostPort(s.IMAP)
	if err != nil {
		return nil, fmt.Errorf("imap address: %w", err)
	}
	smtpHost, smtpPort, err := net.SplitHostPort(s.SMTP)
	if err != nil {
		return nil, fmt.Errorf("smtp address: %w", err)
	}
	edits := [][2]string{
		{"xczjk2620807@163.com", Own},
		{"password_file: /etc/taizhang/authcode", fmt.Sprintf("password_file: %q", s.PasswordFile)},
		{"password_env: TAIZHANG_AUTHCODE", `password_env: ""`},
		{"{ host: imap.163.com, port: 993 }", fmt.Sprintf("{ host: %s, port: %s }", imapHost, imapPort)},
		{"{ host: smtp.163.com, port: 465 }", fmt.Sprintf("{ host: %s, port: %s }", smtpHost, smtpPort)},
		{`ca_file: ""`, fmt.Sprintf("ca_file: %q", s.CAFile)},
		{"dir: /var/lib/taizhang", fmt.Sprintf("dir: %q", s.Store)},
	}
	if s.Spacing != "" {
		edits = append(edits, [2]string{"spacing: 20s", "spacing: " + s.Spacing})
	}
	for alias, addr := range map[string]string{
		"[许昌市本级, 市直, 许昌市直]": "{ addr: shizhi@xuchang.example }", "[禹州]": "{ addr: " + yuzhou + " }",
		"[长葛]": "{ addr: " + changge + ", unsigned: true }", "[魏都]": "{ addr: " + weidu + ", unsigned: true }",
		"[襄城]": "{ addr: " + xiangchg + ", unsigned: true }",
	} {
		edits = append(edits, [2]string{"aliases: " + alias + "\n    addresses: []", "aliases: " + alias + "\n    addresses: [" + addr + "]"})
	}
	edits = append(edits, [2]string{"offers: [许昌县]\n    addresses: []", "offers: [许昌县]\n    addresses: [{ addr: " + jianan + " }]"})
	text := string(taizhang.ExampleConfig)
	for _, e := range edits {
		if !strings.Contains(text, e[0]) {
			return nil, fmt.Errorf("the example configuration has no %q any more", e[0])
		}
		text = strings.ReplaceAll(text, e[0], e[1])
	}
	return []byte(text), nil
}
