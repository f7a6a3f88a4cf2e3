// Package categories keeps categories, each of which belongs to an owner.
package categories

import (
	"context"
	"errors"
	"time"

	"example.com/orders/internal/field"
	"example.com/orders/internal/request"
)

// A Category belongs to its owner; nobody else learns that it exists.
type Category struct {
	ID        string
	Owner     string
	Name      string
	ParentID  *string // the category of the same owner
	Rank      int
	CreatedAt time.Time
	UpdatedAt time.Time
}

// A Change is what a request sets; what it says nothing about stays as it is.
type Change struct {
	Name     *string
	ParentID field.Optional[string]
	Rank     *int
}

// apply makes v what the change says.
func (c Change) apply(v *Category) {
	field.Set(&v.Name, c.Name)
	field.SetOptional(&v.ParentID, c.ParentID)
	field.Set(&v.Rank, c.Rank)
}

// ErrNotFound also answers for a category of somebody else: 404, not 403 (ASVS 5.0.0 V8.2.2, CWE-639).
// ErrFull says that no more categories are kept, ErrInUse that something still refers to a category.
// ErrTaken says that another one has what only one may have.
var (
	ErrNotFound = errors.New("categories: not found")
	ErrFull     = errors.New("categories: full")
	ErrInUse    = errors.New("categories: in use")
	ErrTaken    = errors.New("categories: taken")
)

// A ParentError says that a field refers to what the owner does not have. Somebody else's and one that does not exist are the same.
type ParentError struct{ Field string }

func (e ParentError) Error() string { return "categories: nothing to refer to: " + e.Field }

// A Store keeps categories. Every method names the owner, so that no query can forget it.
type Store interface {
	// Create keeps v, or returns ErrFull if there are as many categories as may be kept.
	Create(ctx context.Context, v Category) error
	Get(ctx context.Context, owner, id string) (Category, error)
	// List returns up to limit categories of owner after the cursor, oldest first. The zero Cursor is the beginning.
	List(ctx context.Context, owner string, after request.Cursor, limit int) ([]Category, error)
	// Update changes the owner's category in one step, so that two changes of different fields both stay, and returns what became of it.
	Update(ctx context.Context, owner, id string, change Change, at time.Time) (Category, error)
	// Delete returns ErrInUse as long as something refers to it.
	Delete(ctx context.Context, owner, id string) error
}
