package attack

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	logoutPath    = "/api/v1/auth/logout"
	logoutAllPath = "/api/v1/auth/logout-all"
	sessionsPath  = "/api/v1/auth/sessions"
)

// signIn returns a client with a new account and a session.
func (s *service) signIn(t *testing.T) *client {
	t.Helper()
	c := s.client(t).register()
	c.login().want(200)
	return c
}

// cookie returns the one cookie that a response sets.
func (r *response) cookie() *http.Cookie {
	r.t.Helper()
	all := (&http.Response{Header: r.Header}).Cookies()
	if len(all) != 1 {
		r.t.Fatalf("status %d sets %d cookies: %v", r.Status, len(all), r.Header["Set-Cookie"])
	}
	return all[0]
}

// thief returns another client that sends the same cookies, as a thief would.
func (c *client) thief(t *testing.T) *client {
	other := c.service.client(t)
	for name, value := range c.cookies {
		other.cookies[name] = value
	}
	return other
}

// The cookie has its own name and every protection, in every flow that sets it (B2 to B6).
func TestCookie(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.client(t).register()
	set := []*response{c.login()}
	change := map[string]string{"current_password": c.secret, "new_password": "changed, " + c.secret}
	set = append(set, c.do("POST", passwordPath, change))
	c.secret = change["new_password"]
	set = append(set, c.login(), c.do("POST", logoutPath, nil))
	c.login().want(200)
	set = append(set, c.do("POST", logoutAllPath, nil))
	c.login().want(200)
	var list sessionList
	c.do("GET", sessionsPath, nil).json(&list)
	set = append(set, c.do("DELETE", sessionsPath+"/"+list.current(), nil))
	for _, res := range set {
		cookie := res.cookie()
		if !strings.HasPrefix(cookie.Name, "__Host-") || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" || len(cookie.Raw) > 4096 {
			t.Errorf("cookie %s", cookie.Raw)
		}
		for _, known := range []string{"connect.sid", "JSESSIONID", "PHPSESSID", "session", "sid"} {
			if strings.EqualFold(strings.TrimPrefix(cookie.Name, "__Host-"), known) {
				t.Errorf("cookie %s tells what the service is made with", cookie.Name)
			}
		}
	}
}

// Neither the database nor the log holds what the cookie holds; tokens are long and never the same (B1).
func TestTokenIsNotKept(t *testing.T) {
	t.Parallel()
	s := start(t, "LOG_LEVEL=debug")
	c := s.client(t).register()
	seen := map[string]bool{}
	for range 12 {
		token := c.login().want(200).cookie().Value
		if len(token) < 26 || seen[token] {
			t.Errorf("token %q", token)
		}
		seen[token] = true
	}
	dump, logs := s.databaseDump(t), s.logs()
	if !strings.Contains(dump, c.id) {
		t.Fatal("the dump lacks the user, and would prove nothing")
	}
	for token := range seen {
		if strings.Contains(dump, token) || strings.Contains(logs, token) {
			t.Errorf("the token is in the database %v, in the log %v", strings.Contains(dump, token), strings.Contains(logs, token))
		}
	}
}

// Nobody has a session before signing in (B7).
func TestNoSessionBeforeLogin(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client(t)
	for _, path := range []string{"/", "/api/v1/ping", "/openapi.json", mePath} {
		if res := c.do("GET", path, nil); res.Header.Get("Set-Cookie") != "" {
			t.Errorf("GET %s sets %s", path, res.Header.Get("Set-Cookie"))
		}
	}
	c.register()
	if len(c.cookies) > 0 {
		t.Error("registration signs in")
	}
	wrong := c.as(t)
	wrong.secret = "not " + wrong.secret
	if res := wrong.login().want(401); res.Header.Get("Set-Cookie") != "" {
		t.Error("a login that fails sets a cookie")
	}
	var n int
	if err := s.openDatabase(t).QueryRow(`SELECT count(*) FROM sessions`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d sessions, %v", n, err)
	}
}

// A session that was planted in a browser is worth nothing once the user signs in (B8).
func TestFixation(t *testing.T) {
	t.Parallel()
	s := shared(t)
	mallory, ann := s.signIn(t), s.client(t).register()
	planted := mallory.thief(t).cookies
	for name, value := range planted {
		ann.cookies[name] = value
	}
	ann.login().want(200)
	for name, value := range planted {
		if ann.cookies[name] == value {
			t.Error("the planted session goes on")
		}
	}
	mallory.do("GET", mePath, nil).want(401)
	made := s.client(t)
	for name := range planted {
		made.cookies[name] = strings.Repeat("A", 26)
		ann.cookies[name] = made.cookies[name]
	}
	ann.login().want(200)
	made.do("GET", mePath, nil).want(401)
}

// A session ends when it is idle, and after its time in any case, even if the browser keeps the cookie (B9).
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	s := start(t)
	for column, limit := range map[string]time.Duration{"seen_at": 30 * time.Minute, "created_at": 12 * time.Hour} {
		c := s.signIn(t)
		s.older(t, "sessions", column, c.id, limit-time.Minute)
		c.do("GET", mePath, nil).want(200) // counts as use
		s.older(t, "sessions", column, c.id, map[string]time.Duration{"seen_at": limit, "created_at": time.Minute}[column])
		c.do("GET", mePath, nil).want(401)
	}
	reasons := map[any]int{}
	for _, e := range s.events(t, "session_expired") {
		reasons[e["reason"]]++
	}
	if reasons["idle"] != 1 || reasons["absolute"] != 1 {
		t.Errorf("events for %v", reasons)
	}
}

