// Package report answers GET /api/v1/report.
package report

import (
	"net/http"

	"example.com/orders/internal/request"
)

// response is what the caller sees: a type of its own, so that no field gets out by accident (ASVS 5.0.0 V15.3.1).
type response struct {
	Message string `json:"message"`
}

// Serve answers. Who may call is decided by the route, in internal/httpserver/routes.go.
func Serve(w http.ResponseWriter, r *http.Request) error {
	if _, err := request.Params(r); err != nil {
		return err
	}
	return request.Respond(w, http.StatusOK, response{Message: "ok"})
}
