package httpserver

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/app/internal/guard"
	"example.com/app/internal/identity"
)

// asked counts how often somebody wants to know who is calling.
type asked struct{ times int }

func (a *asked) Authenticate(*http.Request) (identity.Actor, error) {
	a.times++
	return identity.Actor{ID: "ann"}, nil
}
func (a *asked) Challenge() string { return "Bearer" }

// A refused request costs no query: limits come before anything that asks a database who is calling.
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

// A probe reads no cookie, key or token: nothing of it can make the service ask a database.
func TestProbesAskNobody(t *testing.T) {
	auth := &asked{}
	d := deps(t, io.Discard, auth)
	h := guard.New(d.guarded()).Handler(mux([]Route{{"GET /livez", Anyone, answer}, {"GET /test", Anyone, answer}}, ""))
	for path, want := range map[string]int{"/livez": 0, "/test": 1} {
		auth.times = 0
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "GET", "http://localhost"+path, nil))
		if auth.times != want {
			t.Errorf("%s: asked %d times who is calling, want %d", path, auth.times, want)
		}
	}
}
