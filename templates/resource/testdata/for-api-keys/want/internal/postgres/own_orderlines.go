package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"example.com/orders/internal/orderlines"
	"example.com/orders/internal/request"
)

// OrderLines keeps order lines in the database. The owner stands in every WHERE, so that a stranger's id and one that does not exist
// are the same to the query (ASVS 5.0.0 V8.2.2).
type OrderLines struct {
	db  *sql.DB
	max int
}

// NewOrderLines returns the store of order lines in db, with up to max of each owner.
func NewOrderLines(db *sql.DB, max int) *OrderLines {
	return &OrderLines{
		db:  db,
		max: max,
	}
}

// orderLineColumns are what scanOrderLine reads.
const orderLineColumns = `id, owner, "group", "user", big, ok, ref, link,
	body, at, created_at, updated_at`

// Create keeps a new order line.
func (s *OrderLines) Create(ctx context.Context, v orderlines.OrderLine) error {
	return transact(ctx, s.db, func(tx *sql.Tx) error {
		if err := serialize(ctx, tx, v.Owner); err != nil {
			return err
		}
		var count int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM order_lines WHERE owner = $1`, v.Owner).Scan(&count); err != nil {
			return fail("count order lines", err)
		}
		if count >= s.max {
			return orderlines.ErrFull
		}
		_, err := tx.ExecContext(ctx,
			`INSERT INTO order_lines (id, owner, "group", "user", big, ok,
				ref, link, body, at, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			v.ID, v.Owner, v.Group, v.User, v.Big, v.Ok, v.Ref, v.Link,
			v.Body, v.At, v.CreatedAt, v.UpdatedAt)
		return fail("create order line", err)
	})
}

// Get returns the owner's order line.
func (s *OrderLines) Get(ctx context.Context, owner, id string) (orderlines.OrderLine, error) {
	var v orderlines.OrderLine
	err := scanOrderLine(s.db.QueryRowContext(ctx,
		`SELECT `+orderLineColumns+` FROM order_lines WHERE id = $1 AND owner = $2`, id, owner), &v)
	return s.one(ctx, "get order line", v, err)
}

// List returns up to limit order lines of owner after the cursor. The cursor is a key and not an
// offset: a page costs the same wherever it begins, and a row that is deleted meanwhile hides no other.
func (s *OrderLines) List(ctx context.Context, owner string, after request.Cursor, limit int) ([]orderlines.OrderLine, error) {
	found, err := s.db.QueryContext(ctx,
		`SELECT `+orderLineColumns+` FROM order_lines
		WHERE owner = $1 AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4`,
		owner, after.CreatedAt, after.ID, limit)
	if err != nil {
		return nil, fail("list order lines", err)
	}
	defer found.Close()
	var page []orderlines.OrderLine
	for found.Next() {
		var v orderlines.OrderLine
		if err := scanOrderLine(found, &v); err != nil {
			return nil, fail("list order lines", err)
		}
		page = append(page, v)
	}
	return page, fail("list order lines", found.Err())
}

// Update changes the owner's order line in one statement: what the change leaves out is not read first, so that two changes of
// different fields both stay.
func (s *OrderLines) Update(ctx context.Context, owner, id string, change orderlines.Change, at time.Time) (orderlines.OrderLine, error) {
	var v orderlines.OrderLine
	err := transact(ctx, s.db, func(tx *sql.Tx) error {
		return scanOrderLine(tx.QueryRowContext(ctx,
			`UPDATE order_lines SET
				"group" = COALESCE($4, "group"),
				"user" = CASE WHEN $5 THEN $6 ELSE "user" END,
				big = COALESCE($7, big),
				ok = COALESCE($8, ok),
				ref = COALESCE($9, ref),
				link = COALESCE($10, link),
				body = COALESCE($11, body),
				at = COALESCE($12, at),
				updated_at = $3
			WHERE id = $1 AND owner = $2 RETURNING `+orderLineColumns,
			id, owner, at,
			change.Group,
			change.User.Given, change.User.Value,
			change.Big,
			change.Ok,
			change.Ref,
			change.Link,
			change.Body,
			change.At), &v)
	})
	return s.one(ctx, "update order line", v, err)
}

// Delete removes the owner's order line.
func (s *OrderLines) Delete(ctx context.Context, owner, id string) error {
	res, err := s.db.ExecContext(ctx, `DELETE FROM order_lines WHERE id = $1 AND owner = $2`, id, owner)
	if foreign(err) {
		return orderlines.ErrInUse
	}
	if err != nil {
		return fail("delete order line", err)
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return orderlines.ErrNotFound
	}
	return fail("delete order line", err)
}

// one returns what a query for one order line found.
func (s *OrderLines) one(_ context.Context, what string, v orderlines.OrderLine, err error) (orderlines.OrderLine, error) {
	var none orderlines.OrderLine
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return none, orderlines.ErrNotFound
	case err != nil:
		return none, fail(what, err)
	}
	return v, nil
}

// scanOrderLine reads orderLineColumns into v.
func scanOrderLine(row interface{ Scan(...any) error }, v *orderlines.OrderLine) error {
	err := row.Scan(
		&v.ID, &v.Owner, &v.Group, &v.User, &v.Big, &v.Ok, &v.Ref, &v.Link,
		&v.Body, &v.At, &v.CreatedAt, &v.UpdatedAt)
	v.CreatedAt, v.UpdatedAt = v.CreatedAt.UTC(), v.UpdatedAt.UTC()
	v.At = v.At.UTC()
	return err
}
