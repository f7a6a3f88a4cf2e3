package notes_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/app/internal/notes"
	"example.com/app/internal/request"
)

// newStore returns an empty store. Anybody may own notes.
func newStore(_ *testing.T, limit int, _ ...string) notes.Store { return notes.NewMemory(limit) }

// Notes of one moment page without loss too.
func TestPagingWithinAMoment(t *testing.T) {
	m := notes.NewMemory(10)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, id := range []string{"c", "a", "b"} {
		if err := m.Create(context.Background(), notes.Note{ID: id, Owner: "ann", CreatedAt: at}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	after := request.Cursor{}
	for range 4 {
		page, err := m.List(context.Background(), "ann", after, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page {
			got = append(got, n.ID)
			after = request.Cursor{CreatedAt: n.CreatedAt, ID: n.ID}
		}
	}
	if !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("%v", got)
	}
}

// The memory is bounded for all owners together.
func TestMemoryIsBounded(t *testing.T) {
	w := newWorld(t, 2)
	w.create("ann", "1")
	w.create("bob", "2")
	rec := w.as("carl", "POST", "/api/v1/notes", `{"title":"3"}`, 409)
	if !strings.Contains(rec.Body.String(), `"/problems/full"`) {
		t.Errorf("%s", rec.Body)
	}
}

// A service that knows nobody has one list for everybody.
func TestEverybodyShares(t *testing.T) {
	w := newWorld(t, 10)
	n := w.create("", "Ours")
	if got := read[listResponse](t, w.as("", "GET", "/api/v1/notes", "", 200)); len(got.Notes) != 1 || got.Notes[0] != n {
		t.Errorf("%+v", got)
	}
}

// What a store returns must not be a door to what it keeps.
func TestMemoryReturnsCopies(t *testing.T) {
	m := notes.NewMemory(10)
	ctx := context.Background()
	if err := m.Create(ctx, notes.Note{ID: "a", Owner: "ann", Title: "kept"}); err != nil {
		t.Fatal(err)
	}
	list, err := m.List(ctx, "ann", request.Cursor{}, 10)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	list[0].Title = "changed"
	if n, err := m.Get(ctx, "ann", "a"); err != nil || n.Title != "kept" {
		t.Errorf("%+v, %v", n, err)
	}
}
