package attack

// open lists the routes that strangers may call. A route that opens needs its line here too: a mistake in routes.go alone is noticed.
var open = map[string]bool{
	"GET /livez":        true,
	"GET /openapi.json": true,
	// Your open routes go here.
	"GET /api/v1/status-page": true,
}
