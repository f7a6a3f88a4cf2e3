package bodylimit

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/app/internal/problem"
)

// reader is a handler that reads everything, as request.Read does.
var reader = problem.Handler(func(_ http.ResponseWriter, r *http.Request) error {
	_, err := io.Copy(io.Discard, r.Body)
	return err
})

func TestBodies(t *testing.T) {
	tests := []struct {
		name     string
		length   int
		chunked  bool
		encoding string
		want     int
	}{
		{"none", 0, false, "", 200},
		{"at the limit", 100, false, "", 200},
		{"beyond", 101, false, "", 413},
		{"chunked at the limit", 100, true, "", 200},
		{"chunked beyond", 101, true, "", 413},
		{"compressed", 10, false, "gzip", 415},
		{"compressed and chunked", 10, true, "br", 415},
		{"said to be as it is", 10, false, "identity", 415},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(Middleware(100)(reader))
			defer server.Close()
			var body io.Reader = strings.NewReader(strings.Repeat("a", tt.length))
			if tt.chunked {
				body = struct{ io.Reader }{body} // a length that the client does not know
			}
			r, err := http.NewRequest("POST", server.URL, body)
			if err != nil {
				t.Fatal(err)
			}
			if tt.encoding != "" {
				r.Header.Set("Content-Encoding", tt.encoding)
			}
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != tt.want {
				t.Errorf("status %d, want %d", res.StatusCode, tt.want)
			}
		})
	}
}

// A length that is announced is refused before a byte is read.
func TestAnnouncedLength(t *testing.T) {
	called := false
	h := Middleware(100)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("a", 101))))
	if called || w.Code != 413 || w.Header().Get("Connection") != "close" {
		t.Errorf("called %v, status %d, Connection %q", called, w.Code, w.Header().Get("Connection"))
	}
}

// A route may take less than the rest, and never more.
func TestAt(t *testing.T) {
	status := func(h http.Handler, n int) int {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/", struct{ io.Reader }{strings.NewReader(strings.Repeat("a", n))})
		h.ServeHTTP(w, r)
		return w.Code
	}
	if got := status(Middleware(100)(At(10, reader)), 11); got != 413 {
		t.Errorf("beyond the route's limit: %d", got)
	}
	if got := status(Middleware(100)(At(10, reader)), 10); got != 200 {
		t.Errorf("at the route's limit: %d", got)
	}
	if got := status(Middleware(100)(At(1000, reader)), 101); got != 413 {
		t.Errorf("beyond the service's limit: %d", got)
	}
}
