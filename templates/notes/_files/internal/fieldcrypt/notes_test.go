package fieldcrypt

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"example.com/app/internal/keyring"
	"example.com/app/internal/logging"
	"example.com/app/internal/notes"
	"example.com/app/internal/problem"
	"example.com/app/internal/request"
)

var at = time.Date(2026, 2, 28, 23, 59, 59, 0, time.UTC)

// kept is a store of one note.
type kept struct{ note notes.Note }

func (k *kept) Create(_ context.Context, n notes.Note) error { k.note = n; return nil }

func (k *kept) Get(context.Context, string, string) (notes.Note, error) {
	if k.note == (notes.Note{}) {
		return notes.Note{}, notes.ErrNotFound
	}
	return k.note, nil
}

func (k *kept) List(context.Context, string, request.Cursor, int) ([]notes.Note, error) {
	return []notes.Note{k.note}, nil
}

func (k *kept) Update(_ context.Context, _, _ string, change notes.Change, _ int64, _ time.Time) (notes.Note, error) {
	if change.Title != nil {
		k.note.Title = *change.Title
	}
	if change.Body != nil {
		k.note.Body = *change.Body
	}
	return k.note, nil
}

func (k *kept) Delete(context.Context, string, string, int64) error {
	k.note = notes.Note{}
	return nil
}

func TestNotesAreSealedInTheStore(t *testing.T) {
	ctx := context.Background()
	inner := &kept{}
	s := NewNotes(inner, New(ring(t, keyring.Generate("k1"))))
	if err := s.Create(ctx, notes.Note{ID: "1", Owner: "ann", Title: "Title", Body: "first secret", CreatedAt: at}); err != nil {
		t.Fatal(err)
	}
	stored := func() notes.Note {
		t.Helper()
		n, err := inner.Get(ctx, "ann", "1")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := stored(); !strings.HasPrefix(n.Body, "v1.k1.") {
		t.Errorf("stored as %q", n.Body)
	}
	if n, err := s.Get(ctx, "ann", "1"); err != nil || n.Body != "first secret" {
		t.Errorf("got %q, %v", n.Body, err)
	}
	if n, err := s.Update(ctx, "ann", "1", notes.Change{Body: new("second secret")}, 0, at); err != nil || n.Body != "second secret" {
		t.Errorf("updated to %q, %v", n.Body, err)
	}
	if n := stored(); !strings.HasPrefix(n.Body, "v1.k1.") {
		t.Errorf("stored as %q", n.Body)
	}
	if n, err := s.Update(ctx, "ann", "1", notes.Change{Title: new("Other")}, 0, at); err != nil || n.Title != "Other" || n.Body != "second secret" {
		t.Errorf("updated to %+v, %v", n, err)
	}
	if page, err := s.List(ctx, "ann", request.Cursor{}, 10); err != nil || len(page) != 1 || page[0].Body != "second secret" {
		t.Errorf("list: %+v, %v", page, err)
	}
	if err := s.Delete(ctx, "ann", "1", 0); err != nil {
		t.Error(err)
	}
	if _, err := s.Get(ctx, "ann", "1"); !errors.Is(err, notes.ErrNotFound) {
		t.Errorf("after the end: %v", err)
	}
}

// A body that does not open is an event and an error of ours, never a body (X2). So is one that was given to another owner.
func TestForgedBody(t *testing.T) {
	key := keyring.Generate("k1")
	c := New(ring(t, key))
	anothers := NewNotes(&kept{}, New(ring(t, keyring.Generate("k9"))))
	_ = anothers.Create(context.Background(), notes.Note{ID: "1", Owner: "ann"})
	foreign, err := anothers.store.Get(context.Background(), "ann", "1")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, body, reason string }{
		{"plain text", "forged", "tampered"},
		{"of another note", c.Seal([]byte("forged"), "notes", "body", row("ann", "2")), "tampered"},
		{"of another owner", c.Seal([]byte("forged"), "notes", "body", row("bob", "1")), "tampered"},
		{"of another column", c.Seal([]byte("forged"), "notes", "title", row("ann", "1")), "tampered"},
		{"under another key", foreign.Body, "unknown_key"},
	} {
		var log bytes.Buffer
		ctx := logging.Into(context.Background(), logging.New(&log, slog.LevelDebug))
		inner := &kept{}
		if err := inner.Create(ctx, notes.Note{ID: "1", Owner: "ann", Body: tt.body}); err != nil {
			t.Fatal(err)
		}
		s := NewNotes(inner, c)
		n, err := s.Get(ctx, "ann", "1")
		page, lerr := s.List(ctx, "ann", request.Cursor{}, 10)
		if err == nil || lerr == nil || n != (notes.Note{}) || page != nil {
			t.Errorf("%s: %+v, %v; %+v, %v", tt.name, n, err, page, lerr)
		}
		if got := problem.From(err); got.Slug != "internal" {
			t.Errorf("%s: answers %v", tt.name, got)
		}
		if said := log.String(); strings.Count(said, `"event":"decrypt_failed"`) != 2 || !strings.Contains(said, `"reason":"`+tt.reason+`"`) || strings.Contains(said, "forged") {
			t.Errorf("%s: logged %s", tt.name, said)
		}
	}
}
