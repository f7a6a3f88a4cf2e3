package guard

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The client sees a constant answer; cause and stack are told.
func TestPanic(t *testing.T) {
	for name, cause := range map[string]any{"text": "swordfish", "error": errors.New("swordfish"), "value": struct{ X string }{"swordfish"}} {
		var log seen
		w := answer(behind(Config{Notice: log.notice}, (*Guard).recovery, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Cache-Control", "max-age=60")
			panic(cause)
		}), httptest.NewRequest("GET", "/", nil))
		if w.Code != http.StatusInternalServerError || w.Body.String() != "something went wrong on our side\n" {
			t.Errorf("%s: the client sees %d %q", name, w.Code, w.Body)
		}
		if h := w.Header(); h.Get("Content-Encoding") != "" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: the error is encoded or kept like the answer that did not come about: %v", name, h)
		}
		told := log.of(Panicked)
		if len(told) != 1 || !strings.Contains(told[0].Cause, "swordfish") || !strings.Contains(told[0].Stack, "guard_test.go") {
			t.Errorf("%s: no cause or no stack: %v", name, told)
		}
	}
}

// Half an answer does not look like a whole one, and http.ErrAbortHandler closes the connection.
func TestPanicCutsTheConnection(t *testing.T) {
	for name, tt := range map[string]struct {
		h    http.HandlerFunc
		told int
	}{
		"after the answer began": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half")
			panic("late")
		}, 1},
		"on purpose": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0},
	} {
		var log seen
		func() {
			defer func() {
				if got, _ := recover().(error); !errors.Is(got, http.ErrAbortHandler) {
					t.Errorf("%s: panic with %v, want http.ErrAbortHandler", name, got)
				}
			}()
			answer(behind(Config{Notice: log.notice}, (*Guard).recovery, tt.h), httptest.NewRequest("GET", "/", nil))
		}()
		if len(log.of(Panicked)) != tt.told {
			t.Errorf("%s: told %v", name, log.notices)
		}
	}
}
