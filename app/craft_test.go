package app_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// The addresses of the crafted mails: the one that is known, and a forger's.
const (
	knownAddr  = "shebao@yuzhou.example"
	forgerAddr = "x@evil.example"
)

// variant is one way in which a part of a crafted mail is written. honest says
// that this part is as the real county, its provider and ours would write it.
type variant struct {
	name, text string
	honest     bool
}

// fromFields are From fields as a county writes them and as forgers do.
var fromFields = []variant{
	{"plain", "From: " + knownAddr, true},
	{"upper case", "From: SHEBAO@YUZHOU.EXAMPLE", true},
	{"with a name", "From: =?UTF-8?B?56a55bee5biC56S+5L+d?= <" + knownAddr + ">", true},
	{"folded", "From: =?UTF-8?B?56a55bee5biC56S+5L+d?=\r\n <" + knownAddr + ">", true},
	{"the address as the name", "From: \"" + knownAddr + "\" <" + forgerAddr + ">", false},
	{"the address as an encoded name", "From: =?utf-8?q?shebao=40yuzhou=2Eexample?= <" + forgerAddr + ">", false},
	{"an encoded angle", "From: =?utf-8?q?=3Cshebao=40yuzhou=2Eexample=3E?= <" + forgerAddr + ">", false},
	{"the unit as the name", "From: =?UTF-8?B?56a55bee5biC56S+5L+d?= <" + forgerAddr + ">", false},
	{"a Cyrillic letter", "From: shebao@yuzh\u043eu.example", false},
	{"a Cyrillic letter before the @", "From: sheb\u0430o@yuzhou.example", false},
	{"punycode", "From: shebao@xn--yuzhu-jye.example", false},
	{"full width", "From: shebao@\uff59\uff55zhou.example", false},
	{"a sub-domain", "From: shebao@mail.yuzhou.example", false},
	{"a longer domain", "From: shebao@yuzhou.example.evil.example", false},
	{"a shorter domain", "From: shebao@example", false},
	{"another name at the domain", "From: shebao2@yuzhou.example", false},
	{"a tag", "From: shebao+x@yuzhou.example", false},
	{"look-alike letters", "From: shebao@yuzh0u.example", false},
	{"two addresses", "From: " + knownAddr + ", " + forgerAddr, false},
	{"two addresses the other way", "From: " + forgerAddr + ", " + knownAddr, false},
	{"two fields", "From: " + knownAddr + "\r\nFrom: " + forgerAddr, false},
	{"two fields the other way", "From: " + forgerAddr + "\r\nFrom: " + knownAddr, false},
	{"a group with a forger", "From: a:" + knownAddr + "," + forgerAddr + ";", false},
	{"a route", "From: <@yuzhou.example:" + forgerAddr + ">", false},
	{"a comment", "From: " + forgerAddr + " (" + knownAddr + ")", false},
	{"raw GBK and another address", "From: \xd3\xed\xd6\xdd\xca\xd0 <" + forgerAddr + ">", false},
	{"a NUL", "From: " + knownAddr + "\x00@evil.example", false},
	{"a line break by encoding", "From: =?utf-8?q?" + knownAddr + "=0D=0AFrom:_x?= <" + forgerAddr + ">", false},
	{"two at signs", "From: " + knownAddr + "@evil.example", false},
	{"no address", "From: =?UTF-8?B?56a55bee5biC56S+5L+d?=", false},
}

// The provider's word of the known domain, and of the forger's.
const (
	resultPass = "mx19; spf=pass smtp.mail=" + knownAddr + "; dkim=pass header.i=@yuzhou.example"
	resultFail = "mx19; spf=fail smtp.mail=" + knownAddr
	resultEvil = "mx19; spf=pass smtp.mail=" + forgerAddr + "; dkim=pass header.i=@evil.example"
)

// found is what Authentication-Results fields say: above is what the sender wrote beforeentication-Results: above is what the sender wrote before
// From, below what stands where the provider writes, behind its X-CM-TRANSID.
type found struct {
	name, above, below string
	honest             bool
}

