package attack

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	refreshPath  = "/api/v1/auth/refresh"
	sessionsPath = "/api/v1/auth/sessions"
)

// refresh sends a refresh token, without an access token.
func (c *client) refresh(token string) *response {
	c.t.Helper()
	return c.do("POST", refreshPath, map[string]string{"refresh_token": token}, "Authorization", "")
}

// A refresh token is good once, and the next one goes on with the same session (C6).
func TestRefresh(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.client(t).register()
	first := c.tokens()
	access := c.bearer
	second := c.take(c.refresh(first).want(200))
	if second == first || c.bearer == access {
		t.Error("a token came back")
	}
	c.do("GET", "/api/v1/me", nil).want(200)
	c.take(c.refresh(second).want(200))
	var list struct{ Sessions []struct{ ID string } }
	c.do("GET", sessionsPath, nil).want(200).json(&list)
	if len(list.Sessions) != 1 {
		t.Errorf("%d sessions", len(list.Sessions))
	}
	dump := s.databaseDump(t)
	for _, secret := range []string{first, second, c.bearer} {
		if strings.Contains(dump, secret) || strings.Contains(s.logs(), secret) {
			t.Error("a token is in the database or in the log")
		}
	}
}

// A client that uses a refresh token again has a copy, or had one taken: the session ends for both (C6).
func TestReuseEndsTheSession(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.client(t).register()
	first := c.tokens()
	second := c.take(c.refresh(first).want(200))
	bystander := c.as(t)
	other := bystander.tokens()
	if res := s.client(t).refresh(first).want(401); res.slug() != "refresh-refused" || res.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("problem %q", res.slug())
	}
	c.refresh(second).want(401)                        // the newest is dead too
	c.do("GET", "/api/v1/me", nil).want(401)           // and so is the access token
	bystander.take(bystander.refresh(other).want(200)) // another session of the same person is not
	var found bool
	for range 100 {
		for _, e := range s.events(t, "authn_token_reuse") {
			found = found || e["user"] == c.id
		}
		if found {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if !found {
		t.Error("no event tells of the reuse")
	}
}

// Nothing else is a refresh token.
func TestNoRefreshToken(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.signIn(t)
	for name, token := range map[string]string{
		"none": "", "made up": strings.Repeat("A", 52), "an access token": c.bearer, "SQL": "' OR 1=1 --" + strings.Repeat(" ", 41),
	} {
		if res := c.refresh(token).want(401); res.slug() != "refresh-refused" {
			t.Errorf("%s: %q", name, res.slug())
		}
	}
	c.do("POST", refreshPath, "refresh_token=x", "Content-Type", "application/x-www-form-urlencoded").want(415)
	c.do("POST", refreshPath, `{"refresh_token":"`+strings.Repeat("A", 4000)+`"}`).want(413)
	c.do("GET", "/api/v1/me", nil).want(200) // none of it ended anything
}

// A held refresh is one whose head the service has read, and whose body it waits for.
type held struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
	body string
}

// hold begins a refresh. When it returns the service has begun with the request: it has asked for the body.
func (s *service) hold(t *testing.T, token string) *held {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	body, err := json.Marshal(map[string]string{"refresh_token": token})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n", refreshPath, u.Host, len(body))
	h := &held{t, conn, bufio.NewReader(conn), string(body)}
	if line, err := h.r.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 100 ") {
		t.Fatalf("no 100: %q, %v", line, err)
	}
	if _, err := h.r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return h
}

// release sends the body and reads the answer.
func (h *held) release() *response {
	_, _ = io.WriteString(h.conn, h.body)
	res, err := http.ReadResponse(h.r, nil)
	if err != nil {
		h.t.Errorf("no answer: %v", err)
		return &response{t: h.t}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Error(err)
	}
	return &response{t: h.t, Status: res.StatusCode, Header: res.Header, Body: b}
}

