package attack

// ownOpen are the routes of internal/httpserver/own.go that strangers may call. One is added here on purpose, never by itself.
var ownOpen = map[string]bool{}
