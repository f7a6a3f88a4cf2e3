package categories

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"example.com/orders/internal/identity"
	"example.com/orders/internal/problem"
	"example.com/orders/internal/request"
)

const (
	defaultLimit = 20
	maxLimit     = 100

	maxCharacters = 328 // of all fields together
)

// What a store refuses, as the caller gets to know it.
var (
	full  = problem.Problem{Slug: "full", Title: "No more categories can be kept; delete some first", Status: http.StatusConflict}
	inUse = problem.Problem{Slug: "in-use", Title: "Something refers to this category; delete that first", Status: http.StatusConflict}
	taken = problem.Problem{Slug: "taken", Title: "Another category has a value that only one may have", Status: http.StatusConflict}
)

// Handlers answer the routes below /api/v1/categories. The routes' policies have let the caller in; whose categories they see is
// decided here, by the owner that goes into every call of the store.
type Handlers struct {
	store Store
	now   func() time.Time
}

// New returns the handlers of the categories in store.
func New(store Store) *Handlers {
	return &Handlers{store: store, now: time.Now}
}

// The responses are types of their own, so that no field of a Category is shown by accident (ASVS 5.0.0 V15.3.1).
type (
	response struct {
		ID        string    `json:"id"`
		Name      string    `json:"name"`
		ParentID  *string   `json:"parent_id,omitempty"`
		Rank      int       `json:"rank"`
		CreatedAt time.Time `json:"created_at"`
		UpdatedAt time.Time `json:"updated_at"`
	}
	listResponse struct {
		Categories []response `json:"categories"`
		NextCursor string     `json:"next_cursor,omitempty"` // not there on the last page
	}
)

func shown(v Category) response {
	return response{
		ID:        v.ID,
		Name:      v.Name,
		ParentID:  v.ParentID,
		Rank:      v.Rank,
		CreatedAt: v.CreatedAt,
		UpdatedAt: v.UpdatedAt,
	}
}

// Create makes a category.
func (h *Handlers) Create(w http.ResponseWriter, r *http.Request) error {
	var req input
	if err := request.Read(r, &req, maxCharacters); err != nil {
		return err
	}
	change, err := req.create()
	if err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	at := h.moment()
	v := Category{ID: id.String(), Owner: identity.Owner(r.Context()), CreatedAt: at, UpdatedAt: at}
	change.apply(&v)
	if err := h.store.Create(r.Context(), v); err != nil {
		return public(err)
	}
	w.Header().Set("Location", "/api/v1/categories/"+v.ID)
	return request.Respond(w, http.StatusCreated, shown(v))
}

// List answers with a page of the caller's categories, oldest first.
func (h *Handlers) List(w http.ResponseWriter, r *http.Request) error {
	after, limit, err := request.Page(r, defaultLimit, maxLimit)
	if err != nil {
		return err
	}
	found, err := h.store.List(r.Context(), identity.Owner(r.Context()), after, limit+1) // one more shows whether there is a next page
	if err != nil {
		return public(err)
	}
	page := listResponse{Categories: []response{}}
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		page.NextCursor = request.Cursor{CreatedAt: last.CreatedAt, ID: last.ID}.String()
	}
	for _, v := range found {
		page.Categories = append(page.Categories, shown(v))
	}
	return request.Respond(w, http.StatusOK, page)
}

// Show answers with one category.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request) error {
	id, err := request.ID(r)
	if err != nil {
		return err
	}
	v, err := h.store.Get(r.Context(), identity.Owner(r.Context()), id)
	if err != nil {
		return public(err)
	}
	return request.Respond(w, http.StatusOK, shown(v))
}

// Update changes the fields that the request has.
func (h *Handlers) Update(w http.ResponseWriter, r *http.Request) error {
	id, err := request.ID(r)
	if err != nil {
		return err
	}
	var req input
	if err := request.Read(r, &req, maxCharacters); err != nil {
		return err
	}
	change, err := req.update()
	if err != nil {
		return err
	}
	v, err := h.store.Update(r.Context(), identity.Owner(r.Context()), id, change, h.moment())
	if err != nil {
		return public(err)
	}
	return request.Respond(w, http.StatusOK, shown(v))
}

// Delete removes a category.
func (h *Handlers) Delete(w http.ResponseWriter, r *http.Request) error {
	id, err := request.ID(r)
	if err != nil {
		return err
	}
	if err := h.store.Delete(r.Context(), identity.Owner(r.Context()), id); err != nil {
		return public(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// moment is now as every database can keep it.
func (h *Handlers) moment() time.Time { return h.now().UTC().Truncate(time.Microsecond) }

// public puts what the caller may know in front of a store's error.
func public(err error) error {
	var parent ParentError
	switch {
	case errors.Is(err, ErrNotFound):
		return problem.NotFound
	case errors.Is(err, ErrFull):
		return full
	case errors.Is(err, ErrInUse):
		return inUse
	case errors.Is(err, ErrTaken):
		return taken
	case errors.As(err, &parent):
		p := problem.Invalid
		p.Errors = []problem.FieldError{{Pointer: "/" + parent.Field, Code: "unknown", Detail: "refers to nothing of yours"}}
		return p
	}
	return err
}
