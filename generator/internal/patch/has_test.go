package patch

import (
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/tree"
)

// What is there already is found where the code uses it, and only there.
func TestHas(t *testing.T) {
	tests := []struct {
		name, imports, body string
		want                string // component=what, or component~what where it is weak; "" for nothing
	}{
		{"route", `"net/http"`, `http.HandleFunc("/healthz", nil)`, `health="/healthz"`},
		{"route with method", `"net/http"`, `http.HandleFunc("GET /metrics", nil)`, `metrics="GET /metrics"`},
		{"gorilla's route", `"net/http"`, `r.Path("/.well-known/security.txt").Handler(http.NotFoundHandler())`, `securitytxt="/.well-known/security.txt"`},
		{"a client asks", `"net/http"`, `http.Get("/healthz")`, ""},
		{"a word", `"net/http"`, `_, _ = http.StatusOK, "/healthz"`, ""},
		{"headers by hand", `"net/http"`, "var w http.ResponseWriter\n\tw.Header().Set(\"X-Content-Type-Options\", \"nosniff\")\n\tw.Header().Set(\"content-security-policy\", \"default-src 'self'\")", `headers="X-Content-Type-Options"`},
		{"one header by hand", `"net/http"`, `http.Header{}.Set("X-Content-Type-Options", "nosniff")`, `headers~"X-Content-Type-Options"`},
		{"a header that is read", `"net/http"`, `http.Header{}.Get("X-Content-Type-Options")`, ""},
		{"secure", "\"net/http\"\n\t\"github.com/unrolled/secure\"", `secure.New()`, `headers=secure.New`},
		{"recoverer", "\"net/http\"\n\t\"github.com/go-chi/chi/v5/middleware\"", `middleware.Recoverer()`, `recover=middleware.Recoverer`},
		{"another middleware", "\"net/http\"\n\t\"example.com/shop/middleware\"", `middleware.Recoverer()`, ""},
		{"an import under another name", "\"net/http\"\n\tm \"github.com/go-chi/chi/middleware\"", `m.Logger()`, `requestlog=m.Logger`},
		{"echo", `"github.com/labstack/echo/v4/middleware"`, `middleware.CSRF()`, `csrf=middleware.CSRF`},
		{"gin.Default", `"github.com/gin-gonic/gin"`, `gin.Default()`, `recover=gin.Default requestlog=gin.Default`},
		{"rs/cors", "\"net/http\"\n\t\"github.com/rs/cors\"", `cors.Default()`, `cors=cors.Default`},
		{"gorilla's cors", "\"net/http\"\n\t\"github.com/gorilla/handlers\"", `handlers.CORS()`, `cors=handlers.CORS`},
		{"cross origin protection", `"net/http"`, `http.NewCrossOriginProtection()`, `csrf=http.NewCrossOriginProtection`},
		{"httprate", "\"net/http\"\n\t\"github.com/go-chi/httprate\"", `httprate.LimitByIP(1, 2)`, `ratelimit=httprate.LimitByIP`},
		{"a limiter that may be for calls to others", "\"net/http\"\n\t\"golang.org/x/time/rate\"", `rate.NewLimiter(1, 2)`, `ratelimit~rate.NewLimiter`},
		{"a limiter in a middleware", "\"net/http\"\n\t\"golang.org/x/time/rate\"", "rate.NewLimiter(1, 2)\n\t_ = func(http.Handler) http.Handler { return nil }", `ratelimit=rate.NewLimiter`},
		{"a bound on one body", `"net/http"`, `http.MaxBytesReader(nil, nil, 1)`, `bodylimit~http.MaxBytesReader`},
		{"a bound on all bodies", `"net/http"`, "http.MaxBytesReader(nil, nil, 1)\n\thttp.MaxBytesHandler(nil, 1)", `bodylimit=http.MaxBytesHandler`},
		{"promhttp", "\"net/http\"\n\t\"github.com/prometheus/client_golang/prometheus/promhttp\"", `promhttp.Handler()`, `metrics=promhttp.Handler`},
		{"in a comment", `"net/http"`, "// http.MaxBytesHandler, \"/healthz\"\n\t_ = http.StatusOK", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Look(tree.Tree{
				"go.mod":  {Data: []byte("module example.com/shop\n\ngo 1.24\n")},
				"main.go": {Data: []byte("package main\n\nimport (\n\t" + tt.imports + "\n)\n\nfunc main() {\n\t" + tt.body + "\n}\n")},
			})
			var got []string
			for _, component := range []string{"headers", "hosts", "ratelimit", "bodylimit", "recover", "requestlog", "cors", "csrf", "securitytxt", "health", "metrics"} {
				if all := s.Has[component]; len(all) > 0 {
					got = append(got, component+map[bool]string{true: "=", false: "~"}[all[0].Why == ""]+all[0].What)
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%q, want %q; skipped %v", strings.Join(got, " "), tt.want, s.Skipped)
			}
		})
	}
}

func TestHasFiles(t *testing.T) {
	for p, want := range map[string]string{
		"Dockerfile": "docker", "deploy/Dockerfile.prod": "docker", "Containerfile": "docker", "api.dockerfile": "docker", "Dockerfile.md": "", "examples/a/Dockerfile": "", "docs/shop.service": "",
		"shop.service": "systemd", ".github/workflows/ci.yml": "github", ".github/workflows/ci.yaml": "github", ".github/workflows/README.md": "", "workflows/ci.yml": "",
		".github/dependabot.yml": "dependabot", "renovate.json": "dependabot", "dependabot.yml": "",
		"SECURITY.md": "securitymd", ".github/SECURITY.md": "securitymd", "docs/security.md": "securitymd", "vendored/SECURITY.md": "",
	} {
		if got := fileOf(p); got != want {
			t.Errorf("%s is a sign of %q, want %q", p, got, want)
		}
	}
}

func TestStreams(t *testing.T) {
	for code, want := range map[string]bool{
		`w.Header().Set("Content-Type", "text/event-stream")`:     true,
		`w.(http.Flusher).Flush()`:                                true,
		`http.NewResponseController(w).Hijack()`:                  true,
		`_ = &httputil.ReverseProxy{}`:                            true,
		`bufio.NewWriter(w).Flush()`:                              false,
		`w.Header().Set("Content-Type", "text/plain")`:            false,
		`http.Error(w, "no flush, no websocket, no hijack", 404)`: false,
	} {
		s := Look(tree.Tree{"main.go": {Data: []byte("package main\n\nimport (\n\t\"net/http\"\n\t\"net/http/httputil\"\n)\n\nfunc h(w http.ResponseWriter, r *http.Request) {\n\t" + code + "\n}\n")}})
		if got := len(s.Streams) > 0; got != want {
			t.Errorf("%s lasts: %v, want %v", code, got, want)
		}
	}
	s := Look(tree.Tree{"main.go": {Data: []byte("package main\n\nimport (\n\t\"net/http\"\n\n\t\"github.com/gorilla/websocket\"\n)\n\nvar _ http.Handler\nvar _ websocket.Upgrader\n")}})
	if len(s.Streams) != 1 {
		t.Errorf("websockets last: %v", s.Streams)
	}
	s = Look(tree.Tree{"main.go": {Data: []byte("package main\n\nimport \"github.com/gin-gonic/gin\"\n\nfunc h(c *gin.Context) { c.Writer.Flush() }\n")}})
	if len(s.Streams) != 1 {
		t.Errorf("gin's writer is flushed: %v", s.Streams)
	}
}
