package patch

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// fileOf is the component that a file of its own is a sign of, or "".
func fileOf(p string) string {
	dir, name := path.Split(p)
	lower := strings.ToLower(name)
	yaml := strings.HasSuffix(lower, ".yml") || strings.HasSuffix(lower, ".yaml")
	switch {
	case lower == "security.md" && (dir == "" || dir == ".github/" || dir == "docs/"):
		return "securitymd"
	case strings.HasSuffix(lower, ".md"), besides.MatchString(dir):
		return ""
	case lower == "dockerfile", lower == "containerfile", strings.HasPrefix(lower, "dockerfile."), strings.HasSuffix(lower, ".dockerfile"):
		return "docker"
	case strings.HasSuffix(lower, ".service"):
		return "systemd"
	case dir == ".github/workflows/" && yaml:
		return "github"
	case dir == ".github/" && (lower == "dependabot.yml" || lower == "dependabot.yaml"):
		return "dependabot"
	case (lower == "renovate.json" || lower == "renovate.json5" || lower == ".renovaterc") && (dir == "" || dir == ".github/"):
		return "dependabot"
	}
	return ""
}

// besides are folders whose files are not the program's own.
var besides = regexp.MustCompile(`(^|/)(examples?|tests?|docs?|third_party)/`)

// A sign is a use of a package that does what a component of ours does.
type sign struct {
	component string
	path      string // import path, without /vN
	name      string // a function or type of it; "" is any use
	weak      string // why it may not be enough: then ours is added all the same, and this is said; "" if it is
}

const (
	chiMiddleware  = "github.com/go-chi/chi/v5/middleware"
	echoMiddleware = "github.com/labstack/echo/v4/middleware"
)

// signs are judged where they stand in code that is built: a package in go.mod alone says nothing.
var signs = []sign{
	{"headers", "github.com/unrolled/secure", "New", ""},
	{"headers", "github.com/gin-contrib/secure", "", ""},
	{"headers", "github.com/danielkov/gin-helmet", "", ""},
	{"headers", echoMiddleware, "Secure", ""},
	{"headers", echoMiddleware, "SecureWithConfig", ""},

	{"hosts", "github.com/go-chi/hostrouter", "", "it routes by host, and may let unknown ones through"},

	{"ratelimit", "github.com/go-chi/httprate", "", ""},
	{"ratelimit", "github.com/didip/tollbooth", "", ""},
	{"ratelimit", "github.com/ulule/limiter", "", ""},
	{"ratelimit", "github.com/throttled/throttled", "", ""},
	{"ratelimit", "github.com/sethvargo/go-limiter", "", ""},
	{"ratelimit", echoMiddleware, "RateLimiter", ""},
	{"ratelimit", echoMiddleware, "RateLimiterWithConfig", ""},
	{"ratelimit", chiMiddleware, "Throttle", "it limits all clients together"},
	{"ratelimit", "golang.org/x/time/rate", "NewLimiter", "it may limit calls to others, or all clients together"},

	{"bodylimit", "net/http", "MaxBytesHandler", ""},
	{"bodylimit", "net/http", "MaxBytesReader", "it bounds the requests of some handlers"},
	{"bodylimit", chiMiddleware, "RequestSize", ""},
	{"bodylimit", echoMiddleware, "BodyLimit", ""},
	{"bodylimit", echoMiddleware, "BodyLimitWithConfig", ""},
	{"bodylimit", "github.com/gin-contrib/size", "", ""},

	{"recover", chiMiddleware, "Recoverer", ""},
	{"recover", "github.com/gorilla/handlers", "RecoveryHandler", ""},
	{"recover", ginEngine.path, "Default", ""},
	{"recover", ginEngine.path, "Recovery", ""},
	{"recover", ginEngine.path, "RecoveryWithWriter", ""},
	{"recover", ginEngine.path, "CustomRecovery", ""},
	{"recover", echoMiddleware, "Recover", ""},
	{"recover", echoMiddleware, "RecoverWithConfig", ""},
	{"recover", negroniApp.path, "Classic", ""},
	{"recover", negroniApp.path, "NewRecovery", ""},

	{"requestlog", chiMiddleware, "Logger", ""},
	{"requestlog", chiMiddleware, "RequestLogger", ""},
	{"requestlog", "github.com/go-chi/httplog", "", ""},
	{"requestlog", "github.com/gorilla/handlers", "LoggingHandler", ""},
	{"requestlog", "github.com/gorilla/handlers", "CombinedLoggingHandler", ""},
	{"requestlog", "github.com/gorilla/handlers", "CustomLoggingHandler", ""},
	{"requestlog", ginEngine.path, "Default", ""},
	{"requestlog", ginEngine.path, "Logger", ""},
	{"requestlog", ginEngine.path, "LoggerWithConfig", ""},
	{"requestlog", ginEngine.path, "LoggerWithFormatter", ""},
	{"requestlog", "github.com/gin-contrib/zap", "", ""},
	{"requestlog", echoMiddleware, "Logger", ""},
	{"requestlog", echoMiddleware, "LoggerWithConfig", ""},
	{"requestlog", echoMiddleware, "RequestLogger", ""},
	{"requestlog", echoMiddleware, "RequestLoggerWithConfig", ""},
	{"requestlog", negroniApp.path, "Classic", ""},
	{"requestlog", negroniApp.path, "NewLogger", ""},

	{"cors", "github.com/rs/cors", "", ""},
	{"cors", "github.com/go-chi/cors", "", ""},
	{"cors", "github.com/gin-contrib/cors", "", ""},
	{"cors", "github.com/gorilla/handlers", "CORS", ""},
	{"cors", echoMiddleware, "CORS", ""},
	{"cors", echoMiddleware, "CORSWithConfig", ""},

	{"csrf", "net/http", "NewCrossOriginProtection", ""},
	{"csrf", "net/http", "CrossOriginProtection", ""},
	{"csrf", "filippo.io/csrf", "", ""},
	{"csrf", "github.com/gorilla/csrf", "", ""},
	{"csrf", "github.com/justinas/nosurf", "", ""},
	{"csrf", "github.com/utrack/gin-csrf", "", ""},
	{"csrf", echoMiddleware, "CSRF", ""},
	{"csrf", echoMiddleware, "CSRFWithConfig", ""},

	{"metrics", "github.com/prometheus/client_golang/prometheus/promhttp", "Handler", ""},
	{"metrics", "github.com/prometheus/client_golang/prometheus/promhttp", "HandlerFor", ""},
	{"metrics", "github.com/prometheus/client_golang/prometheus/promhttp", "InstrumentMetricHandler", ""},
}

