package notes_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/app/internal/identity"
	"example.com/app/internal/notes"
	"example.com/app/internal/problem"
	"example.com/app/internal/request"
)

const someID = "0190163d-8694-739b-aea5-966c26f8ad91"

// What a client reads.
type (
	noteResponse struct {
		ID        string    `json:"id"`
		Title     string    `json:"title"`
		Body      string    `json:"body"`
		CreatedAt time.Time `json:"created_at"`
		UpdatedAt time.Time `json:"updated_at"`
	}
	listResponse struct {
		Notes      []noteResponse `json:"notes"`
		NextCursor string         `json:"next_cursor"`
	}
)

// world is the routes of the notes on a new store, where ann and bob may own notes.
type world struct {
	t   *testing.T
	mux *http.ServeMux
}

func newWorld(t *testing.T, limit int) world {
	t.Helper()
	h := notes.New(newStore(t, limit, "ann", "bob"))
	m := http.NewServeMux()
	m.Handle("POST /api/v1/notes", problem.Handler(h.Create))
	m.Handle("GET /api/v1/notes", problem.Handler(h.List))
	m.Handle("GET /api/v1/notes/{id}", problem.Handler(h.Show))
	m.Handle("PATCH /api/v1/notes/{id}", problem.Handler(h.Update))
	m.Handle("DELETE /api/v1/notes/{id}", problem.Handler(h.Delete))
	return world{t, m}
}

// as sends a request of actor, "" for nobody, wants a status and returns the response. Headers are pairs.
func (w world) as(actor, method, path, body string, status int, headers ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if actor != "" {
		r = r.WithContext(identity.With(r.Context(), identity.Actor{ID: actor}))
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.mux.ServeHTTP(rec, r)
	if rec.Code != status {
		w.t.Fatalf("%s %s as %q: %d, want %d: %s", method, path, actor, rec.Code, status, rec.Body)
	}
	return rec
}

func (w world) create(actor, title string) noteResponse {
	w.t.Helper()
	return read[noteResponse](w.t, w.as(actor, "POST", "/api/v1/notes", fmt.Sprintf(`{"title":%q,"body":"text"}`, title), 201))
}

func read[T any](t *testing.T, rec *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v: %s", err, rec.Body)
	}
	return v
}

func TestCreate201(t *testing.T) {
	w := newWorld(t, 10)
	rec := w.as("ann", "POST", "/api/v1/notes", `{"title":"First","body":"one\ntwo"}`, 201)
	n := read[noteResponse](t, rec)
	if got := rec.Header().Get("Location"); got != "/api/v1/notes/"+n.ID {
		t.Errorf("Location %q", got)
	}
	if n.Title != "First" || n.Body != "one\ntwo" || !n.CreatedAt.Equal(n.UpdatedAt) || n.CreatedAt.Nanosecond()%1000 != 0 {
		t.Errorf("%+v", n)
	}
	if got := read[noteResponse](t, w.as("ann", "GET", rec.Header().Get("Location"), "", 200)); got != n {
		t.Errorf("shown as %+v", got)
	}
}

// The keys of a note are these and no others: above all not its owner (F3).
func TestResponseKeys(t *testing.T) {
	w := newWorld(t, 10)
	rec := w.as("ann", "POST", "/api/v1/notes", `{"title":"First"}`, 201)
	keys := slices.Sorted(maps.Keys(read[map[string]any](t, rec)))
	if want := []string{"body", "created_at", "id", "title", "updated_at"}; !slices.Equal(keys, want) {
		t.Errorf("keys %v, want %v", keys, want)
	}
	list := read[map[string]any](t, w.as("ann", "GET", "/api/v1/notes", "", 200))
	if keys := slices.Sorted(maps.Keys(list)); !slices.Equal(keys, []string{"notes"}) {
		t.Errorf("keys of a last page: %v", keys)
	}
}

