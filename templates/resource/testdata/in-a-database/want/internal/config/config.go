package config

// Config is everything that an operator may set.
type Config struct {
	SecretFiles []string

	// Your settings go here.
	// Maximum number of invoices per owner. (INVOICES_MAX=1000)
	InvoicesMax int
}

// Load reads and checks the settings.
func Load(getenv func(string) string) (Config, error) {
	e := &env{getenv: getenv}
	c := Config{
		// Your settings go here.
		InvoicesMax: e.positive("INVOICES_MAX", "1000"),
	}
	return c, e.err()
}
