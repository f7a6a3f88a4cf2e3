package identity

import (
	"net/http"

	"example.com/app/internal/problem"
	"example.com/app/internal/request"
)

// Me answers with the actor who asks: a client sees whether its credential is accepted, and what it may do with it.
func Me(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	actor, known := From(r.Context())
	if !known {
		return problem.Unauthorized
	}
	return request.Respond(w, http.StatusOK, meResponse{ID: actor.ID, Scopes: append([]string{}, actor.Scopes...)})
}

type meResponse struct {
	ID     string   `json:"id"`
	Scopes []string `json:"scopes"`
}
