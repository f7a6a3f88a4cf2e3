// Package resource holds what all resources have in common. A resource is something that clients create, list, read, change and
// delete, and that belongs to the client who created it. Each kind of resource has a package of its own, which describes it in
// a Kind.
package resource

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/orders/internal/identity"
	"example.com/orders/internal/problem"
	"example.com/orders/internal/request"
)

// A Kind describes one kind of resource. F holds its fields as they are stored.
type Kind[F any] struct {
	Table   string                                                // also the name of the array in lists
	Path    string                                                // the path of the list
	Columns func(*F) []Column                                     // the stored fields
	Read    func(r *http.Request, creating bool) (*Change, error) // reads and checks a request body
	Show    func(Item[F]) any                                     // the response; secrets are empty in lists
}

// A Column is a stored field. The names come from code, never from a request.
type Column struct {
	Name   string
	Value  any    // points to the field
	Refers string // the table of the row whose id it holds, if any; that row has the same owner
	Unique bool   // among the rows of an owner
	Secret bool   // encrypted in the database, and not read for lists
}

// An Item is one resource. Version counts its changes, from 1.
type Item[F any] struct {
	ID, Owner            string
	Version              int64
	CreatedAt, UpdatedAt time.Time
	Fields               F
}

// A Store keeps one kind of resource. Every method takes the owner, so that no query can forget it: a resource of another owner
// and one that does not exist are the same problem.NotFound (ASVS 5.0.0 V8.2.2, CWE-639). If match is not 0, the resource has to
// have that version, or nothing changes and the error is ErrChanged.
type Store[F any] interface {
	Create(ctx context.Context, owner, id string, change *Change, at time.Time) (Item[F], error)
	Get(ctx context.Context, owner, id string) (Item[F], error)
	// List returns up to limit items after the cursor, oldest first. The zero Cursor is the beginning.
	List(ctx context.Context, owner string, after request.Cursor, limit int) ([]Item[F], error)
	// Update sets the columns of change in one step, so that concurrent changes of other columns are kept.
	Update(ctx context.Context, owner, id string, change *Change, match int64, at time.Time) (Item[F], error)
	Delete(ctx context.Context, owner, id string, match int64) error
}

// The errors of a Store are what the client may know.
var (
	ErrFull    = problem.Problem{Slug: "full", Title: "The limit on resources of this kind is reached; delete some first", Status: http.StatusConflict}
	ErrTaken   = problem.Problem{Slug: "taken", Title: "Another resource has a value that must be unique", Status: http.StatusConflict}
	ErrInUse   = problem.Problem{Slug: "in-use", Title: "Another resource refers to this one; delete that first", Status: http.StatusConflict}
	ErrChanged = problem.Problem{Slug: "changed", Title: "The resource does not have the version in If-Match", Status: http.StatusPreconditionFailed}
)

// ErrReference returns the error for a field that cannot refer to what it names. A row of another owner and one that does not exist
// look the same.
func ErrReference(field, code, detail string) error {
	p := problem.Invalid
	p.Errors = []problem.FieldError{{Pointer: "/" + field, Code: code, Detail: detail}}
	return p
}

// Handlers serve one kind of resource. The routes decide who may call them; whose resources they see is decided here, by the owner
// in every call of the store.
type Handlers[F any] struct {
	kind  Kind[F]
	store Store[F]
}

// New returns the handlers of the resources in store.
func New[F any](kind Kind[F], store Store[F]) *Handlers[F] { return &Handlers[F]{kind, store} }

// Create adds a resource.
func (h *Handlers[F]) Create(w http.ResponseWriter, r *http.Request) error {
	change, err := h.kind.Read(r, true)
	if err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	v, err := h.store.Create(r.Context(), identity.Owner(r.Context()), id.String(), change, now())
	if err != nil {
		return err
	}
	w.Header().Set("Location", h.kind.Path+"/"+v.ID)
	return h.show(w, http.StatusCreated, v)
}

// List answers with a page of the caller's resources, oldest first.
func (h *Handlers[F]) List(w http.ResponseWriter, r *http.Request) error {
	after, limit, err := request.Page(r, 20, 100)
	if err != nil {
		return err
	}
	found, err := h.store.List(r.Context(), identity.Owner(r.Context()), after, limit+1) // one more shows whether there is a next page
	if err != nil {
		return err
	}
	page := map[string]any{}
	if len(found) > limit {
		found = found[:limit]
		page["next_cursor"] = request.Cursor{CreatedAt: found[limit-1].CreatedAt, ID: found[limit-1].ID}.String()
	}
	shown := make([]any, len(found))
	for i, v := range found {
		shown[i] = h.kind.Show(v)
	}
	page[h.kind.Table] = shown
	return request.Respond(w, http.StatusOK, page)
}

// Show answers with one resource.
func (h *Handlers[F]) Show(w http.ResponseWriter, r *http.Request) error {
	id, err := request.ID(r)
	if err != nil {
		return err
	}
	v, err := h.store.Get(r.Context(), identity.Owner(r.Context()), id)
	if err != nil {
		return err
	}
	return h.show(w, http.StatusOK, v)
}

// Update sets the fields that the request has, and leaves the others alone.
func (h *Handlers[F]) Update(w http.ResponseWriter, r *http.Request) error {
	id, match, err := target(r)
	if err != nil {
		return err
	}
	change, err := h.kind.Read(r, false)
	if err != nil {
		return err
	}
	v, err := h.store.Update(r.Context(), identity.Owner(r.Context()), id, change, match, now())
	if err != nil {
		return err
	}
	return h.show(w, http.StatusOK, v)
}

// Delete removes a resource.
func (h *Handlers[F]) Delete(w http.ResponseWriter, r *http.Request) error {
	id, match, err := target(r)
	if err != nil {
		return err
	}
	if err := h.store.Delete(r.Context(), identity.Owner(r.Context()), id, match); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (h *Handlers[F]) show(w http.ResponseWriter, status int, v Item[F]) error {
	w.Header().Set("ETag", etag(v.Version))
	return request.Respond(w, status, h.kind.Show(v))
}

func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// target returns the resource that a request changes and the version that it requires, 0 for any. If-Match holds one entity tag of
// ours, or * (RFC 9110 section 13.1.1); any other value matches no version.
func target(r *http.Request) (id string, match int64, err error) {
	if id, err = request.ID(r); err != nil {
		return "", 0, err
	}
	tag := strings.Join(r.Header.Values("If-Match"), ",")
	if tag == "" || tag == "*" {
		return id, 0, nil
	}
	match, err = strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil || match < 1 || etag(match) != tag {
		return "", 0, errors.Join(ErrChanged, err)
	}
	return id, match, nil
}

// now is the current time as precise as every database stores it.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
