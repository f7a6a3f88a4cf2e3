package doctor

import (
	"context"

	"example.com/app/internal/config"
)

// plainHTTP finds a public listener whose traffic nobody encrypts (ASVS 5.0.0 V12.2.1, CWE-319).
func plainHTTP(_ context.Context, c config.Config, _ Host) []Finding {
	if config.Loopback(c.Addr) || c.ServesTLS() || c.BehindProxy {
		return nil
	}
	f := Finding{
		Code:     "plain-http",
		Severity: Fatal,
		Message:  "the public listener uses plain HTTP",
		Fix:      "set BEHIND_PROXY and TRUSTED_PROXIES, or serve TLS; ALLOW_PLAIN_HTTP=true if only this host can reach it",
	}
	if c.AllowPlainHTTP {
		f.Severity = Warning
	}
	return []Finding{f}
}
