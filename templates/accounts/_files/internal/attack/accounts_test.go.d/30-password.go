package attack

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// What a new password may be, from the outside (A1 to A4).
func TestPasswordRules(t *testing.T) {
	t.Parallel()
	s := shared(t)
	long := strings.Repeat("windy roof, plum tree; ", 6)
	tests := []struct {
		name, password string
		status         int
		code           string
	}{
		{"14 characters", "plum tree wind", 422, "too-short"},
		{"15 lower-case letters", "plumtreewindyro", 201, ""},
		{"64 characters", long[:64], 201, ""},
		{"128 characters", long[:128], 201, ""},
		{"129 characters", long[:129], 422, "too-long"},
		{"10000 characters", strings.Repeat(long, 80)[:10000], 422, "too-long"},
		{"15 emoji", "🌵🚀🍩🎷🐙🧊🪁🎲🦉🍋🥁🧭🪐🐝🎈", 201, ""},
		{"common", "passwordpassword", 422, "breached-password"},
		{"keyboard", "qwertyuiopasdfgh", 422, "breached-password"},
		{"address", "{email}", 422, "context-word"},
		{"username", "{username}", 422, "context-word"},
		{"service", strings.Repeat(name, 15/len(name)+1), 422, "context-word"},
	}
	for _, tt := range tests {
		if tt.name == "service" && len(name) < 3 {
			continue // a word of one or two letters says nothing about whose it is
		}
		r := registration()
		r["password"] = strings.NewReplacer("{email}", r["email"].(string), "{username}", r["username"].(string)).Replace(tt.password)
		res := s.client(t).do("POST", registerPath, r)
		if res.Status == 422 && tt.status == 201 && hasError(res, "/password", "composition") {
			continue // this service was generated with password.composition
		}
		if res.Status != tt.status || tt.code != "" && !hasError(res, "/password", tt.code) {
			t.Errorf("%s: status %d: %s", tt.name, res.Status, res.Body)
		}
		if strings.Contains(string(res.Body), r["password"].(string)) {
			t.Errorf("%s: the answer has the password", tt.name)
		}
	}
}

// hasError reports whether a problem names the field with the code.
func hasError(res *response, pointer, code string) bool {
	var p struct {
		Errors []struct{ Pointer, Code string }
	}
	res.json(&p)
	for _, e := range p.Errors {
		if e.Pointer == pointer && e.Code == code {
			return true
		}
	}
	return false
}

// A password is neither cut nor trimmed, and is the same however a keyboard spells it (A5).
func TestPasswordIsTakenWhole(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann := s.client(t)
	r := registration()
	whole := " Café 7-" + strings.Repeat("windy roof, plum tree; ", 6)[:120]
	r["password"] = whole
	ann.do("POST", registerPath, r).want(201)
	ann.email = r["email"].(string)
	at := func(i int) string { return whole[:i] + "#" + whole[i+1:] }
	for _, try := range []struct { // as many failures as an account may have
		name, password string
		status         int
	}{
		{"the same", whole, 200},
		{"decomposed", strings.Replace(whole, "é", "e\u0301", 1), 200},
		{"another byte 73", at(72), 401},
		{"another last byte", at(len(whole) - 1), 401},
		{"without leading space", whole[1:], 401},
		{"with trailing space", whole + " ", 401},
		{"the first 72 bytes", whole[:72], 401},
	} {
		c := ann.as(t)
		c.secret = try.password
		if res := c.login(); res.Status != try.status {
			t.Errorf("%s: status %d", try.name, res.Status)
		}
	}
}

// kept returns what the database holds of the client's password.
func (c *client) kept() (hash, key string) {
	c.t.Helper()
	if err := c.service.openDatabase(c.t).QueryRow(`SELECT password_hash, password_key FROM users WHERE email = $1`, c.email).Scan(&hash, &key); err != nil {
		c.t.Fatal(err)
	}
	return hash, key
}

