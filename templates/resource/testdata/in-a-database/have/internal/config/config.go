package config

// Config is everything that an operator may set.
type Config struct {
	SecretFiles []string

	// Your settings go here.
}

// Load reads and checks the settings.
func Load(getenv func(string) string) (Config, error) {
	e := &env{getenv: getenv}
	c := Config{
		// Your settings go here.
	}
	return c, e.err()
}
