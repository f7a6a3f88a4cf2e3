package attack

import (
	"strings"
	"testing"
)

// A Host that is not ours is refused before anything else is done with the request; probes come by address (I10, CWE-644).
func TestHostAllowList(t *testing.T) {
	t.Parallel()
	s := start(t, "ALLOWED_HOSTS=app.example.com,second.example.com")
	c := s.client(t)
	for host, want := range map[string]int{
		"app.example.com": 200, "APP.EXAMPLE.COM": 200, "app.example.com:443": 200, "second.example.com": 200,
		"evil.example": 421, "app.example.com.evil.example": 421, "127.0.0.1": 421, "localhost": 421, "app.example.com.": 421,
		"[app.example.com].evil.com": 421, "app.example.com:80x": 421,
	} {
		res := c.do("GET", "/api/v1/ping", nil, "Host", host).want(want)
		if want == 421 && res.slug() != "misdirected" {
			t.Errorf("%s: %q", host, res.Body)
		}
	}
	c.do("GET", "/livez", nil, "Host", "10.1.2.3").want(200)
	c.do("GET", "/readyz", nil, "Host", "10.1.2.3").want(200)
	c.do("GET", "/api/v1/ping", nil, "Host", "evil.example", "X-Forwarded-Host", "app.example.com").want(421)
	if len(s.events(t, "host_rejected")) == 0 {
		t.Error("no event")
	}

	// A page elsewhere whose name points at this machine reaches the admin listener no more than the public one (DNS rebinding).
	c.do("GET", s.AdminURL+"/metrics", nil, "Host", "rebound.example").want(421)
	c.do("GET", s.AdminURL+"/metrics", nil).want(200)
}

// What asks for no path is refused like everything else, and not in the words of net/http (I9).
func TestOptionsOfEverything(t *testing.T) {
	t.Parallel()
	s := shared(t)
	for _, request := range []string{"OPTIONS * HTTP/1.1", "CONNECT {host} HTTP/1.1"} {
		answer := s.raw(t, request+"\r\nHost: {host}\r\nConnection: close\r\n\r\n")
		if !strings.HasPrefix(answer, "HTTP/1.1 400 ") || !strings.Contains(answer, "Content-Type: application/problem+json") || !strings.Contains(answer, "/problems/bad-request") {
			t.Errorf("%s: %q", request, answer)
		}
	}
}
