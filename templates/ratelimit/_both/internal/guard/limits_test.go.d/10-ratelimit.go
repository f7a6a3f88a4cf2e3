package guard

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

// from is a request for a path from an address.
func from(address, path string) *http.Request {
	r := httptest.NewRequest("GET", path, nil)
	r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(address), 5000).String()
	return r
}

func TestRateLimit(t *testing.T) {
	var log seen
	c := Config{RateLimit: Rate{1, time.Hour, 3}, Probes: []string{"/livez"}, Notice: log.notice}
	h := behind(c, (*Guard).limitAddresses, fine)
	for i, left := range []string{"2", "1", "0"} {
		w := answer(h, from("192.0.2.1", "/"))
		h := w.Header()
		if w.Code != 200 || h.Get("RateLimit-Policy") != `"address";q=3;w=10800` || h.Get("Retry-After") != "" {
			t.Fatalf("request %d: %d %v", i+1, w.Code, h)
		}
		if got := h.Get("RateLimit"); got[:len(`"address";r=`)+1] != `"address";r=`+left {
			t.Errorf("request %d: %s, want %s left", i+1, got, left)
		}
	}
	w := answer(h, from("192.0.2.1", "/"))
	if w.Code != 429 || w.Header().Get("Retry-After") != "3600" || w.Body.String() != "too many requests\n" {
		t.Errorf("beyond the limit: %d, Retry-After %q, %q", w.Code, w.Header().Get("Retry-After"), w.Body)
	}
	if told := log.of(Refused); len(told) != 1 || told[0].Refusal.Policy != "address" {
		t.Errorf("told %v", log.notices)
	}
	forged := from("192.0.2.1", "/")
	forged.Header.Set("X-Forwarded-For", "203.0.113.9")
	if w := answer(h, forged); w.Code != 429 {
		t.Errorf("an address that the client made up: %d", w.Code)
	}
	if w := answer(h, from("192.0.2.1", "/livez")); w.Code != 200 || w.Header().Get("RateLimit") != "" {
		t.Errorf("a probe: %d %v", w.Code, w.Header())
	}
	if w := answer(h, from("192.0.2.2", "/")); w.Code != 200 {
		t.Errorf("another client: %d", w.Code)
	}
}

// Behind a proxy each client has a bucket of its own.
func TestRateLimitBehindAProxy(t *testing.T) {
	c := Config{RateLimit: Rate{1, time.Hour, 1}, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	h := behind(c, (*Guard).limitAddresses, fine)
	for _, client := range []string{"203.0.113.1", "203.0.113.2"} {
		for _, want := range []int{200, 429} {
			r := from("10.0.0.1", "/")
			r.Header.Set("X-Forwarded-For", client)
			if w := answer(h, r); w.Code != want {
				t.Errorf("%s: %d, want %d", client, w.Code, want)
			}
		}
	}
}

// Behind a proxy that is not trusted, all clients are one. That is told once.
func TestRateLimitBehindAnUnknownProxy(t *testing.T) {
	var log seen
	h := behind(Config{RateLimit: Rate{1, time.Hour, 1}, Notice: log.notice}, (*Guard).limitAddresses, fine)
	for i := 0; i < 3; i++ {
		answer(h, from("192.0.2.1", "/"))
	}
	if told := log.of(ProxyUnknown); len(told) != 0 {
		t.Errorf("told of a client without a proxy: %v", told)
	}
	for i := 0; i < 3; i++ {
		r := from("10.0.0.1", "/")
		r.Header.Set("X-Forwarded-For", "203.0.113.1")
		answer(h, r)
	}
	if told := log.of(ProxyUnknown); len(told) != 1 {
		t.Errorf("told %d times", len(told))
	}
}

// One host has more IPv6 addresses than it could ever use, and one bucket; a /56 has twice and a /48 four times as much as one host.
func TestRateLimitOfNetworks(t *testing.T) {
	c := Config{RateLimit: Rate{1, time.Hour, 2}}
	passed := func(h http.Handler, addresses ...string) int {
		n := 0
		for _, a := range addresses {
			for i := 0; i < 2; i++ {
				if answer(h, from(a, "/")).Code == 200 {
					n++
				}
			}
		}
		return n
	}
	for name, tt := range map[string]struct {
		addresses []string
		want      int
	}{
		"one /64":      {[]string{"2001:db8:1:1::1", "2001:db8:1:1:ffff::2", "2001:db8:1:1::3"}, 2},
		"two /64s":     {[]string{"2001:db8:1:1::1", "2001:db8:1:2::1"}, 4},
		"one /56":      {[]string{"2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:1:4::1"}, 4},
		"one /48":      {[]string{"2001:db8:1:101::", "2001:db8:1:201::", "2001:db8:1:301::", "2001:db8:1:401::", "2001:db8:1:501::", "2001:db8:1:601::"}, 8},
		"six /48s":     {[]string{"2001:db8:1::", "2001:db8:2::", "2001:db8:3::", "2001:db8:4::", "2001:db8:5::", "2001:db8:6::"}, 12},
		"IPv4":         {[]string{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6"}, 12},
		"IPv4 as IPv6": {[]string{"::ffff:192.0.2.1", "::ffff:192.0.2.2", "192.0.2.1"}, 4},
	} {
		if got := passed(behind(c, (*Guard).limitAddresses, fine), tt.addresses...); got != tt.want {
			t.Errorf("%s: %d requests pass, want %d", name, got, tt.want)
		}
	}

	// One loud host does not use up what its neighbors have.
	h := behind(c, (*Guard).limitAddresses, fine)
	for i := 0; i < 100; i++ {
		answer(h, from("2001:db8:1:1::1", "/"))
	}
	if got := passed(h, "2001:db8:1:2::1"); got != 2 {
		t.Errorf("a neighbor may ask %d times", got)
	}
}
