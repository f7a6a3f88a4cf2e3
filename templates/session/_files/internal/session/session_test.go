package session

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/app/internal/accounts"
	"example.com/app/internal/accounts/accountstest"
	"example.com/app/internal/identity"
	"example.com/app/internal/logging"
	"example.com/app/internal/problem"
)

var ctx = context.Background()

// memory keeps sessions in memory, and counts what was written.
type memory struct {
	mu      sync.Mutex
	users   *accountstest.Users
	all     map[string]Session
	touched int
	asked   int
}

func (m *memory) Create(_ context.Context, s Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all[s.ID] = s
	return nil
}

func (m *memory) ByDigest(ctx context.Context, digest [sha256.Size]byte) (Session, accounts.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	for _, s := range m.all {
		if s.Digest != digest {
			continue
		}
		if u, err := m.users.ByID(ctx, s.UserID); err == nil {
			return s, u, nil
		}
	}
	return Session{}, accounts.User{}, ErrNotFound
}

func (m *memory) List(_ context.Context, userID string, epoch int64) ([]Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []Session
	for _, s := range m.all {
		if s.UserID == userID && s.Epoch == epoch {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b Session) int { return strings.Compare(a.ID, b.ID) })
	return found, nil
}

func (m *memory) Touch(_ context.Context, id string, seen time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.all[id]
	s.SeenAt = seen
	m.all[id] = s
	m.touched++
	return nil
}

func (m *memory) Delete(_ context.Context, userID, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.all[id]; !ok || s.UserID != userID {
		return ErrNotFound
	}
	delete(m.all, id)
	return nil
}

func (m *memory) DeleteExpired(ctx context.Context, made, seen time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, s := range m.all {
		u, _ := m.users.ByID(ctx, s.UserID)
		if !s.CreatedAt.After(made) || !s.SeenAt.After(seen) || s.Epoch != u.Epoch {
			delete(m.all, id)
		}
	}
	return nil
}

// A fixture is a Manager with the default times, and its surface.
type fixture struct {
	*accountstest.Fixture
	manager *Manager
	store   *memory
	server  http.Handler
}

func newFixture(t *testing.T) *fixture {
	f := &fixture{Fixture: accountstest.New(t)}
	f.store = &memory{users: f.Users, all: map[string]Session{}}
	f.manager = New(f.store, 30*time.Minute, 12*time.Hour, f.Clock.Now)
	h, a := NewHandlers(f.manager, f.Service), accounts.NewHandlers(f.Service, f.Clock.Now)
	m := http.NewServeMux()
	m.Handle("POST /login", a.Login(h.SignedIn))
	m.Handle("POST /password", a.ChangePassword(h.PasswordChanged))
	m.Handle("DELETE /me", problem.Handler(a.Erase))
	m.Handle("POST /logout", problem.Handler(h.Logout))
	m.Handle("POST /logout-all", problem.Handler(h.LogoutAll))
	m.Handle("GET /sessions", problem.Handler(h.List))
	m.Handle("DELETE /sessions/{id}", problem.Handler(h.Revoke))
	f.server = identity.Middleware(f.manager)(m)
	return f
}

// do sends a request with the token in the cookie; none if it is empty.
func (f *fixture) do(method, path, token, body string) *http.Response {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.AddCookie(&http.Cookie{Name: cookieName, Value: token})
	}
	w := httptest.NewRecorder()
	f.server.ServeHTTP(w, r)
	return w.Result()
}

// signIn signs u in and returns the token.
func (f *fixture) signIn(t *testing.T, u accounts.User) string {
	t.Helper()
	token, err := f.manager.begin(ctx, u)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// holds reports whether token opens a session.
func (f *fixture) holds(t *testing.T, token string) bool {
	t.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: cookieName, Value: token})
	_, err := f.manager.Authenticate(r)
	if err != nil && !errors.Is(err, identity.ErrInvalid) {
		t.Fatal(err)
	}
	return err == nil
}

func TestRepeatedCookie(t *testing.T) {
	f := newFixture(t)
	token := f.signIn(t, f.User())
	for name, values := range map[string][]string{
		"planted last":  {token, rand.Text()},
		"planted first": {rand.Text(), token},
		"twice alike":   {token, token},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			for _, value := range values {
				r.AddCookie(&http.Cookie{Name: cookieName, Value: value})
			}
			if _, err := f.manager.Authenticate(r); !errors.Is(err, identity.ErrInvalid) {
				t.Errorf("two session cookies give %v, want %v", err, identity.ErrInvalid)
			}
		})
	}
}

