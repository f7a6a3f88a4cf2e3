package event

// The events of sessions. Keys "user" and "session" are ids; the id of a session opens nothing.
const (
	SessionCreated Type = "session_created"
	SessionRevoked Type = "session_revoked" // logout, or ended from a list
	SessionExpired Type = "session_expired" // used after its end; key "reason": idle, absolute, revoked or disabled
	SessionEvicted Type = "session_evicted" // ended because its user began too many others
)
