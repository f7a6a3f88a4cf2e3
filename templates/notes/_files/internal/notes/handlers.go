package notes

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"example.com/app/internal/identity"
	"example.com/app/internal/jsonbody"
	"example.com/app/internal/problem"
	"example.com/app/internal/query"
)

const (
	defaultLimit = 20
	maxLimit     = 100 // a page of the longest notes is about 4 MB
)

// everybody owns the notes of a service that knows nobody. No actor has this id: their ids are UUIDs, key owners or URLs.
const everybody = "(everybody)"

// full answers when no more notes are kept.
var full = problem.Problem{Slug: "full", Title: "No more notes can be kept; delete some first", Status: http.StatusConflict}

// Handlers answer the routes below /api/v1/notes. The routes' policies have let the caller in; whose notes they see is
// decided here, by the owner that goes into every call of the store.
type Handlers struct {
	store Store
	now   func() time.Time
}

// New returns the handlers of the notes in store.
func New(store Store) *Handlers {
	return &Handlers{store: store, now: time.Now}
}

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
		NextCursor string         `json:"next_cursor,omitempty"` // not there on the last page
	}
)

func response(n Note) noteResponse {
	return noteResponse{ID: n.ID, Title: n.Title, Body: n.Body, CreatedAt: n.CreatedAt.UTC(), UpdatedAt: n.UpdatedAt.UTC()}
}

// Create makes a note.
func (h *Handlers) Create(w http.ResponseWriter, r *http.Request) error {
	if _, err := query.Only(r); err != nil {
		return err
	}
	var req createRequest
	if err := jsonbody.Read(r, &req); err != nil {
		return err
	}
	if err := rules(&req.Title, &req.Body); err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	at := h.moment()
	n := Note{ID: id.String(), Owner: owner(r), Title: req.Title, Body: req.Body, CreatedAt: at, UpdatedAt: at}
	if err := h.store.Create(r.Context(), n); err != nil {
		return public(err)
	}
	w.Header().Set("Location", "/api/v1/notes/"+n.ID)
	return jsonbody.Write(w, http.StatusCreated, response(n))
}

// List answers with a page of the caller's notes, oldest first.
func (h *Handlers) List(w http.ResponseWriter, r *http.Request) error {
	values, err := query.Only(r, "limit", "cursor")
	if err != nil {
		return err
	}
	limit := defaultLimit
	if values.Has("limit") {
		if limit, err = strconv.Atoi(values.Get("limit")); err != nil || limit < 1 || limit > maxLimit {
			return query.Bad
		}
	}
	var after Cursor
	if values.Has("cursor") {
		if after, err = ParseCursor(values.Get("cursor")); err != nil {
			return query.Bad
		}
	}
	found, err := h.store.List(r.Context(), owner(r), after, limit+1) // one more shows whether there is a next page
	if err != nil {
		return public(err)
	}
	page := listResponse{Notes: []noteResponse{}}
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		page.NextCursor = Cursor{last.CreatedAt, last.ID}.String()
	}
	for _, n := range found {
		page.Notes = append(page.Notes, response(n))
	}
	return jsonbody.Write(w, http.StatusOK, page)
}

// Show answers with one note.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request) error {
	id, err := target(r)
	if err != nil {
		return err
	}
	n, err := h.store.Get(r.Context(), owner(r), id)
	if err != nil {
		return public(err)
	}
	return jsonbody.Write(w, http.StatusOK, response(n))
}

// Update changes the fields that the request has.
func (h *Handlers) Update(w http.ResponseWriter, r *http.Request) error {
	id, err := target(r)
	if err != nil {
		return err
	}
	var req updateRequest
	if err := jsonbody.Read(r, &req); err != nil {
		return err
	}
	if err := rules(req.Title, req.Body); err != nil {
		return err
	}
	n, err := h.store.Update(r.Context(), owner(r), id, Change(req), h.moment())
	if err != nil {
		return public(err)
	}
	return jsonbody.Write(w, http.StatusOK, response(n))
}

// Delete removes a note.
func (h *Handlers) Delete(w http.ResponseWriter, r *http.Request) error {
	id, err := target(r)
	if err != nil {
		return err
	}
	if err := h.store.Delete(r.Context(), owner(r), id); err != nil {
		return public(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// moment is now as every database can keep it.
func (h *Handlers) moment() time.Time { return h.now().UTC().Truncate(time.Microsecond) }

// owner is whose notes a request is about.
func owner(r *http.Request) string {
	if actor, known := identity.From(r.Context()); known {
		return actor.ID
	}
	return everybody
}

// target is the id in the path. Anything but a UUID in its one usual form names no note, and no store is asked.
func target(r *http.Request) (string, error) {
	if _, err := query.Only(r); err != nil {
		return "", err
	}
	s := r.PathValue("id")
	if id, err := uuid.Parse(s); err != nil || id.String() != s {
		return "", problem.NotFound
	}
	return s, nil
}

// public puts what the caller may know in front of a store's error.
func public(err error) error {
	switch {
	case errors.Is(err, ErrNotFound):
		return problem.NotFound
	case errors.Is(err, ErrFull):
		return full
	}
	return err
}
