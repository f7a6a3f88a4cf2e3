package attack

import (
	"net/http"
	"strings"
	"testing"
)

// surface is every method and path that the service says it has.
func surface(t *testing.T, s *service) []string {
	t.Helper()
	var document struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	s.client(t).do("GET", "/openapi.json", nil).want(200).json(&document)
	var all []string
	for path, methods := range document.Paths {
		for method := range methods {
			if method == "parameters" {
				continue // of all methods of the path
			}
			all = append(all, strings.ToUpper(method)+" "+path)
		}
	}
	if len(all) < 8 {
		t.Fatalf("the OpenAPI document lists %d operations", len(all))
	}
	return all
}

// A stranger is answered by what is open and by nothing else (F1, ASVS 5.0.0 V8.3.1).
func TestOnlyPublicRoutesAnswerStrangers(t *testing.T) {
	t.Parallel()
	s := shared(t)
	seen := map[string]bool{}
	for _, operation := range surface(t, s) {
		pattern := operation
		if pattern == "GET /" {
			pattern = "GET /{$}"
		}
		seen[pattern] = true
		method, path, _ := strings.Cut(operation, " ")
		res := s.client(t).do(method, strings.ReplaceAll(path, "{id}", "0190163d-8694-739b-aea5-966c26f8ad91"), nil)
		// A 401 of an open route is an answer about the credentials in its body, not a refusal of the caller.
		if !open[pattern] && res.Status != http.StatusUnauthorized {
			t.Errorf("%s answers %d to a stranger", operation, res.Status)
		}
	}
	for pattern := range open {
		if !seen[pattern] {
			t.Errorf("%s is open but not in the OpenAPI document", pattern)
		}
	}
}

// Metrics, profiles and the rest of the admin surface are not on the public listener (F4, ASVS 5.0.0 V13.4.5).
func TestAdminIsApart(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.client(t)
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/profile", "/debug/vars", "/admin", "/.git/HEAD", "/go.mod"} {
		c.do("GET", path, nil).want(404)
	}
	c.do("GET", s.AdminURL+"/livez", nil).want(200)
	c.do("GET", s.AdminURL+"/readyz", nil).want(200)
	if got := c.do("GET", s.AdminURL+"/livez", nil, "Host", "rebound.example"); got.Status != 421 && got.Status != 200 {
		t.Errorf("livez for a foreign host: %d", got.Status)
	}
	c.do("GET", s.AdminURL+"/metrics", nil, "Host", "rebound.example").want(421)
}

// Profiles are served only when asked for, and never publicly (O8, ASVS 5.0.0 V13.4.2).
func TestProfilesAreOff(t *testing.T) {
	t.Parallel()
	c := shared(t).client(t)
	c.do("GET", c.service.AdminURL+"/debug/pprof/", nil).want(404)
	on := start(t, "PPROF=true")
	c = on.client(t)
	c.do("GET", on.AdminURL+"/debug/pprof/", nil).want(200)
	c.do("GET", "/debug/pprof/", nil).want(404)
}

// A method that a path does not have is refused with the list of those it has (I9, RFC 9110 section 15.5.6).
func TestMethods(t *testing.T) {
	t.Parallel()
	c := shared(t).client(t)
	for _, method := range []string{"DELETE", "PUT", "TRACE", "OPTIONS", "PROPFIND"} {
		res := c.do(method, "/api/v1/ping", nil)
		if res.Status != 405 || res.slug() != "method-not-allowed" || res.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %s Allow: %q", method, res.Status, res.slug(), res.Header.Get("Allow"))
		}
	}
	c.do("GET", "/nowhere", nil).want(404)
	if got := c.do("GET", "/nowhere", nil).slug(); got != "not-found" {
		t.Errorf("slug of a 404: %q", got)
	}
}
