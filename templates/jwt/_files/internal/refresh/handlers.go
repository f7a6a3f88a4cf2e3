package refresh

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"example.com/app/internal/accounts"
	"example.com/app/internal/guard"
	"example.com/app/internal/identity"
	"example.com/app/internal/problem"
	"example.com/app/internal/request"
)

// defaultLimit is the length of a page of sessions.
const defaultLimit = 20

// Path is where tokens are refreshed.
const Path = "/api/v1/auth/refresh"

// maxToken is more characters than a refresh token has.
const maxToken = 200

// Handlers answer requests about tokens and sessions.
type Handlers struct {
	service *Service
	keys    []byte // the public keys as a set
}

// NewHandlers returns the handlers; keys is the set of public keys, as RFC 7517 writes it.
func NewHandlers(s *Service, keys []byte) *Handlers { return &Handlers{service: s, keys: keys} }

type (
	refreshRequest struct {
		RefreshToken string `json:"refresh_token"`
	}
	// tokenResponse is RFC 6749 section 5.1.
	tokenResponse struct {
		AccessToken  string `json:"access_token"`
		TokenType    string `json:"token_type"`
		ExpiresIn    int    `json:"expires_in"` // seconds
		RefreshToken string `json:"refresh_token"`
	}
	sessionResponse struct {
		ID         string    `json:"id"`
		CreatedAt  time.Time `json:"created_at"`
		LastSeenAt time.Time `json:"last_seen_at"`
		Current    bool      `json:"current"`
	}
	sessionList struct {
		Sessions   []sessionResponse `json:"sessions"`
		NextCursor string            `json:"next_cursor,omitempty"` // missing on the last page
	}
)

func write(w http.ResponseWriter, t Tokens) error {
	return request.Respond(w, http.StatusOK, tokenResponse{t.Access, "Bearer", int(t.Lifetime.Seconds()), t.Refresh})
}

// SignedIn answers a login with tokens.
func (h *Handlers) SignedIn(w http.ResponseWriter, r *http.Request, u accounts.User) error {
	t, err := h.service.Begin(r.Context(), u)
	if err != nil {
		return err
	}
	return write(w, t)
}

// Refresh answers with the next pair of tokens. When a request began, before anything could make it wait, decides whether it lost a race or is a replay.
func (h *Handlers) Refresh(w http.ResponseWriter, r *http.Request) error {
	var req refreshRequest
	if err := request.Read(r, &req, maxToken); err != nil {
		return err
	}
	t, err := h.service.Refresh(r.Context(), req.RefreshToken, guard.From(r.Context()).Began)
	if err != nil {
		return err
	}
	return write(w, t)
}

// Logout ends the session of the access token.
func (h *Handlers) Logout(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	if err := h.service.End(r.Context(), actor.ID, actor.Session); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return signedOut(w)
}

// LogoutAll ends all sessions of the user.
func (h *Handlers) LogoutAll(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	if err := h.service.EndAll(r.Context(), actor.ID); err != nil {
		return err
	}
	return signedOut(w)
}

// PasswordChanged answers a change of password, which ended all sessions, this one too: the client signs in with the new password.
func (h *Handlers) PasswordChanged(w http.ResponseWriter, r *http.Request, u accounts.User) error {
	if err := h.service.store.EndAll(r.Context(), u.ID); err != nil {
		return err
	}
	return signedOut(w)
}

// signedOut makes a browser forget what it stored (ASVS 5.0.0 V14.3.1).
func signedOut(w http.ResponseWriter) error {
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Sessions answers with a page of the user's sessions, oldest first.
func (h *Handlers) Sessions(w http.ResponseWriter, r *http.Request) error {
	after, limit, err := request.Page(r, defaultLimit, maxPerUser)
	if err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	found, err := h.service.List(r.Context(), actor.ID, after, limit+1) // one more shows whether there is a next page
	if err != nil {
		return err
	}
	page := sessionList{Sessions: []sessionResponse{}}
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		page.NextCursor = request.Cursor{CreatedAt: last.Created, ID: last.ID}.String()
	}
	for _, s := range found {
		page.Sessions = append(page.Sessions, sessionResponse{s.ID, s.Created, s.LastSeen, s.ID == actor.Session})
	}
	return request.Respond(w, http.StatusOK, page)
}

// EndSession ends one of the user's sessions. One of another user is not found.
func (h *Handlers) EndSession(w http.ResponseWriter, r *http.Request) error {
	id, err := request.ID(r)
	if err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	switch err := h.service.End(r.Context(), actor.ID, id); {
	case errors.Is(err, ErrNotFound):
		return problem.NotFound
	case err != nil:
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Keys answers with the public keys that verify these tokens (RFC 7517).
func (h *Handlers) Keys(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json") // its own type, application/jwk-set+json, is refused by too many clients
	w.Header().Set("Content-Length", strconv.Itoa(len(h.keys)))
	w.Header().Set("Cache-Control", "public, max-age=300") // no secret; a new key is published before it signs
	_, _ = w.Write(h.keys)                                 // the client is gone if this fails
	return nil
}
