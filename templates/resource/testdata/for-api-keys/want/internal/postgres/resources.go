package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/orders/internal/problem"
	"example.com/orders/internal/request"
	"example.com/orders/internal/resource"
)

// Resources stores one kind of resource. The owner is in every WHERE, so that a row of another owner and one that does not exist
// are the same to the query (ASVS 5.0.0 V8.2.2). Names of tables and columns come from the Kind, which is code; every value is a
// parameter.
type Resources[F any] struct {
	db     *sql.DB
	kind   resource.Kind[F]
	max    int
	table  string
	all    string // the columns of one row
	listed string // the same without secrets
}

// NewResources returns the store of a kind of resource in db, with up to max for each owner.
func NewResources[F any](db *sql.DB, kind resource.Kind[F], max int) *Resources[F] {
	s := &Resources[F]{db: db, kind: kind, max: max, table: identifier(kind.Table)}
	s.all = "id, owner, version, created_at, updated_at"
	s.listed = s.all
	for _, c := range kind.Columns(new(F)) {
		s.all += ", " + identifier(c.Name)
		if !c.Secret {
			s.listed += ", " + identifier(c.Name)
		}
	}
	return s
}

// identifier quotes a name that may be a word of SQL.
func identifier(name string) string { return `"` + name + `"` }