var results = []found{
	{"the provider's pass", "", resultPass, true},
	{"none", "", "", false},
	{"forged above", resultPass, "", false},
	{"forged above, the provider's failure below", resultPass, resultFail, false},
	{"forged above, the forger's own pass below", resultPass, resultEvil, false},
	{"forged with a transaction of its own", resultPass + "\r\nX-CM-TRANSID: 7", "", false},
	{"another host", "", strings.Replace(resultPass, "mx19", "mx.evil.example", 1), false},
	{"another mx", "", strings.Replace(resultPass, "mx19", "mx20", 1), false},
	{"folded oddly above", "\r\n mx19;\r\n\tspf=pass\r\n\tsmtp.mail=" + knownAddr, "", false},
	{"a pass in a comment", "", "mx19; spf=fail (spf=pass smtp.mail=" + knownAddr + ") smtp.mail=" + knownAddr, false},
	{"a pass in quotes", "", "mx19; spf=none reason=\"; dkim=pass header.i=@yuzhou.example\" smtp.mail=" + forgerAddr, false},
	{"a comment as the host", "(mx19) evil; spf=pass smtp.mail=" + knownAddr, "", false},
	{"a pass for a longer domain", "", "mx19; dkim=pass header.i=@yuzhou.example.evil.example", false},
	{"a pass for a shorter domain", "", "mx19; dkim=pass header.i=@example", false},
}

// extras are other fields of the sender's.
var extras = []variant{
	{"nothing", "", true},
	{"answers elsewhere", "Reply-To: " + forgerAddr + "\r\n", false},
	{"answers to a look-alike", "Reply-To: shebao@yuzhou-example.evil.example\r\n", false},
	{"another sender", "Sender: " + forgerAddr + "\r\n", true},
	{"another return path", "Return-Path: <" + forgerAddr + ">\r\n", true},
	{"sent again", "Resent-From: " + knownAddr + "\r\nX-Original-From: " + knownAddr + "\r\n", true},
}

// signing is one way to sign a mail.
type signing struct {
	name           string
	domain         string
	key            int // 0: none; 1: yuzhou's; 2: the forger's; 3: a withdrawn one
	part           bool
	expired, later bool // expired; the body was changed later
	noFrom, twice  bool
	honest         bool
}

var signings = []signing{
	{name: "yuzhou's", domain: "yuzhou.example", key: 1, honest: true},
	{name: "over a part of the body", domain: "yuzhou.example", key: 1, part: true},
	{name: "expired", domain: "yuzhou.example", key: 1, expired: true},
	{name: "changed later", domain: "yuzhou.example", key: 1, later: true},
	{name: "From not signed", domain: "yuzhou.example", key: 1, noFrom: true},
	{name: "the forger's for its own domain", domain: "evil.example", key: 2},
	{name: "the forger's for yuzhou's", domain: "yuzhou.example", key: 2},
	{name: "a withdrawn key", domain: "yuzhou.example", key: 3},
	{name: "two, the known one broken", domain: "evil.example", key: 2, twice: true},
}

// keys are made from fixed seeds.
func signingKey(n int) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+n)), ed25519.SeedSize)))
}

// keyRecord is the TXT record of a selector, which names the key.
func keyRecord(name string) string {
	for n := 1; n <= 2; n++ {
		domain := map[int]string{1: "yuzhou.example", 2: "evil.example"}[n]
		if name == fmt.Sprintf("k%d._domainkey.%s", n, domain) {
			return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(signingKey(n).Public().(ed25519.PublicKey))
		}
	}
	if name == "k3._domainkey.yuzhou.example" {
		return "v=DKIM1; k=ed25519; p="
	}
	return ""
}

var spaces = regexp.MustCompile(`[ \t\r\n]+`)

// relaxed is a header field as DKIM canonicalises it (RFC 6376 §3.4.2).
func relaxed(name, value string) string {
	return strings.ToLower(name) + ":" + strings.TrimSpace(spaces.ReplaceAllString(value, " "))
}

