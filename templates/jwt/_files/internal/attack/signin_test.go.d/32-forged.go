package attack

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A mould is a genuine token taken apart, with the key that it was signed with.
type mould struct {
	header map[string]any
	claims map[string]any
	key    ed25519.PrivateKey
}

// mould signs somebody in and takes the token apart.
func (s *service) mould(t *testing.T) mould {
	t.Helper()
	parts := strings.Split(s.signIn(t).bearer, ".")
	if len(parts) != 3 {
		t.Fatalf("a token of %d parts", len(parts))
	}
	var m mould
	for i, into := range []any{&m.header, &m.claims} {
		b, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, into); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(s.dir, ".secrets", signingKeyFile))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	m.key = key.(ed25519.PrivateKey)
	return m
}

// with returns a mould whose header and claims differ; a nil value removes one.
func (m mould) with(header, claims map[string]any) mould {
	put := func(into, from map[string]any) map[string]any {
		into = maps.Clone(into)
		for name, value := range from {
			if value == nil {
				delete(into, name)
			} else {
				into[name] = value
			}
		}
		return into
	}
	return mould{put(m.header, header), put(m.claims, claims), m.key}
}

// unsigned is the first two parts.
func (m mould) unsigned(t *testing.T) string {
	t.Helper()
	var parts []string
	for _, v := range []any{m.header, m.claims} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(b))
	}
	return strings.Join(parts, ".")
}

// sign signs with the genuine key.
func (m mould) sign(t *testing.T) string { return m.signWith(t, m.key) }

func (m mould) signWith(t *testing.T, key ed25519.PrivateKey) string {
	text := m.unsigned(t)
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(text)))
}

