package doctor

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/app/internal/config"
)

func TestContact(t *testing.T) {
	named := []string{"mailto:security@example.com"}
	tests := []struct {
		name   string
		config config.Config
		want   string
	}{
		{"public, nobody named", config.Config{Addr: "0.0.0.0:8080"}, "fatal security-contact"},
		{"public, somebody named", config.Config{Addr: "0.0.0.0:8080", SecurityContact: named}, ""},
		{"loopback, nobody named", config.Config{Addr: "127.0.0.1:8080"}, ""},
	}
	for _, tt := range tests {
		if got := summary(contact(t.Context(), tt.config, Host{})); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestExpiry(t *testing.T) {
	day := 24 * time.Hour
	for left, want := range map[time.Duration]string{
		-time.Minute:         "fatal security-expires",
		29 * day:             "warning security-expires",
		30*day + time.Minute: "",
		365 * day:            "",
		2 * 365 * day:        "warning security-expires",
	} {
		if got := summary(expiry(t.Context(), config.Config{SecurityExpires: time.Now().Add(left)}, Host{})); got != want {
			t.Errorf("%v left: %q, want %q", left, got, want)
		}
	}
	if got := summary(expiry(t.Context(), config.Config{}, Host{})); got != "" {
		t.Errorf("not set: %q", got)
	}
}

func TestEncryption(t *testing.T) {
	const key = "https://example.com/key.asc"
	answer := func(status int, err error) func(context.Context, string) (int, error) {
		return func(_ context.Context, url string) (int, error) {
			if url != key {
				t.Errorf("asks for %q", url)
			}
			return status, err
		}
	}
	tests := []struct {
		name string
		key  string
		get  func(context.Context, string) (int, error)
		want string
	}{
		{"there", key, answer(200, nil), ""},
		{"not there", key, answer(404, nil), "warning security-encryption"},
		{"moved", key, answer(301, nil), "warning security-encryption"},
		{"no host", key, answer(0, errors.New("no such host")), "warning security-encryption"},
		{"none", "", answer(0, errors.New("must not be asked")), ""},
		{"a fingerprint", "openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f", answer(0, errors.New("must not be asked")), ""},
		{"at the start of serve", key, nil, ""},
	}
	for _, tt := range tests {
		if got := summary(encryption(t.Context(), config.Config{SecurityEncryption: tt.key}, Host{Get: tt.get})); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
