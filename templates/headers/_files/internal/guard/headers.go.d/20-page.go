package guard

import (
	"crypto/rand"
	"net/http"
)

// ReportPath is where browsers send what the policy of a page has blocked.
const ReportPath = "/api/v1/csp-report"

// pagePermissions denies every powerful feature that a page could ask a browser for: the list of the OWASP Secure Headers Project without
// interest-cohort, which no browser has any more, and what browsers have added since.
const pagePermissions = "accelerometer=(), autoplay=(), bluetooth=(), camera=(), clipboard-read=(), clipboard-write=(), cross-origin-isolated=(), " +
	"display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), " +
	"keyboard-map=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), " +
	"publickey-credentials-create=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), storage-access=(), " +
	"sync-xhr=(), unload=(), usb=(), web-share=(), window-management=(), xr-spatial-tracking=()"

// HTML switches a response to the headers of an HTML page and returns the nonce that its script and style elements must carry: 130 random bits,
// new for each response. It is called before the body is written.
func HTML(w http.ResponseWriter, r *http.Request) (nonce string) {
	nonce = rand.Text()
	policy := "default-src 'none'; script-src 'nonce-" + nonce + "' 'strict-dynamic'; style-src 'nonce-" + nonce + "'; img-src 'self'; " +
		"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
		"report-uri " + ReportPath + "; report-to csp"
	if From(r.Context()).HTTPS {
		policy += "; upgrade-insecure-requests" // over plain http it would break a service on localhost
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Reporting-Endpoints", `csp="`+ReportPath+`"`)
	h.Set("Permissions-Policy", pagePermissions)
	h.Set("Content-Type", "text/html; charset=utf-8")
	return nonce
}
