package guard_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The setting reaches the limit, and compressed requests are left to the program.
func TestBodyLimitSetting(t *testing.T) {
	for body, want := range map[string]int{"four": http.StatusOK, "fiver": http.StatusRequestEntityTooLarge} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Encoding", "gzip")
		if w := ask(t, r, "MAX_BODY_BYTES=4"); w.Code != want {
			t.Errorf("%s: %d, want %d", body, w.Code, want)
		}
	}
	defer func() {
		if got, want := recover(), "guard: MAX_BODY_BYTES: want a number of bytes such as 1048576"; got != want {
			t.Errorf("panic with %v, want %v", got, want)
		}
	}()
	guarded(t, ok, "MAX_BODY_BYTES=1MB")
}
