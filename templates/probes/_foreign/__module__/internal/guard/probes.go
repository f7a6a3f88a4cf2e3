package guard

import "net/http"

// probes reads PROBE_PATHS and returns what knows the requests of health probes. They are compared whole: a prefix would open what lies below it.
func probes(s *settings) func(*http.Request) bool {
	paths := map[string]bool{}
	for _, p := range s.list("PROBE_PATHS") {
		if p[0] != '/' || p == "/" {
			s.refuse("PROBE_PATHS", "paths such as /livez")
		}
		paths[p] = true
	}
	return func(r *http.Request) bool { return paths[r.URL.Path] }
}