// Logout ends the session on the server: nobody can use the cookie any more (B10).
func TestLogout(t *testing.T) {
	t.Parallel()
	s := shared(t)
	for _, path := range []string{logoutPath, logoutAllPath} {
		c := s.signIn(t)
		second := c.as(t)
		second.login().want(200)
		thief := c.thief(t)
		res := c.do("POST", path, nil).want(204)
		if got := res.Header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
			t.Errorf("%s: Clear-Site-Data %s", path, got)
		}
		if cookie := res.cookie(); cookie.MaxAge >= 0 || cookie.Value != "" {
			t.Errorf("%s: cookie %s", path, cookie.Raw)
		}
		thief.do("GET", mePath, nil).want(401)
		if got, want := second.do("GET", mePath, nil).Status, map[string]int{logoutPath: 200, logoutAllPath: 401}[path]; got != want {
			t.Errorf("%s: the other session gets %d", path, got)
		}
	}
	c := s.signIn(t)
	for _, res := range []*response{c.do("GET", mePath, nil), c.do("GET", "/", nil), c.login(), c.do("GET", "/nowhere", nil)} {
		if got := res.Header.Get("Clear-Site-Data"); got != "" {
			t.Errorf("status %d: Clear-Site-Data %s", res.Status, got)
		}
	}
}

type sessionList struct {
	Sessions []struct {
		ID      string
		Current bool
	}
}

func (l sessionList) current() string {
	for _, s := range l.Sessions {
		if s.Current {
			return s.ID
		}
	}
	return ""
}

// Users list and end their sessions, and nobody else's (B11).
func TestListAndRevoke(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann, bob := s.signIn(t), s.signIn(t)
	phone := ann.as(t)
	phone.login().want(200)
	var mine, his sessionList
	ann.do("GET", sessionsPath, nil).want(200).json(&mine)
	bob.do("GET", sessionsPath, nil).want(200).json(&his)
	if len(mine.Sessions) != 2 || len(his.Sessions) != 1 || mine.current() == "" {
		t.Fatalf("ann %v, bob %v", mine, his)
	}
	bob.do("DELETE", sessionsPath+"/"+mine.current(), nil).want(404)
	ann.do("GET", mePath, nil).want(200)
	for _, other := range mine.Sessions {
		if !other.Current {
			ann.do("DELETE", sessionsPath+"/"+other.ID, nil).want(204)
			ann.do("DELETE", sessionsPath+"/"+other.ID, nil).want(404)
		}
	}
	phone.do("GET", mePath, nil).want(401)
	ann.do("GET", mePath, nil).want(200)
}

// A change of password takes the current one, and ends every session but the one that made it (A11).
func TestPasswordChange(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann := s.signIn(t)
	phone, thief := ann.as(t), ann.thief(t)
	phone.login().want(200)
	fresh := "changed, " + ann.secret
	for name, body := range map[string]map[string]string{
		"wrong":   {"current_password": "not " + ann.secret, "new_password": fresh},
		"missing": {"new_password": fresh},
	} {
		if res := ann.do("POST", passwordPath, body); res.Status != 422 || !hasError(res, "/current_password", "wrong") {
			t.Errorf("%s: status %d: %s", name, res.Status, res.Body)
		}
	}
	if res := ann.do("POST", passwordPath, map[string]string{"current_password": ann.secret, "new_password": "short"}); res.Status != 422 || !hasError(res, "/new_password", "too-short") {
		t.Errorf("a weak one: status %d: %s", res.Status, res.Body)
	}
	phone.do("GET", mePath, nil).want(200)
	ann.do("POST", passwordPath, map[string]string{"current_password": ann.secret, "new_password": fresh}).want(204)
	ann.do("GET", mePath, nil).want(200)
	phone.do("GET", mePath, nil).want(401)
	thief.do("GET", mePath, nil).want(401)
	ann.as(t).login().want(401)
	ann.secret = fresh
	ann.as(t).login().want(200)
}

// What cannot be undone takes a recent login (B15).
func TestEraseTakesAFreshSignIn(t *testing.T) {
	t.Parallel()
	s := start(t)
	ann := s.signIn(t)
	s.older(t, "sessions", "created_at", ann.id, 11*time.Minute)
	if got := ann.do("DELETE", mePath, nil).want(403).slug(); got != "reauthentication-required" {
		t.Errorf("slug %s", got)
	}
	ann.do("GET", mePath, nil).want(200)
	ann.login().want(200)
	ann.do("DELETE", mePath, nil).want(204)
}

// Every kind of invalid session gets the same answer as none (A9).
func TestStrangersAreAlike(t *testing.T) {
	t.Parallel()
	s := shared(t)
	gone := s.signIn(t)
	cookies := gone.thief(t).cookies
	gone.do("POST", logoutPath, nil).want(204)
	gone.cookies = cookies
	closed, forged, malformed := s.signIn(t), s.client(t), s.client(t)
	s.must(t, "user", "disable", closed.email)
	for name := range cookies {
		forged.cookies[name] = strings.Repeat("B", 26)
		malformed.cookies[name] = "x"
	}
	want := alike(s.client(t).do("GET", mePath, nil).want(401))
	if !strings.Contains(want, `Www-Authenticate: Session realm="`) {
		t.Errorf("the answer is %s", want)
	}
	for name, c := range map[string]*client{"signed out": gone, "closed": closed, "forged": forged, "malformed": malformed} {
		if got := alike(c.do("GET", mePath, nil)); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// Each step of a session is logged once, by its id (M1).
func TestSessionEvents(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.signIn(t)
	c.do("POST", logoutPath, nil).want(204)
	created, revoked := s.events(t, "session_created"), s.events(t, "session_revoked")
	if len(created) != 1 || len(revoked) != 1 || created[0]["user"] != c.id || created[0]["session"] == "" || created[0]["session"] != revoked[0]["session"] {
		t.Errorf("created %v, revoked %v", created, revoked)
	}
}
