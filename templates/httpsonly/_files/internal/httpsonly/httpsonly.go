// Package httpsonly keeps plain http from reaching a service whose address is https (ASVS 5.0.0 V12.2.1, V4.1.2).
//
// Pages that a browser asks for are redirected; the API is refused, because a client that sends its token in plain text must
// break on the first day and not work by way of a redirect. The target is PUBLIC_URL's host, never the request's Host (V3.7.2, CWE-601).
package httpsonly

import (
	"net/http"
	"net/url"
	"strings"

	"example.com/app/internal/clientip"
	"example.com/app/internal/config"
	"example.com/app/internal/hosts"
	"example.com/app/internal/problem"
)

// Required answers a plain request that is not redirected.
var Required = problem.Problem{Slug: "https-required", Title: "This service answers over https only", Status: http.StatusForbidden}

// Middleware lets through what came over https, and probes. It applies where the service can tell: behind a proxy, or with TLS of its own. A
// proxy that does not send X-Forwarded-Proto gets 403 for everything, which is seen at once.
func Middleware(c config.Config) func(http.Handler) http.Handler {
	if c.PublicURL == nil || c.PublicURL.Scheme != "https" || !c.BehindProxy && !c.ServesTLS() {
		return func(next http.Handler) http.Handler { return next }
	}
	redirect := Redirect(c.PublicURL)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if clientip.HTTPS(r.Context()) || hosts.Probe(r) {
				next.ServeHTTP(w, r)
				return
			}
			redirect.ServeHTTP(w, r)
		})
	}
}

// Redirect answers every request that came over plain http.
func Redirect(public *url.URL) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := r.Method == http.MethodGet || r.Method == http.MethodHead
		if !page || strings.HasPrefix(r.URL.Path, "/api/") || !strings.HasPrefix(r.URL.Path, "/") {
			problem.Write(w, r, Required, nil)
			return
		}
		to := url.URL{Scheme: "https", Host: public.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
		w.Header().Set("Location", to.String())
		w.WriteHeader(http.StatusPermanentRedirect)
	})
}