// A request that began before the rotation was committed lost a race, however late its body comes, and nothing ends; one that begins after
// it is reuse (C6).
func TestRaceIsNoReuse(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.client(t).register()
	first := c.tokens()
	early := s.hold(t, first)
	second := c.take(c.refresh(first).want(200))
	if res := early.release(); res.Status != 401 || res.slug() != "refresh-raced" {
		t.Errorf("began before: %d %q", res.Status, res.slug())
	}
	c.do("GET", "/api/v1/me", nil).want(200)
	third := c.take(c.refresh(second).want(200)) // the family lives
	if res := c.refresh(second); res.Status != 401 || res.slug() != "refresh-refused" {
		t.Errorf("began after: %d %q", res.Status, res.slug())
	}
	c.do("GET", "/api/v1/me", nil).want(401)
	c.refresh(third).want(401)
}

// Of twenty at once exactly one wins, and what it got works (C6).
func TestTwentyRefreshesAtOnce(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.client(t).register()
	token := c.tokens()
	var all []*held
	for range 20 {
		all = append(all, s.hold(t, token))
	}
	answers := make([]*response, len(all))
	var wg sync.WaitGroup
	for i, h := range all {
		wg.Go(func() { answers[i] = h.release() })
	}
	wg.Wait()
	var won *response
	for _, res := range answers {
		switch {
		case res.Status == 200 && won == nil:
			won = res
		case res.Status == 200:
			t.Error("two have won")
		case res.Status != 401 || res.slug() != "refresh-raced":
			t.Errorf("%d %q", res.Status, res.slug())
		}
	}
	if won == nil {
		t.Fatal("nobody has won")
	}
	next := c.take(won)
	c.do("GET", "/api/v1/me", nil).want(200)
	c.take(c.refresh(next).want(200))
}

// One session is refreshed ten times a minute and no more.
func TestRefreshLimit(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.client(t).register()
	token := c.tokens()
	for range 10 {
		token = c.take(c.refresh(token).want(200))
	}
	if res := c.refresh(token).want(429); res.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	c.do("GET", "/api/v1/me", nil).want(200)
}

// A session ends REFRESH_TTL after the login, however often it was refreshed, and an access token after TOKEN_TTL (C4, C6).
func TestLifetimes(t *testing.T) {
	t.Parallel()
	s := start(t, "TOKEN_TTL=1s", "REFRESH_TTL=3s")
	c := s.client(t).register()
	began := time.Now()
	token := c.tokens()
	var last int
	for time.Since(began) < 10*time.Second {
		res := c.refresh(token)
		if last = res.Status; last != 200 {
			break
		}
		token = c.take(res)
		time.Sleep(500 * time.Millisecond)
	}
	if took := time.Since(began); last != 401 || took < 2*time.Second {
		t.Errorf("after %s: %d", took, last)
	}
	c.do("GET", "/api/v1/me", nil).want(401) // its session has ended, though the leeway has not passed
}

// What was handed out ends at once: by logout, from the list, by logout-all, by an operator, by a changed password (C7, B10, B11, A11, A16).
func TestRevocation(t *testing.T) {
	t.Parallel()
	s := shared(t)
	me := func(c *client) int { return c.do("GET", "/api/v1/me", nil).Status }
	for name, end := range map[string]func(c, other *client){
		"logout": func(c, _ *client) {
			if res := c.do("POST", "/api/v1/auth/logout", nil).want(204); res.Header.Get("Clear-Site-Data") != `"cache", "storage"` {
				t.Errorf("Clear-Site-Data %q", res.Header.Get("Clear-Site-Data"))
			}
		},
		"logout-all by the other": func(_, other *client) { other.do("POST", "/api/v1/auth/logout-all", nil).want(204) },
		"from the list": func(_, other *client) {
			var list struct {
				Sessions []struct {
					ID      string
					Current bool
				}
			}
			other.do("GET", sessionsPath, nil).want(200).json(&list)
			if len(list.Sessions) != 2 || list.Sessions[0].Current == list.Sessions[1].Current {
				t.Fatalf("sessions: %v", list)
			}
			for _, l := range list.Sessions {
				if !l.Current {
					s.signIn(t).do("DELETE", sessionsPath+"/"+l.ID, nil).want(404) // not by a stranger
					other.do("DELETE", sessionsPath+"/"+l.ID, nil).want(204)
				}
			}
		},
		"changed password": func(_, other *client) {
			other.do("POST", "/api/v1/auth/password", map[string]string{"current_password": other.secret, "new_password": "another " + other.secret}).want(204)
			other.secret = "another " + other.secret
		},
		"operator disables":  func(c, _ *client) { s.must(t, "user", "disable", c.email) },
		"operator signs out": func(c, _ *client) { s.must(t, "user", "logout", c.email) },
		"erased":             func(_, other *client) { other.do("DELETE", "/api/v1/me", nil).want(204) },
	} {
		c := s.client(t).register()
		token := c.tokens()
		other := c.as(t)
		other.tokens()
		if me(c) != 200 || me(other) != 200 {
			t.Fatalf("%s: not signed in", name)
		}
		end(c, other)
		if me(c) != 401 {
			t.Errorf("%s: the access token still works", name)
		}
		if res := c.refresh(token); res.Status != 401 || res.slug() != "refresh-refused" {
			t.Errorf("%s: the refresh token: %d %q", name, res.Status, res.slug())
		}
		if alone := name == "logout" || name == "from the list"; alone != (me(other) == 200) {
			t.Errorf("%s: the other session: %v", name, !alone)
		}
	}
}

