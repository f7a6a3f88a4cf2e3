package guard

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestClient(t *testing.T) {
	t.Setenv("TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8:aaaa::/48")
	behind := trustedProxies(&settings{})
	tests := []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"nobody in between", "192.0.2.1:5000", nil, "192.0.2.1"},
		{"a stranger forges", "192.0.2.1:5000", []string{"203.0.113.9"}, "192.0.2.1"},
		{"one proxy", "10.0.0.1:5000", []string{"203.0.113.9"}, "203.0.113.9"},
		{"the client forged, the proxy appended", "10.0.0.1:5000", []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		{"forged in front of two proxies", "10.0.0.1:5000", []string{"198.51.100.1, 203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		{"two lines are one list", "10.0.0.1:5000", []string{"198.51.100.1", "203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		{"forged to look like a proxy", "10.0.0.1:5000", []string{"10.9.9.9, 203.0.113.9"}, "203.0.113.9"},
		{"only proxies", "10.0.0.1:5000", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"nonsense from the proxy", "10.0.0.1:5000", []string{"203.0.113.9, unknown"}, "10.0.0.1"},
		{"nothing", "10.0.0.1:5000", nil, "10.0.0.1"},
		{"with port", "10.0.0.1:5000", []string{"203.0.113.9:1234"}, "203.0.113.9"},
		{"version 6 with port", "[2001:db8:aaaa::1]:5000", []string{"[2001:db8:bbbb::9]:1234"}, "2001:db8:bbbb::9"},
		{"version 4 written as 6", "[::ffff:10.0.0.1]:5000", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"zone", "10.0.0.1:5000", []string{"fe80::1%eth0"}, "fe80::1"},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.peer
		r.Header["X-Forwarded-For"] = tt.forwarded
		if got := behind.client(r); got != netip.MustParseAddr(tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
	}
}
