package guard

import (
	"errors"
	"net/http"
)

// parseTrusted reads TRUSTED_ORIGINS.
func parseTrusted(text string) ([]string, error) {
	origins := words(text)
	for _, origin := range origins {
		if err := http.NewCrossOriginProtection().AddTrustedOrigin(origin); err != nil {
			return nil, errors.New("want exact origins such as https://login.example.com")
		}
	}
	return origins, nil
}
