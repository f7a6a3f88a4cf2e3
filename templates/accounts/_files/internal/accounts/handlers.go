package accounts

import (
	"errors"
	"net/http"
	"time"

	"example.com/app/internal/event"
	"example.com/app/internal/guard"
	"example.com/app/internal/identity"
	"example.com/app/internal/problem"
	"example.com/app/internal/request"
)

// maxCharacters is more than the text fields of any request here may hold together, so that a password that is too long is told so.
const maxCharacters = 1000

// fresh is how recent the login must be for what cannot be undone (ASVS 5.0.0 V7.5.1).
const fresh = 10 * time.Minute

var (
	// reauthenticate refuses a sensitive action when the login is too long ago.
	reauthenticate = problem.Problem{Slug: "reauthentication-required", Title: "Sign in again to do this", Status: http.StatusForbidden}
)

// Handlers answer requests about accounts. What a login hands out is up to the authentication style, which passes the rest of the
// answer to Login and ChangePassword.
type Handlers struct {
	service *Service
}

// NewHandlers returns the handlers.
func NewHandlers(s *Service) *Handlers { return &Handlers{service: s} }

// Requests and the response have their own types, so that no field of a User is taken from a client or sent to one by accident (ASVS 5.0.0 V15.3.1, V15.3.3).
type (
	registerRequest struct {
		Email     string `json:"email"`
		Username  string `json:"username"`
		Password  string `json:"password"`
		BirthDate string `json:"birth_date"`
	}
	loginRequest struct {
		Email    string `json:"email"`
		Password string `json:"password"`
	}
	passwordRequest struct {
		CurrentPassword string `json:"current_password"`
		NewPassword     string `json:"new_password"`
	}
	updateRequest struct {
		Username  *string `json:"username"`
		BirthDate *string `json:"birth_date"`
	}
	userResponse struct {
		ID        string    `json:"id"`
		Email     string    `json:"email"`
		Username  string    `json:"username"`
		BirthDate *string   `json:"birth_date"` // null if an operator made the account without it
		CreatedAt time.Time `json:"created_at"`
	}
)

// WriteUser answers with a user. The ETag is the version of the profile.
func WriteUser(w http.ResponseWriter, status int, u User) error {
	p := userResponse{ID: u.ID, Email: u.Email, Username: u.Username, CreatedAt: u.CreatedAt}
	if u.BirthDate != "" {
		p.BirthDate = &u.BirthDate
	}
	w.Header().Set("ETag", request.ETag(u.Version))
	return request.Respond(w, status, p)
}

// Register creates an account. It does not sign in.
func (h *Handlers) Register(w http.ResponseWriter, r *http.Request) error {
	var req registerRequest
	if err := request.Read(r, &req, maxCharacters); err != nil {
		return err
	}
	u, err := h.service.Register(r.Context(), Registration(req), guard.From(r.Context()).Client)
	h.service.attempts.announce(w.Header(), err)
	if err != nil {
		return err
	}
	return WriteUser(w, http.StatusCreated, u)
}

// Login returns a handler that checks e-mail address and password; signedIn writes the answer.
func (h *Handlers) Login(signedIn func(w http.ResponseWriter, r *http.Request, u User) error) problem.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var req loginRequest
		if err := request.Read(r, &req, maxCharacters); err != nil {
			return err
		}
		u, err := h.service.Authenticate(r.Context(), req.Email, req.Password, guard.From(r.Context()).Client)
		h.service.attempts.announce(w.Header(), err)
		if err != nil {
			return err
		}
		return signedIn(w, r, u)
	}
}

// ChangePassword returns a handler that replaces the password, which ends every session and token; changed writes the answer, with
// new credentials for this one client.
func (h *Handlers) ChangePassword(changed func(w http.ResponseWriter, r *http.Request, u User) error) problem.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var req passwordRequest
		if err := request.Read(r, &req, maxCharacters); err != nil {
			return err
		}
		actor, _ := identity.From(r.Context())
		u, err := h.service.ChangePassword(r.Context(), actor.ID, req.CurrentPassword, req.NewPassword, guard.From(r.Context()).Client)
		h.service.attempts.announce(w.Header(), err)
		if err != nil {
			return err
		}
		return changed(w, r, u)
	}
}

// Show answers with the user.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	u, err := h.service.User(r.Context(), actor.ID)
	if err != nil {
		return err
	}
	return WriteUser(w, http.StatusOK, u)
}

// Update changes the username, the birth date or both. The e-mail address cannot be changed: it is what signs in, and nothing
// here can confirm that a new one belongs to the user. With If-Match, only the version that it names is changed (RFC 9110
// section 13.1.1).
func (h *Handlers) Update(w http.ResponseWriter, r *http.Request) error {
	version, err := request.IfMatch(r)
	if err != nil {
		return err
	}
	var req updateRequest
	if err := request.Read(r, &req, maxCharacters); err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	u, err := h.service.UpdateProfile(r.Context(), actor.ID, Change(req), version)
	if errors.Is(err, ErrChanged) {
		return request.Changed
	}
	if err != nil {
		return err
	}
	return WriteUser(w, http.StatusOK, u)
}

// Erase removes the user with everything of theirs, if the login is fresh.
func (h *Handlers) Erase(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	actor, _ := identity.From(r.Context())
	if h.service.now().Sub(actor.AuthTime) > fresh {
		event.Log(r.Context(), event.ReauthRequired)
		return reauthenticate
	}
	if err := h.service.Erase(r.Context(), actor.ID); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
