package requestid

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/uuid"
)

func TestMiddleware(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		var inside string
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Request-Id", "forged\nby the client")
		w := httptest.NewRecorder()
		Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { inside = From(r.Context()) })).ServeHTTP(w, r)
		sent := w.Header().Values("X-Request-Id")
		if len(sent) != 1 || sent[0] != inside {
			t.Fatalf("sent %q, inside %q", sent, inside)
		}
		if _, err := uuid.Parse(inside); err != nil {
			t.Fatalf("%q: %v", inside, err)
		}
		if seen[inside] {
			t.Fatalf("%s came twice", inside)
		}
		seen[inside] = true
	}
}

func TestOutsideARequest(t *testing.T) {
	if got := From(context.Background()); got != uuid.Nil.String() {
		t.Errorf("got %q", got)
	}
}
