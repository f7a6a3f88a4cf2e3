package event

// The events of tokens. Key "session" is the id of what begins with a login and continues by refreshing.
const (
	SessionBegun   Type = "authn_token_created" // tokens were issued after a login; key "user"
	SessionEnded   Type = "authn_token_revoked" // by a logout, or from the list of sessions
	SessionEvicted Type = "session_evicted"     // ended because its user began too many others; key "user"
	RefreshRefused Type = "authn_token_refused" // a refresh token that is unknown, expired or void; key "reason"
	RefreshRaced   Type = "authn_token_raced"   // of several concurrent uses another one was first; nothing ends
	RefreshReused  Type = "authn_token_reuse"   // a refresh token was used again: it was copied, and the session ended
)
