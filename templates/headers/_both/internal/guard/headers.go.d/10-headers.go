package guard

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// A Header is one that every response begins with. What a handler sets later replaces it.
type Header struct {
	Name  string // in the form in which net/http keeps it, such as X-Frame-Options
	Value []string
}

// APIHeaders let a browser do nothing with a response but hand it to the program that asked: an API has no pages. Values are shared by all
// responses and must not be changed in place.
func APIHeaders() []Header {
	return []Header{
		{"Content-Security-Policy", []string{"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}},
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"X-Frame-Options", []string{"DENY"}}, // for browsers without frame-ancestors
		{"Referrer-Policy", []string{"no-referrer"}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
		{"Cross-Origin-Embedder-Policy", []string{"require-corp"}},
		{"Origin-Agent-Cluster", []string{"?1"}},
		// What a person would be asked for. The list is short, because a response of an API never becomes a document that runs anything, and every byte
		// of a header costs time.
		{"Permissions-Policy", []string{"camera=(), geolocation=(), microphone=(), display-capture=(), payment=(), usb=(), serial=(), hid=(), " +
			"publickey-credentials-create=(), publickey-credentials-get=()"}},
		{"X-Dns-Prefetch-Control", []string{"off"}},
		{"X-Permitted-Cross-Domain-Policies", []string{"none"}},
		{"X-Download-Options", []string{"noopen"}},
		{"X-Xss-Protection", []string{"0"}},     // the filter of old browsers could be used to leak; 1 is worse than nothing
		{"Cache-Control", []string{"no-store"}}, // a handler that serves something public says so itself (ASVS 5.0.0 V14.3.2)
	}
}

// headers sets the security headers before anything else runs, so that refusals carry them too. Strict-Transport-Security is sent over https only, where
// browsers obey it, and never for localhost or an IP address: a developer's browser would refuse plain http on every port of that host.
func (g *Guard) headers() link {
	transport := []string{g.config.StrictTransport}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			for i := range g.config.Headers {
				h[g.config.Headers[i].Name] = g.config.Headers[i].Value
			}
			if transport[0] != "" && From(r.Context()).HTTPS && !Nameless(r.Host) {
				h["Strict-Transport-Security"] = transport
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Nameless reports whether host is localhost or an IP address, neither of which a public certificate authority vouches for. A port is ignored.
func Nameless(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	_, err := netip.ParseAddr(host)
	return err == nil || host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost")
}
