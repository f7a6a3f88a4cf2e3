package attack

// The route of attacks that need any route that reads JSON, and a text field of its body.
const (
	probeMethod = "PATCH"
	probePath   = mePath
	probeField  = "username"
	probeStatus = 200
)
