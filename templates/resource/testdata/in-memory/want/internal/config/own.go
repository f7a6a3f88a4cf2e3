package config

// Own are the settings of what this service has beside what it came with. Field comments give the variable and its default.
type Own struct {
	// CategoriesMax is how many categories one owner may keep, or everybody together where nobody signs in or they are kept in memory. (CATEGORIES_MAX=1000)
	CategoriesMax int
}

// ownSettings reads them; env.go has a reader for each kind of value.
func ownSettings(e *env) Own {
	return Own{
		CategoriesMax: e.positive("CATEGORIES_MAX", "1000"),
	}
}