// Create implements resource.Store.
func (s *Resources[F]) Create(ctx context.Context, owner, id string, change *resource.Change, at time.Time) (v resource.Item[F], err error) {
	err = s.transact(ctx, func(tx *sql.Tx) error {
		if err := s.lock(ctx, tx, owner); err != nil {
			return err
		}
		var count int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM `+s.table+` WHERE owner = $1`, owner).Scan(&count); err != nil {
			return fail("count "+s.kind.Table, err)
		}
		if count >= s.max {
			return resource.ErrFull
		}
		if err := s.references(ctx, tx, owner, id, change); err != nil {
			return err
		}
		names, places, args := "id, owner, version, created_at, updated_at", "$1, $2, 1, $3, $3", []any{id, owner, at}
		for i, column := range change.Columns {
			args = append(args, change.Values[i])
			names += ", " + identifier(column)
			places += fmt.Sprintf(", $%d", len(args))
		}
		v, err = s.one("create", tx.QueryRowContext(ctx, `INSERT INTO `+s.table+` (`+names+`) VALUES (`+places+`) RETURNING `+s.all, args...))
		return err
	})
	return v, err
}

// Get implements resource.Store.
func (s *Resources[F]) Get(ctx context.Context, owner, id string) (resource.Item[F], error) {
	return s.one("get", s.db.QueryRowContext(ctx, `SELECT `+s.all+` FROM `+s.table+` WHERE id = $1 AND owner = $2`, id, owner))
}

// List implements resource.Store. The cursor is a key and not an offset: a page costs the same wherever it begins, and a
// concurrent delete hides no row.
func (s *Resources[F]) List(ctx context.Context, owner string, after request.Cursor, limit int) ([]resource.Item[F], error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+s.listed+` FROM `+s.table+`
		WHERE owner = $1 AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4`, owner, after.CreatedAt, after.ID, limit)
	if err != nil {
		return nil, fail("list "+s.kind.Table, err)
	}
	defer rows.Close()
	var page []resource.Item[F]
	for rows.Next() {
		v, err := s.scan(rows, false)
		if err != nil {
			return nil, fail("list "+s.kind.Table, err)
		}
		page = append(page, v)
	}
	return page, fail("list "+s.kind.Table, rows.Err())
}

// Update implements resource.Store.
func (s *Resources[F]) Update(ctx context.Context, owner, id string, change *resource.Change, match int64, at time.Time) (v resource.Item[F], err error) {
	err = s.transact(ctx, func(tx *sql.Tx) error {
		if err := s.references(ctx, tx, owner, id, change); err != nil {
			return err
		}
		set, args := "version = version + 1, updated_at = $3", []any{id, owner, at}
		for i, column := range change.Columns {
			args = append(args, change.Values[i])
			set += fmt.Sprintf(", %s = $%d", identifier(column), len(args))
		}
		where := "id = $1 AND owner = $2"
		if match > 0 {
			args = append(args, match)
			where += fmt.Sprintf(" AND version = $%d", len(args))
		}
		v, err = s.one("update", tx.QueryRowContext(ctx, `UPDATE `+s.table+` SET `+set+` WHERE `+where+` RETURNING `+s.all, args...))
		if match > 0 && errors.Is(err, sql.ErrNoRows) {
			return s.missed(ctx, tx, owner, id)
		}
		return err
	})
	return v, err
}

// Delete implements resource.Store.
func (s *Resources[F]) Delete(ctx context.Context, owner, id string, match int64) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		statement, args := `DELETE FROM `+s.table+` WHERE id = $1 AND owner = $2`, []any{id, owner}
		if match > 0 {
			statement, args = statement+` AND version = $3`, append(args, match)
		}
		res, err := tx.ExecContext(ctx, statement, args...)
		if _, foreign := broken(err); foreign {
			return resource.ErrInUse
		}
		if err != nil {
			return fail("delete from "+s.kind.Table, err)
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			return fail("delete from "+s.kind.Table, err)
		}
		return s.missed(ctx, tx, owner, id)
	})
}

// missed returns why no row had the id, the owner and the version.
func (s *Resources[F]) missed(ctx context.Context, tx *sql.Tx, owner, id string) error {
	there, err := exists(ctx, tx, `SELECT count(*) FROM `+s.table+` WHERE id = $1 AND owner = $2`, id, owner)
	switch {
	case err != nil:
		return err
	case there:
		return resource.ErrChanged
	}
	return problem.NotFound
}

// references refuses a reference to what the owner does not have, and one that would make a row its own ancestor. Two changes that make a
// circle only together wait for each other.
func (s *Resources[F]) references(ctx context.Context, tx *sql.Tx, owner, id string, change *resource.Change) error {
	for _, c := range s.kind.Columns(new(F)) {
		value, set := change.Value(c.Name)
		parent, ok := text(value)
		if c.Refers == "" || !set || !ok {
			continue
		}
		if there, err := exists(ctx, tx, `SELECT count(*) FROM `+identifier(c.Refers)+` WHERE owner = $1 AND id = $2`, owner, parent); err != nil {
			return err
		} else if !there {
			return resource.ErrReference(c.Name, "unknown", "refers to a resource that does not exist")
		}
		if c.Refers != s.kind.Table {
			continue
		}
		if err := s.lock(ctx, tx, owner); err != nil {
			return err
		}
		column := identifier(c.Name)
		if circle, err := exists(ctx, tx, `WITH RECURSIVE above (id) AS (
				SELECT CAST($2 AS text) UNION SELECT t.`+column+` FROM `+s.table+` t JOIN above ON t.id = above.id WHERE t.owner = $1 AND t.`+column+` IS NOT NULL
			) SELECT count(*) FROM above WHERE id = $3`, owner, parent, id); err != nil {
			return err
		} else if circle {
			return resource.ErrReference(c.Name, "cycle", "would make the resource its own ancestor")
		}
	}
	return nil
}

// exists reports whether a query counts anything.
func exists(ctx context.Context, tx *sql.Tx, query string, args ...any) (bool, error) {
	var count int
	err := tx.QueryRowContext(ctx, query, args...).Scan(&count)
	return count > 0, fail("look up a row", err)
}

// text returns the text in a column's value, if it has one.
func text(value any) (s string, ok bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case *string:
		if v != nil {
			return *v, true
		}
	}
	return "", false
}

// one reads the row of a query for one resource.
func (s *Resources[F]) one(what string, row *sql.Row) (v resource.Item[F], err error) {
	v, err = s.scan(row, true)
	unique, foreign := broken(err)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return v, fmt.Errorf("%w: %w", problem.NotFound, err)
	case unique:
		return v, resource.ErrTaken
	case foreign: // deleted since it was looked up: trying again tells which one
		return v, fmt.Errorf("%s: %w: %w", what, problem.Unavailable, err)
	case err != nil:
		return v, fail(what+" "+s.kind.Table, err)
	}
	return v, nil
}

// broken reports which kind of constraint an error is about: the database decides who came first.
func broken(err error) (unique, foreign bool) {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code == "23505", e.Code == "23503"
	}
	return false, false
}

// scan reads the columns of a row. Times are shown in UTC.
func (s *Resources[F]) scan(row interface{ Scan(...any) error }, secrets bool) (v resource.Item[F], err error) {
	into := []any{&v.ID, &v.Owner, &v.Version, &v.CreatedAt, &v.UpdatedAt}
	for _, c := range s.kind.Columns(&v.Fields) {
		if !c.Secret || secrets {
			into = append(into, c.Value)
		}
	}
	if err := row.Scan(into...); err != nil {
		return v, err
	}
	for _, value := range into {
		switch at := value.(type) {
		case *time.Time:
			*at = at.UTC()
		case **time.Time:
			if *at != nil {
				**at = (*at).UTC()
			}
		}
	}
	return v, nil
}

// transact runs do in a transaction: all of it happens, or nothing (ASVS 5.0.0 V2.3.3).
func (s *Resources[F]) transact(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fail("begin", err)
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit; before it, the error that led here counts
	if err := do(tx); err != nil {
		return err
	}
	return fail("commit", tx.Commit())
}

// lock makes transactions that count an owner's rows before they add one wait for each other (ASVS 5.0.0 V15.4.2): an advisory lock on
// the owner, which ends with the transaction.
func (s *Resources[F]) lock(ctx context.Context, tx *sql.Tx, owner string) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, owner)
	return fail("lock owner", err)
}
