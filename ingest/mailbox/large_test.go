package mailbox_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"taizhang/ingest/mailbox"
	"taizhang/internal/coremail"
)

// A message above any limit is known by its header, and nothing else of it is
// fetched (fault 17).
func TestHeaderAlone(t *testing.T) {
	r := start(t, coremail.NetEase)
	header := "From: a@b.example\r\nSubject: large\r\n\r\n"
	uid := r.Deliver("INBOX", []byte(header+strings.Repeat("x", 300_000)+"\r\n"), time.Now())
	var out bytes.Buffer
	before := r.Sent()
	if err := r.client.FetchHeader(t.Context(), "INBOX", mailbox.Item{UID: uid, Size: mailbox.MaxMessage + 1}, &out); err != nil {
		t.Fatal(err)
	}
	if out.String() != header {
		t.Errorf("got %q", out.String())
	}
	if n := r.Sent() - before; n > 10_000 {
		t.Errorf("%d bytes were sent for it", n)
	}
	if err := r.client.FetchHeader(t.Context(), "INBOX", mailbox.Item{UID: uid + 1}, &out); !errors.Is(err, mailbox.ErrNotReturned) {
		t.Errorf("of a message that is gone: %v", err)
	}
	r.Faults().Add(coremail.Fault{UID: uid, Do: coremail.CutLiteral, N: 5, Times: 1})
	if err := r.client.FetchHeader(t.Context(), "INBOX", mailbox.Item{UID: uid}, &out); !errors.Is(err, mailbox.ErrConnection) {
		t.Errorf("cut in the header: %v", err)
	}
}

// How full the account is, where the server says so (fault 15); 163.com does not.
func TestQuota(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		profile      coremail.Profile
		want         mailbox.Quota
	}{
		{"none, as 163.com", "", coremail.NetEase, mailbox.Quota{}},
		{"storage", "(STORAGE 940 1000)", coremail.Plain, mailbox.Quota{Used: 940, Limit: 1000}},
		{"storage among others", "(MESSAGE 7 100 STORAGE 10 1000)", coremail.Plain, mailbox.Quota{Used: 10, Limit: 1000}},
		{"no limit", "()", coremail.Plain, mailbox.Quota{}},
		{"what the library cannot read", "(STORAGE 940 1000 X-ODD \"a b\" {)", coremail.Plain, mailbox.Quota{Used: 940, Limit: 1000}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := startServer(t, coremail.Options{Profile: tt.profile, Quota: tt.answer})
			got, err := r.client.Quota(t.Context())
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
			if _, err := r.client.List(t.Context(), "INBOX"); err != nil {
				t.Errorf("the connection goes on: %v", err)
			}
		})
	}
}
