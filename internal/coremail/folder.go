package coremail

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"
)

// DefaultFolders are the folders of a 163.com or 126.com account.
var DefaultFolders = []string{
	"INBOX", "草稿箱", "已发送", "已删除", "垃圾邮件", "病毒文件夹", "广告邮件", "订阅邮件",
}

// specialUse gives the folders that have an attribute (RFC 6154).
var specialUse = map[string]string{
	"草稿箱": `\Drafts`, "已发送": `\Sent`, "已删除": `\Trash`, "垃圾邮件": `\Junk`,
}

// message is one mail of a folder.
type message struct {
	uid  uint32
	raw  []byte
	at   time.Time // INTERNALDATE
	seen bool
}

// folder holds messages in the order of their UIDs.
type folder struct {
	name     string
	validity string // as text, so that tests can say what no server should
	next     uint32
	messages []*message
}

func newFolder(name string) *folder { return &folder{name: name, validity: "1", next: 1} }

func (f *folder) add(raw []byte, at time.Time) uint32 {
	uid := f.next
	f.next++
	f.messages = append(f.messages, &message{uid: uid, raw: bytes.Clone(raw), at: at})
	return uid
}

// index returns the place of the message, or -1. Messages stand in the order of
// their UIDs.
func (f *folder) index(uid uint32) int {
	i, ok := slices.BinarySearchFunc(f.messages, uid, func(m *message, uid uint32) int { return cmp.Compare(m.uid, uid) })
	if !ok {
		return -1
	}
	return i
}

// Deliver files a mail in the folder, which is made if it is not there yet, and
// returns its UID. The INTERNALDATE is at, and raw is copied.
func (s *Server) Deliver(name string, raw []byte, at time.Time) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changed()
	return s.folder(name).add(raw, at)
}

// Move moves a message to another folder, as a person does in webmail, and
// returns its UID there.
func (s *Server) Move(name string, uid uint32, to string) (uint32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.folder(name)
	i := f.index(uid)
	if i < 0 {
		return 0, fmt.Errorf("move: no message %d in %s", uid, name)
	}
	m := f.messages[i]
	f.messages = slices.Delete(f.messages, i, i+1)
	defer s.changed()
	return s.folder(to).add(m.raw, m.at), nil
}

// Remove deletes a message, as a person does in webmail.
func (s *Server) Remove(name string, uid uint32) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.folder(name)
	i := f.index(uid)
	if i < 0 {
		return fmt.Errorf("remove: no message %d in %s", uid, name)
	}
	f.messages = slices.Delete(f.messages, i, i+1)
	s.changed()
	return nil
}

// Replace puts another mail under an existing UID, as a server does that uses
// its UIDs anew.
func (s *Server) Replace(name string, uid uint32, raw []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.folder(name)
	i := f.index(uid)
	if i < 0 {
		return fmt.Errorf("replace: no message %d in %s", uid, name)
	}
	f.messages[i] = &message{uid: uid, raw: bytes.Clone(raw), at: f.messages[i].at}
	s.changed()
	return nil
}

// SetValidity changes what a folder says of its UIDVALIDITY. Any text is sent
// as it is; with an empty one the response is left out.
func (s *Server) SetValidity(name, validity string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.folder(name).validity = validity
}

// SetNow sets the instant by which the window of visible mail is reckoned. Until
// it is called that is the machine's clock.
func (s *Server) SetNow(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = now
	s.changed()
}

// Messages returns the raw mails of a folder, those outside the window too.
func (s *Server) Messages(name string) [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all [][]byte
	for _, m := range s.folder(name).messages {
		all = append(all, bytes.Clone(m.raw))
	}
	return all
}

// folder returns the named folder and makes it if need be. s.mu is held.
func (s *Server) folder(name string) *folder {
	if f := s.lookup(name); f != nil {
		return f
	}
	f := newFolder(name)
	s.folders = append(s.folders, f)
	return f
}

// lookup returns the named folder or nil. s.mu is held.
func (s *Server) lookup(name string) *folder {
	i := slices.IndexFunc(s.folders, func(f *folder) bool { return sameName(f.name, name) })
	if i < 0 {
		return nil
	}
	return s.folders[i]
}

// visible returns the messages that a client is shown. s.mu is held.
func (s *Server) visible(f *folder) []*message {
	if s.opt.Window < 0 {
		return slices.Clone(f.messages)
	}
	now := s.now
	if now.IsZero() {
		now = time.Now()
	}
	oldest := now.Add(-s.opt.Window)
	var shown []*message
	for _, m := range f.messages {
		if m.at.After(oldest) {
			shown = append(shown, m)
		}
	}
	return shown
}

// changed wakes the sessions that are in IDLE. s.mu is held.
func (s *Server) changed() {
	close(s.change)
	s.change = make(chan struct{})
}
