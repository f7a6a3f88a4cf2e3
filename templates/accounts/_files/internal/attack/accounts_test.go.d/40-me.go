package attack

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Each field of a registration has its rules; all that are broken are named at once (J1, J2).
func TestRegistrationFields(t *testing.T) {
	t.Parallel()
	s := shared(t)
	years := func(n int, days int) string { return time.Now().UTC().AddDate(-n, 0, days).Format(time.DateOnly) }
	tests := []struct {
		field string
		value any
		code  string // empty: accepted
	}{
		{"username", "ab", "length"},
		{"username", "abc", ""},
		{"username", strings.Repeat("a", 30), ""},
		{"username", strings.Repeat("a", 31), "length"},
		{"username", "ann-miller", "characters"},
		{"username", "аnn", "characters"}, // the first letter is Cyrillic
		{"username", "Admin", "reserved"},
		{"username", 7, "type"},
		{"email", "ann", "email"},
		{"email", "Ann <ann@example.com>", "email"},
		{"email", "ann@example.com\r\nBcc: bob@example.com", "email"},
		{"email", map[string]string{"$gt": ""}, "type"},
		{"email", "ann@" + strings.Repeat("b", 251) + ".com", "email"},
		{"birth_date", years(13, 0), ""},
		{"birth_date", years(13, 1), "age"},
		{"birth_date", years(0, 1), "range"},
		{"birth_date", "2001-02-29", "date"},
		{"birth_date", "", "date"},
		{"password", nil, "too-short"},
	}
	for _, tt := range tests {
		r := registration()
		r[tt.field] = tt.value
		if tt.value == nil {
			delete(r, tt.field)
		}
		res := s.client(t).do("POST", registerPath, r)
		switch {
		case tt.code == "" && res.Status != 201:
			t.Errorf("%s %v: status %d: %s", tt.field, tt.value, res.Status, res.Body)
		case tt.code != "" && (res.Status != 422 || !hasError(res, "/"+tt.field, tt.code)):
			t.Errorf("%s %v: want %s, status %d: %s", tt.field, tt.value, tt.code, res.Status, res.Body)
		}
	}
	res := s.client(t).do("POST", registerPath, map[string]string{}).want(422)
	for _, field := range []string{"email", "username", "password", "birth_date"} {
		if !strings.Contains(string(res.Body), `"/`+field+`"`) {
			t.Errorf("an empty registration: /%s is not named: %s", field, res.Body)
		}
	}
}

// A user has five fields, no matter what else is stored, and no other is accepted from a client (F3, J11).
func TestUserFields(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann := s.signIn(t)
	for _, field := range []string{"role", "id", "epoch", "disabled", "password_hash", "created_at", "is_admin"} {
		r := registration()
		r[field] = "writer"
		if res := s.client(t).do("POST", registerPath, r); res.Status != 422 || !strings.Contains(string(res.Body), `"/`+field+`"`) {
			t.Errorf("register with %s: status %d: %s", field, res.Status, res.Body)
		}
		if res := ann.do("PATCH", mePath, map[string]any{field: "writer"}); res.Status != 422 {
			t.Errorf("change of %s: status %d", field, res.Status)
		}
	}
	for _, field := range []string{"email", "password"} { // these change elsewhere, or not at all
		if res := ann.do("PATCH", mePath, map[string]any{field: registration()[field]}); res.Status != 422 {
			t.Errorf("change of %s: status %d", field, res.Status)
		}
	}
	tag := ann.do("PATCH", mePath, map[string]any{"username": "someone_else", "birth_date": "1991-01-01"}).want(200).Header.Get("ETag")
	ann.do("PATCH", mePath, map[string]any{"username": "someone_else"}, "If-Match", tag).want(200)
	ann.do("PATCH", mePath, map[string]any{"username": "lost_update"}, "If-Match", tag).want(412)
	ann.do("PATCH", mePath, map[string]any{}).want(422)
	var user map[string]any
	ann.do("GET", mePath, nil).want(200).json(&user)
	if got := slices.Sorted(maps.Keys(user)); !slices.Equal(got, []string{"birth_date", "created_at", "email", "id", "username"}) {
		t.Errorf("a user is %v", got)
	}
	if user["username"] != "someone_else" || user["birth_date"] != "1991-01-01" || user["email"] != ann.email || user["id"] != ann.id {
		t.Errorf("the user is %v", user)
	}
}

