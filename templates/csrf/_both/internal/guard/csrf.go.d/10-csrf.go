package guard

import "net/http"

// foreignOrigin answers a request that another site made a browser send.
var foreignOrigin = Refusal{Reason: "cross-origin", Title: "Requests from other sites are not accepted", Status: http.StatusForbidden}

// crossOrigin refuses what a browser sends on behalf of another site and that could change something (ASVS 5.0.0 V3.5.1 to V3.5.3, CWE-352).
//
// It reads what the browser says about the request, Sec-Fetch-Site and Origin, and needs no token. A request with neither did not come from a browser that
// could be abused. GET, HEAD and OPTIONS pass: no handler of theirs may change anything. There are no exempt paths: one would be a hole.
func (g *Guard) crossOrigin() link {
	check := http.NewCrossOriginProtection()
	for _, origin := range g.config.TrustedOrigins {
		if err := check.AddTrustedOrigin(origin); err != nil {
			panic(err) // settings are checked where they are read
		}
	}
	check.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.refuse(w, r, foreignOrigin) }))
	return check.Handler
}
