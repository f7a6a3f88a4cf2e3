package httpserver

import (
	"net/http"
	"testing"

	"example.com/app/internal/identity"
)

// asked counts how often somebody wants to know who is calling.
type asked struct{ times int }

func (a *asked) Authenticate(*http.Request) (identity.Actor, error) {
	a.times++
	return identity.Actor{ID: "ann"}, nil
}
func (a *asked) Challenge() string { return "Bearer" }

// What is refused costs no look-up: limits stand before whoever asks a database who is calling.
func TestRefusedBeforeIdentity(t *testing.T) {
	auth := &asked{}
	h, _ := behind(t, auth, func(http.ResponseWriter, *http.Request) error { return nil }, "RATE_LIMIT=1/1h,2")
	for _, want := range []int{200, 200, 429, 429} {
		if w := ask(h); w.Code != want {
			t.Fatalf("status %d, want %d", w.Code, want)
		}
	}
	if auth.times != 2 {
		t.Errorf("asked %d times who is calling, want 2", auth.times)
	}
}
