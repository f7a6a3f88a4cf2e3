package notes

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"example.com/app/internal/identity"
	"example.com/app/internal/problem"
	"example.com/app/internal/request"
)

const (
	defaultLimit = 20
	maxLimit     = 100 // a page of the longest notes is about 4 MB
)

// full answers when the limit on notes is reached.
var full = problem.Problem{Slug: "full", Title: "The limit on notes is reached; delete some first", Status: http.StatusConflict}

// Handlers answer the routes below /api/v1/notes. The routes' policies have let the caller in; whose notes they see is
// decided here, by the owner that goes into every call of the store.
type Handlers struct{ store Store }

// New returns the handlers of the notes in store.
func New(store Store) *Handlers { return &Handlers{store} }

// The requests and responses are types of their own, so that no field of a Note is taken from a client or shown to one by
// accident (ASVS 5.0.0 V15.3.1, V15.3.3).
type (
	createRequest struct {
		Title string `json:"title"`
		Body  string `json:"body"`
	}
	updateRequest struct {
		Title *string `json:"title"`
		Body  *string `json:"body"`
	}
	noteResponse struct {
		ID        string    `json:"id"`
		Title     string    `json:"title"`
		Body      string    `json:"body"`
		CreatedAt time.Time `json:"created_at"`
		UpdatedAt time.Time `json:"updated_at"`
	}
	listResponse struct {
		Notes      []noteResponse `json:"notes"`
		NextCursor string         `json:"next_cursor,omitempty"` // missing on the last page
	}
)

func response(n Note) noteResponse {
	return noteResponse{ID: n.ID, Title: n.Title, Body: n.Body, CreatedAt: n.CreatedAt.UTC(), UpdatedAt: n.UpdatedAt.UTC()}
}

// Create makes a note.
func (h *Handlers) Create(w http.ResponseWriter, r *http.Request) error {
	var req createRequest
	if err := request.Read(r, &req, maxTitle+maxBody); err != nil {
		return err
	}
	if err := (Change{&req.Title, &req.Body}).check(); err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	at := now()
	n := Note{ID: id.String(), Owner: identity.Owner(r.Context()), Title: req.Title, Body: req.Body, Version: 1, CreatedAt: at, UpdatedAt: at}
	if err := h.store.Create(r.Context(), n); err != nil {
		return public(err)
	}
	w.Header().Set("Location", "/api/v1/notes/"+n.ID)
	return show(w, http.StatusCreated, n)
}

// List answers with a page of the caller's notes, oldest first.
func (h *Handlers) List(w http.ResponseWriter, r *http.Request) error {
	after, limit, err := request.Page(r, defaultLimit, maxLimit)
	if err != nil {
		return err
	}
	found, err := h.store.List(r.Context(), identity.Owner(r.Context()), after, limit+1) // one more shows whether there is a next page
	if err != nil {
		return public(err)
	}
	page := listResponse{Notes: []noteResponse{}}
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		page.NextCursor = request.Cursor{CreatedAt: last.CreatedAt, ID: last.ID}.String()
	}
	for _, n := range found {
		page.Notes = append(page.Notes, response(n))
	}
	return request.Respond(w, http.StatusOK, page)
}

// Show answers with one note.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request) error {
	id, err := request.ID(r)
	if err != nil {
		return err
	}
	n, err := h.store.Get(r.Context(), identity.Owner(r.Context()), id)
	if err != nil {
		return public(err)
	}
	return show(w, http.StatusOK, n)
}

// Update changes the fields that the request has. With If-Match it changes the version that the client has seen, or none.
func (h *Handlers) Update(w http.ResponseWriter, r *http.Request) error {
	id, err := request.ID(r)
	if err != nil {
		return err
	}
	match, err := request.IfMatch(r)
	if err != nil {
		return err
	}
	var req updateRequest
	if err := request.Read(r, &req, maxTitle+maxBody); err != nil {
		return err
	}
	change := Change(req)
	if err := change.check(); err != nil {
		return err
	}
	n, err := h.store.Update(r.Context(), identity.Owner(r.Context()), id, change, match, now())
	if err != nil {
		return public(err)
	}
	return show(w, http.StatusOK, n)
}

// Delete removes a note.
func (h *Handlers) Delete(w http.ResponseWriter, r *http.Request) error {
	id, err := request.ID(r)
	if err != nil {
		return err
	}
	match, err := request.IfMatch(r)
	if err != nil {
		return err
	}
	if err := h.store.Delete(r.Context(), identity.Owner(r.Context()), id, match); err != nil {
		return public(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// show answers with a note. Its ETag is the version.
func show(w http.ResponseWriter, status int, n Note) error {
	w.Header().Set("ETag", request.ETag(n.Version))
	return request.Respond(w, status, response(n))
}

// now is the current time as precise as every database stores it.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// public puts what the caller may know in front of a store's error.
func public(err error) error {
	switch {
	case errors.Is(err, ErrNotFound):
		return problem.NotFound
	case errors.Is(err, ErrFull):
		return full
	case errors.Is(err, ErrChanged):
		return request.Changed
	}
	return err
}
