package guard

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
)

var (
	tooLarge = Refusal{Reason: "too-large", Title: "The request body is too large", Status: http.StatusRequestEntityTooLarge}
	encoded  = Refusal{Reason: "unsupported-media-type", Title: "The content type is not accepted here", Status: http.StatusUnsupportedMediaType}
)

// ParseSize reads a number of bytes.
func ParseSize(text string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n <= 0 {
		return 0, errors.New("want a number of bytes such as 1048576")
	}
	return n, nil
}

// bodyLimit bounds what a request may make the program read (ASVS 5.0.0 V5.2.1, CWE-770). A body that announces more is refused; one without a length is cut off
// there, and reading it fails with *http.MaxBytesError. Handlers may lower the limit of their own requests with http.MaxBytesReader. A few compressed bytes can unpack to gigabytes (V5.2.3,
// CWE-409).
func (g *Guard) bodyLimit() link {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if g.config.RefuseEncoded && len(r.Header["Content-Encoding"]) > 0 {
				g.refuse(w, r, encoded)
				return
			}
			if r.ContentLength > g.config.MaxBodyBytes { // it is known before a byte is read
				w.Header().Set("Connection", "close") // or net/http would read on, to keep the connection
				g.refuse(w, r, tooLarge)
				return
			}
			if r.Body != nil && r.Body != http.NoBody {
				r.Body = http.MaxBytesReader(innermost(w), r.Body, g.config.MaxBodyBytes)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// innermost is net/http's own writer below the wrappers: MaxBytesReader tells it to close the connection, and does not look for it.
func innermost(w http.ResponseWriter) http.ResponseWriter {
	for {
		wrapper, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return w
		}
		w = wrapper.Unwrap()
	}
}
