package guard

import "net/http"

// route is empty: http.ServeMux tells the pattern that it found since Go 1.23.
func route(*http.Request) string { return "" }
