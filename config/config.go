// Package config turns a YAML file into a Config: strict decoding, defaults
// from the built-in campaign where a key is optional, and validation that
// names file, line, column, what is wrong and what to write.
//
// It reads the file and, when asked, the secret; it opens no connection and
// decides nothing about mail or ledgers. Its messages are Chinese, because an
// administrator reads them; they stand in texts.go.
package config

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"taizhang/ledger"
)

// Config is a validated configuration.
type Config struct {
	Path      string // of the file; "" for the built-in campaign
	Campaign  ledger.Campaign
	Mailbox   Mailbox
	Sending   Sending
	Reminders Reminders
	Senders   Senders
	Limits    Limits
	StoreDir  string
	Backup    Backup
	// BulletinTemplate is the office's own template of the bulletin; "": the
	// built-in one. It is read when a bulletin is written, not here.
	BulletinTemplate string
}

// Mailbox is the account that is polled and sent from.
type Mailbox struct {
	User     string // full address; envelope and header sender
	Name     string // display name of the sender
	IMAP     Server
	SMTP     Server
	CAFile   string
	Poll     time.Duration
	Folders  []string
	Password Secret
}

// Server is a host and a port, spoken to over implicit TLS.
type Server struct {
	Host string
	Port int
}

// Sending limits what goes out, so that the provider does not stop us
// (rule book §8).
type Sending struct {
	Spacing          time.Duration
	PerQuarter       int // in any 15 minutes
	PerDay           int // in any 24 hours
	Doubt            time.Duration
	DoubtPolls       int
	AnswerEvery      time.Duration // automatic answers without a readable document
	AnswersPerSender int           // of them, in AnswerEvery
	AnswersPerDay    int
}

// Reminders says when which mail is due (rule book §8). The clock times are
// minutes after midnight.
type Reminders struct {
	RequestWorkdays int
	RequestAt       int // also of the notice on the day before
	OverdueAt       int
	OverdueEvery    int // workdays
	OverdueDays     int // calendar days after the due day
	DutyAt          int
	DutyDays        int // calendar days before the due day
	ReissueAt       int
}

// Senders says whom to believe (rule book §3).
type Senders struct {
	Open       bool // accept and record unknown addresses
	UnsignedOK bool // accept mail without any signature
}

// Limits bound what one mail may cost.
type Limits struct {
	Message  int64 // bytes
	File     int64
	Unpacked int64
	ReadTime time.Duration
	Failures int
}

// Backup says where the daemon backs the store up to, each night.
type Backup struct {
	Dir  string // "": it does not
	At   int    // minutes after midnight
	Keep int    // how many backups stay
}

// Roots returns the certificates that servers must be verified against: the
// CA file's, or nil for the system's. There is no way to switch verification
// off.
func (m Mailbox) Roots() (*x509.CertPool, error) {
	if m.CAFile == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(m.CAFile)
	if err != nil {
		return nil, fmt.Errorf(textCA+" (%w)", m.CAFile, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New(fmt.Sprintf(textCA, m.CAFile) + " " + hintCA)
	}
	return pool, nil
}
