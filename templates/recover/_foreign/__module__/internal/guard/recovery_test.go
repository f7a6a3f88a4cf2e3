package guard_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPanic(t *testing.T) {
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(was)
	w := httptest.NewRecorder()
	guarded(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Cache-Control", "max-age=60")
		panic(errors.New("the secret is swordfish"))
	}).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusInternalServerError || w.Body.String() != "internal server error\n" {
		t.Errorf("the client sees %d %q", w.Code, w.Body)
	}
	if h := w.Header(); h.Get("Content-Encoding") != "" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("the error is encoded or kept like the answer that did not come about: %v", h)
	}
	if got := log.String(); !strings.Contains(got, "the secret is swordfish") || !strings.Contains(got, "recovery_test.go") {
		t.Errorf("the log has no cause or no stack: %s", got)
	}
}

// Half an answer does not look like a whole one, and http.ErrAbortHandler cuts the connection.
func TestPanicCutsTheConnection(t *testing.T) {
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	defer slog.SetDefault(was)
	for name, h := range map[string]http.HandlerFunc{
		"after the answer began": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half")
			panic("late")
		},
		"on purpose": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		func() {
			defer func() {
				if got := recover(); got != http.ErrAbortHandler {
					t.Errorf("%s: panic with %v, want http.ErrAbortHandler", name, got)
				}
			}()
			guarded(t, h).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		}()
	}
}
