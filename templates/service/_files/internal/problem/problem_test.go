package problem

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/app/internal/logging"
)

// answer is what a handler that returns err makes the client see, and what it makes the log say.
func answer(method string, err error) (*httptest.ResponseRecorder, string) {
	var log bytes.Buffer
	r := httptest.NewRequest(method, "/", nil)
	r = r.WithContext(logging.Into(r.Context(), logging.New(&log, slog.LevelInfo)))
	w := httptest.NewRecorder()
	Handler(func(http.ResponseWriter, *http.Request) error { return err }).ServeHTTP(w, r)
	return w, log.String()
}

// The client sees a constant and the log has the cause (J8, CWE-209).
func TestCausesStayInside(t *testing.T) {
	const cause = `pq: relation "notes" does not exist at /src/app/notes.go:12`
	tests := []struct {
		name   string
		err    error
		want   Problem
		logged bool
	}{
		{"a failure of ours", errors.New(cause), Internal, true},
		{"behind a problem", fmt.Errorf("%w: %s", NotFound, cause), NotFound, false},
		{"behind a failure of ours", fmt.Errorf("%w: %s", Unavailable, cause), Unavailable, true},
		{"a deadline", fmt.Errorf("%s: %w", cause, context.DeadlineExceeded), Unavailable, true},
		{"a large body", fmt.Errorf("%s: %w", cause, &http.MaxBytesError{Limit: 1}), TooLarge, false},
	}
	for _, tt := range tests {
		w, log := answer("GET", tt.err)
		if strings.Contains(w.Body.String(), "pq") || strings.Contains(w.Body.String(), "notes") {
			t.Errorf("%s: the client is told %s", tt.name, w.Body)
		}
		if strings.Contains(log, "notes.go:12") != tt.logged {
			t.Errorf("%s: logged %q", tt.name, log)
		}
		var got struct {
			Type, Title, Instance string
			Status                int
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if w.Code != tt.want.Status || got.Status != w.Code || got.Type != "/problems/"+tt.want.Slug || got.Title != tt.want.Title || !strings.HasPrefix(got.Instance, "urn:uuid:") {
			t.Errorf("%s: %d %+v", tt.name, w.Code, got)
		}
		if w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: as %s", tt.name, w.Header().Get("Content-Type"))
		}
	}
}

// Responses have the headers that belong to their status.
func TestHeaders(t *testing.T) {
	p := Problem{Slug: "x", Title: "X", Status: 429, RetryAfter: 1500 * time.Millisecond, Challenge: "Bearer", Allow: "GET"}
	w, _ := answer("GET", p)
	for name, want := range map[string]string{"Retry-After": "2", "WWW-Authenticate": "Bearer", "Allow": "GET"} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	w, _ = answer("HEAD", NotFound)
	if w.Code != 404 || w.Body.Len() != 0 || w.Header().Get("Retry-After") != "" {
		t.Errorf("HEAD: %d %v %q", w.Code, w.Header(), w.Body)
	}
}

// A client that went away is no failure of ours.
func TestGoneClientIsNotLogged(t *testing.T) {
	if _, log := answer("GET", fmt.Errorf("read: %w", context.Canceled)); log != "" {
		t.Errorf("logged %q", log)
	}
}
