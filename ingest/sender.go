package ingest

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/authres"
	"github.com/emersion/go-msgauth/dkim"
	"golang.org/x/net/publicsuffix"

	"taizhang/ingest/attach"
	"taizhang/ledger"
)

// Proof is what is known of a sender's identity. It never accepts a figure by
// itself; a failure holds it (rule book §3).
type Proof string

// The proofs: a pass counts only for the domain of From.
const (
	ProofPass Proof = "pass"
	ProofNone Proof = "none"
	ProofFail Proof = "fail"
)

// TXTLookup fetches the TXT records of a domain, for DKIM keys.
type TXTLookup func(ctx context.Context, domain string) ([]string, error)

// dkimTime bounds the look-ups for one mail.
const dkimTime = 15 * time.Second

// prove checks the trusted Authentication-Results and, where lookup is given,
// the DKIM signatures. Any pass for the domain of From is a pass; a failure
// without a pass is a failure; a look-up that cannot be had is no verdict.
func prove(ctx context.Context, raw []byte, h *attach.Header, lookup TXTLookup) Proof {
	if len(h.From) != 1 {
		return ProofNone
	}
	_, domain, _ := strings.Cut(h.From[0].Addr, "@")
	results := trustedResults(h, domain)
	if lookup != nil && !slices.Contains(results, ProofPass) {
		results = append(results, dkimResults(ctx, raw, domain, lookup)...)
	}
	switch {
	case slices.Contains(results, ProofPass):
		return ProofPass
	case slices.Contains(results, ProofFail):
		return ProofFail
	}
	return ProofNone
}

// trustedResults reads the one Authentication-Results field that our own
// provider has written; attach decides which that is.
func trustedResults(h *attach.Header, domain string) []Proof {
	text, ok := h.TrustedAuthResults()
	if !ok {
		return nil
	}
	// NetEase writes smtp.mail for smtp.mailfrom (RFC 8601 §2.7.2).
	_, results, err := authres.Parse(strings.ReplaceAll(text, "smtp.mail=", "smtp.mailfrom="))
	if err != nil {
		return nil
	}
	var out []Proof
	for _, r := range results {
		switch r := r.(type) {
		case *authres.DKIMResult:
			d := r.Domain
			if d == "" {
				_, d, _ = strings.Cut(r.Identifier, "@")
			}
			out = append(out, verdict(r.Value, aligned(d, domain)))
		case *authres.SPFResult:
			d := r.From
			if _, after, found := strings.Cut(d, "@"); found {
				d = after
			}
			out = append(out, verdict(r.Value, aligned(d, domain)))
		case *authres.DMARCResult:
			out = append(out, verdict(r.Value, true))
		}
	}
	return out
}

// verdict counts a pass only when it is aligned, and a failure always. SPF
// softfail is a failure of identity as the rule book means it.
func verdict(v authres.ResultValue, aligned bool) Proof {
	switch v {
	case authres.ResultPass:
		if aligned {
			return ProofPass
		}
	case authres.ResultFail, authres.ResultHardFail, authres.ResultSoftFail:
		return ProofFail
	}
	return ProofNone
}

// aligned reports whether the proven domain and the From domain belong to one
// organisation (RFC 7489 §3.1, relaxed).
func aligned(proven, from string) bool {
	p, perr := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(strings.TrimSuffix(proven, ".")))
	f, ferr := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(from))
	return perr == nil && ferr == nil && p == f
}

func dkimResults(ctx context.Context, raw []byte, domain string, lookup TXTLookup) []Proof {
	ctx, cancel := context.WithTimeout(ctx, dkimTime)
	defer cancel()
	vs, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{
		LookupTXT:        func(d string) ([]string, error) { return lookup(ctx, d) },
		MaxVerifications: 4,
	})
	if err != nil {
		return nil
	}
	var out []Proof
	for _, v := range vs {
		switch {
		case v.Err == nil && aligned(v.Domain, domain):
			out = append(out, ProofPass)
		case v.Err != nil && !dkim.IsTempFail(v.Err) && aligned(v.Domain, domain):
			out = append(out, ProofFail)
		}
	}
	return out
}

// Policy says whom to believe.
type Policy struct {
	Own        string   // our own address, lower case
	Desk       []string // addresses of the desk
	Open       bool     // accept and record unknown addresses
	UnsignedOK bool     // accept mail without any proof
}

// sender is who wrote a mail, as far as it can be known.
type sender struct {
	addr     string
	unit     string // the unit the address is known for; "" for the desk and strangers
	known    bool
	desk     bool // the desk or our own address: its documents are 代报
	unsigned bool // mail without proof is accepted from it
	proof    Proof
	doubts   []string // keys of what failed, for finding I13
}

// identify works out who wrote the mail.
func (p Policy) identify(h *attach.Header, proof Proof, st *ledger.State) sender {
	s := sender{proof: proof}
	if len(h.From) > 0 {
		s.addr = h.From[0].Addr
	}
	if k, ok := st.UnitOf(s.addr); ok {
		s.known, s.unit, s.unsigned = true, k.Unit, k.Unsigned
	}
	if s.addr != "" && (s.addr == p.Own || slices.Contains(p.Desk, s.addr)) {
		s.known, s.desk, s.unit = true, true, ""
	}
	s.unsigned = s.unsigned || p.UnsignedOK
	if h.FromFields > 1 || len(h.From) > 1 {
		s.doubts = append(s.doubts, "two-from")
	}
	if len(h.ReplyTo) > 0 && !slices.ContainsFunc(h.ReplyTo, func(a attach.Address) bool { return a.Addr == s.addr }) {
		s.doubts = append(s.doubts, "reply-to")
	}
	if proof == ProofFail {
		s.doubts = append(s.doubts, "signature")
	}
	return s
}

// findings says what the sender's identity means for a document of the unit.
func (s *sender) findings(p Policy, unit string) []ledger.Finding {
	hold := func(code ledger.Code, args map[string]string) []ledger.Finding {
		return []ledger.Finding{{Code: code, Severity: ledger.Hold, Value: s.addr, Args: args}}
	}
	switch {
	case len(s.doubts) > 0:
		return hold(ledger.ISenderFailed, map[string]string{"what": s.doubts[0]})
	case !s.known && !p.Open:
		return hold(ledger.ISenderUnknown, nil)
	case s.known && !s.desk && unit != "" && s.unit != unit:
		return hold(ledger.ISenderOther, map[string]string{"unit": s.unit})
	case s.proof != ProofPass && !s.unsigned:
		return hold(ledger.ISenderUnsigned, nil)
	}
	return nil
}
