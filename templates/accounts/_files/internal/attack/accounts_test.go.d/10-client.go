package attack

import (
	"crypto/rand"
	"strings"
	"testing"
)

const (
	registerPath = "/api/v1/auth/register"
	loginPath    = "/api/v1/auth/login"
	passwordPath = "/api/v1/auth/password"
	mePath       = "/api/v1/me"
)

// registration is what a new person sends: nothing in it was ever used before.
func registration() map[string]any {
	random := strings.ToLower(rand.Text())
	return map[string]any{
		"email":      "ann-" + random[:12] + "@example.com",
		"username":   "ann_" + random[:12],
		"password":   "A heron, 7 " + random,
		"birth_date": "1990-12-31",
	}
}

// register makes an account for c, which knows its credentials from then on.
func (c *client) register() *client {
	c.t.Helper()
	r := registration()
	var user struct{ ID string }
	c.do("POST", registerPath, r).want(201).json(&user)
	c.id, c.email, c.secret = user.ID, r["email"].(string), r["password"].(string)
	return c
}

// login sends the credentials that c knows.
func (c *client) login() *response {
	c.t.Helper()
	return c.do("POST", loginPath, map[string]string{"email": c.email, "password": c.secret})
}

// as returns another client, from another address, that knows the credentials of c.
func (c *client) as(t *testing.T) *client {
	other := c.service.client(t)
	other.id, other.email, other.secret = c.id, c.email, c.secret
	return other
}
