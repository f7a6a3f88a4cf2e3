package guard

import (
	"net/http"
	"net/netip"
	"testing"
)

func TestTrustedProxies(t *testing.T) {
	tests := []struct {
		setting, peer string
		want          bool
	}{
		{"", "10.0.0.1:5000", false},
		{"10.0.0.0/8", "10.9.9.9:5000", true},
		{"10.0.0.0/8", "11.0.0.1:5000", false},
		{"10.0.0.7/8", "10.9.9.9:5000", true},
		{"192.0.2.7, 2001:db8::/32", "192.0.2.7:5000", true},
		{"192.0.2.7, 2001:db8::/32", "192.0.2.8:5000", false},
		{"192.0.2.7, 2001:db8::/32", "[2001:db8::1]:5000", true},
		{"10.0.0.0/8", "[::ffff:10.0.0.1]:5000", true},
		{"10.0.0.0/8", "@", false},
	}
	for _, tt := range tests {
		t.Setenv("TRUSTED_PROXIES", tt.setting)
		s := &settings{}
		p := trustedProxies(s)
		if len(s.problems) > 0 {
			t.Errorf("%q is refused: %v", tt.setting, s.problems)
		}
		if got := p.trusted(peer(&http.Request{RemoteAddr: tt.peer})); got != tt.want {
			t.Errorf("%q trusts %s: %v", tt.setting, tt.peer, got)
		}
	}
	for _, bad := range []string{"proxy.example.com", "10.0.0.0/40", "0.0.0.0/0", "::/0", "10.0.0.1:80"} {
		t.Setenv("TRUSTED_PROXIES", bad)
		s := &settings{}
		if p := trustedProxies(s); len(s.problems) == 0 || p.trusted(netip.MustParseAddr("10.0.0.1")) {
			t.Errorf("%q is taken", bad)
		}
	}
}
