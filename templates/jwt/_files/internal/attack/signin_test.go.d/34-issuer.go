package attack

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// An outside issuer's keys come from the address that was set; made-up key ids are no way to have the service flood it (C2).
func TestKeysFromAnAddress(t *testing.T) {
	t.Parallel()
	dev := start(t)
	c := dev.signIn(t)
	set := dev.readFile(t, dev.dir+"/.secrets/issuer-keys.json")
	m := dev.mould(t)
	var asked atomic.Int32
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = w.Write([]byte(set))
	}))
	defer issuer.Close()
	s := start(t, "TOKEN_JWKS_FILE=", "TOKEN_JWKS_URL="+issuer.URL)
	with := func(token string) int {
		client := s.client(t)
		client.bearer = token
		return client.do("GET", mePath, nil).Status
	}
	if status := with(c.bearer); status != 200 {
		t.Errorf("a token of the issuer: %d", status)
	}
	for range 20 {
		if status := with(m.with(fields{"kid": "made-up"}, nil).sign(t)); status != 401 {
			t.Errorf("a made-up id: %d", status)
		}
	}
	if n := asked.Load(); n > 2 {
		t.Errorf("the issuer was asked %d times", n)
	}
	s.client(t).do("GET", s.AdminURL+"/readyz", nil).want(200)
	if out, code := s.run(t, "token", "--dev"); code != 1 {
		t.Errorf("token --dev beside an issuer: exit %d\n%s", code, out)
	}
}

// While the issuer's keys are not to be had the service says so, and takes nobody for a stranger or a friend.
func TestIssuerAway(t *testing.T) {
	t.Parallel()
	issuer := httptest.NewServer(http.NotFoundHandler())
	defer issuer.Close()
	token := shared(t).signIn(t).bearer
	s := start(t, "TOKEN_JWKS_FILE=", "TOKEN_JWKS_URL="+issuer.URL)
	c := s.client(t)
	c.do("GET", mePath, nil).want(401)
	c.bearer = token
	if res := c.do("GET", mePath, nil).want(503); strings.Contains(string(res.Body), "127.0.0.1") {
		t.Errorf("the answer names the issuer: %s", res.Body)
	}
	c.do("GET", "/readyz", nil).want(503)
}

// Who may sign is set on purpose: keys over plain http, no keys, no issuer or unknown algorithms stop the start, and a key for development
// stays on the machine it was made on.
func TestIssuerSettings(t *testing.T) {
	t.Parallel()
	public := []string{"ADDR=0.0.0.0:0", "PUBLIC_URL=https://service.example", "SECURITY_CONTACT=mailto:security@example.com"}
	for name, tt := range map[string]struct {
		env  []string
		says string
	}{
		"plain http":         {[]string{"TOKEN_JWKS_FILE=", "TOKEN_JWKS_URL=http://issuer.example.com/keys"}, "TOKEN_JWKS_URL: "},
		"two sources":        {[]string{"TOKEN_JWKS_URL=https://issuer.example.com/keys"}, "TOKEN_JWKS_URL: "},
		"no source":          {append([]string{"TOKEN_JWKS_FILE="}, public...), "TOKEN_JWKS_URL: "},
		"no issuer":          {append([]string{"TOKEN_ISSUER="}, public...), "TOKEN_ISSUER: "},
		"shared secrets":     {[]string{"TOKEN_ALGORITHMS=EdDSA,HS256"}, "TOKEN_ALGORITHMS: "},
		"no signature":       {[]string{"TOKEN_ALGORITHMS=none"}, "TOKEN_ALGORITHMS: "},
		"key is not public":  {nil, "issuer-keys: "},
		"key is development": {public, "development-key: "},
	} {
		s := prepare(t, tt.env...)
		t.Cleanup(s.kill)
		switch name {
		case "key is not public":
			s.signIn(t)
			file := s.dir + "/.secrets/issuer-keys.json"
			s.writeFile(t, file, strings.Replace(s.readFile(t, file), `"x":`, `"d":"AA","x":`, 1))
		case "key is development":
			out, code := s.run(t, "token", "--dev")
			if code != 1 {
				t.Errorf("token --dev in public: exit %d\n%s", code, out)
			}
			maker := prepare(t)
			t.Cleanup(maker.kill)
			maker.signIn(t)
			s.env = append(s.env, "TOKEN_JWKS_FILE="+maker.dir+"/.secrets/issuer-keys.json")
		}
		if out, code := s.run(t, "serve"); code != 1 || !strings.Contains(out, tt.says) {
			t.Errorf("%s: exit %d\n%s", name, code, out)
		}
	}
}
