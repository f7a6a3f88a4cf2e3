package token

import (
	"net/http"
	"strings"
	"time"

	"example.com/app/internal/bearer"
	"example.com/app/internal/identity"
)

// An Authenticator knows people and programs by the tokens of an outside issuer. There are no accounts here: who somebody is and
// what they may do is what the issuer says, until the token expires.
type Authenticator struct {
	verifier *Verifier
	realm    string
}

// NewAuthenticator returns an Authenticator; realm is what a 401 calls the service.
func NewAuthenticator(v *Verifier, realm string) *Authenticator {
	return &Authenticator{verifier: v, realm: realm}
}

// Authenticate returns the actor whom the token of a request names.
func (a *Authenticator) Authenticate(r *http.Request) (identity.Actor, error) {
	raw, err := bearer.Token(r)
	if err != nil {
		return identity.Actor{}, err
	}
	claims, err := a.verifier.Verify(r.Context(), raw)
	if err != nil {
		return identity.Actor{}, err
	}
	var signedIn time.Time
	if claims.AuthTime != nil {
		signedIn = claims.AuthTime.Time
	}
	return identity.Actor{
		// A sub is unique at its issuer only; the issuer has no space in it, so that no two pairs are one string.
		ID:       claims.Issuer + " " + claims.Subject,
		Scopes:   strings.Fields(claims.Scope),
		Session:  claims.ID,
		AuthTime: signedIn,
	}, nil
}

// Challenge is the WWW-Authenticate value of a 401.
func (a *Authenticator) Challenge() string { return bearer.Challenge(a.realm) }
