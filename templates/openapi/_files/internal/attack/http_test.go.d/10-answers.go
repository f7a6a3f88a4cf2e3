package attack

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// answers provokes every kind of answer that there is: what each operation says to nobody and to somebody, and each way of refusing.
// The key says how.
func answers(t *testing.T) map[string]*response {
	t.Helper()
	s := shared(t)
	all := map[string]*response{}
	for _, operation := range surface(t, s) {
		method, path, _ := strings.Cut(operation, " ")
		path = strings.ReplaceAll(path, "{id}", "0190163d-8694-739b-aea5-966c26f8ad91")
		all[operation] = s.client(t).do(method, path, nil)
		if !strings.Contains(path, "/auth/") && !strings.HasSuffix(path, "/me") { // a client that signs out or closes its account gets no further
			all[operation+" signed in"] = s.signIn(t).do(method, path, nil)
		}
	}
	c := s.signIn(t)
	report := func(body string, headers ...string) *response { // the one route with a body that every service has
		return s.client(t).do("POST", "/api/v1/csp-report", body, append([]string{"Content-Type", "application/csp-report"}, headers...)...)
	}
	all["400 broken"] = report(`{"csp-report":`)
	all["404"] = c.do("GET", "/canary", nil)
	all["404 encoded"] = c.do("GET", "/..%2f..%2fetc%2fpasswd", nil)
	all["405"] = c.do("DELETE", "/api/v1/ping", nil)
	all["403 cross-origin"] = report(`{}`, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	all["413"] = report(strings.Repeat("canary", 1<<18))
	all["415"] = report("canary", "Content-Type", "text/plain")
	all["421"] = c.do("GET", "/api/v1/ping", nil, "Host", "canary.example")
	all["422"] = report(`{"canary":"canary"}`)
	limited := start(t, "RATE_LIMIT=1/1h,1").client(t)
	limited.do("GET", "/api/v1/ping", nil)
	all["429"] = limited.do("GET", "/api/v1/ping", nil)
	for how, res := range all {
		if how[0] == '4' && !strings.HasPrefix(how, strconv.Itoa(res.Status)) {
			t.Errorf("%s: status %d: %s", how, res.Status, res.Body)
		}
	}
	return all
}

// Every answer says what it is, for all statuses: problems are problems, the rest has the type that the document promises (J6, ASVS 5.0.0 V4.1.1).
func TestContentTypes(t *testing.T) {
	t.Parallel()
	for how, res := range answers(t) {
		got := res.Header.Get("Content-Type")
		known := []string{"application/json", "text/html; charset=utf-8", "text/plain; charset=utf-8"}
		switch {
		case len(res.Body) == 0:
			if got != "" {
				t.Errorf("%s: nothing, as %q", how, got)
			}
		case res.Status >= 400 && !strings.Contains(how, "/readyz"):
			if got != "application/problem+json" {
				t.Errorf("%s: %d as %q", how, res.Status, got)
			}
		case !slices.Contains(known, got):
			t.Errorf("%s: %d as %q", how, res.Status, got)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: may be sniffed", how)
		}
	}
}

// A refusal has the members of RFC 9457 and the request's id, and nothing of how the service is made or of what it was sent (J8, J9,
// ASVS 5.0.0 V16.5.1, CWE-209).
func TestRefusalsTellNothing(t *testing.T) {
	t.Parallel()
	inside := regexp.MustCompile(`(?i)goroutine|panic|\.go\b|runtime|sqlite|sql:|pq:|pgx|postgres|stack|/home/|/usr/|/tmp/|internal/|dial tcp|json:|unmarshal|\bcanary\b`)
	for how, res := range answers(t) {
		if res.Status < 400 || how == "GET /readyz" {
			continue
		}
		var p struct {
			Type, Title, Instance string
			Status                int
			Errors                []struct{ Pointer, Code, Detail string }
		}
		if err := json.Unmarshal(res.Body, &p); err != nil {
			t.Errorf("%s: %v: %s", how, err, res.Body)
			continue
		}
		if !regexp.MustCompile(`^/problems/[a-z0-9-]+$`).MatchString(p.Type) || p.Title == "" || p.Status != res.Status || p.Instance != "urn:uuid:"+res.Header.Get("X-Request-Id") {
			t.Errorf("%s: %d, id %s: %s", how, res.Status, res.Header.Get("X-Request-Id"), res.Body)
		}
		text := string(res.Body)
		for _, e := range p.Errors {
			text = strings.ReplaceAll(text, `"`+e.Pointer+`"`, "") // a pointer names a field that does not exist, by design
		}
		if found := inside.FindString(text); found != "" {
			t.Errorf("%s says %q: %s", how, found, res.Body)
		}
	}
}

// No answer names a product or a version: none of the headers that OWASP's Secure Headers Project wants removed (J10, ASVS 5.0.0 V13.4.6).
func TestNoProductHeaders(t *testing.T) {
	t.Parallel()
	telling := regexp.MustCompile(`(?i)^(server|via|x-(powered|generated|runtime|version|aspnet|drupal|varnish|envoy|kubernetes|backend|server|source|litespeed|redirect-by|turbo|php|mod-pagespeed).*|liferay-portal|pega-host|powered-by|product|host-header|sourcemap|kbn-.*|\$wsep|oraclecommerce.*|generator)$`)
	for how, res := range answers(t) {
		for name, values := range res.Header {
			if telling.MatchString(name) {
				t.Errorf("%s: %s: %s", how, name, values)
			}
			if found := regexp.MustCompile(`(?i)\bgo/?1\.\d|golang|net/http`).FindString(strings.Join(values, " ")); found != "" {
				t.Errorf("%s: %s: %s", how, name, values)
			}
		}
	}
}
