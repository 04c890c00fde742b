package store

import (
	"strings"

	"taizhang/ledger"
)

// applyReplies writes the replies in words.
func applyReplies(t *tx, rs []ledger.Reply) error {
	for i := range rs {
		if err := applyReply(t, &rs[i]); err != nil {
			return err
		}
	}
	return nil
}

func applyReply(t *tx, r *ledger.Reply) error {
	if err := validKey("reply", r.ID); err != nil {
		return err
	}
	if !strings.HasPrefix(r.ID, r.Mail+"/") || !validDigest(r.Mail) {
		return refused("reply %q is not of mail %q", r.ID, r.Mail)
	}
	for _, e := range r.Explanations {
		if e.Mail != r.Mail || e.Unit == "" || e.Period.IsZero() || strings.TrimSpace(e.Reason) == "" {
			return refused("reply %q: an explanation of another mail, of no unit and month, or without a reason", r.ID)
		}
	}
	old, known, err := replies.get(t, r.ID)
	if err != nil {
		return err
	}
	if known {
		if what := changedReply(&old, r); what != "" {
			return refused("reply %q: its %s does not change", r.ID, what)
		}
	}
	return replies.put(t, r)
}

// changedReply names what differs between two records of one reply and must
// not, or returns "".
func changedReply(old, r *ledger.Reply) string {
	held := old.State == ledger.ReplyHeld
	switch {
	case old.Text != r.Text || old.Sender != r.Sender:
		return "sender and text"
	case !old.Arrived.Equal(r.Arrived) || !old.Decided.Equal(r.Decided):
		return "arrival and instant of reading"
	case !held && (old.State != r.State || old.Unit != r.Unit || old.Period != r.Period):
		return "state, once it is no longer held,"
	case !begins(old.Explanations, r.Explanations):
		return "list of explanations, which only grows,"
	case !begins(old.Decisions, r.Decisions):
		return "list of decisions, which only grows,"
	}
	return ""
}

// begins reports whether list begins with all of old.
func begins[T any](old, list []T) bool {
	if len(list) < len(old) {
		return false
	}
	for i := range old {
		if !sameJSON(&old[i], &list[i]) {
			return false
		}
	}
	return true
}
