package invoices

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/orders/internal/field/fieldtest"
	"example.com/orders/internal/identity"
	"example.com/orders/internal/problem"
	"example.com/orders/internal/request"
)

const (
	path   = "/api/v1/invoices"
	someID = "0190163d-8694-739b-aea5-966c26f8ad91"
)

var next fieldtest.Samples

type fields map[string]any

// some are fields that an invoice may have, all of them.
func some() fields {
	return fields{
		"number":  next.Text(3, 20),
		"total":   next.Decimal(2, "0", ""),
		"due":     next.Date(),
		"status":  next.OneOf("draft", "sent", "paid"),
		"token":   next.Text(1, 4000),
		"paid_at": next.Time(),
	}
}

// with returns the fields and one more.
func (f fields) with(name string, value any) fields {
	f = maps.Clone(f)
	f[name] = value
	return f
}

// world is the surface of the invoices on a store of its own, with a clock that moves a second a call.
type world struct {
	t     *testing.T
	store *Memory
	mux   *http.ServeMux
}

func newWorld(t *testing.T, limit int) world {
	store := NewMemory(new(sync.Mutex), limit)
	h := New(store)
	at := time.Date(2026, 1, 1, 12, 0, 0, 123456789, time.UTC)
	h.now = func() time.Time { at = at.Add(time.Second); return at }
	m := http.NewServeMux()
	m.Handle("POST "+path, problem.Handler(h.Create))
	m.Handle("GET "+path, problem.Handler(h.List))
	m.Handle("GET "+path+"/{id}", problem.Handler(h.Show))
	m.Handle("PATCH "+path+"/{id}", problem.Handler(h.Update))
	m.Handle("DELETE "+path+"/{id}", problem.Handler(h.Delete))
	return world{t, store, m}
}

// as sends a request of actor, "" for nobody, wants a status and returns the answer. A body is JSON already if it is a string.
func (w world) as(actor, method, path string, body any, status int) *httptest.ResponseRecorder {
	w.t.Helper()
	text, isText := body.(string)
	if body != nil && !isText {
		b, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		text = string(b)
	}
	r := httptest.NewRequest(method, path, strings.NewReader(text))
	if text != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if actor != "" {
		r = r.WithContext(identity.With(r.Context(), identity.Actor{ID: actor}))
	}
	rec := httptest.NewRecorder()
	w.mux.ServeHTTP(rec, r)
	if rec.Code != status {
		w.t.Fatalf("%s %s as %q: %d, want %d: %s\nsent: %s", method, path, actor, rec.Code, status, rec.Body, text)
	}
	return rec
}

// create makes an invoice and returns what the answer shows of it.
func (w world) create(actor string, f fields) fields {
	w.t.Helper()
	return read(w.t, w.as(actor, "POST", path, f, 201))
}

func read(t *testing.T, rec *httptest.ResponseRecorder) fields {
	t.Helper()
	var f fields
	if err := json.Unmarshal(rec.Body.Bytes(), &f); err != nil {
		t.Fatalf("%v: %s", err, rec.Body)
	}
	return f
}

