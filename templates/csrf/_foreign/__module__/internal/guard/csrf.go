package guard

import "net/http"

// crossOrigin refuses what a browser sends on behalf of another site and that could change something (ASVS 5.0.0 V3.5.1 to V3.5.3, CWE-352).
//
// It reads what the browser says about the request, Sec-Fetch-Site and Origin, and needs no token. A request with neither did not come from a browser that could be
// abused. GET, HEAD and OPTIONS pass: no handler of theirs may change anything. There are no exempt paths: one would be a hole.
func crossOrigin(s *settings, trusted ...string) func(http.Handler) http.Handler {
	check := http.NewCrossOriginProtection()
	for _, origin := range append(s.list("TRUSTED_ORIGINS"), trusted...) {
		if err := check.AddTrustedOrigin(origin); err != nil {
			s.refuse("TRUSTED_ORIGINS", "exact origins such as https://login.example.com")
		}
	}
	check.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "requests from other sites are not accepted", http.StatusForbidden)
	}))
	return check.Handler
}
