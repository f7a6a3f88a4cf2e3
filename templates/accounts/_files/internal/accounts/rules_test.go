package accounts_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/app/internal/accounts"
	"example.com/app/internal/identity"
	"example.com/app/internal/problem"
)

func TestCanonical(t *testing.T) {
	long := strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 61)+".", 3)
	for _, tt := range []struct{ name, address, want string }{ // no want: rejected
		{"plain", "ann@example.com", "ann@example.com"},
		{"domain in capitals", "Ann@EXAMPLE.Com", "Ann@example.com"},
		{"space around", " ann@example.com\n", "ann@example.com"},
		{"tag and dots stay", "a.n.n+tag@example.com", "a.n.n+tag@example.com"},
		{"254 characters", long + "com", long + "com"},
		{"255 characters", long + "info", ""},
		{"65 before the @", strings.Repeat("a", 65) + "@example.com", ""},
		{"domain in punycode", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"},
		{"domain with other letters", "ann@bücher.example", ""},
		{"name with a letter that looks like another", "аnn@example.com", ""},
		{"no dot in the domain", "ann@localhost", ""},
		{"two dots", "ann@example..com", ""},
		{"hyphen at the end of a label", "ann@example-.com", ""},
		{"underscore in the domain", "ann@ex_ample.com", ""},
		{"address literal", "ann@[192.0.2.1]", ""},
		{"display name", "Ann <ann@example.com>", ""},
		{"comment", "ann@example.com (Ann)", ""},
		{"quotes", `"ann"@example.com`, ""},
		{"line break inside", "ann@example.com\r\nBcc: bob@example.com", ""},
		{"NUL", "a\x00@example.com", ""},
		{"two addresses", "ann@example.com, bob@example.com", ""},
		{"no @", "ann", ""},
		{"empty", "", ""},
	} {
		if got, ok := accounts.Canonical(tt.address); got != tt.want && ok || ok != (tt.want != "") {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, ok, tt.want)
		}
	}
}

// People turn 13 on the day itself, at any hour; those born on 29 February turn 13 on 1 March.
func TestAge(t *testing.T) {
	f := newFixture(t)
	for _, tt := range []struct {
		today, born string
		old         bool
	}{
		{"2026-03-14", "2013-03-14", true},
		{"2026-03-14", "2013-03-15", false},
		{"2026-03-14", "2013-12-31", false}, // the difference of years alone says 13
		{"2026-01-01", "2013-01-01", true},
		{"2025-12-31", "2013-01-01", false},
		{"2025-02-28", "2012-02-29", false},
		{"2025-03-01", "2012-02-29", true},
		{"2026-03-14", "1900-01-01", true},
	} {
		today, err := time.Parse(time.DateOnly, tt.today)
		if err != nil {
			t.Fatal(err)
		}
		f.now = today.Add(23*time.Hour + 59*time.Minute)
		_, err = f.Register(t.Context(), accounts.Registration{Email: "no address", Username: "ann", Password: secret, BirthDate: tt.born}, address(1))
		got := pointers(problem.From(err))
		if slices.Contains(got, "/birth_date age") == tt.old || slices.Contains(got, "/birth_date range") {
			t.Errorf("born %s, on %s: %v", tt.born, tt.today, got)
		}
	}
}

// A recorder is a request with its response.
type recorder struct {
	*httptest.ResponseRecorder
	request *http.Request
}

func newRecorder(method, path, body string) recorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return recorder{httptest.NewRecorder(), r}
}

// A client that names the version it has seen loses nothing of another's change, and one that names none changes what it sends (J14).
func TestUpdateIfMatch(t *testing.T) {
	f := newFixture(t)
	ann := f.user()
	ctx := identity.With(t.Context(), identity.Actor{ID: ann.ID})
	for _, tt := range []struct {
		match, body string
		want        int
		tag         string
	}{
		{`"1"`, `{"username":"first"}`, 200, `"2"`},
		{`"1"`, `{"username":"second"}`, 412, ""},
		{`"2"`, `{"birth_date":"1991-01-01"}`, 200, `"3"`},
		{``, `{"username":"third"}`, 200, `"4"`},
		{`*`, `{"username":"fourth"}`, 200, `"5"`},
		{`5`, `{"username":"fifth"}`, 412, ""},
		{`W/"5"`, `{"username":"fifth"}`, 412, ""},
		{`"0"`, `{"username":"fifth"}`, 412, ""},
		{`"99999999999999999999"`, `{"username":"fifth"}`, 412, ""},
	} {
		w := newRecorder("PATCH", "/api/v1/me", tt.body)
		w.request.Header.Set("If-Match", tt.match)
		err := accounts.NewHandlers(f.Service).Update(w, w.request.WithContext(ctx))
		if got := status(t, err); got != tt.want || w.Header().Get("ETag") != tt.tag {
			t.Errorf("%s %s: status %d, ETag %s", tt.match, tt.body, got, w.Header().Get("ETag"))
		}
	}
	if u, err := f.User(t.Context(), ann.ID); err != nil || u.Username != "fourth" || u.BirthDate != "1991-01-01" || u.Version != 5 {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := f.UpdateProfile(t.Context(), ann.ID, accounts.Change{Username: new("fifth")}, 4); !errors.Is(err, accounts.ErrChanged) {
		t.Errorf("an old version: %v", err)
	}
}
