package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"taizhang/app"
)

// Fault 6: the mail server refuses the authorisation code, and the program is
// started again and again, as a supervisor does. The server sees three logins,
// and the fourth when a person has renewed the code.
func TestRefusedLoginsSurviveRestarts(t *testing.T) {
	s := newWire(t, 6)
	file := filepath.Join(filepath.Dir(s.cfg.StoreDir), "code")
	write := func(code string) {
		if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	logins := func() (n int) {
		for _, c := range s.imap.Commands() {
			if strings.HasPrefix(c, "LOGIN") {
				n++
			}
		}
		return n
	}
	write("a-code-that-has-expired")
	for i := range 6 {
		if err := s.app.Close(); err != nil {
			t.Fatal(err)
		}
		s.open()
		for range 2 {
			s.now = s.now.Add(time.Minute)
			r, err := s.app.Step(t.Context(), s.now)
			if err != nil || app.MailboxTrouble(r.PollErr) != app.TroubleLogin {
				t.Fatalf("start %d: %v, %v", i, r.PollErr, err)
			}
		}
	}
	if n := logins(); n != 3 {
		t.Errorf("%d logins with the expired code, want 3", n)
	}
	write(password)
	if err := s.app.Close(); err != nil {
		t.Fatal(err)
	}
	s.open()
	r, err := s.app.Step(t.Context(), s.now)
	if err != nil || r.PollErr != nil || logins() != 4 {
		t.Errorf("with the new code: %v, %v, %d logins", r.PollErr, err, logins())
	}
	if err := s.app.Close(); err != nil {
		t.Fatal(err)
	}
}
