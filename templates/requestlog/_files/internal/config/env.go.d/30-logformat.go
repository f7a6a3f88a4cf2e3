package config

// logFormat reads the form of log lines.
func (e *env) logFormat(name, fallback string) string {
	v := e.text(name, fallback)
	if v != "json" && v != "text" {
		e.errorf(name, "want json or text")
	}
	return v
}
