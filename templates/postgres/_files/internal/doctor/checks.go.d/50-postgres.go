package doctor

import (
	"context"
	"errors"
	"time"

	"example.com/app/internal/config"
	"example.com/app/internal/postgres"
)

// database looks at how the service reaches its database. One that is away is no weak setting: serve waits for it.
func database(ctx context.Context, c config.Config, _ Host) []Finding {
	for _, s := range []struct {
		name string
		url  config.Secret
	}{{"DATABASE_URL", c.DatabaseURL}, {"MIGRATE_DATABASE_URL", c.MigrateDatabaseURL}} {
		if s.url != "" && !postgres.Verified(s.url) {
			return []Finding{{"database-tls-off", Fatal, s.name + " does not make the server prove its name", "add sslmode=verify-full, and sslrootcert for an authority of your own"}}
		}
	}
	c.DatabaseWait = time.Second
	db, err := postgres.Open(ctx, c)
	if err != nil {
		return []Finding{{"database-away", Warning, "the database cannot be reached or does not let the service in", "see the log of serve for the cause"}}
	}
	defer db.Close()
	var found []Finding
	switch err := postgres.Ready(ctx, db, c); {
	case errors.Is(err, postgres.ErrSchema):
		found = append(found, Finding{"database-schema", Warning, "the schema is not current", "run migrate"})
	case errors.Is(err, postgres.ErrKeys):
		found = append(found, Finding{"database-keys", Fatal, err.Error(), "put the key back at the end of the variable; stored values are lost without it"})
	}
	return found
}
