// Package orderlines keeps order lines, each of which belongs to an owner.
package orderlines

import (
	"context"
	"errors"
	"time"

	"example.com/orders/internal/field"
	"example.com/orders/internal/request"
)

// An OrderLine belongs to its owner; nobody else learns that it exists.
type OrderLine struct {
	ID        string
	Owner     string
	Group     int
	User      *string
	Big       int64
	Ok        bool
	Ref       string
	Link      string
	Body      string
	At        time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
}

// A Change is what a request sets; what it says nothing about stays as it is.
type Change struct {
	Group *int
	User  field.Optional[string]
	Big   *int64
	Ok    *bool
	Ref   *string
	Link  *string
	Body  *string
	At    *time.Time
}

// apply makes v what the change says.
func (c Change) apply(v *OrderLine) {
	field.Set(&v.Group, c.Group)
	field.SetOptional(&v.User, c.User)
	field.Set(&v.Big, c.Big)
	field.Set(&v.Ok, c.Ok)
	field.Set(&v.Ref, c.Ref)
	field.Set(&v.Link, c.Link)
	field.Set(&v.Body, c.Body)
	field.Set(&v.At, c.At)
}

// ErrNotFound also answers for an order line of somebody else: 404, not 403 (ASVS 5.0.0 V8.2.2, CWE-639).
// ErrFull says that no more order lines are kept, ErrInUse that something still refers to an order line.
var (
	ErrNotFound = errors.New("orderlines: not found")
	ErrFull     = errors.New("orderlines: full")
	ErrInUse    = errors.New("orderlines: in use")
)

// A Store keeps order lines. Every method names the owner, so that no query can forget it.
type Store interface {
	// Create keeps v, or returns ErrFull if there are as many order lines as may be kept.
	Create(ctx context.Context, v OrderLine) error
	Get(ctx context.Context, owner, id string) (OrderLine, error)
	// List returns up to limit order lines of owner after the cursor, oldest first. The zero Cursor is the beginning.
	List(ctx context.Context, owner string, after request.Cursor, limit int) ([]OrderLine, error)
	// Update changes the owner's order line in one step, so that two changes of different fields both stay, and returns what became of it.
	Update(ctx context.Context, owner, id string, change Change, at time.Time) (OrderLine, error)
	// Delete returns ErrInUse as long as something refers to it.
	Delete(ctx context.Context, owner, id string) error
}