// given returns the cookie that a response sets.
func given(t *testing.T, res *http.Response) *http.Cookie {
	t.Helper()
	all := res.Cookies()
	if len(all) != 1 || all[0].Name != cookieName {
		t.Fatalf("status %d, cookies %v", res.StatusCode, all)
	}
	return all[0]
}

const other = "A heron on the pier, 2"

func login(u accounts.User) string {
	return `{"email":"` + u.Email + `","password":"` + accountstest.Password + `"}`
}

func TestTokensAreRandomAndNotKept(t *testing.T) {
	f := newFixture(t)
	u := f.User()
	seen := map[string]bool{}
	for range 1000 {
		token := f.signIn(t, u)
		if len(token) < 26 || seen[token] {
			t.Fatalf("token %q", token)
		}
		seen[token] = true
	}
	for _, s := range f.store.all {
		if b, err := json.Marshal(s); err != nil || seen[s.ID] || bytes.Contains(b, []byte("digest\":\"")) {
			t.Fatalf("%s %v", b, err)
		}
		if seen[string(s.Digest[:])] {
			t.Fatal("the token is kept")
		}
	}
}

func TestLoginGivesTheCookieAndTheUser(t *testing.T) {
	f := newFixture(t)
	u := f.User()
	res := f.do("POST", "/login", "", login(u))
	c := given(t, res)
	if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || !strings.HasPrefix(c.Name, "__Host-") || len(c.Raw) > 4096 {
		t.Errorf("cookie %s", c.Raw)
	}
	var got map[string]any
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil || res.StatusCode != 200 || got["id"] != u.ID || len(got) != 5 {
		t.Errorf("status %d, %v, %v", res.StatusCode, got, err)
	}
	if !f.holds(t, c.Value) {
		t.Error("the cookie opens nothing")
	}
	if res := f.do("POST", "/login", "", strings.Replace(login(u), "plums", "plumz", 1)); res.StatusCode != 401 || len(res.Cookies()) != 0 {
		t.Errorf("a wrong password: status %d, cookies %v", res.StatusCode, res.Cookies())
	}
}

// Whatever cookie a login comes with, the session after it is another one, and the one before it is over (B8).
func TestLoginRotates(t *testing.T) {
	f := newFixture(t)
	ann, mallory := f.User(), f.User()
	for name, planted := range map[string]string{
		"own": f.signIn(t, ann), "of a stranger": f.signIn(t, mallory), "made up": strings.Repeat("A", tokenSize),
	} {
		c := given(t, f.do("POST", "/login", planted, login(ann)))
		if c.Value == planted || f.holds(t, planted) || !f.holds(t, c.Value) {
			t.Errorf("%s: planted %v, new %v", name, f.holds(t, planted), f.holds(t, c.Value))
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	const idle, absolute = 30 * time.Minute, 12 * time.Hour
	tests := []struct {
		name  string
		step  time.Duration // between requests
		until time.Duration // the last request that is answered, by the first that is not
	}{
		{"idle", idle, 0},
		{"in use until the absolute end", 29 * time.Minute, absolute},
		{"in use every minute", time.Minute, absolute},
	}
	for _, tt := range tests {
		f := newFixture(t)
		token := f.signIn(t, f.User())
		var age time.Duration
		for {
			f.Clock.Advance(tt.step)
			if age += tt.step; !f.holds(t, token) || age > 2*absolute {
				break
			}
		}
		if age < tt.until || age > tt.until+tt.step {
			t.Errorf("%s: ended after %v", tt.name, age)
		}
		if len(f.store.all) != 0 {
			t.Errorf("%s: the row stays", tt.name)
		}
	}
}

// The row is written once a minute and not at every request; the idle time is kept exactly enough all the same.
func TestSeenIsWrittenByTheMinute(t *testing.T) {
	f := newFixture(t)
	token := f.signIn(t, f.User())
	for range 180 {
		f.Clock.Advance(time.Second)
		if !f.holds(t, token) {
			t.Fatal("it ended")
		}
	}
	if f.store.touched != 3 {
		t.Errorf("written %d times in three minutes", f.store.touched)
	}
	f.manager.idle = 2 * time.Second
	for range 20 {
		f.Clock.Advance(time.Second)
		if !f.holds(t, token) {
			t.Fatal("a short idle time ends a session that is in use")
		}
	}
}

func TestWhatEndsSessions(t *testing.T) {
	tests := []struct {
		name string
		do   func(*fixture, accounts.User) error
	}{
		{"disabled", func(f *fixture, u accounts.User) error { return f.SetDisabled(ctx, u.ID, true) }},
		{"disabled in the database", func(f *fixture, u accounts.User) error {
			return f.Users.Change(u.ID, func(u *accounts.User) { u.Disabled = true })
		}},
		{"password changed", func(f *fixture, u accounts.User) error {
			_, err := f.ChangePassword(ctx, u.ID, accountstest.Password, other, accountstest.Address(9))
			return err
		}},
		{"signed out everywhere", func(f *fixture, u accounts.User) error { return f.SignOutEverywhere(ctx, u.ID, "operator") }},
		{"erased", func(f *fixture, u accounts.User) error { return f.Erase(ctx, u.ID) }},
	}
	f := newFixture(t)
	for _, tt := range tests {
		u := f.User()
		token := f.signIn(t, u)
		if !f.holds(t, token) {
			t.Fatal("it never began")
		}
		if err := tt.do(f, u); err != nil {
			t.Fatal(err)
		}
		if f.holds(t, token) {
			t.Errorf("%s: it still opens", tt.name)
		}
	}
}

// The actor is the user of this moment: a role that changed counts from the next request on (F6).
func TestActorIsOfThisMoment(t *testing.T) {
	f := newFixture(t)
	u := f.User()
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: cookieName, Value: f.signIn(t, u)})
	began := f.Clock.Now()
	for _, role := range []accounts.Role{accounts.Writer, accounts.Reader, accounts.Writer} {
		if err := f.SetRole(ctx, u.ID, role); err != nil {
			t.Fatal(err)
		}
		f.Clock.Advance(time.Minute)
		a, err := f.manager.Authenticate(r)
		if err != nil || a.ID != u.ID || !slices.Equal(a.Scopes, role.Scopes()) || !a.AuthTime.Equal(began) {
			t.Errorf("%s: %+v, %v", role, a, err)
		}
	}
}

