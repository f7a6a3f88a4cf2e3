package attack

// The route of attacks that need any route that reads JSON, and a text field of its body.
const (
	probeMethod = "POST"
	probePath   = "/api/v1/notes"
	probeField  = "title"
	probeStatus = 201
)
