package repository

import (
	"strings"
	"testing"
)

// The database has its own network, speaks TLS only, and the service sees neither the owner's password nor the server's.
func TestDatabaseIsSeparate(t *testing.T) {
	text := read(t, "deploy/compose.yaml")
	wantLines(t, "deploy/compose.yaml", "internal: true", "- -cssl=on", "- -chba_file=/database-keys/server/pg_hba.conf")
	_, service, _ := strings.Cut(text, "\n  service:\n")
	service, _, _ = strings.Cut(service, "\n\n")
	if strings.Contains(service, "database-owner") || strings.Contains(service, "database-server") {
		t.Error("the service can read the passwords of the schema's owner or of the server")
	}
}
