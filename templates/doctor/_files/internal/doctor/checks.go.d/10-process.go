package doctor

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"example.com/app/internal/config"
)

// root finds a process that could do anything to its host if it were compromised (CWE-250).
func root(_ context.Context, c config.Config, h Host) []Finding {
	if h.UserID != 0 {
		return nil
	}
	f := Finding{
		Code:     "root",
		Severity: Fatal,
		Message:  "the service runs as root",
		Fix:      "run it as an unprivileged user; ALLOW_ROOT=true if that is not possible",
	}
	if c.AllowRoot {
		f.Severity = Warning
	}
	return []Finding{f}
}

// secretFiles finds secrets that others on this host can read or change (CWE-732, ASVS 5.0.0 V13.3.2).
func secretFiles(_ context.Context, c config.Config, h Host) []Finding {
	if runtime.GOOS == "windows" {
		return nil // file modes say nothing about who may read a file there
	}
	var all []Finding
	for _, file := range c.SecretFiles {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm()&0o077 == 0 {
			continue // the settings reported a file that cannot be read
		}
		f := Finding{
			Code:     "secret-file-mode",
			Severity: Fatal,
			Message:  "other users can read the secret file " + filepath.Base(file),
			Fix:      "chmod 600 " + filepath.Base(file),
		}
		if mounted(file, h) {
			f.Severity = Warning // the platform sets its mode, and decides who else may enter
			f.Fix = "have the platform set mode 0400"
		}
		all = append(all, f)
	}
	return all
}

// mounted reports whether the platform provides the file: a container's secrets or systemd's credentials.
func mounted(file string, h Host) bool {
	path, err := filepath.Abs(file)
	if err != nil {
		return false
	}
	for _, dir := range []string{"/run/secrets", "/var/run/secrets", h.Getenv("CREDENTIALS_DIRECTORY")} {
		if dir != "" && strings.HasPrefix(path, filepath.Clean(dir)+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// admin finds an admin listener that others can reach: it has no authentication.
func admin(_ context.Context, c config.Config, _ Host) []Finding {
	if config.Loopback(c.AdminAddr) {
		return nil
	}
	f := Finding{
		Code:     "admin-public",
		Severity: Warning,
		Message:  "everybody who can reach ADMIN_ADDR can read metrics",
		Fix:      "keep ADMIN_ADDR on loopback, or let only the metrics scraper reach it",
	}
	if c.Pprof {
		f.Severity = Fatal
		f.Message = "everybody who can reach ADMIN_ADDR can read profiles, which contain memory"
		f.Fix = "keep ADMIN_ADDR on loopback, or set PPROF=false"
	}
	return []Finding{f}
}
