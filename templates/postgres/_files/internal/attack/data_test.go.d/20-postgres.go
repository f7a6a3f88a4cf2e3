package attack

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"example.com/app/internal/dbtest"
)

func databaseEnv(t *testing.T, _ string) []string {
	d := dbtest.New(t)
	return []string{"DATABASE_URL=" + d.URL, "MIGRATE_DATABASE_URL=" + d.OwnerURL}
}

// setting returns a variable that the service was started with.
func (s *service) setting(name string) string {
	value := ""
	for _, v := range s.env {
		if rest, ok := strings.CutPrefix(v, name+"="); ok {
			value = rest // the last one counts, as for the program
		}
	}
	return value
}

// openDatabase connects as the service does.
func (s *service) openDatabase(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", s.setting("DATABASE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// databaseDump is everything that the database holds: all rows of all tables as text.
func (s *service) databaseDump(t *testing.T) string {
	t.Helper()
	db := s.openDatabase(t)
	db.SetMaxOpenConns(1) // the setting belongs to the connection
	if _, err := db.Exec(`SET bytea_output = 'escape'`); err != nil {
		t.Fatal(err)
	}
	tables := texts(t, db, `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	if len(tables) == 0 {
		t.Fatal("the database is empty")
	}
	var all strings.Builder
	for _, table := range tables {
		for _, row := range texts(t, db, `SELECT t::text FROM `+table+` t`) {
			all.WriteString(table + " " + row + "\n")
		}
	}
	return all.String()
}

// dropTables leaves an empty database, as before the first migrate.
func (s *service) dropTables(t *testing.T) {
	t.Helper()
	dbtest.Exec(t, s.setting("MIGRATE_DATABASE_URL"), `DO $$
		DECLARE name text;
		BEGIN
			FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
				EXECUTE format('DROP TABLE %I CASCADE', name);
			END LOOP;
		END $$`)
}

// tables are the names of all tables.
func (s *service) tables(t *testing.T) []string {
	t.Helper()
	return s.databaseTexts(t, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`)
}

// older moves a time of the user's rows in a table back.
func (s *service) older(t *testing.T, table, column, userID string, by time.Duration) {
	t.Helper()
	if _, err := s.openDatabase(t).Exec(`UPDATE `+table+` SET `+column+` = `+column+` - make_interval(secs => $1) WHERE user_id = $2`, by.Seconds(), userID); err != nil {
		t.Fatal(err)
	}
}
