package bearer

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/app/internal/identity"
)

func TestToken(t *testing.T) {
	tests := []struct {
		name, target string
		headers      []string
		want         string
		err          error
	}{
		{"none", "/", nil, "", identity.ErrNone},
		{"in the header", "/", []string{"Bearer canary"}, "canary", nil},
		{"scheme in another case", "/", []string{"bEARER canary"}, "canary", nil},
		{"beside an ordinary query", "/?limit=5", []string{"Bearer canary"}, "canary", nil},
		{"another scheme", "/", []string{"Basic canary"}, "", identity.ErrInvalid},
		{"scheme alone", "/", []string{"Bearer"}, "", identity.ErrInvalid},
		{"scheme and a space", "/", []string{"Bearer "}, "", identity.ErrInvalid},
		{"empty header", "/", []string{""}, "", identity.ErrInvalid},
		{"two in one header", "/", []string{"Bearer canary, Bearer other"}, "", identity.ErrInvalid},
		{"two headers", "/", []string{"Bearer canary", "Bearer other"}, "", identity.ErrInvalid},
		{"in the query", "/?access_token=canary", nil, "", identity.ErrInvalid},
		{"in the query and the header", "/?api_key=canary", []string{"Bearer canary"}, "", identity.ErrInvalid},
		{"in a query with other mistakes", "/?%zz&token=canary", nil, "", identity.ErrInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", tt.target, nil)
			r.Header["Authorization"] = tt.headers
			got, err := Token(r)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %q, %v; want %q, %v", got, err, tt.want, tt.err)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the error, which is logged, carries the credential: %v", err)
			}
		})
	}
}

func TestNoCookieIsRead(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", "Authorization=Bearer canary; access_token=canary")
	if got, err := Token(r); !errors.Is(err, identity.ErrNone) {
		t.Errorf("got %q, %v", got, err)
	}
}
