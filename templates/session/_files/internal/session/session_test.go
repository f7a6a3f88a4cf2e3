package session_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/app/internal/accounts"
	"example.com/app/internal/guard"
	"example.com/app/internal/identity"
	"example.com/app/internal/keyring"
	"example.com/app/internal/logging"
	"example.com/app/internal/password"
	"example.com/app/internal/problem"
	"example.com/app/internal/session"
)

const (
	secret = "Windy roof plums, 7" // with password.composition too
	other  = "A heron on the pier, 2"

	idle, absolute = 30 * time.Minute, 12 * time.Hour
)

// store counts what is read and written.
type store struct {
	session.Store
	touched, asked int
}

func (s *store) Touch(ctx context.Context, id string, seen time.Time) error {
	s.touched++
	return s.Store.Touch(ctx, id, seen)
}

func (s *store) ByDigest(ctx context.Context, digest [sha256.Size]byte) (session.Session, accounts.User, error) {
	s.asked++
	return s.Store.ByDigest(ctx, digest)
}

// A fixture is a Manager with the surface that it is part of.
type fixture struct {
	*accounts.Service
	users    accounts.Store
	store    *store
	manager  *session.Manager
	handlers *session.Handlers
	server   http.Handler
	now      time.Time
	log      bytes.Buffer

	t     *testing.T
	count int
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	t.Parallel()
	return newFixtureWith(t, idle)
}

func newFixtureWith(t *testing.T, idle time.Duration) *fixture {
	t.Helper()
	f := &fixture{store: &store{}, now: time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC), t: t}
	f.store.Store, f.users = newStores(t)
	ring, err := keyring.Parse(keyring.Generate("a"))
	if err != nil {
		t.Fatal(err)
	}
	clock, limit := func() time.Time { return f.now }, guard.Rate{Requests: 100, Window: time.Hour}
	f.Service = accounts.New(f.users, password.NewHasher(ring), limit, limit, clock)
	f.manager = session.New(f.store, idle, absolute, clock)
	f.handlers = session.NewHandlers(f.manager, f.Service)
	m := http.NewServeMux()
	m.Handle("GET /sessions", problem.Handler(f.handlers.List))
	m.Handle("DELETE /sessions/{id}", problem.Handler(f.handlers.Revoke))
	f.server = identity.Middleware(f.manager)(m)
	return f
}

// user creates an account with the password secret.
func (f *fixture) user() accounts.User {
	f.t.Helper()
	f.count++
	u, err := f.Create(f.t.Context(), accounts.Registration{Email: fmt.Sprintf("ann%d@example.com", f.count), Username: "ann", Password: secret}, accounts.Writer)
	if err != nil {
		f.t.Fatal(err)
	}
	return u
}

// request returns a request with these cookies.
func (f *fixture) request(method, path, body string, cookies ...*http.Cookie) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for _, c := range cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	return r.WithContext(logging.Into(r.Context(), logging.New(&f.log, slog.LevelDebug)))
}

func (f *fixture) do(method, path, body string, cookies ...*http.Cookie) *http.Response {
	w := httptest.NewRecorder()
	f.server.ServeHTTP(w, f.request(method, path, body, cookies...))
	return w.Result()
}

