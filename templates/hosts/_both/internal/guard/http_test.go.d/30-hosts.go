package guard

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

var someHosts = Config{AllowedHosts: []string{"shop.example.com", "2001:db8::1"}, Probes: []string{"/livez", "/readyz"}}

func ofHost(host, path string) *http.Request {
	r := httptest.NewRequest("GET", path, nil)
	r.Host = host
	return r
}

func TestHosts(t *testing.T) {
	tests := []struct {
		host, path string
		want       int
	}{
		{"shop.example.com", "/", 200},
		{"SHOP.example.com:8443", "/", 200},
		{"[2001:db8::1]:8443", "/", 200},
		{"[2001:db8::1]", "/", 200},
		{"evil.example", "/", 421},
		{"", "/", 421},
		{"shop.example.com.", "/", 421},
		{"shop.example.com.evil.example", "/", 421},
		{"evil-shop.example.com", "/", 421},
		{"shop.example.com@evil.example", "/", 421},
		{"evil.example:shop.example.com", "/", 421},
		{"shop.example.com:80x", "/", 421},
		{"shop.example.com:99999", "/", 421},
		{"shop.example.com:", "/", 421},
		{"shop.example.com:80:80", "/", 421},
		{"[shop.example.com].evil.com", "/", 421},
		{"[2001:db8::1].evil.com", "/", 421},
		{"[2001:db8::1]evil.com:80", "/", 421},
		{"[2001:db8::1", "/", 421},
		{"2001:db8::1", "/", 421},
		{"shop.example.com]", "/", 421},
		{"192.0.2.1:8080", "/", 421},
		{"localhost:9090", "/", 421},
		{"192.0.2.1", "/livez", 200},
		{"evil.example", "/readyz", 200},
		{"evil.example", "/readyz/", 421},
		{"evil.example", "/metrics", 421},
	}
	for _, tt := range tests {
		var log seen
		c := someHosts
		c.Notice = log.notice
		if got := answer(behind(c, (*Guard).knownHosts, fine), ofHost(tt.host, tt.path)).Code; got != tt.want || len(log.of(Refused)) != got/421 {
			t.Errorf("host %q, path %s: %d, want %d; told %v", tt.host, tt.path, got, tt.want, log.notices)
		}
	}
}

func TestParseHosts(t *testing.T) {
	got, err := ParseHosts("A.example.com, [2001:db8::1],")
	if err != nil || len(got) != 2 || got[0] != "a.example.com" || got[1] != "2001:db8::1" {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"https://shop.example.com", "*.example.com", "shop.example.com:8080", "a@b", "a b"} {
		if got, err := ParseHosts(bad); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
}
