package attack

import (
	"os"
	"testing"
)

func (s *service) readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path) //nolint:gosec // of the service under attack
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// writeFile replaces what is in a file and leaves its mode and owner.
func (s *service) writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
