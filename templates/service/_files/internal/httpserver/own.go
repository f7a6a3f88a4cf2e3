package httpserver

// ownEarly are middleware of yours that need not know who is calling: they stand after the limit by address and before anything
// reads the request, in the order a request meets them.
func ownEarly(d Deps) []Middleware {
	return []Middleware{}
}

// ownLate are middleware of yours that know who is calling: they stand last, before the route's policy is asked.
func ownLate(d Deps) []Middleware {
	return []Middleware{}
}