// Each field at its edges (J1), and every broken rule at once (J9).
func TestRules(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) }
	body := func(title, body string) string {
		b, err := json.Marshal(map[string]string{"title": title, "body": body})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	tests := []struct {
		name, body string
		status     int
		errors     []string
	}{
		{"create422 no title", `{"body":"b"}`, 422, []string{"/title required"}},
		{"create422 empty title", body("", "b"), 422, []string{"/title required"}},
		{"create422 blank title", body(" \u2003", "b"), 422, []string{"/title required"}},
		{"create201 one", body("é", "b"), 201, nil},
		{"create201 two", body("éé", "b"), 201, nil},
		{"create201 longest title", body(long(200), "b"), 201, nil},
		{"create422 title too long", body(long(201), "b"), 422, []string{"/title too-long"}},
		{"create422 line break in title", body("a\nb", "b"), 422, []string{"/title characters"}},
		{"create422 NUL in title", body("a\x00b", "b"), 422, []string{"/title characters"}},
		{"create201 no body", `{"title":"a"}`, 201, nil},
		{"create201 empty body", body("a", ""), 201, nil},
		{"create201 longest body", body("a", long(10_000)), 201, nil},
		{"create422 body too long", body("a", long(10_001)), 422, []string{"/body too-long"}},
		{"create201 layout in body", body("a", "\tb\r\n"), 201, nil},
		{"create422 NUL in body", body("a", "\x00"), 422, []string{"/body characters"}},
		{"create422 escape in body", body("a", "\x1b[2J"), 422, []string{"/body characters"}},
		{"create422 all at once", body(long(201)+"\n", long(10_001)+"\x00"), 422, []string{"/title too-long", "/title characters", "/body too-long", "/body characters"}},
		{"create422 owner", `{"title":"a","owner":"bob"}`, 422, []string{"/owner unknown"}},
		{"create422 id", `{"title":"a","id":"` + someID + `"}`, 422, []string{"/id unknown"}},
		{"create201 markup", body("<script>alert(1)</script>", "' OR 1=1--"), 201, nil},
	}
	w := newWorld(t, 100)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := w.as("ann", "POST", "/api/v1/notes", tt.body, tt.status)
			var p struct{ Errors []problem.FieldError }
			if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range p.Errors {
				got = append(got, e.Pointer+" "+e.Code)
			}
			if !slices.Equal(got, tt.errors) {
				t.Errorf("errors %q, want %q", got, tt.errors)
			}
		})
	}
}

func TestUpdate(t *testing.T) {
	w := newWorld(t, 10)
	n := w.create("ann", "First")
	path := "/api/v1/notes/" + n.ID

	t.Run("update200 title only", func(t *testing.T) {
		got := read[noteResponse](t, w.as("ann", "PATCH", path, `{"title":"Second"}`, 200))
		if got.Title != "Second" || got.Body != n.Body || !got.CreatedAt.Equal(n.CreatedAt) || !got.UpdatedAt.After(n.UpdatedAt) {
			t.Errorf("%+v", got)
		}
	})
	t.Run("update200 empty body", func(t *testing.T) {
		got := read[noteResponse](t, w.as("ann", "PATCH", path, `{"body":""}`, 200))
		if got.Title != "Second" || got.Body != "" {
			t.Errorf("%+v", got)
		}
		if again := read[noteResponse](t, w.as("ann", "GET", path, "", 200)); again != got {
			t.Errorf("stored as %+v", again)
		}
	})
	for name, body := range map[string]string{
		"update422 nothing":     `{}`,
		"update422 empty title": `{"title":""}`,
		"update422 null":        `{"title":null}`,
		"update422 owner":       `{"title":"a","owner":"bob"}`,
		"update422 created_at":  `{"created_at":"2026-01-01T00:00:00Z"}`,
	} {
		t.Run(name, func(t *testing.T) { w.as("ann", "PATCH", path, body, 422) })
	}
	t.Run("update415", func(t *testing.T) { w.as("ann", "PATCH", path, "", 415) })
}

func TestDelete204(t *testing.T) {
	w := newWorld(t, 1)
	n := w.create("ann", "First")
	w.as("ann", "DELETE", "/api/v1/notes/"+n.ID, "", 204)
	w.as("ann", "GET", "/api/v1/notes/"+n.ID, "", 404)
	w.as("ann", "DELETE", "/api/v1/notes/"+n.ID, "", 404)
	w.create("ann", "There is room again")
}

// Somebody else's note is not there (F2).
func TestOwnership404(t *testing.T) {
	w := newWorld(t, 10)
	n := w.create("ann", "Mine")
	path := "/api/v1/notes/" + n.ID
	for _, actor := range []string{"bob", ""} {
		w.as(actor, "GET", path, "", 404)
		w.as(actor, "PATCH", path, `{"title":"taken"}`, 404)
		w.as(actor, "DELETE", path, "", 404)
		if got := read[listResponse](t, w.as(actor, "GET", "/api/v1/notes", "", 200)); len(got.Notes) != 0 {
			t.Errorf("%q is shown %+v", actor, got)
		}
		from := request.Cursor{CreatedAt: n.CreatedAt.Add(-time.Second), ID: n.ID}.String()
		if got := read[listResponse](t, w.as(actor, "GET", "/api/v1/notes?cursor="+from, "", 200)); len(got.Notes) != 0 {
			t.Errorf("%q is shown %+v by a forged cursor", actor, got)
		}
	}
	if got := read[noteResponse](t, w.as("ann", "GET", path, "", 200)); got != n {
		t.Errorf("became %+v", got)
	}
}

