package deploy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// exposure is the highest rating, in tenths, that a unit may get from systemd-analyze. A unit without a sandbox gets 95.
const exposure = "15"

// units returns the units of a service, with a program that exists in place of one that is not installed here.
func units(t *testing.T, service string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(service, "deploy", "systemd", "*.service"))
	if err != nil || len(found) == 0 {
		t.Fatalf("units: %v, %v", found, err)
	}
	dir := t.TempDir()
	var out []string
	for _, path := range found {
		to := filepath.Join(dir, filepath.Base(path))
		write(t, to, strings.ReplaceAll(read(t, path), "=/usr/local/bin/orders ", "=/bin/true "))
		out = append(out, to)
	}
	return out
}

func TestUnits(t *testing.T) {
	for _, c := range choices {
		for _, unit := range units(t, c.generate(t)) {
			if out, code := run(t, "", nil, "systemd-analyze", "security", "--offline=true", "--threshold="+exposure, unit); code != 0 {
				t.Errorf("%v: %s is too exposed:\n%s", c, filepath.Base(unit), out)
			}
			// It returns 0 on keys that it does not know, and says so.
			if out, code := run(t, filepath.Dir(unit), nil, "systemd-analyze", "verify", "--man=no", unit); code != 0 || strings.TrimSpace(out) != "" {
				t.Errorf("%v: %s: exit %d\n%s", c, filepath.Base(unit), code, out)
			}
		}
	}
}

// Both judges find what is wrong, so that their silence means something.
func TestUnitsAreJudged(t *testing.T) {
	unit := units(t, choice{"sqlite", "session"}.generate(t))[0]
	good := read(t, unit)

	var bare []string
	for line := range strings.Lines(good) {
		if strings.HasPrefix(line, "[") || strings.HasPrefix(line, "ExecStart=") || strings.HasPrefix(line, "Type=") {
			bare = append(bare, line)
		}
	}
	write(t, unit, strings.Join(bare, ""))
	if out, code := run(t, "", nil, "systemd-analyze", "security", "--offline=true", "--threshold="+exposure, unit); code == 0 {
		t.Errorf("a bare unit passes:\n%s", out)
	}

	write(t, unit, strings.Replace(good, "ProtectSystem=strict", "ProtectSystm=strict", 1))
	if out, _ := run(t, filepath.Dir(unit), nil, "systemd-analyze", "verify", "--man=no", unit); strings.TrimSpace(out) == "" {
		t.Error("an unknown key passes")
	}
	if err := os.Remove(unit); err != nil {
		t.Fatal(err)
	}
}
