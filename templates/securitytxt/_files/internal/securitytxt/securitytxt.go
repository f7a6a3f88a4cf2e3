// Package securitytxt says, for programs, where to report a weakness (RFC 9116).
//
// The file is rendered for each request from the settings, so that it cannot lapse in a service that runs: Expires is required and lies 180 days
// ahead unless the operator sets it. Without a contact there is no file: a public service does not start then.
package securitytxt

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"example.com/app/internal/config"
	"example.com/app/internal/problem"
)

// Path is where the file belongs (RFC 9116 section 3).
const Path = "/.well-known/security.txt"

// validity is under the year that RFC 9116 section 2.5.5 advises.
const validity = 180 * 24 * time.Hour

// File is the security.txt of a service.
type File struct {
	contacts   []string
	encryption string
	expires    time.Time // zero: validity from today
	origin     string    // "" if the service is not reached over https
	now        func() time.Time
}

// New returns the file that the settings describe.
func New(c config.Config) *File {
	f := &File{contacts: c.SecurityContact, encryption: c.SecurityEncryption, expires: c.SecurityExpires, now: time.Now}
	if c.PublicURL != nil && c.PublicURL.Scheme == "https" {
		f.origin = c.PublicURL.Scheme + "://" + c.PublicURL.Host
	}
	return f
}

// Serve answers with the file.
func (f *File) Serve(w http.ResponseWriter, _ *http.Request) error {
	if len(f.contacts) == 0 {
		return problem.NotFound
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, f.text()) // the client is gone if this fails
	return nil
}

// Redirect leads from /security.txt, where people look first, to the file. The target is a path and takes nothing from the request.
func Redirect(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Location", Path)
	w.WriteHeader(http.StatusPermanentRedirect)
	return nil
}

// text renders the fields. Values were read as URIs without blanks or line breaks, so that none can begin a field of its own.
func (f *File) text() string {
	var b strings.Builder
	field := func(name, value string) { fmt.Fprintf(&b, "%s: %s\n", name, value) }
	for _, c := range f.contacts {
		field("Contact", c) // in the order of preference
	}
	expires := f.expires
	if expires.IsZero() {
		expires = f.now().UTC().Truncate(24 * time.Hour).Add(validity)
	}
	field("Expires", expires.UTC().Format(time.RFC3339))
	if f.encryption != "" {
		field("Encryption", f.encryption)
	}
	field("Preferred-Languages", "en")
	if f.origin != "" { // web addresses in the file have to be https
		field("Canonical", f.origin+Path)
		field("Policy", f.origin+"/security")
	}
	return b.String()
}
