package doctor

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"example.com/app/internal/config"
)

// root finds a process that could do anything to its host once somebody took it over (CWE-250).
func root(_ context.Context, c config.Config, h Host) []Finding {
	if h.UserID != 0 {
		return nil
	}
	f := Finding{
		Code:     "root",
		Severity: Fatal,
		Message:  "the service runs as root",
		Fix:      "run it as a user of its own; ALLOW_ROOT=true if that cannot be",
	}
	if c.AllowRoot {
		f.Severity = Warning
	}
	return []Finding{f}
}

// secretFiles finds secrets that others on this host can read or change (CWE-732, ASVS 5.0.0 V13.3.2).
func secretFiles(_ context.Context, c config.Config, h Host) []Finding {
	if runtime.GOOS == "windows" {
		return nil // its modes say nothing about who may read a file
	}
	var all []Finding
	for _, file := range c.SecretFiles {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm()&0o077 == 0 {
			continue // that it cannot be read was reported by the settings
		}
		f := Finding{
			Code:     "secret-file-mode",
			Severity: Fatal,
			Message:  "the secret file " + filepath.Base(file) + " can be read by others",
			Fix:      "chmod 600",
		}
		if mounted(file, h) {
			f.Severity = Warning // its mode is the platform's, and so is who else may enter
			f.Fix = "ask the platform for mode 0400"
		}
		all = append(all, f)
	}
	return all
}

// mounted reports whether a platform put the file there: a container's secrets or systemd's credentials.
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

// admin finds an admin listener that others can reach: it asks nobody who they are.
func admin(_ context.Context, c config.Config, _ Host) []Finding {
	if config.Loopback(c.AdminAddr) {
		return nil
	}
	f := Finding{
		Code:     "admin-public",
		Severity: Warning,
		Message:  "metrics can be read by whoever reaches ADMIN_ADDR",
		Fix:      "keep ADMIN_ADDR on loopback, or let only the collector reach it",
	}
	if c.Pprof {
		f.Severity = Fatal
		f.Message = "profiles, which show memory, can be read by whoever reaches ADMIN_ADDR"
		f.Fix = "keep ADMIN_ADDR on loopback, or set PPROF=false"
	}
	return []Finding{f}
}
