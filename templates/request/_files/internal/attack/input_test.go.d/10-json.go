package attack

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

// Every body that two parsers could read differently is refused (J3, J4, ASVS 5.0.0 V1.5.3, V15.3.3).
func TestStrictJSON(t *testing.T) {
	t.Parallel()
	c := shared(t).signIn(t)
	tests := []struct {
		name, body string
		status     int
		slug       string
		headers    []string
	}{
		{"unknown field", `{"title":"a","role":"admin"}`, 422, "invalid", nil},
		{"field in another case", `{"TITLE":"a"}`, 422, "invalid", nil},
		{"name twice", `{"title":"a","title":"b"}`, 400, "bad-request", nil},
		{"name twice in two cases", `{"title":"abc","TITLE":"abd"}`, 400, "bad-request", nil},
		{"second document", `{"title":"a"}{"title":"b"}`, 400, "bad-request", nil},
		{"invalid UTF-8", "{\"title\":\"\xc3\x28\"}", 400, "bad-request", nil},
		{"lone surrogate", `{"title":"\ud800"}`, 400, "bad-request", nil},
		{"operator for a string", `{"title":{"$gt":""}}`, 422, "invalid", nil},
		{"broken", `{"title"`, 400, "bad-request", nil},
		{"empty", ``, 400, "bad-request", nil},
		{"null", `{"title":null}`, 422, "invalid", nil},
		{"a form", `title=a`, 415, "unsupported-media-type", []string{"Content-Type", "application/x-www-form-urlencoded"}},
		{"what a cross-site form may send", `{"title":"a"}`, 415, "unsupported-media-type", []string{"Content-Type", "text/plain"}},
		{"no content type", `{"title":"a"}`, 415, "unsupported-media-type", []string{"Content-Type", ""}},
		{"sound", `{"title":"abc"}`, probeStatus, "", nil},
	}
	for _, tt := range tests {
		res := c.do(probeMethod, probePath, strings.NewReplacer("title", probeField, "TITLE", strings.ToUpper(probeField)).Replace(tt.body), tt.headers...)
		if res.Status != tt.status || res.slug() != tt.slug {
			t.Errorf("%s: %d %s, want %d %s: %s", tt.name, res.Status, res.slug(), tt.status, tt.slug, res.Body)
		}
	}
	var p struct {
		Errors []struct{ Pointer, Code string }
	}
	c.do(probeMethod, probePath, `{"`+probeField+`":"abc","role":"canary"}`).want(422).json(&p)
	if len(p.Errors) != 1 || p.Errors[0].Pointer != "/role" || p.Errors[0].Code != "unknown" {
		t.Errorf("errors %+v", p.Errors)
	}
}

// What is small on the wire and large in memory is refused before it grows (I17, CWE-409).
func TestBombs(t *testing.T) {
	t.Parallel()
	c := shared(t).signIn(t)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(`{"title":"` + strings.Repeat("a", 1<<20) + `"}`)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	c.do(probeMethod, probePath, packed.Bytes(), "Content-Encoding", "gzip").want(415)
	c.do(probeMethod, probePath, strings.Repeat("[", 2000)+strings.Repeat("]", 2000)).want(400)
	c.do(probeMethod, probePath, `{"`+probeField+`":`+strings.Repeat(`{"a":`, 1000)+`1`+strings.Repeat("}", 1001)).want(400)
}
