package doctor

import (
	"testing"

	"example.com/app/internal/config"
)

func TestOpen(t *testing.T) {
	for addr, want := range map[string]string{"0.0.0.0:8080": "warning no-authentication", "127.0.0.1:8080": "", "[::1]:8080": ""} {
		if got := summary(open(t.Context(), config.Config{Addr: addr}, Host{})); got != want {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
	}
}
