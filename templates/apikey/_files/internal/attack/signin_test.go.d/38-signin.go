package attack

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

var owners atomic.Uint32

// signIn returns somebody new who may do everything.
func (s *service) signIn(t *testing.T) *client {
	t.Helper()
	c := s.client(t)
	c.id = fmt.Sprintf("program-%d", owners.Add(1))
	c.bearer = s.newKey(t, "--owner", c.id, "--scopes", strings.Join(scopes, ","))
	return c
}

// newKey makes an API key and returns it; standard output has nothing else.
func (s *service) newKey(t *testing.T, args ...string) string {
	t.Helper()
	c := s.command(t.Context(), append([]string{"apikey", "create"}, args...)...)
	out, err := c.Output()
	if err != nil {
		stderr := ""
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			stderr = string(exit.Stderr)
		}
		t.Fatalf("apikey create: %v\n%s", err, stderr)
	}
	return strings.TrimSuffix(string(out), "\n")
}