// Passwords are stored as argon2id, each with its own salt; a bcrypt hash of another system is replaced at the first login (A6).
func TestPasswordHashes(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann, bob := s.client(t).register(), s.client(t)
	r := registration()
	r["password"] = ann.secret
	bob.do("POST", registerPath, r).want(201)
	bob.email = r["email"].(string)
	first, _ := ann.kept()
	second, _ := bob.kept()
	for _, hash := range []string{first, second} {
		if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("kept as %s", hash)
		}
	}
	if first == second {
		t.Error("the same password is kept the same way twice")
	}

	planted, err := bcrypt.GenerateFromPassword([]byte(ann.secret), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.openDatabase(t).Exec(`UPDATE users SET password_hash = $1, password_key = '' WHERE email = $2`, string(planted), ann.email); err != nil {
		t.Fatal(err)
	}
	wrong := ann.as(t)
	wrong.secret += "x"
	wrong.login().want(401)
	if hash, _ := ann.kept(); hash != string(planted) {
		t.Error("a wrong password replaces the hash")
	}
	ann.as(t).login().want(200)
	if hash, key := ann.kept(); !strings.HasPrefix(hash, "$argon2id$") || key == "" {
		t.Errorf("after the login kept as %s under key %q", hash, key)
	}
	ann.as(t).login().want(200)
}

// The database alone is not enough to guess passwords: they went through a key that is stored elsewhere and can be replaced (A8). While
// passwords need a key, the service does not start without it (B14).
func TestPepper(t *testing.T) {
	t.Parallel()
	s := start(t)
	ann := s.client(t).register()
	_, before := ann.kept()

	file := filepath.Join(s.dir, ".secrets", "password-pepper")
	old := strings.TrimSpace(read(t, file))
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	s.must(t, "keygen", "--missing")
	fresh := strings.TrimSpace(read(t, file))
	if code := s.stop(t); code != 0 {
		t.Fatalf("exit %d", code)
	}
	if out, code := s.run(t, "serve"); code == 0 || !strings.Contains(out, "PASSWORD_PEPPER lacks "+before) {
		t.Errorf("started without the key of stored passwords: exit %d: %s", code, out)
	}

	if err := os.WriteFile(file, []byte(fresh+","+old+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.begin(); err != nil {
		t.Fatal(err)
	}
	ann.as(t).login().want(200)
	_, after := ann.kept()
	if before == after || !strings.HasPrefix(fresh, after+":") || !strings.HasPrefix(old, before+":") {
		t.Errorf("kept under key %q before and %q after", before, after)
	}

	if err := os.WriteFile(file, []byte(fresh+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.restart(t)
	ann.as(t).login().want(200)
}

// restart stops the service and starts it again with the settings and files as they are now.
func (s *service) restart(t *testing.T) {
	t.Helper()
	if code := s.stop(t); code != 0 {
		t.Fatalf("exit %d", code)
	}
	if err := s.begin(); err != nil {
		t.Fatal(err)
	}
}

// A key that somebody made up, or left as an example, stops the start; the report names the variable and never the value (B14).
func TestWeakPepper(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"placeholder": "k1:" + base64.StdEncoding.EncodeToString([]byte("changemechangemechangemechangeme")),
		"short":       "k1:c2hvcnQ=",
		"no base64":   "k1:canary-canary-canary-canary-canary",
		"zeros":       "k1:" + base64.StdEncoding.EncodeToString(make([]byte, 32)),
	} {
		s := prepare(t)
		s.env = append(slices.DeleteFunc(s.env, func(v string) bool { return strings.HasPrefix(v, "PASSWORD_PEPPER") }), "PASSWORD_PEPPER="+value)
		out, code := s.run(t, "serve")
		if code == 0 || !strings.Contains(out, "PASSWORD_PEPPER") || strings.Contains(out, value[3:]) {
			t.Errorf("%s: exit %d: %s", name, code, out)
		}
		s.kill()
	}
}
