package attack

// open are the routes that anonymous clients may call.
var open = map[string]bool{
	// Your open routes go here.
}
