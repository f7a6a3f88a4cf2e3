package config

import "time"

// lifetime reads how long sessions may last: something, and no more than the day after which NIST SP 800-63B-4 wants a new
// sign-in (section 2.2.3, AAL2).
func (e *env) lifetime(name, fallback string) time.Duration {
	d := e.duration(name, fallback)
	if d <= 0 || d > 24*time.Hour {
		e.errorf(name, "want more than nothing and at most 24h")
	}
	return d
}
