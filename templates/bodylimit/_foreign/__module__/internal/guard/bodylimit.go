package guard

import (
	"net/http"
	"strconv"
)

// bodyLimit bounds what a request may make the program read (ASVS 5.0.0 V5.2.1, CWE-770). A length that is announced and too large is refused before a
// byte is read; a body without a length is cut off where the limit is, and the program's reading fails with *http.MaxBytesError.
func bodyLimit(s *settings) func(http.Handler) http.Handler {
	most, err := strconv.ParseInt(s.value("MAX_BODY_BYTES"), 10, 64)
	if err != nil || most <= 0 {
		s.refuse("MAX_BODY_BYTES", "a number of bytes such as 10485760")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength > most {
				w.Header().Set("Connection", "close") // or net/http would read on, to keep the connection
				http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
				return
			}
			if r.Body != nil && r.Body != http.NoBody {
				r.Body = http.MaxBytesReader(innermost(w), r.Body, most)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// innermost is net/http's own writer below the wrappers: MaxBytesReader tells it to hang up, and does not look for it.
func innermost(w http.ResponseWriter) http.ResponseWriter {
	for {
		wrapper, is := w.(interface{ Unwrap() http.ResponseWriter })
		if !is {
			return w
		}
		w = wrapper.Unwrap()
	}
}
