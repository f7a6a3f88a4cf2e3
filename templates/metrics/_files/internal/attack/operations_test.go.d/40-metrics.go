package attack

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// metric returns the value of one series, 0 if it is not there.
func metric(t *testing.T, s *service, series string) float64 {
	t.Helper()
	for line := range strings.Lines(string(s.client(t).do("GET", s.AdminURL+"/metrics", nil).want(200).Body)) {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			f, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
	}
	return 0
}

// Metrics are counted, and nothing that a stranger types becomes a series (M5, CWE-770).
func TestMetrics(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1/1h,1500")
	c := s.client(t)
	c.do("GET", "/metrics", nil).want(404)
	series := func() int {
		return strings.Count(string(c.do("GET", s.AdminURL+"/metrics", nil).want(200).Body), "\n")
	}
	for range 3 {
		c.do("GET", "/api/v1/ping", nil).want(200)
	}
	c.do("GET", "/nowhere", nil).want(404)
	c.do("PROPFIND", "/api/v1/ping", nil).want(405)
	if got := metric(t, s, `http_requests_total{route="GET /api/v1/ping",status="200"}`); got != 3 {
		t.Errorf("%v pings counted, want 3", got)
	}
	before := series()
	for i := range 500 {
		c.do("GET", fmt.Sprintf("/nowhere/%d?q=%d", i, i), nil, "User-Agent", fmt.Sprint("agent-", i)).want(404)
	}
	for i := range 20 {
		c.do(fmt.Sprintf("METHOD%d", i), "/api/v1/ping", nil).want(405)
	}
	if after := series(); after != before {
		t.Errorf("strangers made %d lines of metrics", after-before)
	}

	c.do("POST", "/api/v1/csp-report", map[string]string{}, "Sec-Fetch-Site", "cross-site").want(403)
	if got := metric(t, s, `security_events_total{event="cross_origin"}`); got != 1 {
		t.Errorf("%v cross-origin events counted, want 1", got)
	}
	for range 1500 {
		if c.do("GET", "/api/v1/ping", nil).Status == 429 {
			break
		}
	}
	if got := metric(t, s, `rate_limited_total{policy="address"}`); got != 1 {
		t.Errorf("%v refusals counted, want 1", got)
	}
}
