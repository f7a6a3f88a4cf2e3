package token

import "time"

// Lifetime is how long a token is valid.
func (i *Issuer) Lifetime() time.Duration { return i.ttl }
