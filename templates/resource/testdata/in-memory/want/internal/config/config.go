package config

// Config is everything that an operator may set.
type Config struct {
	SecretFiles []string

	// Your settings go here.
	// Maximum number of categories of all clients together. (CATEGORIES_MAX=1000)
	CategoriesMax int
}

// Load reads and checks the settings.
func Load(getenv func(string) string) (Config, error) {
	e := &env{getenv: getenv}
	c := Config{
		// Your settings go here.
		CategoriesMax: e.positive("CATEGORIES_MAX", "1000"),
	}
	return c, e.err()
}