// An id in another spelling names no note, and no database is asked what it makes of it.
func TestID404(t *testing.T) {
	h := notes.New(nil) // a store that was asked would panic
	m := http.NewServeMux()
	m.Handle("GET /api/v1/notes/{id}", problem.Handler(h.Show))
	m.Handle("PATCH /api/v1/notes/{id}", problem.Handler(h.Update))
	m.Handle("DELETE /api/v1/notes/{id}", problem.Handler(h.Delete))
	w := world{t, m}
	for _, id := range []string{
		strings.ToUpper(someID), "urn:uuid:" + someID, "%7B" + someID + "%7D", strings.ReplaceAll(someID, "-", ""), "1", "%00", "%27%20OR%201=1--", "..%2f..%2fetc%2fpasswd",
	} {
		for _, method := range []string{"GET", "PATCH", "DELETE"} {
			w.as("ann", method, "/api/v1/notes/"+id, "", 404)
		}
	}
}

func TestQuery400(t *testing.T) {
	w := newWorld(t, 10)
	n := w.create("ann", "Mine")
	for _, q := range []string{
		"limit=0", "limit=-1", "limit=101", "limit=1.5", "limit=", "limit=1e2", "limit=9999999999999999999", "limit=1&limit=2",
		"cursor=", "cursor=x", "cursor=" + n.ID, "page=2", "sort=title", "limit=5&owner=bob",
	} {
		w.as("ann", "GET", "/api/v1/notes?"+q, "", 400)
	}
	w.as("ann", "GET", "/api/v1/notes/"+n.ID+"?owner=bob", "", 400)
	w.as("ann", "POST", "/api/v1/notes?title=a", `{"title":"a"}`, 400)
}

// Paging shows every note once, oldest first, also when some go and come between two pages.
func TestPaging(t *testing.T) {
	w := newWorld(t, 100)
	want := []string{}
	for i := range 7 {
		want = append(want, w.create("ann", fmt.Sprint(i)).ID)
	}
	for limit := 1; limit <= 8; limit++ {
		var got []string
		cursor := ""
		for pages := 0; ; pages++ {
			if pages > 10 {
				t.Fatalf("limit %d: it does not end", limit)
			}
			page := read[listResponse](t, w.as("ann", "GET", fmt.Sprintf("/api/v1/notes?limit=%d%s", limit, cursor), "", 200))
			for _, n := range page.Notes {
				got = append(got, n.ID)
			}
			if page.NextCursor == "" {
				break
			}
			if len(page.Notes) != limit {
				t.Errorf("limit %d: a page of %d that is not the last", limit, len(page.Notes))
			}
			cursor = "&cursor=" + page.NextCursor
		}
		if !slices.Equal(got, want) {
			t.Errorf("limit %d: %v, want %v", limit, got, want)
		}
	}

	first := read[listResponse](t, w.as("ann", "GET", "/api/v1/notes?limit=3", "", 200))
	w.as("ann", "DELETE", "/api/v1/notes/"+want[2], "", 204) // the note the cursor stands on
	last := w.create("ann", "late").ID
	rest := read[listResponse](t, w.as("ann", "GET", "/api/v1/notes?cursor="+first.NextCursor, "", 200))
	var got []string
	for _, n := range rest.Notes {
		got = append(got, n.ID)
	}
	if !slices.Equal(got, append(slices.Clone(want[3:]), last)) {
		t.Errorf("after a change: %v", got)
	}
}

// One note more than the limit is refused until there is room.
func TestCreate409Full(t *testing.T) {
	w := newWorld(t, 2)
	w.create("ann", "1")
	n := w.create("ann", "2")
	rec := w.as("ann", "POST", "/api/v1/notes", `{"title":"3"}`, 409)
	if !strings.Contains(rec.Body.String(), `"/problems/full"`) {
		t.Errorf("%s", rec.Body)
	}
	w.as("ann", "DELETE", "/api/v1/notes/"+n.ID, "", 204)
	w.create("ann", "3")
}

// A change with If-Match changes the version that the client has seen, or nothing (RFC 9110 section 13.1.1).
func TestIfMatch412(t *testing.T) {
	w := newWorld(t, 10)
	created := w.as("ann", "POST", "/api/v1/notes", `{"title":"First"}`, 201)
	path, first := created.Header().Get("Location"), created.Header().Get("ETag")
	second := w.as("ann", "PATCH", path, `{"title":"Second"}`, 200, "If-Match", first).Header().Get("ETag")
	if shown := w.as("ann", "GET", path, "", 200).Header().Get("ETag"); first == "" || first == second || shown != second {
		t.Errorf("versions %s, %s, %s", first, second, shown)
	}
	w.as("ann", "PATCH", path, `{"title":"Lost"}`, 412, "If-Match", first)
	w.as("ann", "PATCH", path, `{"title":"Lost"}`, 412, "If-Match", "W/"+second)
	w.as("ann", "DELETE", path, "", 412, "If-Match", first)
	w.as("bob", "PATCH", path, `{"title":"Taken"}`, 404, "If-Match", second)
	if n := read[noteResponse](t, w.as("ann", "GET", path, "", 200)); n.Title != "Second" {
		t.Errorf("became %+v", n)
	}
	w.as("ann", "PATCH", path, `{"body":"any version"}`, 200, "If-Match", "*")
	w.as("ann", "DELETE", path, "", 204)
}
