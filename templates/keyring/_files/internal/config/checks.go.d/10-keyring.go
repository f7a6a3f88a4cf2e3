package config

import "example.com/app/internal/keyring"

// keyring reads secret keys, newest first: id:base64,id:base64. There is no default.
func (e *env) keyring(name, fallback string) keyring.Ring {
	before := len(e.problems)
	text := e.secret(name, fallback)
	if len(e.problems) > before {
		return keyring.Ring{}
	}
	if text == "" {
		e.errorf(name, "is required: make a key with keygen")
		return keyring.Ring{}
	}
	ring, err := keyring.Parse(text.Reveal())
	if err != nil {
		e.errorf(name, "%v", err)
	}
	return ring
}
