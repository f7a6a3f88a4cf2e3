package pages

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"example.com/app/internal/problem"
)

// securityTxt is where the file belongs (RFC 9116 section 3).
const securityTxt = "/.well-known/security.txt"

// validity is under the year that RFC 9116 section 2.5.5 recommends as the limit.
const validity = 180 * 24 * time.Hour

// SecurityTxt says, for programs, where to report a vulnerability (RFC 9116). The file is rendered for each request, so that it
// cannot expire in a running service: Expires is required and lies 180 days ahead unless the operator sets it. Without a contact
// there is no file; a public service does not start then.
func (p *Pages) SecurityTxt(w http.ResponseWriter, _ *http.Request) error {
	if len(p.contacts) == 0 {
		return problem.NotFound
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, p.securityTxt()) // the client is gone if this fails
	return nil
}

// RedirectSecurityTxt leads from /security.txt, where people look first, to the file. The target takes nothing from the request.
func RedirectSecurityTxt(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Location", securityTxt)
	w.WriteHeader(http.StatusPermanentRedirect)
	return nil
}

// securityTxt renders the fields. The settings are URIs without blanks or line breaks, so that none can add a field.
func (p *Pages) securityTxt() string {
	var b strings.Builder
	field := func(name, value string) { fmt.Fprintf(&b, "%s: %s\n", name, value) }
	for _, c := range p.contacts {
		field("Contact", c)
	}
	expires := p.expires
	if expires.IsZero() {
		expires = p.now().UTC().Truncate(24 * time.Hour).Add(validity)
	}
	field("Expires", expires.UTC().Format(time.RFC3339))
	if p.encryption != "" {
		field("Encryption", p.encryption)
	}
	field("Preferred-Languages", "en")
	if p.origin != "" { // web addresses in the file have to be https
		field("Canonical", p.origin+securityTxt)
		field("Policy", p.origin+"/security")
	}
	return b.String()
}
