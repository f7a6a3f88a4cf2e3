package pages

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"example.com/app/internal/config"
	"example.com/app/internal/problem"
)

func TestSecurityTxt200(t *testing.T) {
	public := &url.URL{Scheme: "https", Host: "orders.example:8443"}
	contact := []string{"mailto:security@example.com", "https://example.com/report"}
	tests := []struct {
		name   string
		config config.Config
		want   string
	}{
		{"all", config.Config{PublicURL: public, SecurityContact: contact, SecurityEncryption: "https://example.com/key.asc"}, `Contact: mailto:security@example.com
Contact: https://example.com/report
Expires: 2026-08-28T00:00:00Z
Encryption: https://example.com/key.asc
Preferred-Languages: en
Canonical: https://orders.example:8443/.well-known/security.txt
Policy: https://orders.example:8443/security
`},
		{"no key, a date", config.Config{PublicURL: public, SecurityContact: contact[:1], SecurityExpires: time.Date(2026, 5, 1, 2, 0, 0, 0, time.FixedZone("", 7200))}, `Contact: mailto:security@example.com
Expires: 2026-05-01T00:00:00Z
Preferred-Languages: en
Canonical: https://orders.example:8443/.well-known/security.txt
Policy: https://orders.example:8443/security
`},
		{"plain http", config.Config{PublicURL: &url.URL{Scheme: "http", Host: "127.0.0.1:8080"}, SecurityContact: contact[:1]}, `Contact: mailto:security@example.com
Expires: 2026-08-28T00:00:00Z
Preferred-Languages: en
`},
	}
	for _, tt := range tests {
		p := New(tt.config)
		p.now = func() time.Time { return time.Date(2026, 3, 1, 23, 59, 59, 0, time.UTC) }
		w := httptest.NewRecorder()
		if err := p.SecurityTxt(w, nil); err != nil {
			t.Fatal(err)
		}
		if w.Code != 200 || w.Body.String() != tt.want || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: %d %s\n%s", tt.name, w.Code, w.Header(), w.Body)
		}
	}
}

func TestSecurityTxt404(t *testing.T) {
	if err := New(config.Config{}).SecurityTxt(httptest.NewRecorder(), nil); err == nil || problem.From(err).Status != 404 {
		t.Errorf("without a contact: %v", err)
	}
}
