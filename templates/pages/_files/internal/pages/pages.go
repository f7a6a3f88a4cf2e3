// Package pages serves what people and browsers ask for: a front page, the page that says how to report a vulnerability, the same for
// programs (security.txt), and the collector of browsers' reports about violations of the content security policy.
//
// The pages name no product, no version and nothing internal, take no input and set no cookie.
package pages

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"example.com/app/internal/config"
	"example.com/app/internal/guard"
)

//go:embed *.html
var files embed.FS

// templates are parsed at the start, so that a broken one stops it. html/template encodes every value for the place where it
// stands (ASVS 5.0.0 V1.2.1).
var templates = template.Must(template.ParseFS(files, "*.html"))

// Pages answers with pages.
type Pages struct {
	contacts   []string  // URIs, in order of preference
	encryption string    // URI of the key for reports, or ""
	expires    time.Time // of security.txt; zero: validity from today
	origin     string    // "" if the service is not reached over https
	now        func() time.Time

	reports    *guard.Limiter // by client
	allReports *guard.Limiter
}

// New returns the pages that the settings describe.
func New(c config.Config) *Pages {
	p := &Pages{
		contacts:   c.SecurityContact,
		encryption: c.SecurityEncryption,
		expires:    c.SecurityExpires,
		now:        time.Now,
		reports:    guard.NewLimiter("csp-report", reportRate),
		allReports: guard.NewLimiter("csp-report-all", allReportsRate),
	}
	if c.PublicURL != nil && c.PublicURL.Scheme == "https" {
		p.origin = "https://" + c.PublicURL.Host
	}
	return p
}

// Front answers GET /.
func (p *Pages) Front(w http.ResponseWriter, r *http.Request) error {
	return render(w, r, "front", nil)
}

// Security answers GET /security, which security.txt names as the policy.
func (p *Pages) Security(w http.ResponseWriter, r *http.Request) error {
	return render(w, r, "security", map[string]any{"Contacts": p.contacts, "Encryption": p.encryption})
}

// render writes a page under the policy for HTML. The page is complete before its first byte is sent, so that an error can still become
// a response.
func render(w http.ResponseWriter, r *http.Request, name string, data any) error {
	nonce := guard.HTML(w, r)
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, map[string]any{"Nonce": nonce, "Data": data}); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(page.Len()))
	_, _ = w.Write(page.Bytes()) // the browser is gone if this fails
	return nil
}
