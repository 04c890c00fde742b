package mailbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/mailbox"
	"taizhang/internal/coremail"
)

func TestReadsAnAccountInTheOrderNetEaseNeeds(t *testing.T) {
	r := start(t, coremail.NetEase)
	at := time.Now().Add(-time.Hour).Truncate(time.Second)
	r.Deliver("INBOX", mail(1), at)
	r.Deliver("INBOX", mail(2), at)
	listing := r.list(t, "INBOX")
	if listing.Validity != "1" || listing.Missing != 0 || len(listing.Items) != 2 {
		t.Fatalf("listing %+v", listing)
	}
	for i, item := range listing.Items {
		if item.UID != uint32(i+1) || item.Size != int64(len(mail(i+1))) || !item.Internal.Equal(at) {
			t.Errorf("item %+v", item)
		}
		text, err := r.fetch(t, item)
		if err != nil || !bytes.Equal(text, mail(i+1)) {
			t.Errorf("fetch %d: %q, %v", item.UID, text, err)
		}
	}
	if again := r.list(t, "INBOX"); len(again.Items) != 2 {
		t.Errorf("second listing %+v", again)
	}
	if err := r.client.Close(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, line := range r.Commands() {
		name := strings.Join(strings.Fields(line)[:1], "")
		if name == "CAPABILITY" && names[len(names)-1] == "CAPABILITY" || name == "LOGOUT" {
			continue // go-imap asks once more by itself
		}
		names = append(names, name)
	}
	// go-imap's own CAPABILITY after LOGIN may come at any later place.
	for i := 4; i < len(names); i++ {
		if names[i] == "CAPABILITY" {
			names = slices.Delete(names, i, i+1)
		}
	}
	want := []string{"(connect)", "CAPABILITY", "LOGIN", "CAPABILITY", "ID", "EXAMINE", "UID", "UID", "UID", "EXAMINE", "UID"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("order of commands (-want +got):\n%s", diff)
	}
	for _, want := range []string{
		`ID ("name" "taizhang" "version" "1" "vendor" "taizhang")`, "UID FETCH 2 (UID BODY.PEEK[])",
	} {
		if !slices.Contains(r.Commands(), want) {
			t.Errorf("no %q in %q", want, r.Commands())
		}
	}
}

func TestPlainServer(t *testing.T) {
	r := start(t, coremail.Plain)
	r.Deliver("INBOX", mail(1), time.Now())
	text, err := r.fetch(t, r.list(t, "INBOX").Items[0])
	if err != nil || !bytes.Equal(text, mail(1)) {
		t.Errorf("%q, %v", text, err)
	}
}

// TestFindings plays the findings of the mail facts that concern the adapter;
// the others are about MIME and file formats. It is long because it is a list.
func TestFindings(t *testing.T) {
	t.Run("A and J: nothing is ever moved, and mail outside the window is only not listed", func(t *testing.T) {
		r := start(t, coremail.NetEase)
		now := time.Now()
		r.Deliver("INBOX", mail(1), now.AddDate(0, 0, -29))
		r.Deliver("INBOX", mail(2), now)
		r.list(t, "INBOX")
		r.SetNow(now.AddDate(0, 0, 2))
		if got := r.list(t, "INBOX"); len(got.Items) != 1 || got.Items[0].UID != 2 || got.Missing != 0 {
			t.Errorf("listing %+v", got)
		}
		if _, err := r.fetch(t, mailbox.Item{UID: 1, Size: 40}); !errors.Is(err, mailbox.ErrNotReturned) {
			t.Errorf("fetch of hidden mail: %v", err)
		}
	})
	t.Run("B: a cut text is an error", func(t *testing.T) {
		r := start(t, coremail.NetEase)
		raw := bigMail(60014)
		r.Deliver("INBOX", raw, time.Now())
		item := r.list(t, "INBOX").Items[0]
		r.Faults().Add(coremail.Fault{UID: 1, Do: coremail.CutLiteral, N: 8392, Times: 1})
		text, err := r.fetch(t, item)
		if !errors.Is(err, mailbox.ErrConnection) || kind(err) != mailbox.KindLost {
			t.Errorf("%d bytes, %v", len(text), err)
		}
		if text, err := r.fetch(t, item); err != nil || !bytes.Equal(text, raw) {
			t.Errorf("next time: %d bytes, %v", len(text), err)
		}
	})
	t.Run("C: without UIDNEXT new mail is found, and a UID that falls is listed", func(t *testing.T) {
		r := start(t, coremail.NetEase)
		r.Deliver("垃圾邮件", mail(1), time.Now())
		r.Deliver("INBOX", mail(2), time.Now())
		r.Deliver("INBOX", mail(3), time.Now())
		if got := len(r.list(t, "INBOX").Items); got != 2 {
			t.Fatalf("%d messages", got)
		}
		if _, err := r.Move("垃圾邮件", 1, "INBOX"); err != nil {
			t.Fatal(err)
		}
		if got := r.list(t, "INBOX").Items; len(got) != 3 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("D: slow answers never overlap", func(t *testing.T) {
		r := start(t, coremail.NetEase)
		r.Faults().Add(coremail.Fault{Do: coremail.Delay, Pause: 20 * time.Millisecond})
		r.Deliver("INBOX", mail(1), time.Now())
		texts, failed, err := r.poll(t.Context())
		if err != nil || len(texts) != 1 {
			t.Errorf("%v %v %v", texts, failed, err)
		}
	})
	t.Run("E: odd lines cost nothing", func(t *testing.T) {
		for _, line := range []string{
			"* XLIST (\\Inbox) \"/\" INBOX", "* 3 FOO", "* 1 FETCH (FLAGS (\\Seen))", "* 1 FETCH (UID 1 FOO bar)",
			"* OK [UIDNEXT 99999999999] x", "* OK [FOO (] x", "* FLAGS (a(b)", "* STATUS INBOX (RECENT 1)", "* NO [ALERT] 满了",
			"* 1 FETCH (BODYSTRUCTURE (\"\"\"\"))", "* SEARCH x", "* 1 EXPUNGE", "* LIST () \"/\" \"A&B\"",
			"* 1 FETCH (UID 7 BODY[] {3}\r\nabc)",
		} {
			r := start(t, coremail.NetEase)
			r.Deliver("INBOX", mail(1), time.Now())
			for _, on := range []string{"ID", "EXAMINE", "FETCH"} {
				r.Faults().Add(coremail.Fault{On: on, Do: coremail.Untagged, Text: line})
			}
			texts, failed, err := r.poll(t.Context())
			if err != nil || !bytes.Equal(texts[1], mail(1)) || r.connections() != 1 {
				t.Errorf("%s: %d texts, %v, %v, %d connections", line, len(texts), failed, err, r.connections())
			}
		}
	})
	t.Run("E: one odd message does not hide the others", func(t *testing.T) {
		for _, line := range []string{
			`* 2 FETCH (UID 2 RFC822.SIZE 999999999999999999999 INTERNALDATE "99-Foo-2022 00:00:00 +0800")`,
			`* 2 FETCH (UID 2 RFC822.SIZE -1 INTERNALDATE NIL)`,
			`* 2 FETCH (UID 2 INTERNALDATE "31-Feb-2022 09:00:00 +0800" RFC822.SIZE x ENVELOPE (((")`,
		} {
			r := start(t, coremail.NetEase)
			for n := range 3 {
				r.Deliver("INBOX", mail(n+1), time.Now())
			}
			r.Faults().Add(coremail.Fault{UID: 2, Do: coremail.Line, Text: line})
			texts, failed, err := r.poll(t.Context())
			if err != nil || len(texts) != 3 || !bytes.Equal(texts[2], mail(2)) {
				t.Errorf("%s: %d texts, %v, %v", line, len(texts), failed, err)
			}
		}
	})
	t.Run("I: after ID the server's words still arrive", func(t *testing.T) {
		r := start(t, coremail.NetEase)
		_, err := r.client.List(t.Context(), "没有")
		if !errors.Is(err, mailbox.ErrNoFolder) || !strings.Contains(err.Error(), "Folder not exist") {
			t.Errorf("%v", err)
		}
		r.list(t, "INBOX") // and the connection goes on
		if r.connections() != 1 {
			t.Errorf("%d connections", r.connections())
		}
	})
}

func TestValidityIsText(t *testing.T) {
	r := start(t, coremail.NetEase)
	r.Deliver("INBOX", mail(1), time.Now())
	for _, validity := range []string{"", "0", "1", "4294967295", "18446744073709551615", "x y"} {
		r.SetValidity("INBOX", validity)
		if got := r.list(t, "INBOX"); got.Validity != validity || len(got.Items) != 1 {
			t.Errorf("%q: %+v", validity, got)
		}
	}
	if r.connections() != 1 {
		t.Errorf("%d connections", r.connections())
	}
}

func TestEmptyFolder(t *testing.T) {
	r := start(t, coremail.NetEase)
	if got := r.list(t, "INBOX"); len(got.Items) != 0 || got.Missing != 0 || got.Validity != "1" {
		t.Errorf("%+v", got)
	}
}

// TestShortListing: the server counts a message that it does not list. That is
// said, and the others are read.
func TestShortListing(t *testing.T) {
	r := start(t, coremail.NetEase)
	for n := range 3 {
		r.Deliver("INBOX", mail(n+1), time.Now())
	}
	r.Faults().Add(coremail.Fault{UID: 2, Do: coremail.Line, Text: "* OK hidden", Times: 1})
	if got := r.list(t, "INBOX"); len(got.Items) != 3 || got.Missing != 0 {
		t.Errorf("asked twice: %+v", got)
	}
	r.Faults().Add(coremail.Fault{UID: 2, Do: coremail.Line, Text: "* OK hidden"})
	if got := r.list(t, "INBOX"); len(got.Items) != 2 || got.Missing != 1 {
		t.Errorf("%+v", got)
	}
}

// TestCutAtEveryByte cuts a session after each byte that the server sends. What
// is accepted is never short, and the poll after the cut gets the mail.
func TestCutAtEveryByte(t *testing.T) {
	r := startServer(t, coremail.Options{Folders: []string{"INBOX", "垃圾邮件"}})
	r.Deliver("INBOX", mail(1), time.Now())
	session := func(c *mailbox.Client) error {
		folders, err := c.Folders(t.Context())
		if err != nil {
			return err
		}
		if len(folders) != 2 {
			return fmt.Errorf("%d folders", len(folders))
		}
		listing, err := c.List(t.Context(), folders[0].Name)
		if err != nil {
			return err
		}
		if len(listing.Items) != 1 {
			return fmt.Errorf("%d items", len(listing.Items))
		}
		var b bytes.Buffer
		if err := c.Fetch(t.Context(), folders[0].Name, listing.Items[0], &b); err != nil {
			return err
		}
		if !bytes.Equal(b.Bytes(), mail(1)) {
			t.Errorf("accepted %d of %d bytes", b.Len(), len(mail(1)))
		}
		return nil
	}
	client := mailbox.New(r.opt)
	if err := session(client); err != nil {
		t.Fatal(err)
	}
	whole := r.Sent()
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	recovered := 0
	for n := range whole {
		client := mailbox.New(r.opt)
		r.Faults().CutAfter(n)
		if err := session(client); err != nil {
			recovered++
			if err := session(client); err != nil {
				t.Errorf("cut after %d: the next poll: %v", n, err)
			}
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("cut at each of %d bytes: %d polls failed and the next succeeded, %d made good within the poll",
		whole, recovered, whole-int64(recovered))
}

func TestKeptConnectionThatDied(t *testing.T) {
	r := start(t, coremail.NetEase)
	r.Deliver("INBOX", mail(1), time.Now())
	r.list(t, "INBOX")
	r.Hangup()
	if got := r.list(t, "INBOX"); len(got.Items) != 1 || r.connections() != 2 {
		t.Errorf("%+v, %d connections", got, r.connections())
	}
}

func TestConnectionIsRenewed(t *testing.T) {
	r := start(t, coremail.NetEase, func(o *mailbox.Options) { o.Timeouts.Renew = time.Nanosecond })
	r.list(t, "INBOX")
	r.list(t, "INBOX")
	if r.connections() != 2 {
		t.Errorf("%d connections", r.connections())
	}
	logouts := 0
	for _, line := range r.Commands() {
		if line == "LOGOUT" {
			logouts++
		}
	}
	if logouts == 0 {
		t.Error("no LOGOUT on the connection that was given up")
	}
}

func TestContextEndsAnOperation(t *testing.T) {
	r := start(t, coremail.NetEase)
	r.list(t, "INBOX")
	r.Faults().Add(coremail.Fault{On: "EXAMINE", Do: coremail.Hang})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := r.client.List(ctx, "INBOX"); !errors.Is(err, context.Canceled) || errors.Is(err, mailbox.ErrConnection) {
		t.Errorf("%v", err)
	}
	time.AfterFunc(20*time.Millisecond, func() {
		if err := r.client.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := r.client.List(t.Context(), "INBOX"); !errors.Is(err, mailbox.ErrClosed) || kind(err) != mailbox.KindClosed {
		t.Errorf("%v", err)
	}
	if _, err := r.client.List(t.Context(), "INBOX"); !errors.Is(err, mailbox.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// TestLongListing: more messages than any buffer between server and caller holds.
func TestLongListing(t *testing.T) {
	const count = 100_000
	r := start(t, coremail.NetEase)
	for n := range count {
		r.Deliver("INBOX", mail(n), time.Now())
	}
	listing := r.list(t, "INBOX")
	if len(listing.Items) != count || listing.Missing != 0 {
		t.Fatalf("%d items, %d missing", len(listing.Items), listing.Missing)
	}
	for i, item := range listing.Items {
		if item.UID != uint32(i+1) {
			t.Fatalf("item %d is UID %d", i, item.UID)
		}
	}
}
