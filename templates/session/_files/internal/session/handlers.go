package session

import (
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"

	"example.com/app/internal/accounts"
	"example.com/app/internal/identity"
	"example.com/app/internal/problem"
	"example.com/app/internal/request"
)

// Handlers answer the routes that begin, show and end sessions.
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
		Sessions []sessionResponse `json:"sessions"`
	}
)

// SignedIn answers a login: a session that is new whatever cookie came with the request, and the user. The session that the cookie
// opened until now ends, so that nothing from before the login is worth having (ASVS 5.0.0 V7.2.4, CWE-384).
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

// PasswordChanged answers a change of password, which ended every session: this one client goes on with a new one.
func (h *Handlers) PasswordChanged(w http.ResponseWriter, r *http.Request, u accounts.User) error {
	if err := h.begin(w, r, u); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Logout ends the session that the request came with.
func (h *Handlers) Logout(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	if err := h.end(r, actor.ID, actor.Session); err != nil {
		return err
	}
	return goodbye(w)
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
	return goodbye(w)
}

// List shows where the user is signed in.
func (h *Handlers) List(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	u, err := h.accounts.User(r.Context(), actor.ID)
	if err != nil {
		return err
	}
	found, err := h.sessions.list(r.Context(), u)
	if err != nil {
		return err
	}
	res := listResponse{Sessions: []sessionResponse{}}
	for _, s := range found {
		res.Sessions = append(res.Sessions, sessionResponse{s.ID, s.CreatedAt, s.SeenAt, s.ID == actor.Session})
	}
	return request.Respond(w, http.StatusOK, res)
}

// Revoke ends one session of the user. One of somebody else is not found.
func (h *Handlers) Revoke(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	id := r.PathValue("id")
	if parsed, err := uuid.Parse(id); err != nil || parsed.String() != id {
		return problem.NotFound
	}
	actor, _ := identity.From(r.Context())
	err := h.sessions.revoke(r.Context(), actor.ID, id)
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

// end ends a session that may have ended a moment ago.
func (h *Handlers) end(r *http.Request, userID, id string) error {
	if err := h.sessions.revoke(r.Context(), userID, id); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// begin makes a session for u and hands out its cookie. The cookie has no lifetime of its own: it is the server that knows when the
// session is over.
func (h *Handlers) begin(w http.ResponseWriter, r *http.Request, u accounts.User) error {
	token, err := h.sessions.begin(r.Context(), u)
	if err != nil {
		return err
	}
	http.SetCookie(w, cookie(token))
	return nil
}

// cookie is the one shape of the cookie: scripts cannot read it, plain http does not carry it, other sites do not send it along
// with anything but a link (Lax and not Strict, so that a link from elsewhere finds its reader signed in).
func cookie(value string) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// forget takes the cookie back.
func forget(w http.ResponseWriter) {
	c := cookie("") //nolint:gosec // it has every attribute
	c.MaxAge = -1
	http.SetCookie(w, c)
}

// goodbye answers a logout. The browser also drops what it cached and stored for us (ASVS 5.0.0 V14.3.1); not "cookies", which would
// sign the user out of every sibling host.
func goodbye(w http.ResponseWriter) error {
	forget(w)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
