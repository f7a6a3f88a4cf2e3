package guard

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// transportSecurity binds browsers to https for a year (RFC 6797, ASVS 5.0.0 V3.4.1). Subdomains are not bound, because some may not speak https
// yet: add "; includeSubDomains" once they all do.
const transportSecurity = "max-age=31536000"

// A field is a header that every response begins with. What the program sets later replaces it.
type field struct{ name, value string }

// siteHeaders fit a program whose pages nobody looked at: they close what pages do not need, and leave scripts, styles and images alone. A policy for
// those (default-src, script-src; ASVS 5.0.0 V3.4.3) has to be written by who knows the pages, who sets Content-Security-Policy in the
// program.
var siteHeaders = []field{
	{"Content-Security-Policy", "base-uri 'self'; frame-ancestors 'self'; object-src 'none'"}, // V3.4.6
	{"X-Frame-Options", "SAMEORIGIN"},                                 // for browsers that do not know frame-ancestors
	{"X-Content-Type-Options", "nosniff"},                             // V3.4.4
	{"Referrer-Policy", "strict-origin-when-cross-origin"},            // V3.4.5: other sites learn the origin and no path
	{"Cross-Origin-Opener-Policy", "same-origin-allow-popups"},        // V3.4.8; a login or payment in a popup goes on working
	{"Cross-Origin-Resource-Policy", "same-site"},                     // V3.5.8; hosts of one domain may share images and scripts
	{"Origin-Agent-Cluster", "?1"},                                    // a process of its own, where browsers can
	{"Permissions-Policy", "bluetooth=(), hid=(), serial=(), usb=()"}, // hardware that a site hardly asks for
	{"X-Permitted-Cross-Domain-Policies", "none"},                     // Flash and PDF readers
	{"X-XSS-Protection", "0"},                                         // the filter of old browsers could be used to leak
}

// apiHeaders fit a program that serves data: a browser may do nothing with it but hand it to who asked.
var apiHeaders = []field{
	{"Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
	{"X-Frame-Options", "DENY"},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Cross-Origin-Embedder-Policy", "require-corp"},
	{"Origin-Agent-Cluster", "?1"},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), display-capture=(), payment=(), usb=(), serial=(), hid=()"},
	{"X-Permitted-Cross-Domain-Policies", "none"},
	{"X-XSS-Protection", "0"},
	{"Cache-Control", "no-store"}, // V14.3.2; what may be kept says so itself
}

// headers sets the security headers before anything else runs, so that refusals carry them too. Strict-Transport-Security goes out over https only,
// where browsers heed it, and never for localhost or an address: a developer's browser would refuse plain http on every port of that host.
func headers(s *settings) func(http.Handler) http.Handler {
	behind := trustedProxies(s)
	fields := siteHeaders
	switch s.value("SECURITY_HEADERS") {
	case "site":
	case "api":
		fields = apiHeaders
	default:
		s.refuse("SECURITY_HEADERS", "site or api")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			for _, f := range fields {
				h.Set(f.name, f.value)
			}
			if overHTTPS(r, behind) && !nameless(r.Host) {
				h.Set("Strict-Transport-Security", transportSecurity)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// overHTTPS reports whether r came over TLS, or a trusted proxy says so. A list of several words is not believed: it means that a proxy added to what
// it was given instead of replacing it.
func overHTTPS(r *http.Request, behind proxies) bool {
	if r.TLS != nil {
		return true
	}
	proto := r.Header.Values("X-Forwarded-Proto")
	return len(proto) == 1 && strings.EqualFold(proto[0], "https") && behind.trusted(peer(r))
}

// nameless reports whether host is localhost or an address, neither of which a certificate authority vouches for in public.
func nameless(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	_, err := netip.ParseAddr(host)
	return err == nil || host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost")
}
