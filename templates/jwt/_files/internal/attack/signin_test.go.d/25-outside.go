package attack

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
)

// signingKeyFile is where the key is that the issuer for development signs with.
const signingKeyFile = "dev-token-key.pem"

var subjects atomic.Uint32

// signIn returns somebody new who may write notes.
func (s *service) signIn(t *testing.T) *client {
	t.Helper()
	c := s.client(t)
	c.id = fmt.Sprintf("person-%d", subjects.Add(1))
	c.bearer = s.developmentToken(t, "--subject", c.id)
	return c
}

// developmentToken has token --dev sign a token; standard output has nothing else.
func (s *service) developmentToken(t *testing.T, args ...string) string {
	t.Helper()
	out, err := s.command(t.Context(), append([]string{"token", "--dev"}, args...)...).Output()
	if err != nil {
		t.Fatalf("token --dev: %v", err)
	}
	return strings.TrimSuffix(string(out), "\n")
}
