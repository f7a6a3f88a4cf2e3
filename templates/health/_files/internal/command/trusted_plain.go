package command

import (
	"crypto/tls"

	"example.com/app/internal/config"
)

// trusted is nothing: the listener speaks plain HTTP.
func trusted(config.Config) (*tls.Config, error) { return nil, nil }
