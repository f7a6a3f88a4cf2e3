package guard

import (
	"net/http"
	"net/url"
	"strings"
)

// httpsRequired answers a plain request that is not redirected.
var httpsRequired = Refusal{Reason: "https-required", Title: "This service answers over https only", Status: http.StatusForbidden}

// httpsOnly keeps plain http from reaching a service whose address is https (ASVS 5.0.0 V12.2.1, V4.1.2). A proxy that does not send
// X-Forwarded-Proto gets 403 for everything, which is seen at once.
func (g *Guard) httpsOnly() link {
	return func(next http.Handler) http.Handler {
		if g.config.SecureURL == nil {
			return next
		}
		redirect := g.toHTTPS()
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if From(r.Context()).HTTPS || g.probe(r) {
				next.ServeHTTP(w, r)
				return
			}
			redirect.ServeHTTP(w, r)
		})
	}
}

// toHTTPS redirects pages that a browser asks for, and refuses the API: a client that sends its token in plain text must break on the first day and not
// work by way of a redirect. The target is the host of SecureURL, never the request's Host (V3.7.2, CWE-601).
func (g *Guard) toHTTPS() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := r.Method == http.MethodGet || r.Method == http.MethodHead
		if !page || strings.HasPrefix(r.URL.Path, "/api/") || !strings.HasPrefix(r.URL.Path, "/") {
			g.refuse(w, r, httpsRequired)
			return
		}
		to := url.URL{Scheme: "https", Host: g.config.SecureURL.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
		w.Header().Set("Location", to.String())
		w.WriteHeader(http.StatusPermanentRedirect)
	})
}
