package attack

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// lines returns the log as objects; a line that is not an object fails the test. It waits until the log has a line that ok accepts.
func (s *service) lines(t *testing.T, ok func(map[string]any) bool) []map[string]any {
	t.Helper()
	for end := time.Now().Add(2 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		var all []map[string]any
		found := false
		for line := range strings.Lines(s.logs()) {
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Fatalf("a line that is no object: %q", line)
			}
			all = append(all, fields)
			found = found || ok(fields)
		}
		if found {
			return all
		}
		if time.Now().After(end) {
			t.Fatalf("no such line in\n%s", s.logs())
		}
	}
}

// Each line says when, and each line of a request who, where and what, under the id that the client was told (M2, ASVS 5.0.0 V16.2.1).
func TestLogLines(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client(t)
	res := c.do("POST", "/api/v1/csp-report?q=0190163d-8694-739b-aea5-966c26f8ad91", nil, "X-Request-Id", "forged", "Traceparent", "00-forged")
	id := res.Header.Get("X-Request-Id")
	var problem struct{ Instance string }
	if res.json(&problem); problem.Instance != "urn:uuid:"+id {
		t.Errorf("instance %q, id %q", problem.Instance, id)
	}
	all := s.lines(t, func(l map[string]any) bool { return l["msg"] == "request" && l["request_id"] == id })
	for _, line := range all {
		at, _ := line["time"].(string)
		if when, err := time.Parse(time.RFC3339Nano, at); err != nil || !strings.HasSuffix(at, "Z") || time.Since(when) > time.Minute {
			t.Errorf("time %q: %v", at, err)
		}
		if line["level"] == nil || line["msg"] == nil {
			t.Errorf("line %v", line)
		}
		if line["request_id"] != id || line["msg"] != "request" {
			continue
		}
		want := map[string]any{"client": c.address, "route": "POST /api/v1/csp-report", "method": "POST", "status": float64(res.Status)}
		for key, value := range want {
			if line[key] != value {
				t.Errorf("%s: %v, want %v", key, line[key], value)
			}
		}
		if line["bytes"] == nil || line["duration_us"] == nil {
			t.Errorf("line %v", line)
		}
	}
	if strings.Contains(s.logs(), "forged") || strings.Contains(s.logs(), "0190163d-8694") {
		t.Error("the log has what the client typed")
	}
}

// What provokes an event makes one line of it, with the keys that docs/security/operations.md names (M1, ASVS 5.0.0 V16.3.1 to V16.3.4).
func TestEvents(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1/1h,6")
	c := s.client(t)
	c.do("GET", "/", nil, "Host", "evil.example").want(421)
	c.do("POST", "/api/v1/csp-report", map[string]string{}, "Sec-Fetch-Site", "cross-site").want(403)
	c.do("POST", "/api/v1/csp-report", "a", "Content-Encoding", "gzip").want(415)
	for range 3 {
		c.do("GET", "/api/v1/ping", nil).want(200)
	}
	c.do("GET", "/api/v1/ping", nil).want(200)
	c.do("GET", "/api/v1/ping", nil).want(429)
	for kind, keys := range map[string][]string{
		"started": nil, "host_rejected": {"request_id"}, "cross_origin": {"request_id", "client"},
		"input_rejected": {"request_id", "client", "status"}, "rate_limited": {"request_id", "client", "policy"},
	} {
		events := s.events(t, kind)
		if len(events) != 1 {
			t.Errorf("%s: %d lines, want 1", kind, len(events))
			continue
		}
		for _, key := range append([]string{"time", "level", "msg"}, keys...) {
			if events[0][key] == nil {
				t.Errorf("%s lacks %s: %v", kind, key, events[0])
			}
		}
	}
	if code := s.stop(t); code != 0 {
		t.Errorf("exit %d", code)
	}
	if len(s.events(t, "stopped")) != 1 {
		t.Error("no event when it stops")
	}
}

// Nothing sensitive is written, at the most verbose level, for any request (M3, ASVS 5.0.0 V16.2.5, CWE-532).
func TestNothingSensitiveIsLogged(t *testing.T) {
	t.Parallel()
	s := start(t, "LOG_LEVEL=debug", "RATE_LIMIT=1000/1s")
	c := s.client(t)
	const canary = "canary-7f3a9c"
	body := map[string]string{"email": canary + "@example.com", "password": canary, "current_password": canary, "new_password": canary,
		"username": canary, "title": canary, "body": canary, "refresh_token": canary, canary: canary}
	for _, path := range []string{"/api/v1/notes", "/api/v1/csp-report", "/api/v1/auth/login", "/api/v1/auth/register", "/api/v1/auth/refresh", "/api/v1/auth/password", "/" + canary} {
		for _, method := range []string{"GET", "POST", "PATCH"} {
			c.do(method, path+"?access_token="+canary+"&"+canary+"=1", body,
				"Authorization", "Bearer "+canary, "Cookie", "__Host-session="+canary+"; "+canary+"=1", "User-Agent", canary, "Referer", "https://"+canary+".example/")
		}
		c.do("POST", path, canary)
	}
	c.do("GET", "/", nil, "Host", canary+".example").want(421)
	c.do("GET", "/", nil, "X-Forwarded-For", canary)
	s.raw(t, "GET /"+canary+"\x00 HTTP/1.1\r\n"+canary+": "+canary+"\r\n\r\n")
	if code := s.stop(t); code != 0 {
		t.Errorf("exit %d", code)
	}
	for line := range strings.Lines(s.logs()) {
		if strings.Contains(line, canary) {
			t.Errorf("logged: %s", line)
		}
	}
}

// No input begins a line of its own or forges a key (J12, CWE-117).
func TestLogInjection(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1000/1s")
	c := s.client(t)
	for _, injected := range []string{
		"%0d%0a{%22event%22:%22forged%22}", "%0A%0Aforged", "%E2%80%A8forged", "%1b[31mforged", "%00forged", "\"},{\"event\":\"forged\"",
	} {
		c.do("GET", "/"+strings.ReplaceAll(injected, "\"", "%22")+"?q="+strings.ReplaceAll(injected, "\"", "%22"), nil,
			"User-Agent", injected, "X-Request-Id", injected, "X-Forwarded-For", injected, "Referer", injected)
	}
	for _, request := range []string{
		"GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: a\n{\"event\":\"forged\"}\r\nConnection: close\r\n\r\n",
		"FORGED\"}{\"event\":\"forged\" / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: {host}\"}\n{\"event\":\"forged\"\r\nConnection: close\r\n\r\n",
	} {
		s.raw(t, request)
	}
	last := c.do("GET", "/api/v1/ping", nil).want(200).Header.Get("X-Request-Id")
	for _, line := range s.lines(t, func(l map[string]any) bool { return l["request_id"] == last }) {
		if line["event"] == "forged" || line["forged"] != nil {
			t.Errorf("a forged line: %v", line)
		}
	}
}
