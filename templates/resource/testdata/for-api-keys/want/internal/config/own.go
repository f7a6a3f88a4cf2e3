package config

// Own are the settings of what this service has beside what it came with. Field comments give the variable and its default.
type Own struct {
	// OrderLinesMax is how many order lines one owner may keep, or everybody together where nobody signs in or they are kept in memory. (ORDER_LINES_MAX=1000)
	OrderLinesMax int
}

// ownSettings reads them; env.go has a reader for each kind of value.
func ownSettings(e *env) Own {
	return Own{
		OrderLinesMax: e.positive("ORDER_LINES_MAX", "1000"),
	}
}