// mac signs as HS256 does.
func (m mould) mac(t *testing.T, secret []byte) string {
	text := m.unsigned(t)
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

type fields = map[string]any

// No forged token gets in, by any claim about itself (C1 to C5). Each of them differs in one thing from one that does.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	s := shared(t)
	m := s.mould(t)
	var visits atomic.Int32
	trap := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		visits.Add(1)
		_, _ = w.Write([]byte(`{"keys":[]}`))
	}))
	defer trap.Close()

	_, foreign, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public := m.key.Public().(ed25519.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(crypto.PublicKey(public))
	if err != nil {
		t.Fatal(err)
	}
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	embedded := fields{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(foreign.Public().(ed25519.PublicKey))}
	genuine := m.sign(t)
	flip := func(token string, at int) string {
		b := []byte(token)
		if b[at] == 'A' {
			b[at] = 'B'
		} else {
			b[at] = 'A'
		}
		return string(b)
	}
	dot := strings.LastIndexByte(genuine, '.')
	now := time.Now().Unix()

	tests := []struct{ name, token string }{
		// C1
		{"alg none, no signature", m.with(fields{"alg": "none"}, nil).unsigned(t) + "."},
		{"alg none, signed", m.with(fields{"alg": "none"}, nil).sign(t)},
		{"alg None", m.with(fields{"alg": "None"}, nil).unsigned(t) + "."},
		{"alg NONE", m.with(fields{"alg": "NONE"}, nil).unsigned(t) + "."},
		{"no alg", m.with(fields{"alg": nil}, nil).sign(t)},
		{"alg in another case", m.with(fields{"alg": "eddsa"}, nil).sign(t)},
		{"HS256 with the public key as PEM", m.with(fields{"alg": "HS256"}, nil).mac(t, asPEM)},
		{"HS256 with the public key as bytes", m.with(fields{"alg": "HS256"}, nil).mac(t, public)},
		{"HS256 with an empty secret", m.with(fields{"alg": "HS256"}, nil).mac(t, nil)},
		{"ES256 on an Ed25519 key", m.with(fields{"alg": "ES256"}, nil).sign(t)},
		{"RS256 on an Ed25519 key", m.with(fields{"alg": "RS256"}, nil).sign(t)},
		{"flipped byte in the signature", flip(genuine, dot+10)},
		{"flipped byte in the claims", flip(genuine, dot-10)},
		{"flipped byte in the header", flip(genuine, 4)},
		{"empty signature", genuine[:dot+1]},
		{"no signature", genuine[:dot]},
		{"signature of another token", m.with(nil, fields{"sub": "somebody-else"}).unsigned(t) + genuine[dot:]},
		{"four parts", genuine + ".AAAA"},
		{"padded", genuine + "=="},
		{"no token at all", "x"},
		{"endless", strings.Repeat("a", 9000)},
		// C2
		{"a foreign key", m.signWith(t, foreign)},
		{"embedded jwk", m.with(fields{"jwk": embedded}, nil).signWith(t, foreign)},
		{"embedded jwk without kid", m.with(fields{"jwk": embedded, "kid": nil}, nil).signWith(t, foreign)},
		{"jku", m.with(fields{"jku": trap.URL}, nil).signWith(t, foreign)},
		{"jku without kid", m.with(fields{"jku": trap.URL, "kid": nil}, nil).signWith(t, foreign)},
		{"x5u", m.with(fields{"x5u": trap.URL}, nil).signWith(t, foreign)},
		{"kid is a path", m.with(fields{"kid": "../../../../dev/null"}, nil).sign(t)},
		{"kid is SQL", m.with(fields{"kid": "' UNION SELECT 'secret' --"}, nil).sign(t)},
		{"kid is a URL", m.with(fields{"kid": trap.URL}, nil).sign(t)},
		{"kid is empty", m.with(fields{"kid": ""}, nil).sign(t)},
		{"kid is a number", m.with(fields{"kid": 1}, nil).sign(t)},
		{"no kid", m.with(fields{"kid": nil}, nil).sign(t)},
		{"an extension that must be understood", m.with(fields{"crit": []string{"b64"}, "b64": false}, nil).sign(t)},
		// C3
		{"another issuer", m.with(nil, fields{"iss": "https://another.example.com"}).sign(t)},
		{"issuer with a slash more", m.with(nil, fields{"iss": m.claims["iss"].(string) + "/"}).sign(t)},
		{"issuer is a list", m.with(nil, fields{"iss": []any{m.claims["iss"]}}).sign(t)},
		{"no issuer", m.with(nil, fields{"iss": nil}).sign(t)},
		{"for somebody else", m.with(nil, fields{"aud": "another-service"}).sign(t)},
		{"for others", m.with(nil, fields{"aud": []string{"another-service", "a-third"}}).sign(t)},
		{"for nobody", m.with(nil, fields{"aud": []string{}}).sign(t)},
		{"no audience", m.with(nil, fields{"aud": nil}).sign(t)},
		{"no subject", m.with(nil, fields{"sub": nil}).sign(t)},
		{"empty subject", m.with(nil, fields{"sub": ""}).sign(t)},
		// C4
		{"no expiry", m.with(nil, fields{"exp": nil}).sign(t)},
		{"expired", m.with(nil, fields{"exp": now - 31}).sign(t)},
		{"expiry is a word", m.with(nil, fields{"exp": "never"}).sign(t)},
		{"not valid yet", m.with(nil, fields{"nbf": now + 90}).sign(t)},
		{"issued in the future", m.with(nil, fields{"iat": now + 90}).sign(t)},
		// C5
		{"ID token", m.with(fields{"typ": "JWT"}, nil).sign(t)},
		{"logout token", m.with(fields{"typ": "logout+jwt"}, nil).sign(t)},
		{"no type", m.with(fields{"typ": nil}, nil).sign(t)},
		{"type is a list", m.with(fields{"typ": []string{"at+jwt"}}, nil).sign(t)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := s.client(t)
			c.bearer = tt.token
			res := c.do("GET", mePath, nil).want(http.StatusUnauthorized)
			if !strings.HasPrefix(res.Header.Get("WWW-Authenticate"), "Bearer realm=") || res.slug() != "unauthorized" {
				t.Errorf("challenge %q, problem %q", res.Header.Get("WWW-Authenticate"), res.slug())
			}
		})
	}
	if visits.Load() > 0 {
		t.Errorf("%d requests to an address that a token named", visits.Load())
	}
	if logs := s.logs(); strings.Contains(logs, genuine[:dot]) || strings.Contains(logs, "UNION SELECT") {
		t.Error("the log has something of a token")
	}

	// What is left of each case when the forgery is taken away gets in: otherwise the cases above would prove nothing.
	for name, token := range map[string]string{
		"as it was":               genuine,
		"one audience as string":  m.with(nil, fields{"aud": m.claims["aud"].([]any)[0]}).sign(t),
		"us among the audiences":  m.with(nil, fields{"aud": []any{"another-service", m.claims["aud"].([]any)[0]}}).sign(t),
		"typ with application/":   m.with(fields{"typ": "application/at+jwt"}, nil).sign(t),
		"just expired":            m.with(nil, fields{"exp": now - 10}).sign(t),
		"a clock a little behind": m.with(nil, fields{"nbf": now + 15, "iat": now + 15}).sign(t),
		"ignored headers":         m.with(fields{"jwk": embedded, "jku": trap.URL, "x5u": trap.URL}, nil).sign(t),
	} {
		c := s.client(t)
		c.bearer = token
		if res := c.do("GET", mePath, nil); res.Status != http.StatusOK {
			t.Errorf("%s: %d", name, res.Status)
		}
	}
}
