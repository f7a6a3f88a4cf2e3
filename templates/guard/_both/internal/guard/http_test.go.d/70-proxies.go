package guard

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

var someProxies = proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:aaaa::/48")}

func TestParseProxies(t *testing.T) {
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
		p, err := ParseProxies(tt.setting)
		if err != nil {
			t.Errorf("%q is refused: %v", tt.setting, err)
		}
		if got := proxies(p).trust(peer(&http.Request{RemoteAddr: tt.peer})); got != tt.want {
			t.Errorf("%q trusts %s: %v", tt.setting, tt.peer, got)
		}
	}
	for _, bad := range []string{"proxy.example.com", "10.0.0.0/40", "0.0.0.0/0", "10.0.0.0/8,::/0", "10.0.0.1:80"} {
		if p, err := ParseProxies(bad); err == nil {
			t.Errorf("%q is read as %v", bad, p)
		}
	}
}

func TestClient(t *testing.T) {
	tests := []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"nobody in between", "192.0.2.1:5000", nil, "192.0.2.1"},
		{"a stranger forges", "192.0.2.1:5000", []string{"203.0.113.9"}, "192.0.2.1"},
		{"one proxy", "10.0.0.1:5000", []string{"203.0.113.9"}, "203.0.113.9"},
		{"the client forged, the proxy appended", "10.0.0.1:5000", []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		{"two proxies", "10.0.0.1:5000", []string{"203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		{"forged in front of two proxies", "10.0.0.1:5000", []string{"198.51.100.1, 203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		{"two lines are one list", "10.0.0.1:5000", []string{"198.51.100.1", "203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		{"forged to look like a proxy", "10.0.0.1:5000", []string{"10.9.9.9, 203.0.113.9"}, "203.0.113.9"},
		{"only proxies", "10.0.0.1:5000", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"nonsense from the client", "10.0.0.1:5000", []string{"nonsense, 203.0.113.9"}, "203.0.113.9"},
		{"nonsense from the proxy", "10.0.0.1:5000", []string{"203.0.113.9, unknown"}, "10.0.0.1"},
		{"nothing", "10.0.0.1:5000", nil, "10.0.0.1"},
		{"empty", "10.0.0.1:5000", []string{""}, "10.0.0.1"},
		{"empty last", "10.0.0.1:5000", []string{"203.0.113.9,"}, "10.0.0.1"},
		{"with port", "10.0.0.1:5000", []string{"203.0.113.9:1234"}, "203.0.113.9"},
		{"version 6", "[2001:db8:aaaa::1]:5000", []string{"2001:db8:bbbb::9"}, "2001:db8:bbbb::9"},
		{"version 6 with port", "[2001:db8:aaaa::1]:5000", []string{"[2001:db8:bbbb::9]:1234"}, "2001:db8:bbbb::9"},
		{"version 4 written as 6", "[::ffff:10.0.0.1]:5000", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"zone", "10.0.0.1:5000", []string{"fe80::1%eth0"}, "fe80::1"},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.peer
		r.Header["X-Forwarded-For"] = tt.forwarded
		if got := someProxies.client(r); got != netip.MustParseAddr(tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
	}
}

func TestHTTPS(t *testing.T) {
	tests := []struct {
		name, peer string
		proto      []string
		tls        bool
		want       bool
	}{
		{"plain", "192.0.2.1:1", nil, false, false},
		{"tls", "192.0.2.1:1", nil, true, true},
		{"proxy", "10.0.0.1:1", []string{"https"}, false, true},
		{"proxy in capitals", "10.0.0.1:1", []string{"HTTPS"}, false, true},
		{"proxy over http", "10.0.0.1:1", []string{"http"}, false, false},
		{"a stranger forges", "192.0.2.1:1", []string{"https"}, false, false},
		{"appended to what the client sent", "10.0.0.1:1", []string{"https, http"}, false, false},
		{"beside what the client sent", "10.0.0.1:1", []string{"https", "http"}, false, false},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.peer
		r.Header["X-Forwarded-Proto"] = tt.proto
		if tt.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if got := someProxies.https(r); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func FuzzClient(f *testing.F) {
	for _, s := range []string{"", ",", "203.0.113.9", "1, 2,3", "[::1]:80", "%", "[", "]", "::ffff:1.2.3.4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, forwarded string) {
		r := &http.Request{RemoteAddr: "10.0.0.1:5000", Header: http.Header{"X-Forwarded-For": {forwarded + ", 203.0.113.9"}}}
		if got := someProxies.client(r); got != netip.MustParseAddr("203.0.113.9") {
			t.Errorf("%q moved the client to %v", forwarded, got)
		}
	})
}

func TestKey(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1":            "192.0.2.1",
		"::ffff:192.0.2.1":     "192.0.2.1",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::",
		"2001:db8:1:2::":       "2001:db8:1:2::",
		"fe80::1%eth0":         "fe80::",
	} {
		if got := KeyOf(netip.MustParseAddr(in)); got != Key(netip.MustParseAddr(want).As16()) {
			t.Errorf("%s: %v, want %s", in, got, want)
		}
	}
	if KeyOf(netip.Addr{}) != (Key{}) {
		t.Error("a client without an address has a key of its own")
	}
}