// An address is one account however its domain is spelled; the part before the @ stays as it is.
func TestAddressesAreOne(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann := s.client(t).register()
	local, domain, _ := strings.Cut(ann.email, "@")
	r := registration()
	r["email"] = " " + local + "@" + strings.ToUpper(domain)
	s.client(t).do("POST", registerPath, r).want(409)
	r["email"] = strings.ToUpper(local) + "@" + domain
	s.client(t).do("POST", registerPath, r).want(201)
	ann.email = local + "@" + strings.ToUpper(domain)
	ann.login().want(200)
}

// Erasing an account leaves nothing behind (X8).
func TestErase(t *testing.T) {
	t.Parallel()
	s := start(t)
	ann, bob := s.signIn(t), s.signIn(t)
	ann.do("PATCH", mePath, map[string]string{"username": "canary_name"}).want(200)
	before := s.databaseDump(t)
	for _, canary := range []string{ann.id, ann.email, "canary_name"} {
		if !strings.Contains(before, canary) {
			t.Fatalf("the dump lacks %s, and would prove nothing", canary)
		}
	}
	if strings.Contains(before, ann.address) {
		t.Error("the database holds a client IP address")
	}
	ann.do("DELETE", mePath, nil).want(204)
	after := s.databaseDump(t)
	for _, canary := range []string{ann.id, ann.email, "canary_name"} {
		if strings.Contains(after, canary) {
			t.Errorf("%s is still there", canary)
		}
	}
	if !strings.Contains(after, bob.email) {
		t.Error("another user went too")
	}
	ann.do("GET", mePath, nil).want(401)
	ann.as(t).login().want(401)
	bob.do("GET", mePath, nil).want(200)
}

