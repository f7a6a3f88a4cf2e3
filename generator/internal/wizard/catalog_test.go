package wizard

import (
	"testing"
	"testing/fstest"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// defaults are what the tests' Enter gives.
var defaults = spec.Spec{Database: "sqlite", Auth: "session", Deploy: []string{"docker"}, CI: "github"}

// manifests are components as far as the wizard looks at them.
var manifests = map[string]string{
	"core":     "kind: base\nsummary: What every service has.\n",
	"sqlite":   "kind: database\nsummary: A database in one file; nothing to install.\nprovides: [database, sql]\n",
	"postgres": "kind: database\nsummary: PostgreSQL, over TLS that checks the server's certificate and name.\nprovides: [database, sql]\n",
	"apikey":   "kind: auth\nsummary: Keys that you hand to other programs.\nprovides: [actor]\n",
	"jwt":      "kind: auth\nsummary: Short access tokens and rotating refresh tokens.\nprovides: [actor]\n",
	"session": `kind: auth
summary: A cookie that means a row in the database.
provides: [actor]
needs: [accounts]
requires:
  - {name: database, reason: session needs a database to keep accounts in, hint: --database sqlite}
inputs:
  - name: cookie
    type: string
    default: "{{.Name}}"
    question: Name of the session cookie
    help: The browser sees __Host- in front of it.
    pattern: "^[a-zA-Z0-9_-]{1,40}$"
    deny: [JSESSIONID]
`,
	"accounts": `kind: part
summary: Accounts with passwords.
inputs:
  - {name: minimum, type: int, default: "12", min: 8, max: 64, question: Least length of a password}
`,
	"docker":   "kind: deploy\nsummary: A container image from scratch, and a compose file.\n",
	"systemd":  "kind: deploy\nsummary: A unit that may touch nothing but its own folder.\n",
	"cloudrun": "kind: deploy\nsummary: Google Cloud Run.\nconflicts:\n  - {name: sqlite, reason: Cloud Run has no disk}\n",
	"github":   "kind: ci\nsummary: Workflows that hold no secret and pin every action.\n",
	"fieldcrypt": `kind: extra
summary: Encrypts fields before they reach the database.
default: [database]
requires:
  - {name: database, reason: fieldcrypt needs a database to encrypt for}
`,
	"cors": "kind: extra\nsummary: Lets named origins call from a browser.\nconflicts:\n  - {name: tls, reason: cors and tls do not go together here}\n",
	"tls": `kind: extra
summary: Ends TLS in the service itself.
inputs:
  - {name: reload, type: duration, default: 1h, min: 1m, max: 24h, question: How often to look for a new certificate}
  - {name: strict, type: bool, default: "true", question: "Refuse anything older than TLS 1.3?"}
  - {name: key, type: enum, enum: [ed25519, ecdsa], default: ed25519, question: Kind of the throw-away key}
`,
}

func testCatalog(t testing.TB) *component.Catalog {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range manifests {
		fsys[name+"/component.yaml"] = &fstest.MapFile{Data: []byte("name: " + name + "\n" + text)}
	}
	c, err := component.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	for name, problems := range c.Broken {
		t.Fatalf("%s: %v", name, problems)
	}
	return c
}