// What cannot be undone takes a sign-in of the last minutes; a fresh token of an old session does not count (B15).
func TestEraseTakesAFreshSignIn(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client(t).register()
	token := c.tokens()
	s.older(t, "token_sessions", "created_at", c.id, 11*time.Minute)
	c.take(c.refresh(token).want(200))
	if got := c.do("DELETE", "/api/v1/me", nil).want(403).slug(); got != "reauthentication-required" {
		t.Errorf("slug %q", got)
	}
	c.do("GET", "/api/v1/me", nil).want(200)
	c.tokens()
	c.do("DELETE", "/api/v1/me", nil).want(204)
}

// Both keys of a rotation hold, whichever signs; a key that was taken out does not; what is published is public (C10).
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	file := s.dir + "/.secrets/" + signingKeyFile
	older := s.readFile(t, file)
	s.must(t, "keygen", "--force", signingKeyFile)
	newer := s.readFile(t, file)
	if older == newer {
		t.Fatal("keygen made the same key twice")
	}
	serve := func(keys string) {
		t.Helper()
		s.writeFile(t, file, keys)
		if err := s.begin(); err != nil {
			t.Fatalf("%v\n%s", err, s.logs())
		}
	}
	published := func() (ids []string) {
		res := s.client(t).do("GET", "/.well-known/jwks.json", nil).want(200)
		var set struct{ Keys []map[string]string }
		res.json(&set)
		for _, k := range set.Keys {
			if _, private := k["d"]; private || k["kty"] != "OKP" || k["crv"] != "Ed25519" || k["x"] == "" || len(k) != 6 {
				t.Errorf("published: %s", res.Body)
			}
			ids = append(ids, k["kid"])
		}
		return ids
	}
	t.Cleanup(s.kill)
	serve(older)
	c := s.client(t).register()
	c.tokens()
	signed := c.bearer
	before := published()
	s.stop(t)

	serve(newer + older)
	c.do("GET", "/api/v1/me", nil).want(200) // under the old key
	c.tokens()
	c.do("GET", "/api/v1/me", nil).want(200) // under the new one
	if ids := published(); len(before) != 1 || len(ids) != 2 || ids[1] != before[0] {
		t.Errorf("published %v, then %v", before, ids)
	}
	s.stop(t)

	serve(newer)
	c.do("GET", "/api/v1/me", nil).want(200)
	c.bearer = signed
	c.do("GET", "/api/v1/me", nil).want(401)
}

// A malformed, short or wrong kind of key keeps the service from starting, and is not shown (C12, B14).
func TestWeakSigningKey(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	t.Cleanup(s.kill)
	file := s.dir + "/.secrets/" + signingKeyFile
	for name, text := range map[string]string{
		"words":      "change-me-canary",
		"empty PEM":  "-----BEGIN " + "PRIVATE KEY-----\nY2FuYXJ5\n-----END " + "PRIVATE KEY-----\n",
		"three keys": strings.Repeat(s.readFile(t, file), 3),
	} {
		s.writeFile(t, file, text)
		out, code := s.run(t, "serve")
		if code != 1 || !strings.Contains(out, "SIGNING_KEY: ") || strings.Contains(out, "canary") {
			t.Errorf("%s: exit %d\n%s", name, code, out)
		}
	}
}
