package attack

import "testing"

// signingKeyFile is where the key is that tokens are signed with.
const signingKeyFile = "signing-key.pem"

// signIn returns somebody new who may write notes.
func (s *service) signIn(t *testing.T) *client {
	t.Helper()
	c := s.client(t).register()
	c.tokens()
	return c
}

// tokens signs c in and returns the refresh token.
func (c *client) tokens() string {
	c.t.Helper()
	return c.take(c.login().want(200))
}

// take reads tokens from a response: c goes on with the access token, and the refresh token is returned.
func (c *client) take(res *response) string {
	c.t.Helper()
	var got struct {
		AccessToken  string `json:"access_token"`
		TokenType    string `json:"token_type"`
		ExpiresIn    int    `json:"expires_in"`
		RefreshToken string `json:"refresh_token"`
	}
	res.json(&got)
	if got.AccessToken == "" || got.TokenType != "Bearer" || got.ExpiresIn <= 0 || got.RefreshToken == "" {
		c.t.Fatalf("no tokens: %d", res.Status)
	}
	c.bearer = got.AccessToken
	return got.RefreshToken
}
