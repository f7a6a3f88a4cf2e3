package identity

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/app/internal/guard"
	"example.com/app/internal/logging"
)

// answer is an Authenticator that always says the same.
type answer struct {
	actor Actor
	err   error
}

func (a answer) Authenticate(*http.Request) (Actor, error) { return a.actor, a.err }
func (a answer) Challenge() string                         { return "Bearer" }

func TestMiddleware(t *testing.T) {
	tests := []struct {
		name   string
		auth   Authenticator
		status int
		actor  string
		logged string
	}{
		{"nobody asks", nil, 200, "", ""},
		{"known", answer{Actor{ID: "ann"}, nil}, 200, "ann", ""},
		{"no credentials", answer{Actor{}, ErrNone}, 200, "", ""},
		{"invalid credentials", answer{Actor{ID: "forged"}, fmt.Errorf("%w: expired", ErrInvalid)}, 200, "", `"event":"credentials_rejected"`},
		{"our own failure", answer{Actor{ID: "forged"}, errors.New("database is gone")}, 500, "", "database is gone"},
		{"our own failure to be in time", answer{Actor{}, fmt.Errorf("query: %w", context.DeadlineExceeded)}, 503, "", "deadline"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			ctx := logging.Into(context.Background(), logging.New(&out, slog.LevelInfo))
			ctx = guard.With(ctx, guard.Request{})
			called := false
			w := httptest.NewRecorder()
			Middleware(tt.auth)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				called = true
				if a, known := From(r.Context()); a.ID != tt.actor || known != (tt.actor != "") {
					t.Errorf("the handler sees %q, %v", a.ID, known)
				}
			})).ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
			if w.Code != tt.status || called != (tt.status == 200) {
				t.Errorf("status %d, want %d; called %v", w.Code, tt.status, called)
			}
			if got := guard.From(ctx).Principal; got != tt.actor {
				t.Errorf("log lines say %q", got)
			}
			if tt.logged == "" && out.Len() != 0 || !strings.Contains(out.String(), tt.logged) {
				t.Errorf("log: %s", out.String())
			}
			if strings.Contains(w.Body.String(), "database") {
				t.Errorf("the caller sees the cause: %s", w.Body.String())
			}
		})
	}
}