// plain is f as JSON makes it of itself.
func plain(t *testing.T, f fields) fields {
	t.Helper()
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var out fields
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// errorsOf lists what an answer complains about as pointer code.
func errorsOf(t *testing.T, rec *httptest.ResponseRecorder) []string {
	t.Helper()
	var p struct{ Errors []problem.FieldError }
	if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range p.Errors {
		all = append(all, e.Pointer+" "+e.Code)
	}
	return all
}

func TestCreate201(t *testing.T) {
	w := newWorld(t, 10)
	sent := some()
	rec := w.as("ann", "POST", path, sent, 201)
	got := read(t, rec)
	if location := rec.Header().Get("Location"); location != fmt.Sprint(path, "/", got["id"]) {
		t.Errorf("Location %q", location)
	}
	for name, want := range plain(t, sent) {
		if !reflect.DeepEqual(got[name], want) {
			t.Errorf("%s became %v, want %v", name, got[name], want)
		}
	}
	if got["created_at"] != got["updated_at"] {
		t.Errorf("%v", got)
	}
	if shown := read(t, w.as("ann", "GET", rec.Header().Get("Location"), nil, 200)); !reflect.DeepEqual(shown, got) {
		t.Errorf("shown as %v, want %v", shown, got)
	}
}

// What may be left out is left out.
func TestCreate201Least(t *testing.T) {
	w := newWorld(t, 10)
	least := some()
	for _, name := range []string{"due", "status", "paid_at"} {
		delete(least, name)
	}
	got := w.create("ann", least)
	want := fields{
		"status": "draft",
		"id":     got["id"], "created_at": got["created_at"], "updated_at": got["updated_at"],
	}
	maps.Copy(want, plain(t, least))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The keys of an invoice are these and no others: above all not its owner. Lists do not show secrets.
func TestResponseKeys(t *testing.T) {
	w := newWorld(t, 10)
	got := w.create("ann", some())
	want := append(slices.Collect(maps.Keys(some())), "created_at", "id", "updated_at")
	slices.Sort(want)
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want) {
		t.Errorf("keys %v, want %v", keys, want)
	}
	list := read(t, w.as("ann", "GET", path, nil, 200))
	if keys := slices.Sorted(maps.Keys(list)); !slices.Equal(keys, []string{"invoices"}) {
		t.Errorf("keys of a last page: %v", keys)
	}
	listed := list["invoices"].([]any)[0].(map[string]any)
	want = slices.DeleteFunc(want, func(key string) bool { return key == "token" })
	if keys := slices.Sorted(maps.Keys(listed)); !slices.Equal(keys, want) {
		t.Errorf("keys in a list: %v, want %v", keys, want)
	}
}

// Each field that breaks its rule, when one is made and when one is changed.
func TestRules422(t *testing.T) {
	w := newWorld(t, 10)
	one := fmt.Sprint(path, "/", w.create("ann", some())["id"])
	tests := []struct {
		name  string
		field string
		value any
		code  string
	}{
		{"number too long", "number", strings.Repeat("é", 21), "too-long"},
		{"NUL in number", "number", strings.Repeat("a", 2) + "\x00", "characters"},
		{"number null", "number", nil, "null"},
		{"number of another type", "number", []string{"a"}, "type"},
		{"total too exact", "total", "0.1111111111", "format"},
		{"total as a float", "total", 1.5, "type"},
		{"total null", "total", nil, "null"},
		{"total of another type", "total", []string{"a"}, "type"},
		{"due that is no day", "due", "2026-02-30", "format"},
		{"due of another type", "due", []string{"a"}, "type"},
		{"status that nobody knows", "status", "' OR 1=1--", "unknown"},
		{"status null", "status", nil, "null"},
		{"status of another type", "status", []string{"a"}, "type"},
		{"token too long", "token", strings.Repeat("é", 4001), "too-long"},
		{"token null", "token", nil, "null"},
		{"token of another type", "token", []string{"a"}, "type"},
		{"paid_at without a zone", "paid_at", "2026-02-28T23:59:59", "format"},
		{"paid_at of another type", "paid_at", []string{"a"}, "type"},
		{"owner", "owner", "bob", "unknown"},
		{"id", "id", someID, "unknown"},
		{"created_at", "created_at", "2026-01-01T00:00:00Z", "unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := []string{"/" + tt.field + " " + tt.code}
			if got := errorsOf(t, w.as("ann", "POST", path, some().with(tt.field, tt.value), 422)); !slices.Equal(got, want) {
				t.Errorf("created: %q, want %q", got, want)
			}
			if got := errorsOf(t, w.as("ann", "PATCH", one, fields{tt.field: tt.value}, 422)); !slices.Equal(got, want) {
				t.Errorf("changed: %q, want %q", got, want)
			}
		})
	}
	t.Run("nothing", func(t *testing.T) {
		want := []string{"/number required", "/total required", "/token required"}
		if got := errorsOf(t, w.as("ann", "POST", path, `{}`, 422)); !slices.Equal(got, want) {
			t.Errorf("created: %q, want %q", got, want)
		}
		w.as("ann", "PATCH", one, `{}`, 422)
		w.as("ann", "PATCH", one, nil, 415)
		w.as("ann", "PATCH", one, `{`, 400)
	})
}

