package testca_test

import (
	"crypto/x509"
	"testing"

	"taizhang/internal/testca"
)

func TestServerCertificateVerifiesForItsHostsOnly(t *testing.T) {
	server, pem, err := testca.New()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatal("the authority's PEM does not parse")
	}
	leaf, err := x509.ParseCertificate(server.Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{
		"127.0.0.1": true, "localhost": true, "::1": true, "imap.163.com": false,
	} {
		_, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots})
		if got := err == nil; got != want {
			t.Errorf("verify %s: %v, want %v (%v)", host, got, want, err)
		}
	}
}

func TestAuthoritiesDoNotTrustEachOther(t *testing.T) {
	server, _, err := testca.New()
	if err != nil {
		t.Fatal(err)
	}
	_, other, err := testca.New()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(other)
	leaf, err := x509.ParseCertificate(server.Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := leaf.Verify(x509.VerifyOptions{DNSName: "127.0.0.1", Roots: roots}); err == nil {
		t.Error("a certificate verified under another authority")
	}
}
