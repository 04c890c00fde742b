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

func TestMessageFaults(t *testing.T) {
	for _, tc := range []struct {
		name  string
		fault coremail.Fault
		want  error
		kind  mailbox.Kind
	}{
		{"poison", coremail.Fault{Do: coremail.Cut}, mailbox.ErrConnection, mailbox.KindLost},
		{"cut in the text", coremail.Fault{Do: coremail.CutLiteral, N: 5}, mailbox.ErrConnection, mailbox.KindLost},
		{"cut before the first byte", coremail.Fault{Do: coremail.CutLiteral}, mailbox.ErrConnection, mailbox.KindLost},
		{"cut before OK", coremail.Fault{Do: coremail.CutTag}, mailbox.ErrConnection, mailbox.KindLost},
		{"BYE", coremail.Fault{Do: coremail.Bye, Text: "too busy"}, mailbox.ErrConnection, mailbox.KindLost},
		{"NIL text", coremail.Fault{Do: coremail.NilBody}, mailbox.ErrNotReturned, mailbox.KindMissing},
		{"left out", coremail.Fault{Do: coremail.Missing}, mailbox.ErrNotReturned, mailbox.KindMissing},
		{"NO", coremail.Fault{Do: coremail.Reply, Text: "NO System busy!"}, mailbox.ErrNotReturned, mailbox.KindMissing},
		{"literal announced long", coremail.Fault{Do: coremail.LiteralSize, N: 1}, mailbox.ErrConnection, mailbox.KindProtocol},
		{"literal announced very long", coremail.Fault{Do: coremail.LiteralSize, N: 1 << 30}, mailbox.ErrConnection, mailbox.KindProtocol},
		{"literal announced short", coremail.Fault{Do: coremail.LiteralSize, N: -1}, mailbox.ErrConnection, mailbox.KindProtocol},
		{"UID behind the text", coremail.Fault{Do: coremail.Untagged, Text: "* 2 FETCH (BODY[] {3}\r\nabc UID 2)"}, mailbox.ErrConnection, mailbox.KindProtocol},
	} {
		r := start(t, coremail.NetEase)
		for n := range 3 {
			r.Deliver("INBOX", mail(n+1), time.Now())
		}
		tc.fault.UID = 2
		r.Faults().Add(tc.fault)
		texts, failed, err := r.poll(t.Context())
		if err != nil || !bytes.Equal(texts[1], mail(1)) || !bytes.Equal(texts[3], mail(3)) {
			t.Errorf("%s: the others were not read: %d, %v, %v", tc.name, len(texts), failed, err)
		}
		if got := failed[2]; !errors.Is(got, tc.want) || kind(got) != tc.kind {
			t.Errorf("%s: %v, kind %d", tc.name, got, kind(got))
		}
		for _, other := range []error{mailbox.ErrConnection, mailbox.ErrNotReturned} {
			if !errors.Is(tc.want, other) && errors.Is(failed[2], other) {
				t.Errorf("%s: also %v", tc.name, other)
			}
		}
		r.Faults().Clear()
		if texts, _, err := r.poll(t.Context()); err != nil || !bytes.Equal(texts[2], mail(2)) {
			t.Errorf("%s: the next poll: %q, %v", tc.name, texts[2], err)
		}
	}
}

func TestMessageRemovedAfterListing(t *testing.T) {
	r := start(t, coremail.NetEase)
	r.Deliver("INBOX", mail(1), time.Now())
	item := r.list(t, "INBOX").Items[0]
	if err := r.Remove("INBOX", 1); err != nil {
		t.Fatal(err)
	}
	if _, err := r.fetch(t, item); !errors.Is(err, mailbox.ErrNotReturned) {
		t.Error(err)
	}
}

func TestWrongSizeIsVerifiedByASecondFetch(t *testing.T) {
	r := start(t, coremail.NetEase)
	r.Deliver("INBOX", mail(1), time.Now())
	for _, size := range []int64{0, 1, 39, 5000} {
		before := len(r.Commands())
		text, err := r.fetch(t, mailbox.Item{UID: 1, Size: size})
		if err != nil || !bytes.Equal(text, mail(1)) {
			t.Errorf("size %d: %q, %v", size, text, err)
		}
		fetches := 0
		for _, line := range r.Commands()[before:] {
			if line == "UID FETCH 1 (UID BODY.PEEK[])" {
				fetches++
			}
		}
		if fetches != 2 {
			t.Errorf("size %d: fetched %d times", size, fetches)
		}
	}
}

