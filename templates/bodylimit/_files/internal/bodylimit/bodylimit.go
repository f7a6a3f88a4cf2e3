// Package bodylimit bounds what a request may make the service read (ASVS 5.0.0 V5.2.1, CWE-770).
//
// A length that is announced and too large is refused before a byte is read; a chunked body is cut off where the limit is. Compressed
// requests are refused, because a few bytes can unpack to gigabytes (V5.2.3, CWE-409).
package bodylimit

import (
	"net/http"

	"example.com/app/internal/problem"
)

// Middleware bounds every request body to n bytes.
func Middleware(n int64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := bound(w, r, n); err != nil {
				problem.Write(w, r, problem.From(err), nil)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// At bounds the body of one route further.
func At(n int64, h problem.Handler) problem.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := bound(w, r, n); err != nil {
			return err
		}
		return h(w, r)
	}
}

func bound(w http.ResponseWriter, r *http.Request, n int64) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	if e := r.Header["Content-Encoding"]; len(e) > 0 {
		return problem.MediaType
	}
	if r.ContentLength > n {
		w.Header().Set("Connection", "close") // or net/http would read on, to keep the connection
		return problem.TooLarge
	}
	r.Body = http.MaxBytesReader(w, r.Body, n)
	return nil
}
