package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/orders/internal/field"
	"example.com/orders/internal/field/fieldtest"
	"example.com/orders/internal/fieldcrypt"
	"example.com/orders/internal/invoices"
	"example.com/orders/internal/keyring"
	"example.com/orders/internal/request"
)

// anyInvoice is an invoice of owner that differs from all others.
func anyInvoice(t *testing.T, db *sql.DB, next *fieldtest.Samples, owner string) invoices.Invoice {
	t.Helper()
	at := next.Moment()
	return invoices.Invoice{
		ID:        next.UUID(),
		Owner:     owner,
		Number:    next.Text(1, 100),
		Total:     next.Int(0, 1<<40),
		Due:       new(next.Date()),
		Status:    next.Text(1, 100),
		Token:     next.Text(1, 100),
		PaidAt:    new(next.Moment()),
		CreatedAt: at,
		UpdatedAt: at,
	}
}

// keepInvoice keeps an invoice of owner and returns its id.
func keepInvoice(t *testing.T, db *sql.DB, next *fieldtest.Samples, owner string) string {
	t.Helper()
	v := anyInvoice(t, db, next, owner)
	if err := storeOfInvoices(t, db, 1000).Create(context.Background(), v); err != nil {
		t.Fatal(err)
	}
	return v.ID
}

func storeOfInvoices(t *testing.T, db *sql.DB, max int) *Invoices {
	t.Helper()
	key := make([]byte, keyring.Size)
	_, _ = rand.Read(key) // never fails
	ring, err := keyring.Parse("k1:" + base64.StdEncoding.EncodeToString(key))
	if err != nil {
		t.Fatal(err)
	}
	return NewInvoices(db, max, fieldcrypt.New(ring))
}

func TestInvoiceComesBackAsItWas(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := open(t)
	s, next := storeOfInvoices(t, db, 10), &fieldtest.Samples{}
	v := anyInvoice(t, db, next, "ann")
	if err := s.Create(ctx, v); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(ctx, "ann", v.ID); err != nil || !reflect.DeepEqual(got, v) {
		t.Fatalf("got %+v, %v; want %+v", got, err, v)
	}
	listed := v
	listed.Token = "" // lists do not read it
	if page, err := s.List(ctx, "ann", request.Cursor{}, 10); err != nil || len(page) != 1 || !reflect.DeepEqual(page[0], listed) {
		t.Errorf("list %+v, %v; want %+v", page, err, listed)
	}

	to := anyInvoice(t, db, next, "ann")
	for name, change := range map[string]struct {
		set  invoices.Change
		want func()
	}{
		"nothing": {invoices.Change{}, func() {}},
		"number":  {invoices.Change{Number: &to.Number}, func() { v.Number = to.Number }},
		"total":   {invoices.Change{Total: &to.Total}, func() { v.Total = to.Total }},
		"due":     {invoices.Change{Due: field.Optional[string]{Given: true, Value: to.Due}}, func() { v.Due = to.Due }},
		"status":  {invoices.Change{Status: &to.Status}, func() { v.Status = to.Status }},
		"token":   {invoices.Change{Token: &to.Token}, func() { v.Token = to.Token }},
		"paid_at": {invoices.Change{PaidAt: field.Optional[time.Time]{Given: true, Value: to.PaidAt}}, func() { v.PaidAt = to.PaidAt }},
	} {
		v.UpdatedAt = next.Moment()
		change.want()
		if got, err := s.Update(ctx, "ann", v.ID, change.set, v.UpdatedAt); err != nil || !reflect.DeepEqual(got, v) {
			t.Errorf("%s: updated to %+v, %v; want %+v", name, got, err, v)
		}
	}
	v.Due = nil
	if got, err := s.Update(ctx, "ann", v.ID, invoices.Change{Due: field.Optional[string]{Given: true}}, v.UpdatedAt); err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("without due: %+v, %v; want %+v", got, err, v)
	}
	v.PaidAt = nil
	if got, err := s.Update(ctx, "ann", v.ID, invoices.Change{PaidAt: field.Optional[time.Time]{Given: true}}, v.UpdatedAt); err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("without paid_at: %+v, %v; want %+v", got, err, v)
	}
	if got, err := s.Get(ctx, "ann", v.ID); err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("got %+v, %v; want %+v", got, err, v)
	}
	if err := s.Delete(ctx, "ann", v.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(ctx, "ann", v.ID); !errors.Is(err, invoices.ErrNotFound) {
		t.Errorf("after the end: %v", err)
	}
}

