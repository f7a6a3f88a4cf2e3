package guard

import "net/http"

// route is the pattern that http.ServeMux found, empty with other routers.
func route(r *http.Request) string { return r.Pattern }
