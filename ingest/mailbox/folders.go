package mailbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

// folderList is what LIST gave.
type folderList struct {
	at   time.Time
	read []Folder // ExtraFolders not among them
	sent string
}

// Folders by name, for servers that give no attributes (RFC 6154) and for when
// LIST fails.
var (
	sentNames = []string{"已发送", "Sent", "Sent Messages", "Sent Items"}
	// skippedNames are never read unless they are among ExtraFolders.
	skippedNames = append([]string{
		"草稿箱", "已删除", "病毒文件夹", "Drafts", "Trash", "Deleted Messages", "Deleted Items",
	}, sentNames...)
	junkNames  = []string{"垃圾邮件", "广告邮件", "订阅邮件", "Junk", "Spam"}
	fixedNames = []string{"INBOX", "垃圾邮件", "广告邮件", "订阅邮件"}
)

// Folders returns the folders to read: INBOX first, junk and advertising and
// the user's own, and ExtraFolders; not drafts, sent, deleted and virus mail.
// The list is kept for an hour (Timeouts.List). When the server's LIST fails,
// which one oddly named folder can cause, the last list stays in force, and
// without one the folders of a 163.com account that can be opened.
func (c *Client) Folders(ctx context.Context) ([]Folder, error) {
	list, err := c.folderList(ctx)
	if err != nil {
		return nil, err
	}
	folders := slices.Clone(list.read)
	for _, name := range c.opt.ExtraFolders {
		if !slices.ContainsFunc(folders, func(f Folder) bool { return f.Name == name }) {
			folders = append(folders, Folder{Name: name, Junk: slices.Contains(junkNames, name)})
		}
	}
	return folders, nil
}

// Sent returns the folder in which the server keeps sent mail, "" if it has
// none. It is not among Folders.
func (c *Client) Sent(ctx context.Context) (string, error) {
	list, err := c.folderList(ctx)
	if err != nil {
		return "", err
	}
	return list.sent, nil
}

// folderList returns the list of folders, from memory while it is fresh.
func (c *Client) folderList(ctx context.Context) (*folderList, error) {
	var list *folderList
	err := c.run(ctx, "folders", true, func(s *session) error {
		if c.folders != nil && time.Since(c.folders.at) < c.opt.Timeouts.List {
			list = c.folders
			return nil
		}
		var err error
		if list, err = s.folders(); err == nil {
			c.folders = list
		}
		return err
	})
	var told *Error
	switch {
	case err == nil:
		return list, nil
	case !errors.As(err, &told) || !errors.Is(err, ErrConnection) && told.Kind != KindProtocol || told.Op == "login":
		return nil, err // there is no connection to be had, or no more time
	}
	// It is LIST that fails. Asking the same again at once would be no use.
	c.log.Warn("folders cannot be listed", "err", err)
	return c.fallback(ctx)
}

// fallback returns the last list or tries the fixed names. LIST is tried again
// after a sixth of the usual time.
func (c *Client) fallback(ctx context.Context) (*folderList, error) {
	list := &folderList{}
	err := c.run(ctx, "folders", true, func(s *session) error {
		if c.folders != nil {
			*list = *c.folders
		} else if err := s.tryFixed(list); err != nil {
			return err
		}
		list.at = time.Now().Add(-c.opt.Timeouts.List * 5 / 6)
		c.folders = list
		return nil
	})
	return list, err
}

// tryFixed finds out which of the fixed names can be opened.
func (s *session) tryFixed(list *folderList) error {
	list.read = nil
	for _, name := range fixedNames {
		switch err := s.examine(name); {
		case err == nil:
			list.read = append(list.read, Folder{Name: name, Junk: slices.Contains(junkNames, name)})
		case !errors.Is(err, ErrNoFolder):
			return err
		}
	}
	return nil
}

// folders asks the server for its folders.
func (s *session) folders() (*folderList, error) {
	found, err := s.imap.List("", "*", nil).Collect()
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	if len(found) == 0 {
		return nil, errors.New("list: no folders")
	}
	list := &folderList{at: time.Now(), read: []Folder{{Name: "INBOX"}}}
	for _, f := range found {
		has := func(attributes ...imap.MailboxAttr) bool {
			return slices.ContainsFunc(attributes, func(a imap.MailboxAttr) bool { return slices.Contains(f.Attrs, a) })
		}
		switch {
		case f.Mailbox == "INBOX", has(imap.MailboxAttrNoSelect, imap.MailboxAttrNonExistent):
		case has(imap.MailboxAttrSent):
			list.sent = f.Mailbox
		case has(imap.MailboxAttrJunk):
			list.read = append(list.read, Folder{Name: f.Mailbox, Junk: true})
		case has(imap.MailboxAttrDrafts, imap.MailboxAttrTrash, imap.MailboxAttrAll, imap.MailboxAttrFlagged):
		case slices.Contains(sentNames, f.Mailbox):
			if list.sent == "" {
				list.sent = f.Mailbox
			}
		case slices.Contains(skippedNames, f.Mailbox):
		default:
			list.read = append(list.read, Folder{Name: f.Mailbox, Junk: slices.Contains(junkNames, f.Mailbox)})
		}
	}
	return list, nil
}
