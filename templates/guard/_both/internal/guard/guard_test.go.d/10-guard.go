package guard

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// seen collects what a guard notices.
type seen struct{ notices []Notice }

func (s *seen) notice(_ context.Context, n Notice) { s.notices = append(s.notices, n) }

// of returns the notices of one kind.
func (s *seen) of(kind Kind) []Notice {
	var out []Notice
	for _, n := range s.notices {
		if n.Kind == kind {
			out = append(out, n)
		}
	}
	return out
}

// behind puts one link of a guard around a handler.
func behind(c Config, pick func(*Guard) link, h http.HandlerFunc) http.Handler {
	if c.Notice == nil {
		c.Notice = func(context.Context, Notice) {}
	}
	g := New(c)
	return g.around(h, []link{pick(g)})
}

// answer sends r to h.
func answer(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func fine(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine") }

// A request meets the links in the order in which they are listed.
func TestOrder(t *testing.T) {
	met := ""
	step := func(name string) link {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				met += name
				next.ServeHTTP(w, r)
			})
		}
	}
	end := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { met += "end" })
	answer(New(Config{}).around(end, []link{step("first "), step("second ")}), httptest.NewRequest("GET", "/", nil))
	if met != "first second end" {
		t.Errorf("met %s", met)
	}
}

// A probe is known by its whole path.
func TestProbes(t *testing.T) {
	g := New(Config{Probes: []string{"/up", "/livez"}})
	for path, want := range map[string]bool{"/up": true, "/livez": true, "/readyz": false, "/livez/": false, "/livez/x": false, "/": false, "/?/livez": false} {
		if got := g.probe(httptest.NewRequest("GET", path, nil)); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func request() (*httptest.ResponseRecorder, *http.Request) {
	return httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
}