// What cannot be a token is not looked up; requests without a cookie are nobody's.
func TestCredentialsThatAreNone(t *testing.T) {
	f := newFixture(t)
	for name, value := range map[string]string{"short": "A", "long": strings.Repeat("A", 4000), "SQL": "' OR 1=1 --", "a session's id": "01a210cb-d5d3-72b5-9c67-90121a5ea8b2"} {
		if f.holds(t, value) || f.store.asked != 0 {
			t.Errorf("%s: opens %v, asked %d times", name, f.holds(t, value), f.store.asked)
		}
	}
	if _, err := f.manager.Authenticate(httptest.NewRequest("GET", "/", nil)); !errors.Is(err, identity.ErrNone) {
		t.Errorf("without a cookie: %v", err)
	}
	if got := f.manager.Challenge(); !strings.HasPrefix(got, `Session realm="`) {
		t.Errorf("challenge %s", got)
	}
}

func TestLogout(t *testing.T) {
	f := newFixture(t)
	u := f.User()
	for path, others := range map[string]bool{"/logout": true, "/logout-all": false} {
		token, second := f.signIn(t, u), f.signIn(t, u)
		res := f.do("POST", path, token, "")
		c := given(t, res)
		if res.StatusCode != 204 || res.Header.Get("Clear-Site-Data") != `"cache", "storage"` || c.MaxAge >= 0 || c.Value != "" || !c.Secure || !c.HttpOnly {
			t.Errorf("%s: status %d, %v", path, res.StatusCode, res.Header)
		}
		if f.holds(t, token) || f.holds(t, second) != others {
			t.Errorf("%s: this one %v, the other %v", path, f.holds(t, token), f.holds(t, second))
		}
		u, _ = f.Users.ByID(ctx, u.ID)
	}
}

func TestListAndRevoke(t *testing.T) {
	f := newFixture(t)
	ann, bob := f.User(), f.User()
	token := f.signIn(t, ann)
	f.Clock.Advance(time.Second)
	second, strangers := f.signIn(t, ann), f.signIn(t, bob)

	list := func(token string) (all []sessionResponse) {
		var res listResponse
		if err := json.NewDecoder(f.do("GET", "/sessions", token, "").Body).Decode(&res); err != nil {
			t.Fatal(err)
		}
		return res.Sessions
	}
	mine := list(token)
	if len(mine) != 2 || !mine[0].Current || mine[1].Current {
		t.Fatalf("%+v", mine)
	}
	his := list(strangers)
	if res := f.do("DELETE", "/sessions/"+his[0].ID, token, ""); res.StatusCode != 404 || !f.holds(t, strangers) {
		t.Errorf("a stranger's session: status %d, holds %v", res.StatusCode, f.holds(t, strangers))
	}
	for _, id := range []string{"x", strings.ToUpper(mine[1].ID), "00000000-0000-0000-0000-000000000000"} {
		if res := f.do("DELETE", "/sessions/"+id, token, ""); res.StatusCode != 404 {
			t.Errorf("%s: status %d", id, res.StatusCode)
		}
	}
	if res := f.do("DELETE", "/sessions/"+mine[1].ID, token, ""); res.StatusCode != 204 || len(res.Cookies()) != 0 || f.holds(t, second) || !f.holds(t, token) {
		t.Errorf("the other session: status %d, it %v, this %v", res.StatusCode, f.holds(t, second), f.holds(t, token))
	}
	res := f.do("DELETE", "/sessions/"+mine[0].ID, token, "")
	if c := given(t, res); res.StatusCode != 204 || c.MaxAge >= 0 || f.holds(t, token) {
		t.Errorf("this session: status %d, cookie %s", res.StatusCode, c.Raw)
	}
}

