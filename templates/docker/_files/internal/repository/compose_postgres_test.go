package repository

import (
	"strings"
	"testing"
)

// The database is reached by its own network only, over TLS only, and each container sees its own secrets only.
func TestDatabaseIsApart(t *testing.T) {
	all := services(t)
	database := "\n" + all["database"]
	for _, want := range []string{"networks: [database]", "-cssl=on", "-cssl_min_protocol_version=TLSv1.3", "-chba_file=/database-keys/server/pg_hba.conf",
		"POSTGRES_PASSWORD_FILE: /database-keys/server/password"} {
		if !strings.Contains(database, want) {
			t.Errorf("the database has no %s", want)
		}
	}
	if strings.Contains(database, "\n    ports:") || strings.Contains(database, "keys:/keys") {
		t.Error("the database is published, or reads the keys of the service")
	}
	if !strings.Contains(read(t, "deploy/compose.yaml"), "\nnetworks:\n  database:\n    internal: true\n") {
		t.Error("the database's network is not internal")
	}
	if strings.Contains(all["service"], "database-owner") || strings.Contains(all["service"], "database-server") {
		t.Error("the service can read the passwords of the schema's owner or of the server")
	}
	if !strings.Contains(all["migrate"], "database-owner:/database-keys/owner:ro") {
		t.Error("migrate does not get the owner's password from its own volume")
	}
}
