package guard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/app/internal/guard"
)

// What is meant to last has no deadline.
func TestRequestTimeout(t *testing.T) {
	tests := []struct {
		name, header, value string
		ends                bool
	}{
		{"a request", "Accept", "text/html", true},
		{"a websocket", "Upgrade", "websocket", false},
		{"a call of gRPC", "Content-Type", "application/grpc+proto", false},
		{"an event stream", "Accept", "text/event-stream", false},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set(tt.header, tt.value)
		h := guarded(t, func(_ http.ResponseWriter, r *http.Request) {
			if at, has := r.Context().Deadline(); has != tt.ends || has && time.Until(at) > 20*time.Second {
				t.Errorf("%s: deadline %v in %v", tt.name, has, time.Until(at))
			}
		}, "REQUEST_TIMEOUT=20s")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	defer func() {
		if got, want := recover(), "guard: REQUEST_TIMEOUT: want a duration such as 30s"; got != want {
			t.Errorf("panic with %v, want %v", got, want)
		}
	}()
	guarded(t, ok, "REQUEST_TIMEOUT=0s")
}

// The error of a request that took too long can still be written, and a connection that is not used outlives a proxy's.
func TestTimeoutsFitEachOther(t *testing.T) {
	h := guarded(t, func(_ http.ResponseWriter, r *http.Request) {
		if at, _ := r.Context().Deadline(); time.Until(at) >= guard.WriteTimeout {
			t.Errorf("a request may take %v, and writing ends after %v", time.Until(at), guard.WriteTimeout)
		}
	})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if guard.ReadHeaderTimeout <= 0 || guard.ReadHeaderTimeout > guard.ReadTimeout || guard.IdleTimeout < time.Minute || guard.MaxHeaderBytes > 1<<20 {
		t.Error("the limits of the server do not fit each other")
	}
}
