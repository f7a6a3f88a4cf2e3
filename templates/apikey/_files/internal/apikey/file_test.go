package apikey

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.com/app/internal/problem"
)

func TestFileKeepsKeys(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "keys")
	if _, err := OpenFile(path); err == nil {
		t.Fatal("a file that is not there holds keys")
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	service, err := OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	operator, err := OpenFile(path) // another process
	if err != nil {
		t.Fatal(err)
	}
	a, b := Key{ID: "1", Owner: "a", Scopes: []string{"notes:read"}, Expires: noon}, Key{ID: "2", Owner: "b", Scopes: []string{"notes:read"}, Expires: noon}
	for _, k := range []Key{b, a} {
		if err := operator.Create(ctx, k, DigestOf(k.ID)); err != nil {
			t.Fatal(err)
		}
	}
	if k, err := service.ByDigest(ctx, DigestOf("1")); err != nil || k.Owner != "a" || !k.Expires.Equal(noon) {
		t.Errorf("just created: %+v, %v", k, err)
	}
	if list, err := service.List(ctx); err != nil || len(list) != 2 || list[0].ID != "1" {
		t.Errorf("list: %v, %v", list, err)
	}
	if err := operator.Revoke(ctx, "1", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, err := service.ByDigest(ctx, DigestOf("1")); !errors.Is(err, ErrNotFound) {
		t.Errorf("just revoked: %v", err)
	}
	if _, err := service.ByDigest(ctx, DigestOf("2")); err != nil {
		t.Errorf("the other one: %v", err)
	}
	if err := operator.Revoke(ctx, "1", time.Time{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("revoked twice: %v", err)
	}
	if left, _ := filepath.Glob(path + "*"); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := service.ByDigest(ctx, DigestOf("2")); problem.From(err).Status != 503 {
		t.Errorf("the file is gone: %v", err)
	}
}
