package config

// Config is everything that an operator may set.
type Config struct {
	SecretFiles []string

	// Your settings go here.
	// OrderLinesMax is how many order lines one owner may keep, or everybody together where nobody signs in or they are kept in memory. (ORDER_LINES_MAX=1000)
	OrderLinesMax int
}

// Load reads and checks the settings.
func Load(getenv func(string) string) (Config, error) {
	e := &env{getenv: getenv}
	c := Config{
		// Your settings go here.
		OrderLinesMax: e.positive("ORDER_LINES_MAX", "1000"),
	}
	return c, e.err()
}
