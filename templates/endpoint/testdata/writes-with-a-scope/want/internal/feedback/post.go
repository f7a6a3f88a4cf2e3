// Package feedback answers POST /api/v1/feed-back.
package feedback

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/orders/internal/request"
)

// maxMessage is in code points: about half a page.
const maxMessage = 1000

// The request and the response are types of their own, so that nothing is taken from a client or shown to one by accident
// (ASVS 5.0.0 V15.3.1, V15.3.3).
type (
	input struct {
		Message string `json:"message"`
	}
	response struct {
		Length int `json:"length"` // of the message, in code points
	}
)

// rules checks all fields at once (ASVS 5.0.0 V2.2.1).
func (q input) rules() error {
	var e request.Errors
	e.Check(strings.TrimSpace(q.Message) != "", "/message", "required", "must not be empty")
	e.Check(utf8.RuneCountInString(q.Message) <= maxMessage, "/message", "too-long", "must have at most 1000 characters")
	e.Check(!strings.ContainsFunc(q.Message, unicode.IsControl), "/message", "characters", "must not contain control characters")
	return e.Err()
}

// Serve answers. Who may call is decided by the route, in internal/httpserver/routes.go.
func Serve(w http.ResponseWriter, r *http.Request) error {
	var req input
	if err := request.Read(r, &req, maxMessage); err != nil {
		return err
	}
	if err := req.rules(); err != nil {
		return err
	}
	return request.Respond(w, http.StatusOK, response{Length: utf8.RuneCountInString(req.Message)})
}
