package guard

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// plain is a writer that can do nothing but answer.
type plain struct{ to *httptest.ResponseRecorder }

func (p plain) Header() http.Header         { return p.to.Header() }
func (p plain) Write(b []byte) (int, error) { return p.to.Write(b) }
func (p plain) WriteHeader(status int)      { p.to.WriteHeader(status) }

// full is a writer that can do what those of HTTP/1.1 can.
type full struct{ *httptest.ResponseRecorder }

func (full) Hijack() (net.Conn, *bufio.ReadWriter, error) { return nil, nil, nil }
func (f full) ReadFrom(src io.Reader) (int64, error)      { return io.Copy(f.ResponseRecorder, src) }
func (full) CloseNotify() <-chan bool                     { return nil }

// pushing is a writer that can do what those of HTTP/2 can.
type pushing struct{ *httptest.ResponseRecorder }

func (pushing) Push(string, *http.PushOptions) error { return errors.New("pushed") }
func (pushing) CloseNotify() <-chan bool             { return nil }

// The wrapper can what the writer below can, and claims nothing that it cannot.
func TestRecorderOffersWhatIsThere(t *testing.T) {
	for name, w := range map[string]http.ResponseWriter{
		"plain": plain{httptest.NewRecorder()}, "HTTP/1.1": full{httptest.NewRecorder()}, "HTTP/2": pushing{httptest.NewRecorder()},
		"httptest": httptest.NewRecorder(),
	} {
		wrapped := (&Request{}).record(w)
		for what, can := range map[string]func(http.ResponseWriter) bool{
			"flush":     func(w http.ResponseWriter) bool { _, is := w.(http.Flusher); return is },
			"hijack":    func(w http.ResponseWriter) bool { _, is := w.(http.Hijacker); return is },
			"read from": func(w http.ResponseWriter) bool { _, is := w.(io.ReaderFrom); return is },
			"push":      func(w http.ResponseWriter) bool { _, is := w.(http.Pusher); return is },
			"notify":    func(w http.ResponseWriter) bool { _, is := w.(closeNotifier); return is },
		} {
			if got, want := can(wrapped), can(w); got != want {
				t.Errorf("%s, %s: %v, want %v", name, what, got, want)
			}
		}
	}
}

func TestRecorderRemembers(t *testing.T) {
	tests := []struct {
		name   string
		answer func(http.ResponseWriter)
		status int
		bytes  int64
	}{
		{"nothing", func(http.ResponseWriter) {}, 0, 0},
		{"a status", func(w http.ResponseWriter) { w.WriteHeader(404); w.WriteHeader(500) }, 404, 0},
		{"hints and then a status", func(w http.ResponseWriter) { w.WriteHeader(103); w.WriteHeader(201) }, 201, 0},
		{"a body", func(w http.ResponseWriter) { _, _ = w.Write([]byte("four")) }, 200, 4},
		{"a string", func(w http.ResponseWriter) { _, _ = io.WriteString(w, "four") }, 200, 4},
		{"a file", func(w http.ResponseWriter) { _, _ = io.Copy(w, struct{ io.Reader }{strings.NewReader("four")}) }, 200, 4},
		{"a flush", func(w http.ResponseWriter) { w.(http.Flusher).Flush() }, 200, 0},
		{"a flush by the controller", func(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }, 200, 0},
	}
	for _, tt := range tests {
		q := &Request{}
		tt.answer(q.record(full{httptest.NewRecorder()}))
		if rec := q.answer; rec.status != tt.status || rec.bytes != tt.bytes || rec.hijacked {
			t.Errorf("%s: %d, %d bytes, hijacked %v", tt.name, rec.status, rec.bytes, rec.hijacked)
		}
	}
	q := &Request{}
	if _, _, err := http.NewResponseController(q.record(full{httptest.NewRecorder()})).Hijack(); err != nil || !q.answer.hijacked {
		t.Errorf("hijacked: %v, %v", q.answer.hijacked, err)
	}
}
