package clientip

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"example.com/app/internal/config"
	"example.com/app/internal/logging"
)

var proxies = config.Config{BehindProxy: true, TrustedProxies: []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:aaaa::/48"),
}}

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
		{"empty", "10.0.0.1:5000", []string{""}, "10.0.0.1"},
		{"empty last", "10.0.0.1:5000", []string{"203.0.113.9,"}, "10.0.0.1"},
		{"with port", "10.0.0.1:5000", []string{"203.0.113.9:1234"}, "203.0.113.9"},
		{"version 6", "[2001:db8:aaaa::1]:5000", []string{"2001:db8:bbbb::9"}, "2001:db8:bbbb::9"},
		{"version 6 with port", "[2001:db8:aaaa::1]:5000", []string{"[2001:db8:bbbb::9]:1234"}, "2001:db8:bbbb::9"},
		{"version 4 written as 6", "[::ffff:10.0.0.1]:5000", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"zone", "10.0.0.1:5000", []string{"fe80::1%eth0"}, "fe80::1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tt.peer
			r.Header["X-Forwarded-For"] = tt.forwarded
			if got := NewResolver(proxies).Client(r); got != netip.MustParseAddr(tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TRUSTED_PROXIES without BEHIND_PROXY trusts nobody.
func TestNotBehindProxy(t *testing.T) {
	c := proxies
	c.BehindProxy = false
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.1:5000"
	r.Header.Set("X-Forwarded-For", "203.0.113.9")
	r.Header.Set("X-Forwarded-Proto", "https")
	v := NewResolver(c)
	if got := v.Client(r); got != netip.MustParseAddr("10.0.0.1") || v.HTTPS(r) {
		t.Errorf("client %v, https %v", got, v.HTTPS(r))
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
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tt.peer
			r.Header["X-Forwarded-Proto"] = tt.proto
			if tt.tls {
				r.TLS = &tls.ConnectionState{}
			}
			if got := NewResolver(proxies).HTTPS(r); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestNetwork(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1":            "192.0.2.1",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::",
		"2001:db8:1:2::":       "2001:db8:1:2::",
	} {
		if got := Network(netip.MustParseAddr(in)); got != netip.MustParseAddr(want) {
			t.Errorf("%s: %v, want %s", in, got, want)
		}
	}
}

// What the middleware finds is what handlers and log lines see.
func TestMiddleware(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.1:5000"
	r.Header.Set("X-Forwarded-For", "203.0.113.9")
	r.Header.Set("X-Forwarded-Proto", "https")
	r = r.WithContext(logging.Open(r.Context(), &logging.Scope{}))
	called := false
	Middleware(proxies)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		called = true
		if got := From(r.Context()); got != netip.MustParseAddr("203.0.113.9") || !HTTPS(r.Context()) {
			t.Errorf("client %v, https %v", got, HTTPS(r.Context()))
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
	if !called {
		t.Error("the handler was not called")
	}
	if got := logging.ScopeOf(r.Context()).Client; got != netip.MustParseAddr("203.0.113.9") {
		t.Errorf("log lines have %v", got)
	}
}

func FuzzClient(f *testing.F) {
	for _, s := range []string{"", ",", "203.0.113.9", "1, 2,3", "[::1]:80", "%", "[", "]", "::ffff:1.2.3.4"} {
		f.Add(s)
	}
	v := NewResolver(proxies)
	f.Fuzz(func(t *testing.T, forwarded string) {
		r := &http.Request{RemoteAddr: "10.0.0.1:5000", Header: http.Header{"X-Forwarded-For": {forwarded + ", 203.0.113.9"}}}
		if got := v.Client(r); got != netip.MustParseAddr("203.0.113.9") {
			t.Errorf("%q moved the client to %v", forwarded, got)
		}
	})
}