// Somebody else's invoice and one that does not exist are the same.
func TestInvoiceOfSomebodyElse(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := open(t)
	s, next := storeOfInvoices(t, db, 10), &fieldtest.Samples{}
	v := anyInvoice(t, db, next, "ann")
	if err := s.Create(ctx, v); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(ctx, "bob", v.ID); !errors.Is(err, invoices.ErrNotFound) {
		t.Errorf("get: %v", err)
	}
	if _, err := s.Update(ctx, "bob", v.ID, invoices.Change{}, next.Moment()); !errors.Is(err, invoices.ErrNotFound) {
		t.Errorf("update: %v", err)
	}
	if err := s.Delete(ctx, "bob", v.ID); !errors.Is(err, invoices.ErrNotFound) {
		t.Errorf("delete: %v", err)
	}
	if page, err := s.List(ctx, "bob", request.Cursor{}, 10); err != nil || len(page) != 0 {
		t.Errorf("list: %v, %v", page, err)
	}
	if got, err := s.Get(ctx, "ann", v.ID); err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("the owner has %+v, %v", got, err)
	}
}

// Pages join without a gap and without a repeat, also within one moment and when a row goes between two pages.
func TestInvoicePages(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := open(t)
	s, next := storeOfInvoices(t, db, 100), &fieldtest.Samples{}
	var want, got []string
	for i := range 7 {
		v := anyInvoice(t, db, next, "ann")
		v.ID, v.CreatedAt = fmt.Sprint(i), time.UnixMicro(int64(i/4)).UTC()
		for _, err := range []error{s.Create(ctx, v), s.Create(ctx, anyInvoice(t, db, next, "bob"))} {
			if err != nil {
				t.Fatal(err)
			}
		}
		want = append(want, v.ID)
	}
	var after request.Cursor
	for range 10 {
		page, err := s.List(ctx, "ann", after, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page {
			got = append(got, v.ID)
			after = request.Cursor{CreatedAt: v.CreatedAt, ID: v.ID}
		}
		if len(page) > 0 {
			if err := s.Delete(ctx, "ann", page[len(page)-1].ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("pages show %v, want %v", got, want)
	}
}

// An owner's invoices are capped also when they are made at once; another owner's do not count.
func TestInvoicesAreCapped(t *testing.T) {
	t.Parallel()
	db := open(t)
	s, next := storeOfInvoices(t, db, 3), &fieldtest.Samples{}
	if err := s.Create(context.Background(), anyInvoice(t, db, next, "bob")); err != nil {
		t.Fatal(err)
	}
	var kept, full atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		v := anyInvoice(t, db, next, "ann")
		wg.Go(func() {
			switch err := s.Create(context.Background(), v); {
			case err == nil:
				kept.Add(1)
			case errors.Is(err, invoices.ErrFull):
				full.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if kept.Load() != 3 || full.Load() != 5 {
		t.Errorf("kept %d, refused %d; want 3 and 5", kept.Load(), full.Load())
	}
}

// Whatever a field holds comes back as it is and means nothing to the database, in every place where a value can stand.
func TestInvoiceHostileValues(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := open(t)
	s, next := storeOfInvoices(t, db, 100), &fieldtest.Samples{}
	for i, text := range hostile {
		v := anyInvoice(t, db, next, "owner"+text)
		v.ID = text
		v.Number = text
		v.Status = text
		if err := s.Create(ctx, v); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got, err := s.Get(ctx, v.Owner, v.ID); err != nil || !reflect.DeepEqual(got, v) {
			t.Errorf("%q came back as %+v, %v", text, got, err)
		}
		if page, err := s.List(ctx, text, request.Cursor{ID: text}, 100); err != nil || len(page) != 0 {
			t.Errorf("owner %q sees %v, %v", text, page, err)
		}
		if err := s.Delete(ctx, text, text); !errors.Is(err, invoices.ErrNotFound) {
			t.Errorf("owner %q deletes: %v", text, err)
		}
		var count int
		if err := db.QueryRowContext(ctx, `SELECT count(*) FROM invoices`).Scan(&count); err != nil || count != i+1 {
			t.Errorf("after %q there are %d, %v; want %d", text, count, err, i+1)
		}
	}
}

// Two of one owner differ in number; the database is the judge of who came first.
func TestInvoiceNumberIsUnique(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := open(t)
	s, next := storeOfInvoices(t, db, 10), &fieldtest.Samples{}
	first, again, second, bobs := anyInvoice(t, db, next, "ann"), anyInvoice(t, db, next, "ann"), anyInvoice(t, db, next, "ann"), anyInvoice(t, db, next, "bob")
	again.Number, bobs.Number = first.Number, first.Number
	for i, want := range []error{nil, invoices.ErrTaken, nil, nil} {
		if err := s.Create(ctx, []invoices.Invoice{first, again, second, bobs}[i]); !errors.Is(err, want) {
			t.Errorf("create %d: %v, want %v", i, err, want)
		}
	}
	change := invoices.Change{Number: &first.Number}
	if _, err := s.Update(ctx, "ann", second.ID, change, second.UpdatedAt); !errors.Is(err, invoices.ErrTaken) {
		t.Errorf("update: %v", err)
	}
}

// Secrets are sealed in the table, for their row, and go under the newest key.
func TestInvoiceSecretsAreSealed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := open(t)
	s, next := storeOfInvoices(t, db, 10), &fieldtest.Samples{}
	first, second := anyInvoice(t, db, next, "ann"), anyInvoice(t, db, next, "ann")
	for _, v := range []invoices.Invoice{first, second} {
		if err := s.Create(ctx, v); err != nil {
			t.Fatal(err)
		}
	}
	var tokenStored string
	if err := db.QueryRowContext(ctx, `SELECT token FROM invoices WHERE id = $1`, first.ID).Scan(&tokenStored); err != nil || !fieldcrypt.Sealed(tokenStored) {
		t.Errorf("token is stored as %q, %v", tokenStored, err)
	}
	if changed, err := s.Reseal(ctx, false); err != nil || changed != 0 {
		t.Errorf("resealed %d, %v: everything is under the newest key", changed, err)
	}
	if _, err := db.ExecContext(ctx, `UPDATE invoices SET token = $1 WHERE id = $2`, tokenStored, second.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(ctx, "ann", second.ID); err == nil {
		t.Errorf("another row's value opens: %+v", got)
	}
	if _, err := db.ExecContext(ctx, `UPDATE invoices SET token = 'plain' WHERE id = $1`, second.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Reseal(ctx, false); err == nil {
		t.Error("plain text is sealed though nobody said so")
	}
	if changed, err := s.Reseal(ctx, true); err != nil || changed != 1 {
		t.Errorf("resealed %d, %v; want 1", changed, err)
	}
	if got, err := s.Get(ctx, "ann", second.ID); err != nil || got.Token != "plain" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Whose account is erased leaves no invoices behind.
func TestErasedInvoices(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := open(t)
	next := &fieldtest.Samples{}
	keepInvoice(t, db, next, "ann")
	bobs := keepInvoice(t, db, next, "bob")
	if err := NewAccounts(db).Erase(ctx, "ann"); err != nil {
		t.Fatal(err)
	}
	var left string
	if err := db.QueryRowContext(ctx, `SELECT id FROM invoices`).Scan(&left); err != nil || left != bobs {
		t.Errorf("what is left: %q, %v", left, err)
	}
	var count int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM invoices`).Scan(&count); err != nil || count != 1 {
		t.Errorf("%d are left, %v; want 1", count, err)
	}
}
