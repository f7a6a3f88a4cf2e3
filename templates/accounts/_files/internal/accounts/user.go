// Package accounts keeps people who sign in with a password.
//
// Service is what the authentication styles build on: it registers, authenticates and changes, and tells nobody whether an
// account exists, but for registration, which has to. Sessions and tokens remember the epoch of their user: raising it ends them all at
// once, in the statement that raises it.
package accounts

import (
	"context"
	"errors"
	"time"

	"example.com/app/internal/identity"
	"example.com/app/internal/password"
)

// A User is a person with an account.
type User struct {
	ID        string        // UUID
	Email     string        // canonical, see Canonical
	Username  string        // how others see the person; not unique, and nothing is looked up by it
	BirthDate string        // 2006-01-02; empty if an operator made the account without it
	Role      Role          // what the person may do
	Password  password.Hash // never leaves the service
	Epoch     int64         // sessions and tokens of an earlier epoch are void
	Disabled  bool          // may not sign in, and whatever was issued is void
	CreatedAt time.Time
}

// A Role is what a user may do.
type Role string

// The roles.
const (
	Reader Role = "reader"
	Writer Role = "writer"
)

// Scopes returns what the role may do, in the words of route policies. An unknown role may do nothing.
func (r Role) Scopes() []string {
	switch r {
	case Writer:
		return identity.Scopes()
	case Reader:
		return identity.Reading()
	}
	return nil
}

// ErrNotFound says that there is no such user, ErrExists that the e-mail address is taken, ErrChanged that the password
// was changed in the meantime.
var (
	ErrNotFound = errors.New("accounts: not found")
	ErrExists   = errors.New("accounts: exists")
	ErrChanged  = errors.New("accounts: changed in the meantime")
)

// A Store keeps users. The address is unique in the store, so that of many registrations at once one wins.
type Store interface {
	Create(ctx context.Context, u User) error // ErrExists
	ByEmail(ctx context.Context, email string) (User, error)
	ByID(ctx context.Context, id string) (User, error)
	// UpdateProfile changes username and birth date.
	UpdateProfile(ctx context.Context, u User) error
	// ReplacePassword puts to in the place of from, and is ErrChanged if from is not there any more.
	// If newEpoch, it raises the epoch in the same statement.
	ReplacePassword(ctx context.Context, id string, from, to password.Hash, newEpoch bool) error
	// RaiseEpoch voids every session and token of the user.
	RaiseEpoch(ctx context.Context, id string) error
	// SetDisabled closes or opens the account; either way it raises the epoch.
	SetDisabled(ctx context.Context, id string, disabled bool) error
	SetRole(ctx context.Context, id string, role Role) error
	// Erase removes the user with all that belongs to them, notes and sessions included, in one transaction.
	Erase(ctx context.Context, id string) error
}
