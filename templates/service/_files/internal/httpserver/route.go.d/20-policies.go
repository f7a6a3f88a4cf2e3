package httpserver

import (
	"example.com/app/internal/identity"
	"example.com/app/internal/problem"
)

// SignedIn lets any known actor call.
var SignedIn = Policy{"signed in", func(_ identity.Actor, known bool) error {
	if !known {
		return problem.Unauthorized
	}
	return nil
}}

// Holding lets known actors call who hold scope.
func Holding(scope string) Policy {
	return Policy{"holding " + scope, func(actor identity.Actor, known bool) error {
		switch {
		case !known:
			return problem.Unauthorized
		case !actor.Holds(scope):
			return problem.Forbidden
		}
		return nil
	}}
}
