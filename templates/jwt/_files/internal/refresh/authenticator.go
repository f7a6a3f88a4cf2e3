package refresh

import (
	"errors"
	"fmt"
	"net/http"

	"example.com/app/internal/bearer"
	"example.com/app/internal/identity"
	"example.com/app/internal/token"
)

// An Authenticator knows people by the access tokens of their sessions.
type Authenticator struct {
	verifier *token.Verifier
	service  *Service
	realm    string
}

// NewAuthenticator returns an Authenticator; realm is what a 401 calls the service.
func NewAuthenticator(v *token.Verifier, s *Service, realm string) *Authenticator {
	return &Authenticator{verifier: v, service: s, realm: realm}
}

// Authenticate returns the user of a request's token. The token says which session it belongs to; whether that still holds, and what the
// user may do today, is in the database.
func (a *Authenticator) Authenticate(r *http.Request) (identity.Actor, error) {
	raw, err := bearer.Token(r)
	if err != nil {
		return identity.Actor{}, err
	}
	claims, err := a.verifier.Verify(r.Context(), raw)
	if err != nil {
		return identity.Actor{}, err
	}
	session, u, err := a.service.Active(r.Context(), claims.Session)
	if errors.Is(err, ErrNotFound) || err == nil && u.ID != claims.Subject {
		return identity.Actor{}, fmt.Errorf("%w: token: its session has ended", identity.ErrInvalid)
	}
	if err != nil {
		return identity.Actor{}, err
	}
	return identity.Actor{ID: u.ID, Scopes: u.Role.Scopes(), Session: session.ID, AuthTime: session.Created}, nil
}

// Challenge is the WWW-Authenticate value of a 401.
func (a *Authenticator) Challenge() string { return bearer.Challenge(a.realm) }
