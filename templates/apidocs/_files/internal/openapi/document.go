package openapi

// Document returns the document. Do not change it.
func Document() []byte { return document }
