package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/orders/internal/field"
	"example.com/orders/internal/field/fieldtest"
	"example.com/orders/internal/orderlines"
	"example.com/orders/internal/request"
)

// anyOrderLine is an order line of owner that differs from all others.
func anyOrderLine(t *testing.T, db *sql.DB, next *fieldtest.Samples, owner string) orderlines.OrderLine {
	t.Helper()
	at := next.Moment()
	return orderlines.OrderLine{
		ID:        next.UUID(),
		Owner:     owner,
		Group:     int(next.Int(0, 1<<30)),
		User:      new(next.Text(1, 100)),
		Big:       next.Int(0, 1<<40),
		Ok:        true,
		Ref:       next.UUID(),
		Link:      next.Text(1, 100),
		Body:      next.Text(1, 100),
		At:        next.Moment(),
		CreatedAt: at,
		UpdatedAt: at,
	}
}

// keepOrderLine keeps an order line of owner and returns its id.
func keepOrderLine(t *testing.T, db *sql.DB, next *fieldtest.Samples, owner string) string {
	t.Helper()
	v := anyOrderLine(t, db, next, owner)
	if err := storeOfOrderLines(t, db, 1000).Create(context.Background(), v); err != nil {
		t.Fatal(err)
	}
	return v.ID
}

func storeOfOrderLines(t *testing.T, db *sql.DB, max int) *OrderLines {
	t.Helper()
	return NewOrderLines(db, max)
}

func TestOrderLineComesBackAsItWas(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := open(t)
	s, next := storeOfOrderLines(t, db, 10), &fieldtest.Samples{}
	v := anyOrderLine(t, db, next, "ann")
	if err := s.Create(ctx, v); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(ctx, "ann", v.ID); err != nil || !reflect.DeepEqual(got, v) {
		t.Fatalf("got %+v, %v; want %+v", got, err, v)
	}
	listed := v
	if page, err := s.List(ctx, "ann", request.Cursor{}, 10); err != nil || len(page) != 1 || !reflect.DeepEqual(page[0], listed) {
		t.Errorf("list %+v, %v; want %+v", page, err, listed)
	}

	to := anyOrderLine(t, db, next, "ann")
	for name, change := range map[string]struct {
		set  orderlines.Change
		want func()
	}{
		"nothing": {orderlines.Change{}, func() {}},
		"group":   {orderlines.Change{Group: &to.Group}, func() { v.Group = to.Group }},
		"user":    {orderlines.Change{User: field.Optional[string]{Given: true, Value: to.User}}, func() { v.User = to.User }},
		"big":     {orderlines.Change{Big: &to.Big}, func() { v.Big = to.Big }},
		"ok":      {orderlines.Change{Ok: &to.Ok}, func() { v.Ok = to.Ok }},
		"ref":     {orderlines.Change{Ref: &to.Ref}, func() { v.Ref = to.Ref }},
		"link":    {orderlines.Change{Link: &to.Link}, func() { v.Link = to.Link }},
		"body":    {orderlines.Change{Body: &to.Body}, func() { v.Body = to.Body }},
		"at":      {orderlines.Change{At: &to.At}, func() { v.At = to.At }},
	} {
		v.UpdatedAt = next.Moment()
		change.want()
		if got, err := s.Update(ctx, "ann", v.ID, change.set, v.UpdatedAt); err != nil || !reflect.DeepEqual(got, v) {
			t.Errorf("%s: updated to %+v, %v; want %+v", name, got, err, v)
		}
	}
	v.User = nil
	if got, err := s.Update(ctx, "ann", v.ID, orderlines.Change{User: field.Optional[string]{Given: true}}, v.UpdatedAt); err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("without user: %+v, %v; want %+v", got, err, v)
	}
	if got, err := s.Get(ctx, "ann", v.ID); err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("got %+v, %v; want %+v", got, err, v)
	}
	if err := s.Delete(ctx, "ann", v.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(ctx, "ann", v.ID); !errors.Is(err, orderlines.ErrNotFound) {
		t.Errorf("after the end: %v", err)
	}
}

// Somebody else's order line and one that does not exist are the same.
func TestOrderLineOfSomebodyElse(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := open(t)
	s, next := storeOfOrderLines(t, db, 10), &fieldtest.Samples{}
	v := anyOrderLine(t, db, next, "ann")
	if err := s.Create(ctx, v); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(ctx, "bob", v.ID); !errors.Is(err, orderlines.ErrNotFound) {
		t.Errorf("get: %v", err)
	}
	if _, err := s.Update(ctx, "bob", v.ID, orderlines.Change{}, next.Moment()); !errors.Is(err, orderlines.ErrNotFound) {
		t.Errorf("update: %v", err)
	}
	if err := s.Delete(ctx, "bob", v.ID); !errors.Is(err, orderlines.ErrNotFound) {
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
func TestOrderLinePages(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := open(t)
	s, next := storeOfOrderLines(t, db, 100), &fieldtest.Samples{}
	var want, got []string
	for i := range 7 {
		v := anyOrderLine(t, db, next, "ann")
		v.ID, v.CreatedAt = fmt.Sprint(i), time.UnixMicro(int64(i/4)).UTC()
		for _, err := range []error{s.Create(ctx, v), s.Create(ctx, anyOrderLine(t, db, next, "bob"))} {
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

// An owner's order lines are capped also when they are made at once; another owner's do not count.
func TestOrderLinesAreCapped(t *testing.T) {
	t.Parallel()
	db := open(t)
	s, next := storeOfOrderLines(t, db, 3), &fieldtest.Samples{}
	if err := s.Create(context.Background(), anyOrderLine(t, db, next, "bob")); err != nil {
		t.Fatal(err)
	}
	var kept, full atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		v := anyOrderLine(t, db, next, "ann")
		wg.Go(func() {
			switch err := s.Create(context.Background(), v); {
			case err == nil:
				kept.Add(1)
			case errors.Is(err, orderlines.ErrFull):
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
func TestOrderLineHostileValues(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := open(t)
	s, next := storeOfOrderLines(t, db, 100), &fieldtest.Samples{}
	for i, text := range hostile {
		v := anyOrderLine(t, db, next, "owner"+text)
		v.ID = text
		v.User = &text
		v.Link = text
		v.Body = text
		if err := s.Create(ctx, v); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got, err := s.Get(ctx, v.Owner, v.ID); err != nil || !reflect.DeepEqual(got, v) {
			t.Errorf("%q came back as %+v, %v", text, got, err)
		}
		if page, err := s.List(ctx, text, request.Cursor{ID: text}, 100); err != nil || len(page) != 0 {
			t.Errorf("owner %q sees %v, %v", text, page, err)
		}
		if err := s.Delete(ctx, text, text); !errors.Is(err, orderlines.ErrNotFound) {
			t.Errorf("owner %q deletes: %v", text, err)
		}
		var count int
		if err := db.QueryRowContext(ctx, `SELECT count(*) FROM order_lines`).Scan(&count); err != nil || count != i+1 {
			t.Errorf("after %q there are %d, %v; want %d", text, count, err, i+1)
		}
	}
}
