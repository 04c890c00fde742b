package mailbox

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// List returns all messages that a folder shows now. It opens the folder anew,
// because servers tell of new mail only then. A folder with no messages is an
// empty listing, a folder that the server does not open is an ErrNoFolder.
func (c *Client) List(ctx context.Context, folder string) (Listing, error) {
	var listing Listing
	err := c.run(ctx, "list", true, func(s *session) error {
		var err error
		var count uint32
		listing, count, err = s.list(folder)
		if err == nil && folder == "INBOX" {
			c.inbox, c.listed = count, true
		}
		return err
	})
	if err != nil {
		return Listing{}, err
	}
	if listing.Missing > 0 {
		c.log.Warn("folder lists fewer messages than it counts", "folder", folder, "missing", listing.Missing)
	}
	return listing, nil
}

// list lists a folder, a second time if the server left messages out.
func (s *session) list(folder string) (listing Listing, count uint32, err error) {
	found := make(map[uint32]Item)
	for range 2 {
		if err := s.examine(folder); err != nil {
			return Listing{}, 0, err
		}
		seen := s.guard.look()
		listing.Validity, count = seen.validity, seen.exists
		if count > 0 {
			if err := s.listItems(found); err != nil {
				return Listing{}, 0, err
			}
		}
		if listing.Missing = max(0, int(count)-len(found)); listing.Missing == 0 {
			break
		}
	}
	listing.Items = slices.SortedFunc(maps.Values(found), func(a, b Item) int { return cmp.Compare(a.UID, b.UID) })
	return listing, count, nil
}

func (s *session) listItems(found map[uint32]Item) error {
	s.guard.expect(0, maxListing)
	cmd := s.imap.Fetch(imap.UIDSet{{Start: 1}}, &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true})
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		data, err := msg.Collect()
		if err != nil {
			return fmt.Errorf("listing: %w", s.guard.fail(err))
		}
		found[uint32(data.UID)] = Item{UID: uint32(data.UID), Size: data.RFC822Size, Internal: data.InternalDate}
	}
	if err := cmd.Close(); err != nil {
		return fmt.Errorf("listing: %w", err)
	}
	return nil
}
