package metrics

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func page(m *Metrics) string {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

func TestCounters(t *testing.T) {
	m := New()
	m.Served("GET /api/v1/notes/{id}", 200, 20*time.Millisecond)
	m.Served("GET /api/v1/notes/{id}", 200, 20*time.Millisecond)
	m.Served("", 421, time.Millisecond)
	for _, status := range []int{204, 401, 429, 500} {
		m.Served("GET /", status, 0)
	}
	m.Event("cross_origin")
	m.RateLimited("address")
	m.AuthFailed("password")
	m.ConnectionRefused()
	got := page(m)
	for _, want := range []string{
		`http_requests_total{route="GET /api/v1/notes/{id}",status="200"} 2`,
		`http_requests_total{route="",status="421"} 1`,
		`http_requests_total{route="GET /",status="204"} 1`,
		`http_requests_total{route="GET /",status="401"} 1`,
		`http_requests_total{route="GET /",status="429"} 1`,
		`http_requests_total{route="GET /",status="500"} 1`,
		`http_request_duration_seconds_bucket{route="GET /api/v1/notes/{id}",le="0.005"} 0`,
		`http_request_duration_seconds_bucket{route="GET /api/v1/notes/{id}",le="0.025"} 2`,
		`security_events_total{event="cross_origin"} 1`,
		`rate_limited_total{policy="address"} 1`,
		`auth_failures_total{kind="password"} 1`,
		`connections_refused_total 1`,
		`go_goroutines`,
		`process_open_fds`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no line %s", want)
		}
	}
}

// Code that counts need not know whether anybody does.
func TestNobodyCounts(t *testing.T) {
	m := From(context.Background())
	m.Served("", 200, 0)
	m.Event("x")
	m.RateLimited("x")
	m.AuthFailed("x")
	m.ConnectionRefused()
	counted := New()
	if From(Into(context.Background(), counted)) != counted {
		t.Error("the context does not carry the metrics")
	}
}
