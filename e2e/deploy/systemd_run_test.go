package deploy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// standIn does what systemd-run does with the properties that run.sh gives it: it copies credentials, sets variables, and runs the command
// as an ordinary user. It writes the properties down, so that systemd can say whether it knows them.
const standIn = `#!/bin/sh
set -eu
credentials=$(mktemp -d)
chmod 755 "$credentials"
printf '[Service]\nExecStart=/bin/true\n' > "$UNIT"
while [ $# -gt 0 ]; do
  case $1 in
  --property=LoadCredential=*)
    pair=${1#--property=LoadCredential=}
    install -m 0400 "${pair#*:}" "$credentials/${pair%%:*}" ;;
  --setenv=*) export "${1#--setenv=}" ;;
  --property=*) ;;
  -*) ;;
  *) break ;;
  esac
  case $1 in --property=*) echo "${1#--property=}" >> "$UNIT" ;; esac
  shift
done
export CREDENTIALS_DIRECTORY="$credentials"
if [ "$(id -u)" = 0 ]; then
  chown -R 65532:65532 "$credentials"
  exec setpriv --reuid=65532 --regid=65532 --clear-groups "$@"
fi
exec "$@"
`

// What operators do under make and systemd works, there as the service's user: make an account, disable it, rotate keys, back up.
func TestOperatorsCommands(t *testing.T) {
	service := choice{"sqlite", "session"}.generate(t)
	must(t, service, nil, "make", "build")
	must(t, service, nil, "build/orders", "keygen", "--missing")
	for _, args := range []string{"migrate", "user create bob@example.com", "user disable bob@example.com", "rotate-keys", "backup backup.db", "restore backup.db"} {
		must(t, service, nil, "make", "do", "ARGS="+args)
	}

	// /etc/orders, /usr/local/bin and /var/lib/orders are elsewhere, or the test would need a machine of its own.
	root, err := os.MkdirTemp("", "systemd-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	must(t, service, nil, "install", "-D", "-m", "0755", "build/orders", filepath.Join(root, "orders"))
	state := filepath.Join(root, "state")
	must(t, "", nil, "install", "-d", "-m", "0700", state)
	if os.Geteuid() == 0 {
		if err := os.Chown(state, 65532, 65532); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "", nil, filepath.Join(root, "orders"), "keygen", "--missing", "--dir", filepath.Join(root, "etc", "keys"))

	script := strings.NewReplacer("/etc/orders", filepath.Join(root, "etc"), "/var/lib/orders", state, "/usr/local/bin/orders", filepath.Join(root, "orders")).
		Replace(read(t, filepath.Join(service, "deploy", "systemd", "run.sh")))
	write(t, filepath.Join(root, "run.sh"), script)
	write(t, filepath.Join(root, "bin", "systemd-run"), standIn)
	must(t, "", nil, "chmod", "755", filepath.Join(root, "run.sh"), filepath.Join(root, "bin", "systemd-run"))
	unit := filepath.Join(root, "run.service")
	env := []string{"PATH=" + filepath.Join(root, "bin") + ":" + os.Getenv("PATH"), "UNIT=" + unit}
	do := func(args ...string) string {
		t.Helper()
		return must(t, root, env, filepath.Join(root, "run.sh"), args...)
	}

	do("migrate")
	if out := do("user", "create", "ann@example.com"); !strings.Contains(out, "password: ") {
		t.Errorf("user create: %s", out)
	}
	do("user", "disable", "ann@example.com")
	if out := do("rotate-keys"); !strings.Contains(out, "newest key") {
		t.Errorf("rotate-keys: %s", out)
	}
	do("backup", filepath.Join(state, "backup.db"))
	do("restore", filepath.Join(state, "backup.db"))
	do("doctor")
	if out, code := run(t, root, nil, "systemd-analyze", "verify", "--man=no", unit); code != 0 || strings.TrimSpace(out) != "" {
		t.Errorf("systemd does not know a property: exit %d\n%s", code, out)
	}
	must(t, service, nil, "shellcheck", "--severity=warning", "deploy/systemd/run.sh", "deploy/pin.sh")
}
