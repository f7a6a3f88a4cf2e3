// Package csrf refuses what a browser sends to us on behalf of another site and that could change something (ASVS 5.0.0
// V3.5.1 to V3.5.3, CWE-352).
//
// It reads what the browser says about the request, Sec-Fetch-Site and Origin, and needs no token. A request with neither header did
// not come from a browser that could be abused. GET, HEAD and OPTIONS pass: no route of theirs may change anything.
package csrf

import (
	"net/http"

	"example.com/app/internal/event"
	"example.com/app/internal/problem"
)

// CrossOrigin answers a request that another site made a browser send.
var CrossOrigin = problem.Problem{Slug: "cross-origin", Title: "Requests from other sites are not accepted", Status: http.StatusForbidden}

// Middleware refuses cross-origin requests but for those of the trusted origins, which have the form https://app.example.com. There are no
// bypass patterns: a path that is exempt is a hole.
func Middleware(trusted ...string) func(http.Handler) http.Handler {
	check := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := check.AddTrustedOrigin(origin); err != nil {
			panic(err) // the settings were checked when they were read
		}
	}
	check.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event.Log(r.Context(), event.CrossOrigin)
		problem.Write(w, r, CrossOrigin, nil)
	}))
	return check.Handler
}
