package attack

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Weak keys stop the start, and the report names the variable and not the value (B14).
func TestWeakEncryptionKeys(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	t.Cleanup(s.kill)
	file := filepath.Join(s.dir, ".secrets", "encryption-keys")
	for name, key := range map[string]string{
		"placeholder": "k1:" + base64.StdEncoding.EncodeToString([]byte("change-me-change-me-change-me-now")),
		"zeros":       "k1:" + base64.StdEncoding.EncodeToString(make([]byte, 32)),
		"short":       "k1:" + base64.StdEncoding.EncodeToString([]byte("short")),
		"no base64":   "k1:change-me",
	} {
		if err := os.WriteFile(file, []byte(key), 0); err != nil {
			t.Fatal(err)
		}
		out, code := s.run(t, "serve")
		if code == 0 || !strings.Contains(out, "ENCRYPTION_KEYS") || strings.Contains(out, key[strings.IndexByte(key, ':')+1:]) {
			t.Errorf("%s: exit %d: %s", name, code, out)
		}
	}
}
