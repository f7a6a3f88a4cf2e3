package app

import (
	"context"
	"time"

	"example.com/app/internal/config"
	"example.com/app/internal/jwks"
	"example.com/app/internal/token"
)

// wireTokens makes the tokens of an outside issuer the way to be known.
func (a *App) wireTokens(context.Context) error {
	c := a.config
	var keys token.Keys
	if c.TokenJWKSURL != nil {
		a.issuerKeys = jwks.NewRemote(c.TokenJWKSURL.String(), c.TokenAlgorithms, time.Now)
		a.health.Add(a.issuerKeys.Ready)
		keys = a.issuerKeys
	} else {
		file, err := jwks.OpenFile(c.TokenJWKSFile, c.TokenAlgorithms)
		if err != nil {
			return err
		}
		keys = file
	}
	rules := token.Rules{Issuer: c.TokenIssuer, Audience: c.TokenAudience, Type: c.TokenType, Algorithms: c.TokenAlgorithms}
	a.auth = token.NewAuthenticator(token.NewVerifier(rules, keys, time.Now), config.Name)
	return nil
}

// keepIssuerKeys keeps the issuer's keys fresh, where they come from a URL.
func (a *App) keepIssuerKeys(ctx context.Context) error {
	if a.issuerKeys == nil {
		return nil
	}
	return a.issuerKeys.Keep(ctx)
}
