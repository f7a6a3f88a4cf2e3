package config

// ServesTLS reports whether the public listener speaks TLS itself: not in this service, a proxy in front does.
func (c Config) ServesTLS() bool { return false }