// Each field can be changed alone, and the others stay.
func TestUpdate200(t *testing.T) {
	w := newWorld(t, 10)
	was := w.create("ann", some())
	one := fmt.Sprint(path, "/", was["id"])
	for name, value := range plain(t, some()) {
		want := was.with(name, value)
		got := read(t, w.as("ann", "PATCH", one, fields{name: value}, 200))
		want["updated_at"] = got["updated_at"]
		if !reflect.DeepEqual(got, want) || got["updated_at"] == was["updated_at"] {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if shown := read(t, w.as("ann", "GET", one, nil, 200)); !reflect.DeepEqual(shown, got) {
			t.Errorf("%s: stored as %v", name, shown)
		}
		was = got
	}
	for _, name := range []string{"due", "paid_at"} {
		got := read(t, w.as("ann", "PATCH", one, fields{name: nil}, 200))
		delete(was, name)
		was["updated_at"] = got["updated_at"]
		if !reflect.DeepEqual(got, was) {
			t.Errorf("%s is taken away: %v, want %v", name, got, was)
		}
	}
}

func TestDelete204(t *testing.T) {
	w := newWorld(t, 1)
	one := fmt.Sprint(path, "/", w.create("ann", some())["id"])
	w.as("ann", "DELETE", one, nil, 204)
	w.as("ann", "GET", one, nil, 404)
	w.as("ann", "DELETE", one, nil, 404)
	w.create("ann", some())
}

// What something refers to stays.
func TestDelete409InUse(t *testing.T) {
	w := newWorld(t, 1)
	id := fmt.Sprint(w.create("ann", some())["id"])
	used := true
	w.store.ReferredBy(func(owner, of string) bool { return used && owner == "ann" && of == id })
	if rec := w.as("ann", "DELETE", path+"/"+id, nil, 409); !strings.Contains(rec.Body.String(), `"/problems/in-use"`) {
		t.Errorf("%s", rec.Body)
	}
	used = false
	w.as("ann", "DELETE", path+"/"+id, nil, 204)
}

// Somebody else's invoice is not there.
func TestOwnership404(t *testing.T) {
	w := newWorld(t, 10)
	mine := w.create("ann", some())
	one := fmt.Sprint(path, "/", mine["id"])
	for _, actor := range []string{"bob", ""} {
		w.as(actor, "GET", one, nil, 404)
		w.as(actor, "PATCH", one, some(), 404)
		w.as(actor, "DELETE", one, nil, 404)
		if list := w.as(actor, "GET", path, nil, 200); strings.Contains(list.Body.String(), fmt.Sprint(mine["id"])) {
			t.Errorf("%q is shown %s", actor, list.Body)
		}
	}
	if got := read(t, w.as("ann", "GET", one, nil, 200)); !reflect.DeepEqual(got, mine) {
		t.Errorf("became %v", got)
	}
}

// Two of one owner differ in number; another owner's do not count.
func TestNumber409Taken(t *testing.T) {
	w := newWorld(t, 10)
	first := w.create("ann", some())
	again := some().with("number", first["number"])
	if rec := w.as("ann", "POST", path, again, 409); !strings.Contains(rec.Body.String(), `"/problems/taken"`) {
		t.Errorf("%s", rec.Body)
	}
	w.create("bob", again)
	w.as("ann", "PATCH", fmt.Sprint(path, "/", first["id"]), fields{"number": first["number"]}, 200)
	second := w.create("ann", some())
	w.as("ann", "PATCH", fmt.Sprint(path, "/", second["id"]), fields{"number": first["number"]}, 409)
}

func TestQuery400(t *testing.T) {
	w := newWorld(t, 10)
	one := fmt.Sprint(path, "/", w.create("ann", some())["id"])
	for _, q := range []string{"limit=0", "limit=101", "cursor=x", "page=2", "owner=bob"} {
		w.as("ann", "GET", path+"?"+q, nil, 400)
	}
	w.as("ann", "GET", one+"?owner=bob", nil, 400)
	w.as("ann", "POST", path+"?owner=bob", some(), 400)
	w.as("ann", "GET", path+"/"+strings.ToUpper(someID), nil, 404)
}

// Paging shows every invoice once, oldest first, also when one goes between two pages.
func TestPaging(t *testing.T) {
	w := newWorld(t, 100)
	var want, got []any
	for range 7 {
		want = append(want, w.create("ann", some())["id"])
	}
	for cursor, pages := "", 0; pages < 10; pages++ {
		page := read(t, w.as("ann", "GET", path+"?limit=3"+cursor, nil, 200))
		for _, v := range page["invoices"].([]any) {
			got = append(got, v.(map[string]any)["id"])
		}
		if page["next_cursor"] == nil {
			break
		}
		w.as("ann", "DELETE", fmt.Sprint(path, "/", got[len(got)-1]), nil, 204) // the one that the cursor stands on
		cursor = fmt.Sprint("&cursor=", page["next_cursor"])
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The memory is bounded for all owners together, and pages by id within a moment.
func TestMemory(t *testing.T) {
	w := newWorld(t, 2)
	w.create("ann", some())
	w.create("bob", some())
	if rec := w.as("carl", "POST", path, some(), 409); !strings.Contains(rec.Body.String(), `"/problems/full"`) {
		t.Errorf("%s", rec.Body)
	}

	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	m := newWorld(t, 10).store
	ctx := context.Background()
	for _, id := range []string{"c", "a", "b"} {
		m.owners["ann"] = append(m.owners["ann"], Invoice{ID: id, Owner: "ann", CreatedAt: at})
	}
	slices.SortFunc(m.owners["ann"], func(a, b Invoice) int { return strings.Compare(a.ID, b.ID) })
	page, err := m.List(ctx, "ann", request.Cursor{CreatedAt: at, ID: "a"}, 1)
	if err != nil || len(page) != 1 || page[0].ID != "b" {
		t.Errorf("%v, %v", page, err)
	}
	if _, err := m.Get(ctx, "bob", "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("somebody else's: %v", err)
	}
}
