package guard_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// read answers with how many bytes it could read, or with 413.
func read(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		http.Error(w, "cut off", http.StatusRequestEntityTooLarge)
		return
	}
	_, _ = w.Write(b)
}

func TestBodyLimit(t *testing.T) {
	server := httptest.NewServer(guarded(t, read, "MAX_BODY_BYTES=4"))
	defer server.Close()
	tests := []struct {
		name   string
		body   io.Reader
		status int
		answer string
		closes bool // net/http reads no more than it has to
	}{
		{"none", nil, http.StatusOK, "", false},
		{"as much as may be", strings.NewReader("four"), http.StatusOK, "four", false},
		{"an announced length that is too large", strings.NewReader("fiver"), http.StatusRequestEntityTooLarge, "the request is too large\n", true},
		{"chunks", io.MultiReader(strings.NewReader("four")), http.StatusOK, "four", false},
		{"chunks that are too many", io.MultiReader(strings.NewReader("fiver")), http.StatusRequestEntityTooLarge, "cut off\n", true},
	}
	for _, tt := range tests {
		res, err := server.Client().Post(server.URL, "text/plain", tt.body)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		answer, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != tt.status || string(answer) != tt.answer || res.Close != tt.closes {
			t.Errorf("%s: %d %q, closes %v", tt.name, res.StatusCode, answer, res.Close)
		}
	}
}

func TestBodyLimitSettingIsRead(t *testing.T) {
	for _, bad := range []string{"0", "-1", "1MB", "99999999999999999999"} {
		func() {
			defer func() {
				if got, want := recover(), "guard: MAX_BODY_BYTES: want a number of bytes such as 10485760"; got != want {
					t.Errorf("%q: panic with %v, want %v", bad, got, want)
				}
			}()
			guarded(t, ok, "MAX_BODY_BYTES="+bad)
		}()
	}
}
