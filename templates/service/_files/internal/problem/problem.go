// Package problem is the only place where an error becomes a response (RFC 9457).
//
// A Problem is what the caller may know; the cause beside it is what only we may. Handlers return
// errors; an error that is not a Problem becomes a constant 500. No response carries a stack, a path,
// driver text or a value that the caller sent.
package problem

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"example.com/app/internal/guard"
	"example.com/app/internal/logging"
)

// A Problem is the public part of a refusal. It is an error, so that any depth may return it.
type Problem struct {
	Slug       string // names the kind: /problems/<slug>
	Title      string // constant for the slug
	Status     int
	Errors     []FieldError  // what is wrong with which field; never with the value
	RetryAfter time.Duration // for 429 and 503
	Challenge  string        // WWW-Authenticate of a 401
	Allow      string        // Allow of a 405
}

// A FieldError names a field by JSON pointer (RFC 6901).
type FieldError struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

func (p Problem) Error() string { return fmt.Sprintf("%d %s", p.Status, p.Slug) }

// The problems that more than one package answers with.
var (
	BadRequest   = Problem{Slug: "bad-request", Title: "The request is malformed", Status: http.StatusBadRequest}
	Unauthorized = Problem{Slug: "unauthorized", Title: "Authentication is required", Status: http.StatusUnauthorized}
	Forbidden    = Problem{Slug: "forbidden", Title: "This is not allowed", Status: http.StatusForbidden}
	NotFound     = Problem{Slug: "not-found", Title: "There is no such resource", Status: http.StatusNotFound}
	TooLarge     = Problem{Slug: "too-large", Title: "The request body is too large", Status: http.StatusRequestEntityTooLarge}
	MediaType    = Problem{Slug: "unsupported-media-type", Title: "The content type is not accepted here", Status: http.StatusUnsupportedMediaType}
	Invalid      = Problem{Slug: "invalid", Title: "Some fields break a rule", Status: http.StatusUnprocessableEntity}
	Internal     = Problem{Slug: "internal", Title: "Something went wrong on our side", Status: http.StatusInternalServerError}
	Unavailable  = Problem{Slug: "unavailable", Title: "The service cannot answer now", Status: http.StatusServiceUnavailable, RetryAfter: time.Second}
)

// A Handler answers a request or says why it does not.
type Handler func(w http.ResponseWriter, r *http.Request) error

// ServeHTTP answers with the handler's error, if it returns one. A handler that returns an error has written nothing.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := h(w, r); err != nil {
		Write(w, r, From(err), err)
	}
}

// From returns the public part of err: the Problem in its chain, or a constant one.
func From(err error) Problem {
	var p Problem
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &tooLarge):
		return TooLarge
	case errors.Is(err, context.DeadlineExceeded):
		return Unavailable // the deadline of the chain, or of the database
	}
	return Internal
}

// Refused returns the problem of a request that the guard refused.
func Refused(because guard.Refusal) Problem {
	return Problem{Slug: because.Reason, Title: because.Title, Status: because.Status, RetryAfter: because.RetryAfter}
}

// nobody is the nil UUID, the id of no request.
const nobody = "00000000-0000-0000-0000-000000000000"

// body is the wire form; instance is the request's id, which the log lines carry too.
type body struct {
	Type     string       `json:"type"`
	Title    string       `json:"title"`
	Status   int          `json:"status"`
	Instance string       `json:"instance"`
	Errors   []FieldError `json:"errors,omitempty"`
}

// Write answers r with what the caller may know and logs what only we may. A nil cause is not logged here:
// the request log has the status.
func Write(w http.ResponseWriter, r *http.Request, public Problem, cause error) {
	if public.Status >= 500 && cause != nil && !errors.Is(cause, context.Canceled) {
		logging.From(r.Context()).LogAttrs(r.Context(), slog.LevelError, "request failed",
			slog.String("problem", public.Slug), slog.String("cause", cause.Error()))
	}
	b, err := json.Marshal(body{
		Type:     "/problems/" + public.Slug,
		Title:    public.Title,
		Status:   public.Status,
		Instance: "urn:uuid:" + cmp.Or(guard.From(r.Context()).ID(), nobody),
		Errors:   public.Errors,
	})
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Del("Content-Encoding")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	if public.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(public.RetryAfter.Seconds()))))
	}
	if public.Challenge != "" {
		h.Set("WWW-Authenticate", public.Challenge)
	}
	if public.Allow != "" {
		h.Set("Allow", public.Allow)
	}
	w.WriteHeader(public.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b) // the client is gone if this fails
	}
}
