package httpserver

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/app/internal/config"
	"example.com/app/internal/guard"
	"example.com/app/internal/identity"
	"example.com/app/internal/logging"
	"example.com/app/internal/metrics"
	"example.com/app/internal/problem"
)

// deps are the needs of a server with default settings but for what env names, which logs to out.
func deps(t testing.TB, out io.Writer, auth identity.Authenticator, env ...string) Deps {
	t.Helper()
	settings := map[string]string{}
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		settings[name] = value
	}
	c, err := config.Load(func(name string) string { return settings[name] })
	if c.RateLimit.Burst == 0 { // that keys are missing does not matter here
		t.Fatal(err)
	}
	return Deps{Config: c, Log: logging.New(out, slog.LevelInfo), Auth: auth, Metrics: metrics.New()}
}

// behind returns a handler behind the whole guard, and its log.
func behind(t testing.TB, auth identity.Authenticator, h problem.Handler, env ...string) (http.Handler, *bytes.Buffer) {
	t.Helper()
	out := &bytes.Buffer{}
	d := deps(t, out, auth, env...)
	all := guard.New(d.guarded()).Handler(mux([]Route{{"GET /test", Anyone, h}}, ""))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all.ServeHTTP(w, r.WithContext(metrics.Into(logging.Into(r.Context(), d.Log), d.Metrics)))
	}), out
}

func ask(h http.Handler, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), "GET", "http://localhost/test", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// A handler that panics is one generic answer with all headers, and the next request is served (I13, ASVS 5.0.0 V16.5.4).
func TestPanicBehindTheChain(t *testing.T) {
	broken := true
	h, out := behind(t, nil, func(w http.ResponseWriter, _ *http.Request) error {
		if broken {
			panic("canary")
		}
		return nil
	})
	w := ask(h)
	if w.Code != 500 || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if strings.Contains(w.Body.String(), "canary") || strings.Contains(w.Body.String(), "goroutine") {
		t.Errorf("the caller sees %s", w.Body)
	}
	for _, want := range []string{`"event":"panic"`, `"route":"GET /test"`, `"status":500`, "canary"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log lacks %s: %s", want, out)
		}
	}
	broken = false
	if w := ask(h); w.Code != 200 {
		t.Errorf("the next request: %d", w.Code)
	}
}