// A session that is over is not in the list, whether its row has been removed or not.
func TestListLeavesOutWhatIsOver(t *testing.T) {
	f := newFixture(t)
	u := f.User()
	f.signIn(t, u)
	f.Clock.Advance(31 * time.Minute)
	f.signIn(t, u)
	if all, err := f.manager.list(ctx, u); err != nil || len(all) != 1 {
		t.Errorf("%d sessions, %v", len(all), err)
	}
}

func TestChangeOfPasswordKeepsThisClientOnly(t *testing.T) {
	f := newFixture(t)
	u := f.User()
	token, second := f.signIn(t, u), f.signIn(t, u)
	res := f.do("POST", "/password", token, `{"current_password":"`+accountstest.Password+`","new_password":"`+other+`"}`)
	c := given(t, res)
	if res.StatusCode != 204 || f.holds(t, token) || f.holds(t, second) || !f.holds(t, c.Value) {
		t.Errorf("status %d, before %v, other %v, new %v", res.StatusCode, f.holds(t, token), f.holds(t, second), f.holds(t, c.Value))
	}
}

// To erase an account takes a sign-in of the last ten minutes, however much the session was used since (B15).
func TestEraseNeedsAFreshSignIn(t *testing.T) {
	for age, want := range map[time.Duration]int{9 * time.Minute: 204, 11 * time.Minute: 403} {
		f := newFixture(t)
		u := f.User()
		token := f.signIn(t, u)
		for range age / time.Minute {
			f.Clock.Advance(time.Minute)
			f.do("GET", "/sessions", token, "")
		}
		res := f.do("DELETE", "/me", token, "")
		var p struct{ Type string }
		_ = json.NewDecoder(res.Body).Decode(&p) // empty for a 204
		if res.StatusCode != want || want == 403 && p.Type != "/problems/reauthentication-required" {
			t.Errorf("after %v: status %d, %s", age, res.StatusCode, p.Type)
		}
		if _, err := f.Users.ByID(ctx, u.ID); (err == nil) != (want == 403) {
			t.Errorf("after %v: %v", age, err)
		}
	}
}

func TestRemoveExpired(t *testing.T) {
	f := newFixture(t)
	ann, bob := f.User(), f.User()
	f.signIn(t, ann)                  // will be idle
	f.Clock.Advance(20 * time.Minute) //
	f.signIn(t, bob)                  // will be of an epoch that is over
	f.signIn(t, ann)                  // stays
	if err := f.SignOutEverywhere(ctx, bob.ID, "user"); err != nil {
		t.Fatal(err)
	}
	f.Clock.Advance(15 * time.Minute)
	if err := f.manager.RemoveExpired(ctx); err != nil || len(f.store.all) != 1 {
		t.Errorf("%d left, %v", len(f.store.all), err)
	}
}

func TestEvents(t *testing.T) {
	var log bytes.Buffer
	ctx := logging.Into(ctx, logging.New(&log, slog.LevelDebug))
	f := newFixture(t)
	u := f.User()
	first, err := f.manager.begin(ctx, u)
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := f.manager.find(ctx, first)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.manager.revoke(ctx, u.ID, s.ID); err != nil {
		t.Fatal(err)
	}
	second, err := f.manager.begin(ctx, u)
	if err != nil {
		t.Fatal(err)
	}
	f.Clock.Advance(time.Hour)
	if _, _, err := f.manager.find(ctx, second); !errors.Is(err, identity.ErrInvalid) {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"event":"session_created","user":"` + u.ID + `","session":"` + s.ID + `"`,
		`"event":"session_revoked","user":"` + u.ID + `","session":"` + s.ID + `"`,
		`"event":"session_expired","user":"` + u.ID + `"`, `"reason":"idle"`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in\n%s", want, log.String())
		}
	}
	if strings.Contains(log.String(), first) || strings.Contains(log.String(), second) {
		t.Error("the log has a token")
	}
}