// routes are paths that a component of ours would answer.
var routes = map[string]string{
	"/.well-known/security.txt": "securitytxt",
	"/livez":                    "health",
	"/readyz":                   "health",
	"/healthz":                  "health",
	"/health":                   "health",
	"/metrics":                  "metrics",
}

// lasting are packages whose answers last, and methods that send an answer bit by bit.
var lasting = []string{
	"github.com/gorilla/websocket", "nhooyr.io/websocket", "github.com/coder/websocket", "github.com/gobwas/ws", "golang.org/x/net/websocket",
	"github.com/r3labs/sse", "github.com/gin-contrib/sse", "github.com/olahol/melody", "github.com/centrifugal/centrifuge",
}

// headerSetters give a header a value, and routers say what answers a path.
var (
	headerSetters = []string{"Set", "Add", "Header", "SetHeader", "AddHeader"}
	routers       = []string{"Handle", "HandleFunc", "Handler", "HandlerFunc", "Method", "MethodFunc", "Mount", "Route", "Any", "All", "Add", "Group",
		"Get", "GET", "Head", "HEAD", "Use"}
)

// has fills in Has and Streams from the Go files.
func (s *Survey) has(paths []string) {
	nosniff, csp := []Sighting{}, []Sighting{}
	for _, p := range paths {
		f := s.files[p]
		if f == nil || !f.serves() || !f.telling() || !f.parse() || path.Dir(p) == path.Join(moduleDir(f), Package) {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				s.hasUse(f, n)
			case *ast.BasicLit:
				if text, ok := literal(n); ok && strings.EqualFold(text, "text/event-stream") {
					s.Streams = append(s.Streams, f.sighting(n))
				}
			case *ast.CallExpr:
				switch header, at := f.headerSet(n); header {
				case "x-content-type-options":
					nosniff = append(nosniff, f.sighting(at))
				case "content-security-policy":
					csp = append(csp, f.sighting(at))
				case "access-control-allow-origin":
					s.saw("cors", f.sighting(at), "")
				}
				if component, at := f.route(n); component != "" {
					s.saw(component, f.sighting(at), "")
				}
			}
			return true
		})
		for _, spec := range f.syntax.Imports {
			if slices.Contains(lasting, unversioned(importOf(spec))) {
				s.Streams = append(s.Streams, f.sighting(spec))
			}
		}
	}
	switch {
	case len(nosniff) > 0 && len(csp) > 0:
		s.saw("headers", nosniff[0], "")
	case len(nosniff) > 0:
		s.saw("headers", nosniff[0], "it is one header of several; a handler's own value wins over ours")
	case len(csp) > 0:
		s.saw("headers", csp[0], "it is one header of several; a handler's own value wins over ours")
	}
}

