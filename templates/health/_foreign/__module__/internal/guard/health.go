package guard

import (
	"io"
	"net/http"
)

// health answers /livez and /readyz: the program runs and takes requests. The answers are constant and say nothing about version, machine or what the
// program depends on (ASVS 5.0.0 V13.4.5); nothing that could fail or be slow is asked.
func health(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		probe := r.URL.Path == "/livez" || r.URL.Path == "/readyz"
		if !probe || r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = io.WriteString(w, "ok\n") // the prober is gone if this fails
	})
}
