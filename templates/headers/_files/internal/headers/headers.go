// Package headers sets the security headers of every response, each by name.
//
// It is the outermost middleware, so that refusals carry them too: 404, 405, 413, 421, 429 and 500. Two policies exist: the one of the
// API, which lets a browser do nothing with a response, and the one of HTML pages, to which a handler switches with HTML.
// Values are built once and shared by all responses; nothing may change them in place.
package headers

import (
	"crypto/rand"
	"net/http"
	"net/netip"
	"strings"

	"example.com/app/internal/clientip"
	"example.com/app/internal/config"
)

// apiPolicy lets a response load, frame, submit and be framed by nothing.
const apiPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// hsts binds browsers to https for two years (OWASP Secure Headers Project). Preloading is not asked for: it binds all subdomains
// and is slow to undo; add "; preload" here once that is wanted.
const hsts = "max-age=63072000; includeSubDomains"

// apiPermissions denies what a person would be asked for. It is short, because a response of the API never becomes a document that
// runs anything, and every byte of a header costs time.
const apiPermissions = "camera=(), geolocation=(), microphone=(), display-capture=(), payment=(), usb=(), serial=(), hid=(), " +
	"publickey-credentials-create=(), publickey-credentials-get=()"

// pagePermissions denies every powerful feature that a page could ask a browser for: the list of the OWASP Secure Headers Project without
// interest-cohort, which is dead, and what browsers have added since.
const pagePermissions = "accelerometer=(), autoplay=(), bluetooth=(), camera=(), clipboard-read=(), clipboard-write=(), cross-origin-isolated=(), " +
	"display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), " +
	"keyboard-map=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), " +
	"publickey-credentials-create=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), storage-access=(), " +
	"sync-xhr=(), unload=(), usb=(), web-share=(), window-management=(), xr-spatial-tracking=()"

// always is what every response carries. Names are in the form in which net/http keeps them.
var always = []struct {
	name  string
	value []string
}{
	{"Content-Security-Policy", []string{apiPolicy}},
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"X-Frame-Options", []string{"DENY"}}, // for browsers that do not know frame-ancestors
	{"Referrer-Policy", []string{"no-referrer"}},
	{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
	{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
	{"Cross-Origin-Embedder-Policy", []string{"require-corp"}},
	{"Origin-Agent-Cluster", []string{"?1"}},
	{"Permissions-Policy", []string{apiPermissions}},
	{"X-Dns-Prefetch-Control", []string{"off"}},
	{"X-Permitted-Cross-Domain-Policies", []string{"none"}},
	{"X-Download-Options", []string{"noopen"}},
	{"X-Xss-Protection", []string{"0"}},     // the filter of old browsers could be used to leak; 1 is worse than nothing
	{"Cache-Control", []string{"no-store"}}, // a handler that serves something public says so itself
}

// Middleware sets the headers before anything else runs. Strict-Transport-Security goes out over https only, where browsers heed it, and never
// for localhost or an address: a developer's browser would refuse plain http on every port of that host for two years.
func Middleware(c config.Config) func(http.Handler) http.Handler {
	proxies := clientip.NewResolver(c)
	strict := c.PublicURL != nil && !nameless(c.PublicURL.Hostname())
	transport := []string{hsts}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			for i := range always {
				h[always[i].name] = always[i].value
			}
			if strict && proxies.HTTPS(r) {
				h["Strict-Transport-Security"] = transport
			}
			next.ServeHTTP(w, r)
		})
	}
}

// ReportPath is where browsers send what a page's policy stopped.
const ReportPath = "/api/v1/csp-report"

var (
	endpoints       = []string{`csp="` + ReportPath + `"`}
	pageFeatures    = []string{pagePermissions}
	pageContentType = []string{"text/html; charset=utf-8"}
)

// HTML switches the response to the policies of pages and returns the nonce that its script and style elements must carry: 128 bits and more,
// new for each response. To be called before the body is written.
func HTML(w http.ResponseWriter, r *http.Request) (nonce string) {
	nonce = rand.Text()
	policy := "default-src 'none'; script-src 'nonce-" + nonce + "' 'strict-dynamic'; style-src 'nonce-" + nonce + "'; img-src 'self'; " +
		"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
		"report-uri " + ReportPath + "; report-to csp"
	if clientip.HTTPS(r.Context()) {
		policy += "; upgrade-insecure-requests" // over plain http it would break a service on localhost
	}
	h := w.Header()
	h["Content-Security-Policy"] = []string{policy}
	h["Reporting-Endpoints"] = endpoints
	h["Permissions-Policy"] = pageFeatures
	h["Content-Type"] = pageContentType
	return nonce
}

// nameless reports whether host is localhost or an address, neither of which a certificate authority vouches for in public.
func nameless(host string) bool {
	host = strings.ToLower(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}
