package doctor

import (
	"context"
	"net/http"
	"strings"
	"time"

	"example.com/app/internal/config"
)

const (
	soon = 30 * 24 * time.Hour
	year = 366 * 24 * time.Hour
)

// contact finds a public service without a contact for vulnerabilities (RFC 9116).
func contact(_ context.Context, c config.Config, _ Host) []Finding {
	if len(c.SecurityContact) > 0 || config.Loopback(c.Addr) {
		return nil
	}
	return []Finding{{
		Code:     "security-contact",
		Severity: Fatal,
		Message:  "there is no contact for vulnerabilities",
		Fix:      "set SECURITY_CONTACT to mailto:… or https://…",
	}}
}

// expiry checks a date that the operator set; the one that is rendered by itself is always right.
func expiry(_ context.Context, c config.Config, _ Host) []Finding {
	if c.SecurityExpires.IsZero() {
		return nil
	}
	f := Finding{Code: "security-expires", Severity: Warning, Fix: "set SECURITY_EXPIRES to a later time, or unset it"}
	switch left := time.Until(c.SecurityExpires); {
	case left <= 0:
		f.Severity = Fatal
		f.Message = "security.txt has expired: who reads it must not use it"
	case left < soon:
		f.Message = "security.txt expires in less than 30 days"
	case left > year:
		f.Message = "security.txt expires in more than a year, which RFC 9116 advises against"
		f.Fix = "set SECURITY_EXPIRES to an earlier time, or unset it"
	default:
		return nil
	}
	return []Finding{f}
}

// encryption finds a key that is named but not there: a report that cannot be encrypted is sent in the clear or not at all.
func encryption(ctx context.Context, c config.Config, h Host) []Finding {
	if h.Get == nil || !strings.HasPrefix(c.SecurityEncryption, "https://") {
		return nil
	}
	status, err := h.Get(ctx, c.SecurityEncryption)
	if err == nil && status == http.StatusOK {
		return nil
	}
	return []Finding{{
		Code:     "security-encryption",
		Severity: Warning,
		Message:  "the key that SECURITY_ENCRYPTION names cannot be fetched",
		Fix:      "publish it there, or unset SECURITY_ENCRYPTION",
	}}
}
