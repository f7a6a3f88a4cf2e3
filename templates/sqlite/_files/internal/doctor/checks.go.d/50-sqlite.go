package doctor

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"example.com/app/internal/config"
	"example.com/app/internal/sqlite"
)

// database looks at the SQLite file.
func database(ctx context.Context, c config.Config, _ Host) []Finding {
	path, err := sqlite.Path(c.DatabaseURL)
	if err != nil {
		return []Finding{{"database-url", Fatal, err.Error(), "set DATABASE_URL to file: and the name of a file"}}
	}
	var found []Finding
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []Finding{{"database-schema", Warning, "the database file does not exist yet", "run migrate"}}
	case err != nil:
		return []Finding{{"database-file", Fatal, "the database file cannot be examined", "let the service's user reach it"}}
	case info.Mode().Perm()&0o077 != 0:
		found = append(found, Finding{"database-file-mode", Fatal, "the database file is open to other users of this machine", "chmod 600 the file that DATABASE_URL names"})
	}
	db, err := sqlite.Open(ctx, c)
	if err != nil {
		return append(found, Finding{"database-file", Fatal, "the database file cannot be opened", "let the service's user read and write the file and its folder"})
	}
	defer db.Close()
	switch err := sqlite.Ready(ctx, db, c); {
	case errors.Is(err, sqlite.ErrSchema):
		found = append(found, Finding{"database-schema", Warning, "the schema is not current", "run migrate"})
	case errors.Is(err, sqlite.ErrKeys):
		found = append(found, Finding{"database-keys", Fatal, err.Error(), "put the key back at the end of the variable; stored values are lost without it"})
	}
	return found
}
