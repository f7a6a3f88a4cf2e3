package session

import (
	"errors"
	"net/http"
	"time"

	"example.com/app/internal/accounts"
	"example.com/app/internal/identity"
	"example.com/app/internal/problem"
	"example.com/app/internal/request"
)

// defaultLimit is the length of a page of sessions.
const defaultLimit = 20

// Handlers answer the routes that begin, list and end sessions.
type Handlers struct {
	sessions *Manager
	accounts *accounts.Service
}

// NewHandlers returns the handlers.
func NewHandlers(m *Manager, a *accounts.Service) *Handlers {
	return &Handlers{sessions: m, accounts: a}
}

type (
	sessionResponse struct {
		ID         string    `json:"id"`
		CreatedAt  time.Time `json:"created_at"`
		LastSeenAt time.Time `json:"last_seen_at"`
		Current    bool      `json:"current"`
	}
	listResponse struct {
		Sessions   []sessionResponse `json:"sessions"`
		NextCursor string            `json:"next_cursor,omitempty"` // missing on the last page
	}
)

// SignedIn answers a login with the user and a new session, with any cookie in the request. The session of that cookie ends, so
// that nothing from before the login is worth having (ASVS 5.0.0 V7.2.4, CWE-384).
func (h *Handlers) SignedIn(w http.ResponseWriter, r *http.Request, u accounts.User) error {
	if old, known := identity.From(r.Context()); known {
		if err := h.end(r, old.ID, old.Session); err != nil {
			return err
		}
	}
	if err := h.begin(w, r, u); err != nil {
		return err
	}
	return accounts.WriteUser(w, http.StatusOK, u)
}

// PasswordChanged answers a change of password, which ended every session: this one client continues with a new one.
func (h *Handlers) PasswordChanged(w http.ResponseWriter, r *http.Request, u accounts.User) error {
	if err := h.begin(w, r, u); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Logout ends the session of the request.
func (h *Handlers) Logout(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	if err := h.end(r, actor.ID, actor.Session); err != nil {
		return err
	}
	return writeLoggedOut(w)
}

// LogoutAll ends every session of the user.
func (h *Handlers) LogoutAll(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	if err := h.accounts.SignOutEverywhere(r.Context(), actor.ID, "user"); err != nil {
		return err
	}
	return writeLoggedOut(w)
}

// List answers with a page of the user's sessions, oldest first.
func (h *Handlers) List(w http.ResponseWriter, r *http.Request) error {
	after, limit, err := request.Page(r, defaultLimit, maxPerUser)
	if err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	found, err := h.sessions.list(r.Context(), actor.ID, after, limit+1) // one more shows whether there is a next page
	if err != nil {
		return err
	}
	page := listResponse{Sessions: []sessionResponse{}}
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		page.NextCursor = request.Cursor{CreatedAt: last.CreatedAt, ID: last.ID}.String()
	}
	for _, s := range found {
		page.Sessions = append(page.Sessions, sessionResponse{s.ID, s.CreatedAt, s.SeenAt, s.ID == actor.Session})
	}
	return request.Respond(w, http.StatusOK, page)
}

// Revoke ends one session of the user. One of another user is not found.
func (h *Handlers) Revoke(w http.ResponseWriter, r *http.Request) error {
	id, err := request.ID(r)
	if err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	err = h.sessions.revoke(r.Context(), actor.ID, id)
	if errors.Is(err, ErrNotFound) {
		return problem.NotFound
	}
	if err != nil {
		return err
	}
	if id == actor.Session {
		forget(w)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// end ends a session, which may have ended already.
func (h *Handlers) end(r *http.Request, userID, id string) error {
	if err := h.sessions.revoke(r.Context(), userID, id); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// begin creates a session for u and sets its cookie. The cookie has no lifetime: the server decides when the session is over.
func (h *Handlers) begin(w http.ResponseWriter, r *http.Request, u accounts.User) error {
	token, err := h.sessions.begin(r.Context(), u)
	if err != nil {
		return err
	}
	http.SetCookie(w, cookie(token))
	return nil
}

// cookie returns the cookie in the one form it has: scripts cannot read it, plain HTTP does not carry it, and other sites do not
// send it with anything but a link (Lax and not Strict, so that a user who follows a link is signed in).
func cookie(value string) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// forget removes the cookie.
func forget(w http.ResponseWriter) {
	c := cookie("") //nolint:gosec // it has every attribute
	c.MaxAge = -1
	http.SetCookie(w, c)
}

// writeLoggedOut answers a logout. The browser also drops what it cached and stored for this site (ASVS 5.0.0 V14.3.1); not
// "cookies", which would sign the user out of every sibling host.
func writeLoggedOut(w http.ResponseWriter) error {
	forget(w)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
