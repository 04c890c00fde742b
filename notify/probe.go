package notify

import (
	"strings"
	"time"

	"taizhang/ledger"
)

// ProbeKey returns the outbox key of the probe for the mail in doubt. There is
// one at most.
func ProbeKey(key string) string { return probePrefix + key + probeSuffix }

const (
	probePrefix = "probe/"
	probeSuffix = "/1"
)

// probed returns the key of the mail that the probe was sent for.
func probed(key string) string {
	return strings.TrimSuffix(strings.TrimPrefix(key, probePrefix), probeSuffix)
}

// ProbeFor returns the key of the mail in doubt for which a probe must go out:
// a small mail to ourselves, whose copy shows that the mailbox would show the
// copy of the mail in doubt as well. ok is false when none is needed: because
// nothing is in doubt for long enough, because a later mail has gone out or is
// about to and serves as well, or because each doubt has had its probe.
func ProbeFor(now time.Time, s *ledger.State, pr Proof) (key string, ok bool) {
	if s.Pause != nil {
		return "", false
	}
	for _, key := range keysOf(s, func(o *ledger.Outgoing) bool { return o.State == ledger.SendAmbiguous }) {
		o := s.Outbox[key]
		if o.Kind == ledger.MailProbe || o.Resent || len(acceptedBy(o)) > 0 {
			continue
		}
		last := lastAttempt(o)
		_, had := s.Outbox[ProbeKey(key)]
		_, blind := last.Recipient[o.From] // no copy can come: there is nothing to prove
		if had || blind || now.Before(last.EndOfData.Add(pr.After)) || served(now, s, last.EndOfData) {
			continue
		}
		return key, true
	}
	return "", false
}

// served reports whether a mail of ours that was begun after the instant was
// taken by the server, or whether one may go out now.
func served(now time.Time, s *ledger.State, since time.Time) bool {
	for _, o := range s.Outbox {
		switch o.State {
		case ledger.SendQueued, ledger.SendDeferred:
			if !o.NotBefore.After(now) {
				return true
			}
		case ledger.SendSent:
			_, blind := lastAttempt(o).Recipient[o.From]
			if len(o.Attempts) > 0 && o.Attempts[0].Begun.After(since) && !blind {
				return true
			}
		}
	}
	return false
}
