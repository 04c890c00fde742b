package ingest

import (
	"context"
	"errors"
	"testing"

	"taizhang/ingest/attach"
	"taizhang/ledger"
)

// provider is a header as the mailbox's provider leaves it: its Received on
// top, its results at the bottom.
func provider(from, middle, results string) []byte {
	return []byte("Received: from x\r\n\tby mx19 (Coremail) with SMTP id 1;\r\n\tTue, 24 May 2022 10:00:00 +0800 (CST)\r\n" +
		middle + "From: " + from + "\r\nX-CM-TRANSID: 1\r\n" + results + "\r\ntext\r\n")
}

func TestProof(t *testing.T) {
	for _, c := range []struct {
		name, from, middle, results string
		want                        Proof
	}{
		{"none", "a@county.example", "", "", ProofNone},
		{"spf in order", "a@county.example", "", "Authentication-Results: mx19; spf=pass smtp.mail=a@county.example\r\n", ProofPass},
		{"dkim of a parent domain", "a@mail.county.example", "", "Authentication-Results: mx19; dkim=pass header.i=@county.example\r\n", ProofPass},
		{"dkim of another domain", "a@county.example", "", "Authentication-Results: mx19; dkim=pass header.i=@bulk.example\r\n", ProofNone},
		{"spf of a bulk sender", "a@county.example", "", "Authentication-Results: mx19; spf=pass smtp.mail=x@bulk.example\r\n", ProofNone},
		{"spf failed", "a@county.example", "", "Authentication-Results: mx19; spf=fail smtp.mail=a@county.example\r\n", ProofFail},
		{"spf failed after forwarding, dkim in order", "a@county.example", "", "Authentication-Results: mx19; spf=softfail smtp.mail=a@county.example; dkim=pass header.i=@county.example\r\n", ProofPass},
		{"a forger's results above", "a@county.example", "Authentication-Results: mx19; spf=pass smtp.mail=a@county.example\r\n", "", ProofNone},
		{"a forger's results above, the provider's below", "a@county.example", "Authentication-Results: mx19; spf=pass smtp.mail=a@county.example\r\n", "Authentication-Results: mx19; spf=fail smtp.mail=a@county.example\r\n", ProofFail},
		{"another host's results", "a@county.example", "", "Authentication-Results: mx.evil.example; spf=pass smtp.mail=a@county.example\r\n", ProofNone},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw := provider(c.from, c.middle, c.results)
			m, err := attach.Parse(raw, attach.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			lookup := func(context.Context, string) ([]string, error) { return nil, errors.New("no DNS") }
			if got := prove(t.Context(), raw, &m.Header, lookup); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestSender(t *testing.T) {
	st := &ledger.State{Addresses: map[string]ledger.KnownAddress{
		"signed@yz.example":   {Addr: "signed@yz.example", Unit: "禹州市"},
		"unsigned@cg.example": {Addr: "unsigned@cg.example", Unit: "长葛市", Unsigned: true},
	}}
	policy := Policy{Own: "desk@own.example", Desk: []string{"desk@own.example", "chief@office.example"}}
	for _, c := range []struct {
		name, header string
		proof        Proof
		unit         string
		want         ledger.Code
	}{
		{"known and proven", "From: signed@yz.example", ProofPass, "禹州市", ""},
		{"known, no proof, not confirmed", "From: signed@yz.example", ProofNone, "禹州市", ledger.ISenderUnsigned},
		{"known, no proof, confirmed", "From: unsigned@cg.example", ProofNone, "长葛市", ""},
		{"known, proof failed", "From: unsigned@cg.example", ProofFail, "长葛市", ledger.ISenderFailed},
		{"another unit's address", "From: signed@yz.example", ProofPass, "长葛市", ledger.ISenderOther},
		{"unknown", "From: x@y.example", ProofPass, "禹州市", ledger.ISenderUnknown},
		{"the name says it, the address does not", "From: \"signed@yz.example\" <x@y.example>", ProofPass, "禹州市", ledger.ISenderUnknown},
		{"answers go elsewhere", "From: signed@yz.example\r\nReply-To: x@y.example", ProofPass, "禹州市", ledger.ISenderFailed},
		{"Reply-To is the sender", "From: signed@yz.example\r\nReply-To: Signed@yz.example", ProofPass, "禹州市", ""},
		{"two senders", "From: signed@yz.example\r\nFrom: x@y.example", ProofPass, "禹州市", ledger.ISenderFailed},
		{"two senders in one field", "From: signed@yz.example, x@y.example", ProofPass, "禹州市", ledger.ISenderFailed},
		{"the desk files for a unit", "From: chief@office.example", ProofPass, "襄城县", ""},
		{"the desk without proof", "From: desk@own.example", ProofNone, "襄城县", ledger.ISenderUnsigned},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := attach.Parse([]byte(c.header+"\r\n\r\nx\r\n"), attach.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			s := policy.identify(&m.Header, c.proof, st)
			var got ledger.Code
			if fs := s.findings(policy, c.unit); len(fs) > 0 {
				got = fs[0].Code
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