// headerSet is the header that a call gives a value, in lower case. Reading one is no sign of anything.
func (f *source) headerSet(n *ast.CallExpr) (string, ast.Node) {
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok || len(n.Args) < 2 || !slices.Contains(headerSetters, sel.Sel.Name) {
		return "", nil
	}
	text, _ := literal(n.Args[0])
	return strings.ToLower(text), n.Args[0]
}

// route is the component that answers the path which a call routes. A client asks for paths too, with fewer arguments.
func (f *source) route(n *ast.CallExpr) (component string, at ast.Node) {
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", nil
	}
	switch name := sel.Sel.Name; {
	case name == "Path", name == "PathPrefix": // gorilla: the handler follows
	case len(n.Args) < 2 || !slices.Contains(routers, name):
		return "", nil
	}
	for _, arg := range n.Args {
		text, ok := literal(arg)
		if !ok {
			continue
		}
		if _, path, ok := strings.Cut(text, " "); ok { // GET /healthz
			text = path
		}
		if component := routes[text]; component != "" {
			return component, arg
		}
	}
	return "", nil
}

// literal is the value of a string.
func literal(x ast.Expr) (string, bool) {
	l, ok := x.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// telling reports whether f holds a word that any sign begins with. It is asked of every file that serves, so it reads bytes.
func (f *source) telling() bool {
	return f.contains("iddleware", "imit", "cors", "CORS", "csrf", "CrossOrigin", "surf", "secure", "helmet", "promhttp", "Recover", "Logg", "logg", "Default()", "Classic()",
		"ontent-", "ONTENT-", "MaxBytes", "/livez", "/readyz", "/health", "/metrics", "security.txt", "event-stream", "Flush", "Hijack", "ResponseController", "FullDuplex", "websocket", "/ws\"", "sse", "ReverseProxy",
		"hostrouter", "size\"", "melody", "centrifuge", "throttled", "tollbooth", "rate\"", "Access-Control", "access-control", "SSEvent", ".Stream(", "zap\"")
}

// hasUse judges x.Name.
func (s *Survey) hasUse(f *source, n *ast.SelectorExpr) {
	p := f.imported(n.X)
	if p == "" {
		// Many things are flushed. With net/http alone a handler has to name Flusher, Hijacker or ResponseController first.
		framework := f.contains("gin-gonic/gin", "labstack/echo")
		switch n.Sel.Name {
		case "EnableFullDuplex", "SSEvent":
			s.Streams = append(s.Streams, f.sighting(n))
		case "Flush", "Hijack", "Stream":
			if framework {
				s.Streams = append(s.Streams, f.sighting(n))
			}
		}
		return
	}
	if p == "net/http/httputil" && (n.Sel.Name == "ReverseProxy" || n.Sel.Name == "NewSingleHostReverseProxy") || p == "net/http" && slices.Contains([]string{"Flusher", "Hijacker", "NewResponseController"}, n.Sel.Name) {
		s.Streams = append(s.Streams, f.sighting(n))
		return
	}
	p = versionless(p)
	for _, each := range signs {
		if versionless(each.path) == p && (each.name == "" || each.name == n.Sel.Name) {
			weak := each.weak
			if each.path == "golang.org/x/time/rate" && f.contains("http.Handler) http.Handler", "gin.HandlerFunc", "echo.MiddlewareFunc") {
				weak = "" // a middleware of their own
			}
			s.saw(each.component, f.sighting(n), weak)
		}
	}
}

// versionless is an import path without a /vN anywhere in it.
func versionless(p string) string {
	parts := slices.DeleteFunc(strings.Split(p, "/"), major.MatchString)
	return unversioned(strings.Join(parts, "/"))
}

// saw notes the first sighting of each strength, the strongest in front.
func (s *Survey) saw(component string, at Sighting, weak string) {
	at.Why = weak
	have := s.Has[component]
	switch {
	case len(have) == 0:
		s.Has[component] = []Sighting{at}
	case have[0].Why != "" && weak == "":
		s.Has[component] = append([]Sighting{at}, have...)
	}
}
