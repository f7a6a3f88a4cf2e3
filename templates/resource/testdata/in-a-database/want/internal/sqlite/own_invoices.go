package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"example.com/orders/internal/field"
	"example.com/orders/internal/fieldcrypt"
	"example.com/orders/internal/invoices"
	"example.com/orders/internal/request"
)

// Invoices keeps invoices in the database. The owner stands in every WHERE, so that a stranger's id and one that does not exist
// are the same to the query (ASVS 5.0.0 V8.2.2).
type Invoices struct {
	db          *sql.DB
	max         int
	sealedToken fieldcrypt.Column
}

// NewInvoices returns the store of invoices in db, with up to max of each owner, their secrets sealed by cipher.
func NewInvoices(db *sql.DB, max int, cipher *fieldcrypt.Cipher) *Invoices {
	return &Invoices{
		db:          db,
		max:         max,
		sealedToken: cipher.Column("invoices", "token"),
	}
}

// invoiceColumns are what scanInvoice reads. Secrets come behind them where they are wanted.
const invoiceColumns = `id, owner, number, total, due, status, paid_at, created_at, updated_at`

// Create keeps a new invoice.
func (s *Invoices) Create(ctx context.Context, v invoices.Invoice) error {
	v.Token = s.sealedToken.Seal(v.Token, v.Owner, v.ID)
	return transact(ctx, s.db, func(tx *sql.Tx) error {
		if err := serialize(ctx, tx, v.Owner); err != nil {
			return err
		}
		var count int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM invoices WHERE owner = $1`, v.Owner).Scan(&count); err != nil {
			return fail("count invoices", err)
		}
		if count >= s.max {
			return invoices.ErrFull
		}
		_, err := tx.ExecContext(ctx,
			`INSERT INTO invoices (id, owner, number, total, due, status,
				token, paid_at, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			v.ID, v.Owner, v.Number, v.Total, v.Due, v.Status, v.Token, v.PaidAt, v.CreatedAt, v.UpdatedAt)
		switch {
		case unique(err):
			return invoices.ErrTaken
		}
		return fail("create invoice", err)
	})
}

// Get returns the owner's invoice.
func (s *Invoices) Get(ctx context.Context, owner, id string) (invoices.Invoice, error) {
	var v invoices.Invoice
	err := scanInvoice(s.db.QueryRowContext(ctx,
		`SELECT `+invoiceColumns+`, token FROM invoices WHERE id = $1 AND owner = $2`, id, owner), &v, &v.Token)
	return s.one(ctx, "get invoice", v, err)
}

// List returns up to limit invoices of owner after the cursor, without their secrets. The cursor is a key and not an
// offset: a page costs the same wherever it begins, and a row that is deleted meanwhile hides no other.
func (s *Invoices) List(ctx context.Context, owner string, after request.Cursor, limit int) ([]invoices.Invoice, error) {
	found, err := s.db.QueryContext(ctx,
		`SELECT `+invoiceColumns+` FROM invoices
		WHERE owner = $1 AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4`,
		owner, after.CreatedAt, after.ID, limit)
	if err != nil {
		return nil, fail("list invoices", err)
	}
	defer found.Close()
	var page []invoices.Invoice
	for found.Next() {
		var v invoices.Invoice
		if err := scanInvoice(found, &v); err != nil {
			return nil, fail("list invoices", err)
		}
		page = append(page, v)
	}
	return page, fail("list invoices", found.Err())
}

// Update changes the owner's invoice in one statement: what the change leaves out is not read first, so that two changes of
// different fields both stay.
func (s *Invoices) Update(ctx context.Context, owner, id string, change invoices.Change, at time.Time) (invoices.Invoice, error) {
	if change.Token != nil {
		change.Token = new(s.sealedToken.Seal(*change.Token, owner, id))
	}
	var v invoices.Invoice
	err := transact(ctx, s.db, func(tx *sql.Tx) error {
		return scanInvoice(tx.QueryRowContext(ctx,
			`UPDATE invoices SET
				number = COALESCE($4, number),
				total = COALESCE($5, total),
				due = CASE WHEN $6 THEN $7 ELSE due END,
				status = COALESCE($8, status),
				token = COALESCE($9, token),
				paid_at = CASE WHEN $10 THEN $11 ELSE paid_at END,
				updated_at = $3
			WHERE id = $1 AND owner = $2 RETURNING `+invoiceColumns+`, token`,
			id, owner, at,
			change.Number,
			change.Total,
			change.Due.Given, change.Due.Value,
			change.Status,
			change.Token,
			change.PaidAt.Given, change.PaidAt.Value), &v, &v.Token)
	})
	return s.one(ctx, "update invoice", v, err)
}

// Delete removes the owner's invoice.
func (s *Invoices) Delete(ctx context.Context, owner, id string) error {
	res, err := s.db.ExecContext(ctx, `DELETE FROM invoices WHERE id = $1 AND owner = $2`, id, owner)
	if foreign(err) {
		return invoices.ErrInUse
	}
	if err != nil {
		return fail("delete invoice", err)
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return invoices.ErrNotFound
	}
	return fail("delete invoice", err)
}

// Reseal seals the secrets again that are not under the newest key, and with plain also those that are not sealed at all.
func (s *Invoices) Reseal(ctx context.Context, plain bool) (changed int, err error) {
	for _, c := range []struct {
		column      fieldcrypt.Column
		read, write string
	}{
		{
			s.sealedToken,
			`SELECT id, owner, token FROM invoices WHERE id > $1 AND token IS NOT NULL ORDER BY id LIMIT $2`,
			`UPDATE invoices SET token = $1 WHERE id = $2 AND token = $3`,
		},
	} {
		n, err := reseal(ctx, s.db, c.read, c.write, func(owner, id, sealed string) (string, error) { return c.column.Renew(sealed, owner, id, plain) })
		changed += n
		if err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// one returns what a query for one invoice found, with its secrets open.
func (s *Invoices) one(ctx context.Context, what string, v invoices.Invoice, err error) (invoices.Invoice, error) {
	var none invoices.Invoice
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return none, invoices.ErrNotFound
	case unique(err):
		return none, invoices.ErrTaken
	case err != nil:
		return none, fail(what, err)
	}
	if v.Token, err = s.sealedToken.Open(ctx, v.Token, v.Owner, v.ID); err != nil {
		return none, err
	}
	return v, nil
}

// scanInvoice reads invoiceColumns into v, and secrets behind them.
func scanInvoice(row interface{ Scan(...any) error }, v *invoices.Invoice, secrets ...any) error {
	err := row.Scan(append([]any{
		&v.ID, &v.Owner, &v.Number, &v.Total, &v.Due, &v.Status, &v.PaidAt, &v.CreatedAt, &v.UpdatedAt,
	}, secrets...)...)
	v.CreatedAt, v.UpdatedAt = v.CreatedAt.UTC(), v.UpdatedAt.UTC()
	v.PaidAt = field.UTC(v.PaidAt)
	return err
}