// sign writes a DKIM-Signature over the fields and the body (RFC 6376, RFC 8463),
// also in the ways in which none should be believed.
func (s signing) sign(fields [][2]string, body string, now time.Time) string {
	signed := body
	tags := ""
	if s.part {
		signed = body[:40]
		tags = fmt.Sprintf(" l=%d;", len(signed))
	}
	if s.expired {
		tags += fmt.Sprintf(" x=%d;", now.Add(-time.Hour).Unix())
	}
	hash := sha256.Sum256([]byte(signed))
	var names []string
	var data strings.Builder
	for _, f := range fields {
		if s.noFrom && strings.EqualFold(f[0], "From") {
			continue
		}
		names = append(names, f[0])
		data.WriteString(relaxed(f[0], f[1]) + "\r\n")
	}
	value := fmt.Sprintf("v=1; a=ed25519-sha256; c=relaxed/simple; d=%s; s=k%d;%s h=%s; bh=%s; b=", s.domain, s.key, tags,
		strings.Join(names, ":"), base64.StdEncoding.EncodeToString(hash[:]))
	data.WriteString(relaxed("DKIM-Signature", value))
	sum := sha256.Sum256([]byte(data.String()))
	return "DKIM-Signature: " + value + base64.StdEncoding.EncodeToString(ed25519.Sign(signingKey(s.key), sum[:])) + "\r\n"
}

// crafted is a mail that somebody has made up, or a county has sent.
type crafted struct {
	name   string
	raw    []byte
	honest bool // from the known address, one From, answers there, and proven
}

// craft writes the n-th mail: Received on top, what the sender wrote, and at
// the bottom what the provider adds.
func craft(n int, at time.Time, from variant, result int, s signing, extra variant) crafted {
	page := page(place{"禹州市", monthOf(at)}, stated{firms: "12", pension: fmt.Sprint(30 + n%20), injury: fmt.Sprint(30 + n/20%20), unemployment: "33", words: "走访企业。"}, at)
	body := "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + fmt.Sprint(n) + "\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n" +
		"Content-Disposition: attachment; filename=\"taizhang.csv\"\r\n\r\n" + base64.StdEncoding.EncodeToString(page) + "\r\n--b--\r\n"
	fields := [][2]string{{"Subject", " =?UTF-8?B?5Y+w6LSm?="}, {"Message-ID", fmt.Sprintf(" <%d@yuzhou.example>", n)}, {"MIME-Version", " 1.0"}, {"Content-Type", " multipart/mixed; boundary=b"}}
	var head strings.Builder
	r := results[result]
	if r.above != "" {
		head.WriteString("Authentication-Results: " + r.above + "\r\n")
	}
	head.WriteString(extra.text + from.text + "\r\n")
	for _, f := range fields {
		head.WriteString(f[0] + ":" + f[1] + "\r\n")
	}
	if _, value, ok := strings.Cut(from.text, ":"); ok && !strings.Contains(value, "\r\nFrom:") {
		fields = append(fields, [2]string{"From", value})
	} else if i := strings.LastIndex(from.text, "From:"); i >= 0 { // the last of two, as RFC 6376 §5.4.2 signs them
		fields = append(fields, [2]string{"From", from.text[i+5:]})
	}
	signature := ""
	if s.key > 0 {
		signature = s.sign(fields, body, at)
		if s.twice {
			broken := signing{domain: "yuzhou.example", key: 2}
			signature += broken.sign(fields, body, at)
		}
		if s.later {
			body = strings.Replace(body, "\r\n--b--", "\r\n\r\n--b--", 1)
		}
	}
	bottom := "X-CM-TRANSID: 1\r\n"
	if r.below != "" {
		bottom += "Authentication-Results: " + r.below + "\r\n"
	}
	received := fmt.Sprintf("Received: from x\r\n\tby mx19 (Coremail) with SMTP id %d;\r\n\t%s (CST)\r\n", n, at.Format(time.RFC1123Z))
	return crafted{
		name:   strings.Join([]string{from.name, r.name, s.name, extra.name}, " | "),
		raw:    []byte(received + signature + head.String() + bottom + "\r\n" + body),
		honest: from.honest && extra.honest && (r.honest || s.honest),
	}
}
