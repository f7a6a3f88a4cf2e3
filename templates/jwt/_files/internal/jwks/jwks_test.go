package jwks

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// members are those of a key in a set.
type members map[string]any

func set(t *testing.T, keys ...members) []byte {
	t.Helper()
	b, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func with(m members, name string, value any) members {
	c := members{name: value}
	for k, v := range m {
		if k != name {
			c[k] = v
		}
	}
	return c
}

func edKey(t *testing.T, id string) members {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return members{"kty": "OKP", "crv": "Ed25519", "kid": id, "x": encode(public)}
}

func rsaKey(t *testing.T, bits int) members {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return members{"kty": "RSA", "kid": "rsa", "n": encode(k.N.Bytes()), "e": "AQAB"}
}

func TestParse(t *testing.T) {
	ed := edKey(t, "ed")
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := k.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	ec := members{"kty": "EC", "crv": "P-256", "kid": "ec", "x": encode(point[1:33]), "y": encode(point[33:])}
	strong := rsaKey(t, 2048)
	weak := with(strong, "n", encode(bytes.Repeat([]byte{0xc5}, 128))) // 1024 bits

	tests := []struct {
		name string
		keys []members
		want string // ids with their algorithms, or what the error says
	}{
		{"every kind", []members{ed, ec, strong}, "ec[ES256] ed[EdDSA] rsa[PS256 RS256]"},
		{"algorithm in the set", []members{with(strong, "alg", "PS256")}, "rsa[PS256]"},
		{"algorithm of another kind", []members{with(ed, "alg", "RS256")}, ""},
		{"for encryption", []members{with(ed, "use", "enc")}, ""},
		{"for signing only", []members{with(ed, "key_ops", []string{"sign"})}, ""},
		{"for verifying", []members{with(with(ed, "use", "sig"), "key_ops", []string{"verify"})}, "ed[EdDSA]"},
		{"without an id", []members{with(ed, "kid", "")}, ""},
		{"kinds that are not ours", []members{{"kty": "OKP", "crv": "X25519", "kid": "a", "x": "AA"}, {"kty": "EC", "crv": "P-521", "kid": "b"}}, ""},
		{"none", []members{}, ""},
		{"private key", []members{ec, with(ed, "d", "AA")}, "key 2: is not a public key"},
		{"private RSA key", []members{with(strong, "dp", "AA")}, "key 1: is not a public key"},
		{"shared secret", []members{{"kty": "oct", "kid": "a", "k": "AA"}}, "key 1: is not a public key"},
		{"one id twice", []members{ed, edKey(t, "ed")}, "key 2: another key has this id"},
		{"off the curve", []members{with(ec, "y", ec["x"])}, "key 1: malformed P-256 key"},
		{"short point", []members{with(ec, "x", "AA")}, "key 1: malformed P-256 key"},
		{"short Ed25519 key", []members{with(ed, "x", "AA")}, "key 1: malformed Ed25519 key"},
		{"weak RSA key", []members{weak}, "key 1: weak RSA key"},
		{"RSA exponent 3", []members{with(strong, "e", "Aw")}, "key 1: weak RSA key"},
		{"huge RSA exponent", []members{with(strong, "e", "AQAAAAE")}, "key 1: malformed RSA key"},
		{"too many", slices.Repeat([]members{ed}, maxKeys+1), "more than 100 keys"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Parse(set(t, tt.keys...), Algorithms)
			var got []string
			for _, id := range s.IDs() {
				k, _ := s.Find(id)
				got = append(got, id+fmt.Sprint(k.Algorithms))
			}
			text := strings.Join(got, " ")
			if err != nil {
				text = err.Error()
			}
			if !strings.HasPrefix(text, tt.want) || tt.want == "" && text != "" {
				t.Errorf("got %q, want %q", text, tt.want)
			}
		})
	}
	for _, text := range []string{"", "null", "[]", "{}", `{"keys":{}}`, `{"keys":[1]}`, `{"keys":[{"kid":1}]}`} {
		if _, err := Parse([]byte(text), Algorithms); err == nil {
			t.Errorf("%q is a set", text)
		}
	}
	if s, err := Parse(set(t, strong), []string{EdDSA}); err != nil || len(s.IDs()) != 0 {
		t.Errorf("an algorithm that is not wanted: %v, %v", s.IDs(), err)
	}
}

// What we publish is what we read, under the thumbprint of RFC 8037 appendix A.3.
func TestMarshal(t *testing.T) {
	x, err := decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
	if err != nil {
		t.Fatal(err)
	}
	k := Ed25519(x)
	if k.ID != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("thumbprint %s", k.ID)
	}
	b, err := Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse(b, Algorithms)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := s.Find(k.ID); !ok || !ed25519.PublicKey(x).Equal(got.Public) || strings.Contains(string(b), `"d"`) {
		t.Errorf("published %s", b)
	}
}
