package guard

import (
	"net/http"
	"strings"
)

// malformed answers a request for something that is not a path.
var malformed = Refusal{Reason: "bad-request", Title: "The request is malformed", Status: http.StatusBadRequest}

// paths refuses requests for anything but a path, such as OPTIONS * and CONNECT (RFC 9112 section 3.2): http.ServeMux would answer them in its own words.
func (g *Guard) paths() link {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.URL.Path, "/") {
				g.refuse(w, r, malformed)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
