package attack

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

type note struct {
	ID, Title, Body string
}

// The whole life of a note, as service and document promise it.
func TestNote(t *testing.T) {
	t.Parallel()
	c := shared(t).signIn(t)
	created := c.do("POST", "/api/v1/notes", map[string]string{"title": "First", "body": "one\ntwo"}).want(201)
	var n note
	created.json(&n)
	path := "/api/v1/notes/" + n.ID
	if got := created.Header.Get("Location"); got != path {
		t.Errorf("Location %q, want %q", got, path)
	}
	var changed note
	c.do("PATCH", path, map[string]string{"title": "Second"}).want(200).json(&changed)
	if changed.Title != "Second" || changed.Body != n.Body {
		t.Errorf("changed to %+v", changed)
	}
	var shown note
	c.do("GET", path, nil).want(200).json(&shown)
	if shown != changed {
		t.Errorf("shown as %+v, want %+v", shown, changed)
	}
	if res := c.do("DELETE", path, nil).want(204); len(res.Body) != 0 {
		t.Errorf("204 with %q", res.Body)
	}
	c.do("GET", path, nil).want(404)
	c.do("DELETE", path, nil).want(404)
}

// Each field at its edges, all that is wrong at once, and no value in the answer (J1, J9, CWE-20).
func TestNoteRules(t *testing.T) {
	t.Parallel()
	c := shared(t).signIn(t)
	type fields map[string]string
	tests := []struct {
		name   string
		body   fields
		status int
		errors []string
	}{
		{"no title", fields{"body": "b"}, 422, []string{"/title required"}},
		{"empty title", fields{"title": ""}, 422, []string{"/title required"}},
		{"one character", fields{"title": "é"}, 201, nil},
		{"longest title", fields{"title": strings.Repeat("é", 200)}, 201, nil},
		{"title too long", fields{"title": strings.Repeat("é", 201)}, 422, []string{"/title too-long"}},
		{"line break in title", fields{"title": "a\r\nb"}, 422, []string{"/title characters"}},
		{"longest body", fields{"title": "a", "body": strings.Repeat("é", 10_000)}, 201, nil},
		{"body too long", fields{"title": "a", "body": strings.Repeat("é", 10_001)}, 422, []string{"/body too-long"}},
		{"NUL", fields{"title": "a\x00", "body": "\x00"}, 422, []string{"/title characters", "/body characters"}},
		{"SQL", fields{"title": "'; DROP TABLE notes; --", "body": "' OR 1=1--"}, 201, nil},
		{"all at once", fields{"title": "canary" + strings.Repeat("é", 200), "body": "canary\x1b"}, 422, []string{"/title too-long", "/body characters"}},
	}
	for _, tt := range tests {
		res := c.do("POST", "/api/v1/notes", tt.body)
		if res.Status != tt.status {
			t.Errorf("%s: %d, want %d: %s", tt.name, res.Status, tt.status, res.Body)
			continue
		}
		if tt.status == 201 {
			continue
		}
		var p struct {
			Errors []struct{ Pointer, Code string }
		}
		res.json(&p)
		var got []string
		for _, e := range p.Errors {
			got = append(got, e.Pointer+" "+e.Code)
		}
		if !slices.Equal(got, tt.errors) {
			t.Errorf("%s: errors %q, want %q", tt.name, got, tt.errors)
		}
		if strings.Contains(string(res.Body), "canary") {
			t.Errorf("%s: the answer repeats the value: %s", tt.name, res.Body)
		}
	}
}

// Fields that are not the client's to set are refused, and those that are not its to see are not there (F3, ASVS 5.0.0 V8.2.3, V15.3.3).
func TestNoteFields(t *testing.T) {
	t.Parallel()
	c := shared(t).signIn(t)
	for _, field := range []string{"id", "owner", "role", "created_at", "updated_at"} {
		c.do("POST", "/api/v1/notes", map[string]string{"title": "a", field: "x"}).want(422)
	}
	created := c.do("POST", "/api/v1/notes", map[string]string{"title": "a"}).want(201)
	path := created.Header.Get("Location")
	for _, field := range []string{"id", "owner", "role", "created_at", "updated_at"} {
		c.do("PATCH", path, map[string]string{"title": "b", field: "x"}).want(422)
	}
	var list struct{ Notes []json.RawMessage }
	c.do("GET", "/api/v1/notes?limit=1", nil).want(200).json(&list)
	if len(list.Notes) != 1 {
		t.Fatalf("a page of %d", len(list.Notes))
	}
	for _, raw := range [][]byte{created.Body, c.do("GET", path, nil).want(200).Body, list.Notes[0]} {
		var n map[string]any
		if err := json.Unmarshal(raw, &n); err != nil {
			t.Fatal(err)
		}
		if keys := slices.Sorted(maps.Keys(n)); !slices.Equal(keys, []string{"body", "created_at", "id", "title", "updated_at"}) {
			t.Errorf("keys %v", keys)
		}
	}
}

// Pages show every note once; a cursor is ours or refused.
func TestNotePages(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1000000/1s") // where nobody signs in, notes are everybody's: these must be alone
	c := s.signIn(t)
	var want, got []string
	for i := range 7 {
		var n note
		c.do("POST", "/api/v1/notes", map[string]string{"title": fmt.Sprint(i)}).want(201).json(&n)
		want = append(want, n.ID)
	}
	cursor := ""
	for range 10 {
		var page struct {
			Notes []note
			Next  string `json:"next_cursor"`
		}
		c.do("GET", "/api/v1/notes?limit=3"+cursor, nil).want(200).json(&page)
		for _, n := range page.Notes {
			got = append(got, n.ID)
		}
		if cursor = "&cursor=" + page.Next; page.Next == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("pages show %v, want %v", got, want)
	}
	for _, q := range []string{"cursor=", "cursor=MQ", "cursor=" + want[0], "cursor=%27%20OR%201=1--", "limit=0", "limit=101", "limit=x"} {
		c.do("GET", "/api/v1/notes?"+q, nil).want(400)
	}
}

// Notes cannot fill the service: one more than NOTES_MAX is refused until there is room (H11, CWE-770).
func TestNotesMax(t *testing.T) {
	t.Parallel()
	s := start(t, "NOTES_MAX=3")
	c := s.signIn(t)
	var last *response
	for range 3 {
		last = c.do("POST", "/api/v1/notes", map[string]string{"title": "a"}).want(201)
	}
	if got := c.do("POST", "/api/v1/notes", map[string]string{"title": "a"}).want(409).slug(); got != "full" {
		t.Errorf("slug %q", got)
	}
	c.do("DELETE", last.Header.Get("Location"), nil).want(204)
	c.do("POST", "/api/v1/notes", map[string]string{"title": "a"}).want(201)
}
