package config

// Own are the settings of what this service has beside what it came with. Field comments give the variable and its default.
type Own struct{}

// ownSettings reads them; env.go has a reader for each kind of value.
func ownSettings(e *env) Own {
	return Own{}
}
