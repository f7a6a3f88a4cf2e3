package guard

import (
	"context"
	"net/netip"
	"strings"
	"testing"
)

func TestErrorLog(t *testing.T) {
	tests := []struct {
		name, said string
		kind       Kind
		client     string
		cause      string
	}{
		{"a handshake fails", "http: TLS handshake error from 192.0.2.1:4321: tls: client offered only unsupported versions", HandshakeFailed, "192.0.2.1", "tls: client offered only unsupported versions"},
		{"a port scan", "http: TLS handshake error from 192.0.2.1:4321: EOF", ServerComplained, "invalid IP", "http: TLS handshake error from 192.0.2.1:4321: EOF"},
		{"anything else", "http: superfluous response.WriteHeader call", ServerComplained, "invalid IP", "http: superfluous response.WriteHeader call"},
		{"a long report", "http: " + strings.Repeat("a", 1000), ServerComplained, "invalid IP", "http: " + strings.Repeat("a", longestCause-6)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got Notice
			var client netip.Addr
			g := New(Config{Notice: func(ctx context.Context, n Notice) { got, client = n, From(ctx).Client }})
			g.ErrorLog().Print(tt.said)
			if got.Kind != tt.kind || got.Cause != tt.cause || client.String() != tt.client {
				t.Errorf("%+v of %v", got, client)
			}
		})
	}
}

// Garbage on a TLS port has the budget of refusals: some lines, then a count.
func TestGarbageHandshakesBecomeQuiet(t *testing.T) {
	var log seen
	l := New(Config{Notice: log.notice}).ErrorLog()
	for range 3000 {
		l.Print("http: TLS handshake error from 192.0.2.1:4321: tls: first record does not look like a TLS handshake")
	}
	loud := 0
	for _, n := range log.of(HandshakeFailed) {
		if !n.Quiet {
			loud++
		}
	}
	if len(log.notices) != 3000 || loud != linesPerClient {
		t.Errorf("%d notices, %d of them to be written", len(log.notices), loud)
	}
}
