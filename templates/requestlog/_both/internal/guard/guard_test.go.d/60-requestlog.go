package guard

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Each request is reported once, when it is over, with any outcome.
func TestRequestIsTold(t *testing.T) {
	tests := []struct {
		name string
		h    http.HandlerFunc
		want int
	}{
		{"nothing written", func(http.ResponseWriter, *http.Request) {}, 200},
		{"a body", fine, 200},
		{"a status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }, 418},
		{"a hint before the answer", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusNotFound)
		}, 404},
		{"flushed", func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }, 200},
		{"cut off", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 500},
	}
	for _, tt := range tests {
		var log seen
		var q *Request
		h := behind(Config{Notice: log.notice}, (*Guard).requestLog, func(w http.ResponseWriter, r *http.Request) {
			q = From(r.Context())
			tt.h(w, r)
		})
		func() {
			defer func() { _ = recover() }() // net/http's part
			answer(h, httptest.NewRequest("GET", "/", nil))
		}()
		if len(log.of(Answered)) != 1 || q.Status() != tt.want {
			t.Errorf("%s: %v, status %d, want %d", tt.name, log.notices, q.Status(), tt.want)
		}
	}
}

func TestRequestHasItsBytes(t *testing.T) {
	var q *Request
	answer(behind(Config{}, (*Guard).requestLog, func(w http.ResponseWriter, r *http.Request) {
		q = From(r.Context())
		_, _ = io.WriteString(w, "short and stout")
	}), httptest.NewRequest("GET", "/", nil))
	if q.Bytes() != 15 {
		t.Errorf("%d bytes", q.Bytes())
	}
}
