package doctor

import (
	"context"
	"testing"
	"time"

	"example.com/app/internal/config"
)

func TestTokenLifetimes(t *testing.T) {
	for name, tt := range map[string]struct {
		token, refresh time.Duration
		codes          string
	}{
		"as they are": {15 * time.Minute, 168 * time.Hour, ""},
		"long token":  {16 * time.Minute, 168 * time.Hour, "token-ttl "},
		"long login":  {15 * time.Minute, 721 * time.Hour, "refresh-ttl "},
	} {
		codes := ""
		for _, f := range tokenLifetimes(context.Background(), config.Config{TokenTTL: tt.token, RefreshTTL: tt.refresh}, Host{}) {
			codes += f.Code + " "
			if f.Severity != Warning {
				t.Errorf("%s: %s", name, f.Severity)
			}
		}
		if codes != tt.codes {
			t.Errorf("%s: %q", name, codes)
		}
	}
}