// Requests that race with erasing the account, which is asked for twice, are done before it or answered like those of a stranger; what
// they stored goes with the account (X8).
func TestEraseAtOnce(t *testing.T) {
	t.Parallel()
	s := shared(t)
	for range 3 {
		ann := s.signIn(t)
		count := map[string]int{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		ask := func(c *client, method, path string, body any) {
			wg.Go(func() {
				res, err := c.try(method, path, body)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				count[method+" "+path+" "+strconv.Itoa(res.Status)]++
			})
		}
		for i := range 4 {
			ask(ann.as(t), "POST", loginPath, map[string]string{"email": ann.email, "password": ann.secret})
			thief := *ann
			thief.cookies = maps.Clone(ann.cookies)
			ask(&thief, "PATCH", mePath, map[string]string{"username": "ann_" + strconv.Itoa(i)})
			if i%2 == 0 {
				eraser := *ann
				eraser.cookies = maps.Clone(ann.cookies)
				ask(&eraser, "DELETE", mePath, nil)
			}
		}
		wg.Wait()
		for outcome := range count {
			status := outcome[strings.LastIndexByte(outcome, ' ')+1:]
			if status != "200" && status != "204" && status != "401" && status != "503" { // 503: no slot for its hash
				t.Errorf("%v", count)
			}
		}
		if count["DELETE "+mePath+" 204"] != 1 {
			t.Errorf("erased: %v", count)
		}
		if strings.Contains(s.databaseDump(t), ann.id) {
			t.Errorf("something is left of the user: %v", count)
		}
	}
}

// The end of an account holds from the next request on (A16).
func TestOperatorsCountAtOnce(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann := s.signIn(t)
	s.must(t, "user", "disable", ann.email)
	ann.do("GET", mePath, nil).want(401)
	ann.as(t).login().want(401)
	s.must(t, "user", "enable", ann.email)
	ann.do("GET", mePath, nil).want(401) // what was issued before stays void
	ann.as(t).login().want(200)

	bob := s.signIn(t)
	if _, err := s.openDatabase(t).Exec(`UPDATE users SET disabled = true WHERE email = $1`, bob.email); err != nil {
		t.Fatal(err)
	}
	bob.do("GET", mePath, nil).want(401)

	eve := s.signIn(t)
	s.must(t, "user", "logout", eve.email)
	eve.do("GET", mePath, nil).want(401)
	eve.as(t).login().want(200)
}

// Operators create accounts without a password on the command line (A12).
func TestUserCreate(t *testing.T) {
	t.Parallel()
	s := shared(t)
	r := registration()
	piped := s.client(t)
	piped.email, piped.secret = r["email"].(string), r["password"].(string)
	out, code := s.runWith(t, piped.secret+"\n", "user", "create", piped.email, "--role", "reader", "--username", "from_a_pipe", "--birth-date", "1990-12-31")
	if code != 0 || strings.Contains(out, piped.secret) {
		t.Fatalf("exit %d: %s", code, out)
	}
	piped.login().want(200)

	made := s.client(t)
	made.email = registration()["email"].(string)
	out = s.must(t, "user", "create", made.email)
	_, after, ok := strings.Cut(out, "password: ")
	if !ok {
		t.Fatalf("no password in %s", out)
	}
	made.secret, _, _ = strings.Cut(after, "\n")
	made.login().want(200)

	for name, args := range map[string][]string{
		"password as an argument": {"user", "create", "x-" + made.email, "windy roof plums"},
		"password as a flag":      {"user", "create", "x-" + made.email, "--password", "windy roof plums"},
		"no address":              {"user", "create"},
		"unknown role":            {"user", "role", made.email, "admin"},
		"unknown verb":            {"user", "promote", made.email},
		"nothing":                 {"user"},
	} {
		if out, code := s.run(t, args...); code != 2 || out == "" {
			t.Errorf("%s: exit %d: %q", name, code, out)
		}
	}
	for name, args := range map[string][]string{
		"nobody":      {"user", "disable", "nobody-" + made.email},
		"taken":       {"user", "create", made.email},
		"no account":  {"user", "role", "nobody-" + made.email, "reader"},
		"bad address": {"user", "create", "nobody"},
	} {
		if out, code := s.run(t, args...); code != 1 || out == "" {
			t.Errorf("%s: exit %d: %q", name, code, out)
		}
	}
	if out, code := s.runWith(t, "short\n", "user", "create", "x-"+made.email); code != 1 || !strings.Contains(out, "15 characters") {
		t.Errorf("a weak password: exit %d: %s", code, out)
	}
}

// What happens to an account is logged once, by id; addresses, names and passwords are in no line (M1, M3).
func TestAccountEvents(t *testing.T) {
	t.Parallel()
	s := start(t, "LOG_LEVEL=debug")
	ann := s.signIn(t)
	wrong := ann.as(t)
	wrong.secret = "not " + wrong.secret
	wrong.login().want(401)
	ann.do("PATCH", mePath, map[string]string{"username": "canary_name"}).want(200)
	ann.do("DELETE", mePath, nil).want(204)
	for _, kind := range []string{"user_created", "authn_login_success", "authn_login_fail", "user_updated", "user_deleted"} {
		found := s.events(t, kind)
		if len(found) != 1 || found[0]["user"] != ann.id || found[0]["request_id"] == "" || found[0]["client"] == "" {
			t.Errorf("%s: %v", kind, found)
		}
	}
	for _, secret := range []string{ann.email, ann.secret, "canary_name", "1990-12-31"} {
		if strings.Contains(s.logs(), secret) {
			t.Errorf("the log has %s", secret)
		}
	}
	for line := range strings.Lines(s.logs()) {
		if strings.Contains(line, `"event"`) && !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
	}
	if got := metric(t, s, `auth_failures_total{kind="password"}`); got != 1 {
		t.Errorf("%v failures are counted", got)
	}
}

// Without credentials there is no account, and the answer says how to sign in (C9).
func TestMeNeedsSignIn(t *testing.T) {
	t.Parallel()
	stranger := shared(t).client(t)
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		if res := stranger.do(method, mePath, map[string]string{"username": "somebody"}).want(401); res.slug() != "unauthorized" || res.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %s, WWW-Authenticate %q", method, res.slug(), res.Header.Get("WWW-Authenticate"))
		}
	}
}

// Attack strings in the fields of a login and of a profile mean nothing to the database (H5).
func TestLoginInjection(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.signIn(t)
	for _, text := range []string{
		`' OR 1=1--`, `'; DROP TABLE users; --`, `" OR ""="`, `') UNION SELECT * FROM users--`, `$1`, `%`, `\'; DELETE FROM users; --`, `1; SELECT pg_sleep(10)`,
	} {
		for _, login := range []map[string]string{
			{"email": text, "password": text},
			{"email": c.email + text, "password": c.secret},
			{"email": c.email, "password": text},
		} {
			if res := s.client(t).do("POST", "/api/v1/auth/login", login); res.Status != 401 && res.Status != 422 && res.Status != 429 {
				t.Errorf("%v: %d %s", login, res.Status, res.Body)
			}
		}
		c.do("PATCH", mePath, map[string]string{"username": text}).want(422)
	}
	c.do("GET", mePath, nil).want(200)
}
