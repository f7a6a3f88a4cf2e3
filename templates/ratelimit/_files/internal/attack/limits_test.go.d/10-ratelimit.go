package attack

import (
	"fmt"
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
	c.do("GET", "/nowhere", nil).want(429) // for every path
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

	// Somebody who is given a /48 has no limit for each of its networks: eight requests pass, and no more.
	passed := 0
	for i := range 20 {
		if c.do("GET", "/api/v1/ping", nil, "X-Forwarded-For", fmt.Sprintf("2001:db8:2:%x00::1", i)).Status == 200 {
			passed++
		}
	}
	if passed != 8 {
		t.Errorf("%d requests of one /48 pass, want 8", passed)
	}
}

// Rates that would not limit, or whose arithmetic overflows, stop the start with the variable's name.
func TestRateSettings(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"1/8760h,1000000", "9223372036854775807/1s", "1/1s,9223372036854775807", "0/1s", "10"} {
		s := prepare(t, "RATE_LIMIT="+bad)
		if out, code := s.run(t, "serve"); code != 1 || !strings.Contains(out, "RATE_LIMIT:") || len(bad) > 9 && strings.Contains(out, bad) {
			t.Errorf("%s: exit %d\n%s", bad, code, out)
		}
	}
}

// A client that is refused as fast as it can ask does not fill the log: a few lines, and every refusal is counted (CWE-779).
func TestRefusalsHaveABudget(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1/1h,1")
	c := s.client(t)
	method := strings.Repeat("A", 10000)
	for range 200 {
		c.do("GET", "/api/v1/ping", nil)
		c.do(method, "/api/v1/ping", nil, "Host", "evil.example").want(421)
	}
	if got := metric(t, s, `security_events_total{event="rate_limited"}`); got != 199 {
		t.Errorf("%v refusals by rate are counted, want 199", got)
	}
	if logs := s.logs(); strings.Count(logs, "\n") > 60 || strings.Contains(logs, "AAAA") {
		t.Errorf("400 requests write %d lines, %d bytes", strings.Count(logs, "\n"), len(logs))
	}
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

// The limit is announced in standard headers; what is left falls; only a refusal has Retry-After (I3, RFC 6585).
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
