package config

// Config is everything that an operator may set.
type Config struct {
	SecretFiles []string

	// Your settings go here.
	// Maximum number of order lines per owner. (ORDER_LINES_MAX=1000)
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
