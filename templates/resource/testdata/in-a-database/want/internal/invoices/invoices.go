// Package invoices keeps invoices, each of which belongs to an owner.
package invoices

import (
	"context"
	"errors"
	"time"

	"example.com/orders/internal/field"
	"example.com/orders/internal/request"
)

// An Invoice belongs to its owner; nobody else learns that it exists.
type Invoice struct {
	ID        string
	Owner     string
	Number    string
	Total     int64   // in units of 10^-2
	Due       *string // 2006-01-02
	Status    string
	Token     string // sealed in the database, and not read for lists
	PaidAt    *time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
}

// A Change is what a request sets; what it says nothing about stays as it is.
type Change struct {
	Number *string
	Total  *int64
	Due    field.Optional[string]
	Status *string
	Token  *string
	PaidAt field.Optional[time.Time]
}

// apply makes v what the change says.
func (c Change) apply(v *Invoice) {
	field.Set(&v.Number, c.Number)
	field.Set(&v.Total, c.Total)
	field.SetOptional(&v.Due, c.Due)
	field.Set(&v.Status, c.Status)
	field.Set(&v.Token, c.Token)
	field.SetOptional(&v.PaidAt, c.PaidAt)
}

// ErrNotFound also answers for an invoice of somebody else: 404, not 403 (ASVS 5.0.0 V8.2.2, CWE-639).
// ErrFull says that no more invoices are kept, ErrInUse that something still refers to an invoice.
// ErrTaken says that another one has what only one may have.
var (
	ErrNotFound = errors.New("invoices: not found")
	ErrFull     = errors.New("invoices: full")
	ErrInUse    = errors.New("invoices: in use")
	ErrTaken    = errors.New("invoices: taken")
)

// A Store keeps invoices. Every method names the owner, so that no query can forget it.
type Store interface {
	// Create keeps v, or returns ErrFull if there are as many invoices as may be kept.
	Create(ctx context.Context, v Invoice) error
	Get(ctx context.Context, owner, id string) (Invoice, error)
	// List returns up to limit invoices of owner after the cursor, oldest first. The zero Cursor is the beginning.
	List(ctx context.Context, owner string, after request.Cursor, limit int) ([]Invoice, error)
	// Update changes the owner's invoice in one step, so that two changes of different fields both stay, and returns what became of it.
	Update(ctx context.Context, owner, id string, change Change, at time.Time) (Invoice, error)
	// Delete returns ErrInUse as long as something refers to it.
	Delete(ctx context.Context, owner, id string) error
}
