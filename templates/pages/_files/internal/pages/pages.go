// Package pages is what a person sees who opens the service in a browser: a front page and the page that says how to report a
// weakness. They name no product, no version and nothing internal, take no input and set no cookie.
package pages

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"

	"example.com/app/internal/headers"
)

//go:embed *.html
var files embed.FS

// templates are parsed at the start: one that is broken must not wait for its first visitor. html/template encodes every value for
// the place where it stands (ASVS 5.0.0 V1.2.1).
var templates = template.Must(template.ParseFS(files, "*.html"))

// Pages answers with pages.
type Pages struct {
	contacts   []string
	encryption string
}

// New returns pages that tell people to report to contacts, the URIs of security.txt, encrypting to the key at encryption
// if there is one.
func New(contacts []string, encryption string) *Pages {
	return &Pages{contacts: contacts, encryption: encryption}
}

// Front answers GET /.
func (p *Pages) Front(w http.ResponseWriter, r *http.Request) error {
	return render(w, r, "front.html", nil)
}

// Security answers GET /security, which security.txt names as the policy.
func (p *Pages) Security(w http.ResponseWriter, r *http.Request) error {
	return render(w, r, "security.html", map[string]any{"Contacts": p.contacts, "Encryption": p.encryption})
}

// render writes a page under the policy for HTML. The page is complete before its first byte goes out, so that an error can still become
// a response.
func render(w http.ResponseWriter, r *http.Request, name string, data map[string]any) error {
	nonce := headers.HTML(w, r)
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, map[string]any{"Nonce": nonce, "Data": data}); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(page.Len()))
	_, _ = w.Write(page.Bytes()) // the browser is gone if this fails
	return nil
}
