package event

// The events of tokens. Key "session" is the id of what began with a login and lives on by refreshing.
const (
	SessionBegun   Type = "authn_token_created" // tokens were handed out after a login; key "user"
	SessionEnded   Type = "authn_token_revoked" // by a logout, or from the list of sessions
	RefreshRefused Type = "authn_token_refused" // a refresh token that is unknown, expired or void; key "reason"
	RefreshRaced   Type = "authn_token_raced"   // of several uses at once another one was first; nothing ends
	RefreshReused  Type = "authn_token_reuse"   // a refresh token was used again: somebody has a copy, and the session ended
)