// hookWriter calls a function once, when a number of bytes has come.
type hookWriter struct {
	bytes.Buffer
	after int
	hook  func()
}

func (w *hookWriter) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	if w.hook != nil && w.Len() >= w.after {
		w.hook()
		w.hook = nil
	}
	return n, err
}

func TestTextThatChangesIsNotAccepted(t *testing.T) {
	r := start(t, coremail.NetEase)
	r.Deliver("INBOX", mail(1), time.Now())
	w := &hookWriter{hook: func() {
		if err := r.Replace("INBOX", 1, mail(2)); err != nil {
			t.Error(err)
		}
	}}
	err := r.client.Fetch(t.Context(), "INBOX", mailbox.Item{UID: 1, Size: 5}, w)
	if !errors.Is(err, mailbox.ErrNotReturned) {
		t.Errorf("%q, %v", w.Bytes(), err)
	}
}

func TestLargeMessagesComeInParts(t *testing.T) {
	const part = 2 << 20
	for _, size := range []int{8<<20 + 1, 10 << 20} {
		r := start(t, coremail.NetEase)
		raw := bigMail(size)
		r.Deliver("INBOX", raw, time.Now())
		item := r.list(t, "INBOX").Items[0]
		text, err := r.fetch(t, item)
		if err != nil || !bytes.Equal(text, raw) {
			t.Fatalf("%d: %d bytes, %v", size, len(text), err)
		}
		parts := 0
		for _, line := range r.Commands() {
			if strings.HasPrefix(line, "UID FETCH 1 (UID BODY.PEEK[]<") {
				parts++
			}
		}
		if want := (size + part - 1) / part; parts != want {
			t.Errorf("%d bytes in %d parts, want %d", size, parts, want)
		}
		// Parts that the server gives up, at once or on the way.
		for _, after := range []int{0, part, 2 * part} {
			refuse := coremail.Fault{UID: 1, Do: coremail.Reply, Text: "NO System busy!", Times: 1}
			w := &hookWriter{after: after, hook: func() { r.Faults().Add(refuse) }}
			if after == 0 {
				w.hook()
				w.hook = nil
			}
			if err := r.client.Fetch(t.Context(), "INBOX", item, w); err != nil || !bytes.Equal(w.Bytes(), raw) {
				t.Errorf("%d, refused after %d: %d bytes, %v", size, after, w.Len(), err)
			}
			r.Faults().Clear()
		}
		// A wrong size makes the last part short, and then the whole is compared.
		for _, wrong := range []int64{-1, 1, part} {
			text, err := r.fetch(t, mailbox.Item{UID: 1, Size: item.Size + wrong})
			if err != nil || !bytes.Equal(text, raw) {
				t.Errorf("%d%+d: %d bytes, %v", size, wrong, len(text), err)
			}
		}
		// A cut in the middle.
		w := &hookWriter{after: part, hook: func() {
			r.Faults().Add(coremail.Fault{UID: 1, Do: coremail.CutLiteral, N: 7, Times: 1})
		}}
		if err := r.client.Fetch(t.Context(), "INBOX", item, w); !errors.Is(err, mailbox.ErrConnection) {
			t.Errorf("cut: %v", err)
		}
	}
}

func TestTooLargeIsNotFetched(t *testing.T) {
	r := start(t, coremail.NetEase)
	_, err := r.fetch(t, mailbox.Item{UID: 1, Size: mailbox.MaxMessage + 1})
	if !errors.Is(err, mailbox.ErrTooLarge) || kind(err) != mailbox.KindTooLarge || r.connections() != 0 {
		t.Errorf("%v, %d connections", err, r.connections())
	}
}

type failingWriter struct{ after int }

var errDiskFull = errors.New("disk full")

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.after -= len(p); w.after < 0 {
		return 0, errDiskFull
	}
	return len(p), nil
}

func TestWriterThatFails(t *testing.T) {
	r := start(t, coremail.NetEase)
	raw := bigMail(1 << 20)
	r.Deliver("INBOX", raw, time.Now())
	item := r.list(t, "INBOX").Items[0]
	err := r.client.Fetch(t.Context(), "INBOX", item, &failingWriter{after: 100_000})
	if !errors.Is(err, errDiskFull) || errors.Is(err, mailbox.ErrConnection) || kind(err) != mailbox.KindWrite {
		t.Errorf("%v", err)
	}
	if text, err := r.fetch(t, item); err != nil || !bytes.Equal(text, raw) {
		t.Errorf("next time: %d bytes, %v", len(text), err)
	}
}
