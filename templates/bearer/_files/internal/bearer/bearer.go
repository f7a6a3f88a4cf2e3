// Package bearer takes an access token or an API key from the Authorization header, and from nowhere else.
//
// A credential in a URL ends up in logs, histories and Referer headers (CWE-598, ASVS 5.0.0 V14.2.1), one in a cookie is sent by a
// browser that nobody asked (CWE-352): neither is ever read here, and a request that has one in its query is refused even
// if its header is in order, so that the mistake is noticed.
package bearer

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"example.com/app/internal/identity"
)

// inQuery are the names under which clients put credentials into a URL (RFC 6750 section 2.3 and habit).
var inQuery = []string{"access_token", "api_key", "apikey", "token"}

// Token returns the credential of a request. The error is identity.ErrNone if there is none, and identity.ErrInvalid if there
// is one that cannot be meant for us; it never carries the credential.
func Token(r *http.Request) (string, error) {
	if r.URL.RawQuery != "" {
		query, _ := url.ParseQuery(r.URL.RawQuery) // what is malformed is nobody's credential; the handler refuses it
		for _, name := range inQuery {
			if query.Has(name) {
				return "", fmt.Errorf("%w: credential in the query", identity.ErrInvalid)
			}
		}
	}
	values := r.Header.Values("Authorization")
	switch len(values) {
	case 0:
		return "", identity.ErrNone
	case 1:
	default:
		return "", fmt.Errorf("%w: more than one Authorization header", identity.ErrInvalid) // which one would a proxy have checked?
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || token == "" || strings.ContainsAny(token, " ,\t") {
		return "", fmt.Errorf("%w: not one bearer credential", identity.ErrInvalid)
	}
	return token, nil
}

// Challenge is the WWW-Authenticate value of a 401 (RFC 6750 section 3). It is the same for every reason, which is for the log.
func Challenge(realm string) string { return `Bearer realm="` + realm + `"` }
