// Package identity says who is asking.
//
// An authentication style (session, jwt, apikey) implements Authenticator; the middleware asks it once
// per request and puts the answer into the context. What an actor may do is decided by the route's policy
// and, for objects, by the owner in the query. Nothing here trusts a header by itself.
package identity

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"
)

// An Actor is somebody who proved who they are.
type Actor struct {
	ID       string    // owner of objects: a user's id, an API key's owner, an outside issuer's iss and sub
	Scopes   []string  // what it may do, such as notes:read and notes:write
	Session  string    // id of the session, key or token that proved it; never the secret itself
	AuthTime time.Time // when it last proved it; zero for API keys
}

// Holds reports whether the actor has scope.
func (a Actor) Holds(scope string) bool { return slices.Contains(a.Scopes, scope) }

// ErrNone says that a request carries no credentials; any other error of an Authenticator that is not ErrInvalid is our own failure.
var (
	ErrNone    = errors.New("identity: no credentials")
	ErrInvalid = errors.New("identity: invalid credentials")
)

// An Authenticator finds the actor of a request.
type Authenticator interface {
	// Authenticate returns ErrNone, ErrInvalid (wrapped, with the reason for the log), or another error if it could not tell.
	Authenticate(r *http.Request) (Actor, error)
	// Challenge is the WWW-Authenticate value of a 401 (RFC 9110 section 11.6.1).
	Challenge() string
}

type key struct{}

// With returns a context that carries actor.
func With(ctx context.Context, actor Actor) context.Context {
	return context.WithValue(ctx, key{}, actor)
}

// Everybody owns what a service keeps that knows nobody. No actor has this id: theirs are UUIDs, key owners or URLs.
const Everybody = "(everybody)"

// Owner is whose objects a request is about: those of its actor, or of everybody where nobody signs in.
func Owner(ctx context.Context) string {
	if actor, known := From(ctx); known {
		return actor.ID
	}
	return Everybody
}

// From returns the actor of a request's context.
func From(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(key{}).(Actor)
	return a, ok
}
