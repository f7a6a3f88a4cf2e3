package config

// Own are the settings of what this service has beside what it came with. Field comments give the variable and its default.
type Own struct {
	// InvoicesMax is how many invoices one owner may keep, or everybody together where nobody signs in or they are kept in memory. (INVOICES_MAX=1000)
	InvoicesMax int
}

// ownSettings reads them; env.go has a reader for each kind of value.
func ownSettings(e *env) Own {
	return Own{
		InvoicesMax: e.positive("INVOICES_MAX", "1000"),
	}
}