// signIn begins a session for u, as she is now, and returns its cookie.
func (f *fixture) signIn(u accounts.User) *http.Cookie {
	f.t.Helper()
	u, err := f.User(f.t.Context(), u.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := f.handlers.SignedIn(w, f.request("POST", "/login", ""), u); err != nil {
		f.t.Fatal(err)
	}
	return cookieOf(f.t, w.Result())
}

// cookieOf returns the one cookie that a response sets.
func cookieOf(t *testing.T, res *http.Response) *http.Cookie {
	t.Helper()
	all := res.Cookies()
	if len(all) != 1 {
		t.Fatalf("status %d, cookies %v", res.StatusCode, all)
	}
	return all[0]
}

// with returns the cookie with another value.
func with(c *http.Cookie, value string) *http.Cookie { return &http.Cookie{Name: c.Name, Value: value} }

// holds reports whether the cookie opens a session.
func (f *fixture) holds(c *http.Cookie) bool {
	f.t.Helper()
	_, err := f.manager.Authenticate(f.request("GET", "/", "", c))
	if err != nil && !errors.Is(err, identity.ErrInvalid) {
		f.t.Fatal(err)
	}
	return err == nil
}

func TestRepeatedCookie(t *testing.T) {
	f := newFixture(t)
	c := f.signIn(f.user())
	planted := with(c, rand.Text())
	for name, cookies := range map[string][]*http.Cookie{"planted last": {c, planted}, "planted first": {planted, c}, "the same": {c, c}} {
		if _, err := f.manager.Authenticate(f.request("GET", "/", "", cookies...)); !errors.Is(err, identity.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What cannot be a token is not looked up; a request without a cookie is nobody's.
func TestMalformedCookies(t *testing.T) {
	f := newFixture(t)
	c := f.signIn(f.user())
	for name, value := range map[string]string{"short": "A", "long": strings.Repeat("A", 4000), "SQL": "' OR 1=1 --", "a session's id": "01a210cb-d5d3-72b5-9c67-90121a5ea8b2"} {
		if f.holds(with(c, value)) || f.store.asked != 0 {
			t.Errorf("%s: asked %d times", name, f.store.asked)
		}
	}
	if _, err := f.manager.Authenticate(f.request("GET", "/", "")); !errors.Is(err, identity.ErrNone) {
		t.Errorf("without a cookie: %v", err)
	}
	if got := f.manager.Challenge(); !strings.HasPrefix(got, `Session realm="`) {
		t.Errorf("challenge %s", got)
	}
}

func TestSessionsEnd(t *testing.T) {
	f := newFixture(t)
	u := f.user()
	for _, tt := range []struct {
		name  string
		step  time.Duration // between requests
		until time.Duration // of the last request that is answered, except for a step
	}{
		{"idle", idle, 0},
		{"in use until the absolute end", 29 * time.Minute, absolute},
		{"in use every minute", time.Minute, absolute},
	} {
		c := f.signIn(u)
		var age time.Duration
		for f.holds(c) && age < 2*absolute {
			f.now = f.now.Add(tt.step)
			age += tt.step
		}
		if age < tt.until || age > tt.until+tt.step {
			t.Errorf("%s: ended after %v", tt.name, age)
		}
	}
}

// The row is written once a minute and not at every request; a short idle time is exact enough all the same.
func TestSeenIsWrittenByTheMinute(t *testing.T) {
	f := newFixture(t)
	c := f.signIn(f.user())
	for range 180 {
		f.now = f.now.Add(time.Second)
		if !f.holds(c) {
			t.Fatal("it ended")
		}
	}
	if f.store.touched != 3 {
		t.Errorf("written %d times in three minutes", f.store.touched)
	}
	f = newFixtureWith(t, 2*time.Second)
	c = f.signIn(f.user())
	for range 20 {
		f.now = f.now.Add(time.Second)
		if !f.holds(c) {
			t.Fatal("a short idle time ends a session that is in use")
		}
	}
}

func TestWhatEndsSessions(t *testing.T) {
	f := newFixture(t)
	for name, do := range map[string]func(accounts.User) error{
		"disabled":   func(u accounts.User) error { return f.SetDisabled(t.Context(), u.ID, true) },
		"signed out": func(u accounts.User) error { return f.SignOutEverywhere(t.Context(), u.ID, "operator") },
		"erased":     func(u accounts.User) error { return f.Erase(t.Context(), u.ID) },
		"new password": func(u accounts.User) error {
			_, err := f.ChangePassword(t.Context(), u.ID, secret, other, netip.IPv6Loopback())
			return err
		},
	} {
		u := f.user()
		c := f.signIn(u)
		if !f.holds(c) {
			t.Fatal("it never began")
		}
		if err := do(u); err != nil {
			t.Fatal(err)
		}
		if f.holds(c) {
			t.Errorf("%s: it still opens", name)
		}
	}
}

// The actor is the user of now: a role that changed counts from the next request on (F6).
func TestActorIsCurrent(t *testing.T) {
	f := newFixture(t)
	u := f.user()
	r, began := f.request("GET", "/", "", f.signIn(u)), f.now
	for _, role := range []accounts.Role{accounts.Writer, accounts.Reader, accounts.Writer} {
		if err := f.SetRole(t.Context(), u.ID, role); err != nil {
			t.Fatal(err)
		}
		f.now = f.now.Add(time.Minute)
		a, err := f.manager.Authenticate(r)
		if err != nil || a.ID != u.ID || !slices.Equal(a.Scopes, role.Scopes()) || !a.AuthTime.Equal(began) {
			t.Errorf("%s: %+v, %v", role, a, err)
		}
	}
}

type list struct {
	Sessions []struct {
		ID      string
		Current bool
	}
	NextCursor string `json:"next_cursor"`
}

func (f *fixture) list(query string, c *http.Cookie) (l list) {
	f.t.Helper()
	if err := json.NewDecoder(f.do("GET", "/sessions"+query, "", c).Body).Decode(&l); err != nil {
		f.t.Fatal(err)
	}
	return l
}

// Lists have the user's own sessions that hold, a page at a time; each can be ended, by its user only (B11).
func TestListAndRevoke(t *testing.T) {
	f := newFixture(t)
	ann, bob := f.user(), f.user()
	over := f.signIn(ann)
	f.now = f.now.Add(31 * time.Minute)
	first := f.signIn(ann)
	f.now = f.now.Add(time.Second)
	second, his := f.signIn(ann), f.signIn(bob)

	all := f.list("", first)
	if len(all.Sessions) != 2 || !all.Sessions[0].Current || all.Sessions[1].Current || all.NextCursor != "" {
		t.Fatalf("%+v", all)
	}
	page := f.list("?limit=1", second)
	rest := f.list("?limit=1&cursor="+page.NextCursor, second)
	if len(page.Sessions) != 1 || page.Sessions[0].ID != all.Sessions[0].ID || len(rest.Sessions) != 1 || !rest.Sessions[0].Current || rest.NextCursor != "" {
		t.Errorf("pages %+v, %+v", page, rest)
	}
	if res := f.do("GET", "/sessions?limit=51", "", first); res.StatusCode != 400 {
		t.Errorf("a page of 51: status %d", res.StatusCode)
	}
	for _, id := range []string{f.list("", his).Sessions[0].ID, "x", strings.ToUpper(all.Sessions[1].ID), "00000000-0000-0000-0000-000000000000"} {
		if res := f.do("DELETE", "/sessions/"+id, "", first); res.StatusCode != 404 {
			t.Errorf("%s: status %d", id, res.StatusCode)
		}
	}
	if res := f.do("DELETE", "/sessions/"+all.Sessions[1].ID, "", first); res.StatusCode != 204 || len(res.Cookies()) != 0 || f.holds(second) || !f.holds(first) || !f.holds(his) {
		t.Errorf("the other session: status %d, it %v, this %v", res.StatusCode, f.holds(second), f.holds(first))
	}
	res := f.do("DELETE", "/sessions/"+all.Sessions[0].ID, "", first)
	if c := cookieOf(t, res); res.StatusCode != 204 || c.MaxAge >= 0 || f.holds(first) || f.holds(over) {
		t.Errorf("this session: status %d, cookie %s", res.StatusCode, c.Raw)
	}
}

// A user has 50 sessions; the oldest ends for another one, and an event says so (B11).
func TestOldestSessionEnds(t *testing.T) {
	f := newFixture(t)
	u := f.user()
	oldest := f.signIn(u)
	for range 49 {
		f.now = f.now.Add(time.Second)
		f.signIn(u)
	}
	if !f.holds(oldest) {
		t.Error("the first of 50 has ended")
	}
	f.now = f.now.Add(time.Second)
	if newest := f.signIn(u); f.holds(oldest) || !f.holds(newest) || strings.Count(f.log.String(), `"event":"session_evicted"`) != 1 {
		t.Errorf("oldest %v, newest %v, logged %s", f.holds(oldest), f.holds(newest), f.log.String())
	}
}
