package guard

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	securityTxtPath     = "/.well-known/security.txt" // RFC 9116 section 3
	securityTxtValidity = 180 * 24 * time.Hour        // under the year that RFC 9116 section 2.5.5 advises
)

// securityTxt says, for programs, where to report a weakness (RFC 9116). Expires is worked out at each request, so that the file cannot lapse in a
// program that runs.
func (g *Guard) securityTxt() link {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			reads := r.Method == http.MethodGet || r.Method == http.MethodHead
			switch {
			case reads && r.URL.Path == securityTxtPath:
				w.Header().Set("Content-Type", "text/plain; charset=utf-8")
				_, _ = w.Write([]byte(securityTxtAt(time.Now(), g.config.Contacts, g.config.Encryption))) // the client is gone if this fails
			case reads && r.URL.Path == "/security.txt": // where people look first
				http.Redirect(w, r, securityTxtPath, http.StatusPermanentRedirect)
			default:
				next.ServeHTTP(w, r)
			}
		})
	}
}

// parseContacts reads SECURITY_CONTACT.
func parseContacts(text string) ([]string, error) {
	contacts := words(text)
	for _, c := range contacts {
		if !contact(c) {
			return nil, errors.New("want URIs such as mailto:security@example.com or https://example.com/report")
		}
	}
	return contacts, nil
}

// parseEncryption reads SECURITY_ENCRYPTION.
func parseEncryption(text string) (string, error) {
	leads := strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "openpgp4fpr:")
	if text != "" && (!leads || !plainURI(text)) {
		return "", errors.New("want an https URL or an openpgp4fpr: URI: where the key is, not the key")
	}
	return text, nil
}

// securityTxtAt renders the fields. The values are URIs without blanks or line breaks, so that none can begin a field of its own.
func securityTxtAt(now time.Time, contacts []string, encryption string) string {
	var b strings.Builder
	for _, c := range contacts {
		b.WriteString("Contact: " + c + "\n") // in the order of preference
	}
	b.WriteString("Expires: " + now.UTC().Truncate(24*time.Hour).Add(securityTxtValidity).Format(time.RFC3339) + "\n")
	if encryption != "" {
		b.WriteString("Encryption: " + encryption + "\n")
	}
	b.WriteString("Preferred-Languages: en\n")
	return b.String()
}

// contact reports whether uri leads to people (RFC 9116 section 2.5.3). A bare address is the most common mistake, which programs cannot use.
func contact(uri string) bool {
	u, err := url.Parse(uri)
	switch {
	case err != nil || !plainURI(uri):
		return false
	case u.Scheme == "mailto":
		name, host, _ := strings.Cut(u.Opaque, "@")
		return name != "" && host != "" && !strings.Contains(host, "@")
	case u.Scheme == "tel":
		return u.Opaque != ""
	}
	return u.Scheme == "https" && u.Host != "" && u.User == nil
}

// plainURI reports whether a URI is printable ASCII without blanks: what it becomes a line of must not get another line from it.
func plainURI(uri string) bool {
	return !strings.ContainsFunc(uri, func(r rune) bool { return r <= ' ' || r > '~' })
}
