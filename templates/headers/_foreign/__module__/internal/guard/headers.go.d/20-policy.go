package guard

import "errors"

// strictTransport binds browsers to https for a year (RFC 6797, ASVS 5.0.0 V3.4.1). Subdomains are not bound, because some may not speak https yet: add
// "; includeSubDomains" once they all do.
const strictTransport = "max-age=31536000"

// SiteHeaders fit a program whose pages nobody has looked at: they close what pages do not need, and leave scripts, styles and images alone. A policy for
// those (default-src, script-src; ASVS 5.0.0 V3.4.3) takes somebody who knows the pages, and is set in the program as Content-Security-Policy.
func SiteHeaders() []Header {
	return []Header{
		{"Content-Security-Policy", []string{"base-uri 'self'; frame-ancestors 'self'; object-src 'none'"}}, // V3.4.6
		{"X-Frame-Options", []string{"SAMEORIGIN"}},                                                         // for browsers without frame-ancestors
		{"X-Content-Type-Options", []string{"nosniff"}},                                                     // V3.4.4
		{"Referrer-Policy", []string{"strict-origin-when-cross-origin"}},                                    // V3.4.5: other sites learn the origin and no path
		{"Cross-Origin-Opener-Policy", []string{"same-origin-allow-popups"}},                                // V3.4.8; a login or payment in a popup goes on working
		{"Cross-Origin-Resource-Policy", []string{"same-site"}},                                             // V3.5.8; hosts of one domain may share images and scripts
		{"Origin-Agent-Cluster", []string{"?1"}},                                                            // a process of its own, where browsers can
		{"Permissions-Policy", []string{"bluetooth=(), hid=(), serial=(), usb=()"}},                         // hardware that a site hardly asks for
		{"X-Permitted-Cross-Domain-Policies", []string{"none"}},                                             // Flash and PDF readers
		{"X-Xss-Protection", []string{"0"}},                                                                 // the filter of old browsers could be used to leak
	}
}

// parsePolicy reads SECURITY_HEADERS.
func parsePolicy(text string) ([]Header, error) {
	switch text {
	case "site":
		return SiteHeaders(), nil
	case "api":
		return APIHeaders(), nil
	}
	return nil, errors.New("want site or api")
}
