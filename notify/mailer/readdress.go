package mailer

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"taizhang/ledger"
)

// Readdress makes of a stored mail, o with its Raw, one to another address: the
// same body byte for byte, under a header with the new To, Date and key, and
// without Cc. The copy to ourselves is kept. It refuses what Render refuses.
func Readdress(o ledger.Outgoing, key string, to ledger.Address, at time.Time, opt RenderOptions) (ledger.Outgoing, error) {
	m := ledger.Mail{Key: key, Date: at, Subject: "-", To: []ledger.Address{to}}
	if err := check(&m, opt); err != nil {
		return ledger.Outgoing{}, fmt.Errorf("readdress %q: %w", o.Key, err)
	}
	header, body, ok := bytes.Cut(o.Raw, []byte("\r\n\r\n"))
	if !ok {
		return ledger.Outgoing{}, fmt.Errorf("readdress %q: %w", o.Key, errors.New("it has no body"))
	}
	id := MessageID(key, opt.From.Addr)
	fields := map[string]string{"date": at.In(beijing).Format(time.RFC1123Z), "message-id": id,
		strings.ToLower(HeaderID): ID(key), "to": addressList(m.To), "cc": ""}
	var b bytes.Buffer
	replaced, seen := false, 0
	for line := range strings.SplitSeq(string(header), "\r\n") {
		if line != "" && (line[0] == ' ' || line[0] == '\t') { // the field before goes on
			if !replaced {
				b.WriteString(line + "\r\n")
			}
			continue
		}
		name, _, _ := strings.Cut(line, ":")
		value, change := fields[strings.ToLower(name)]
		replaced = change
		switch {
		case !change:
			b.WriteString(line + "\r\n")
		case value != "":
			seen++
			b.WriteString(name + ": " + value + "\r\n")
		}
	}
	if seen != len(fields)-1 { // Cc has no value
		return ledger.Outgoing{}, fmt.Errorf("readdress %q: its header lacks a field or has one twice", o.Key)
	}
	b.WriteString("\r\n")
	b.Write(body)
	if err := CheckRaw(b.Bytes()); err != nil {
		return ledger.Outgoing{}, fmt.Errorf("readdress %q: %w", o.Key, err)
	}
	return ledger.Outgoing{Key: key, Kind: o.Kind, Unit: o.Unit, Period: o.Period, Subject: o.Subject, MessageID: id, From: opt.From.Addr,
		Recipients: recipients(&m, opt), BodyDigest: ledger.BodyDigest(b.Bytes()), Raw: b.Bytes(), Created: at, Expires: o.Expires, State: ledger.SendQueued}, nil
}
