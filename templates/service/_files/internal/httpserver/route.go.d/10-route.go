package httpserver

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"example.com/app/internal/event"
	"example.com/app/internal/guard"
	"example.com/app/internal/identity"
	"example.com/app/internal/problem"
)

// A Route is one line of the surface: what is asked, who may ask, who answers. All three are needed; the
// server does not start with a route that lacks one (ASVS 5.0.0 V8.3.1: deny by default).
type Route struct {
	Pattern string // method and path, as http.ServeMux reads them
	Policy  Policy
	Handler problem.Handler
}

// A Policy says who may call a route. The zero Policy is refused at the start.
type Policy struct {
	name    string
	allowed func(actor identity.Actor, known bool) error
}

// Anyone may call, known or not.
var Anyone = Policy{"anyone", func(identity.Actor, bool) error { return nil }}

// protected asks the policy before the handler. A 401 always carries the challenge (RFC 9110 section 15.5.2).
func (r Route) protected(challenge string) http.Handler {
	return problem.Handler(func(w http.ResponseWriter, req *http.Request) error {
		actor, known := identity.From(req.Context())
		if err := r.Policy.allowed(actor, known); err != nil {
			p := problem.From(err)
			if p.Status == http.StatusUnauthorized {
				p.Challenge = challenge
			} else {
				event.Log(req.Context(), event.AuthzDenied)
			}
			return p
		}
		err := r.Handler(w, req)
		if p := (problem.Problem{}); errors.As(err, &p) && p.Status == http.StatusUnauthorized && p.Challenge == "" {
			p.Challenge = challenge // a login that failed
			return p
		}
		return err
	})
}

// noted tells the guard which route answers.
func noted(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		guard.From(r.Context()).Route = r.Pattern
		h.ServeHTTP(w, r)
	})
}

// mux registers the routes. A pattern without a method, a route without a policy and a handler that is nil are our
// own mistakes: they panic at the start, where a test sees them.
func mux(routes []Route, challenge string) *http.ServeMux {
	m := http.NewServeMux()
	handle := func(pattern string, h http.Handler) { m.Handle(pattern, noted(h)) }
	paths := map[string][]string{} // path → methods
	for _, r := range routes {
		method, path, ok := strings.Cut(r.Pattern, " ")
		if !ok || r.Policy.allowed == nil || r.Handler == nil {
			panic("httpserver: route " + r.Pattern + " needs a method, a policy and a handler")
		}
		handle(r.Pattern, r.protected(challenge))
		paths[path] = append(paths[path], method)
		if method == http.MethodGet {
			paths[path] = append(paths[path], http.MethodHead)
		}
	}
	// ServeMux's own 404 and 405 are plain text; ours are problems like every other refusal.
	for path, methods := range paths {
		slices.Sort(methods)
		p := problem.Problem{Slug: "method-not-allowed", Title: "The method is not allowed here", Status: http.StatusMethodNotAllowed, Allow: strings.Join(methods, ", ")}
		handle(path, problem.Handler(func(http.ResponseWriter, *http.Request) error { return p }))
	}
	handle("/", problem.Handler(func(http.ResponseWriter, *http.Request) error { return problem.NotFound }))
	return m
}
