package attack

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// One client is stopped at its limit, others are not, and the limit refills (I1, ASVS 5.0.0 V2.4.1).
func TestRateLimit(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=2/1s,5")
	c := s.client(t)
	for range 5 {
		c.do("GET", "/api/v1/ping", nil).want(200)
	}
	res := c.do("GET", "/api/v1/ping", nil).want(429)
	if res.slug() != "rate-limited" {
		t.Errorf("body %s", res.Body)
	}
	c.do("GET", "/nowhere", nil).want(429) // whatever is asked for
	c.do("GET", "/livez", nil).want(200)
	s.client(t).do("GET", "/api/v1/ping", nil).want(200)

	after, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err != nil || after < 1 || after > 3 {
		t.Fatalf("Retry-After %q", res.Header.Get("Retry-After"))
	}
	time.Sleep(time.Duration(after) * time.Second)
	c.do("GET", "/api/v1/ping", nil).want(200)
	if len(s.events(t, "rate_limited")) == 0 {
		t.Error("no event")
	}
}

// A client of IPv6 has one limit for the whole network that it was given.
func TestRateLimitOfANetwork(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1/1m,2")
	c := s.client(t)
	c.do("GET", "/api/v1/ping", nil, "X-Forwarded-For", "2001:db8:1:1::1").want(200)
	c.do("GET", "/api/v1/ping", nil, "X-Forwarded-For", "2001:db8:1:1:ffff::2").want(200)
	c.do("GET", "/api/v1/ping", nil, "X-Forwarded-For", "2001:db8:1:1::3").want(429)
	c.do("GET", "/api/v1/ping", nil, "X-Forwarded-For", "2001:db8:1:2::1").want(200)
}

// item is one limit in a list of structured fields (RFC 9651).
var item = regexp.MustCompile(`^"([a-z-]+)";([a-z])=(\d+);([a-z])=(\d+)$`)

func limits(t *testing.T, values []string) map[string][2]int {
	t.Helper()
	all := map[string][2]int{}
	for one := range strings.SplitSeq(strings.Join(values, ", "), ", ") {
		m := item.FindStringSubmatch(one)
		if m == nil {
			t.Fatalf("%q is no limit", one)
		}
		a, _ := strconv.Atoi(m[3])
		b, _ := strconv.Atoi(m[5])
		all[m[1]] = [2]int{a, b}
	}
	return all
}

// The limit is told in standard headers; what is left falls; Retry-After comes with a refusal only (I3, RFC 6585).
func TestRateLimitHeaders(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=10/1m,10")
	c := s.client(t)
	last := 10
	for i := range 12 {
		res := c.do("GET", "/api/v1/ping", nil)
		policy := limits(t, res.Header.Values("RateLimit-Policy"))["address"]
		now := limits(t, res.Header.Values("RateLimit"))["address"]
		if policy != [2]int{10, 60} {
			t.Errorf("policy %v", policy)
		}
		if i < 10 && now[0] != last-1 || now[1] > 60 || now[1] < 1 {
			t.Errorf("call %d: %v after %d", i+1, now, last)
		}
		last = now[0]
		if retry := res.Header.Get("Retry-After"); (retry != "") != (res.Status == 429) {
			t.Errorf("%d with Retry-After %q", res.Status, retry)
		}
	}
	if last != 0 {
		t.Errorf("%d left at the end", last)
	}
}
