package attack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A key that encrypts fields and goes into passwords stops the start (B14).
func TestOneKeyForTwoPurposes(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	t.Cleanup(s.kill)
	_, key, _ := strings.Cut(strings.TrimSpace(read(t, filepath.Join(s.dir, ".secrets", "password-pepper"))), ":")
	if err := os.WriteFile(filepath.Join(s.dir, ".secrets", "encryption-keys"), []byte("other:"+key), 0); err != nil {
		t.Fatal(err)
	}
	if out, code := s.run(t, "serve"); code == 0 || !strings.Contains(out, "ENCRYPTION_KEYS") || strings.Contains(out, key) {
		t.Errorf("exit %d: %s", code, out)
	}
}
