package jwks

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/app/internal/problem"
)

// An issuer serves a set and counts requests.
type issuer struct {
	*httptest.Server
	asked  atomic.Int32
	answer atomic.Pointer[func(http.ResponseWriter)]
}

func newIssuer(t *testing.T) *issuer {
	i := &issuer{}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		i.asked.Add(1)
		(*i.answer.Load())(w)
	}))
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) serve(answer func(http.ResponseWriter)) { i.answer.Store(&answer) }

func body(b []byte) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { _, _ = w.Write(b) }
}

// A clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }
func (c *clock) on(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Keys are fetched when one is not known, but made-up ids lead to no flood (C2).
func TestUnknownIDs(t *testing.T) {
	ctx, i, c := context.Background(), newIssuer(t), &clock{now: time.Now()}
	first, second := edKey(t, "first"), edKey(t, "second")
	i.serve(body(set(t, first)))
	r := NewRemote(i.URL, Algorithms, c.read)
	if _, err := r.Find(ctx, "first"); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, err := r.Find(ctx, "made-up"); !errors.Is(err, ErrUnknown) {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	c.on(fetchAtMost)
	for range 20 {
		wg.Go(func() { _, _ = r.Find(ctx, "made-up") })
	}
	wg.Wait()
	if n := i.asked.Load(); n != 2 {
		t.Errorf("the issuer was asked %d times", n)
	}
	i.serve(body(set(t, second)))
	c.on(fetchAtMost)
	if _, err := r.Find(ctx, "second"); err != nil {
		t.Errorf("the issuer's new key: %v", err)
	}
	if _, err := r.Find(ctx, "first"); !errors.Is(err, ErrUnknown) {
		t.Errorf("the key that it withdrew: %v", err)
	}
}

// While the issuer is away its last keys hold for an hour; then requests get 503, and so does /readyz.
func TestIssuerAway(t *testing.T) {
	ctx, i, c := context.Background(), newIssuer(t), &clock{now: time.Now()}
	i.serve(func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) })
	r := NewRemote(i.URL, Algorithms, c.read)
	if _, err := r.Find(ctx, "ed"); problem.From(err).Status != 503 || problem.From(r.Ready(ctx)).Status != 503 {
		t.Errorf("away from the start: %v", err)
	}
	_, _ = r.Find(ctx, "ed")
	if n := i.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	i.serve(body(set(t, edKey(t, "ed"))))
	c.on(fetchAtMost)
	if _, err := r.Find(ctx, "ed"); err != nil || r.Ready(ctx) != nil {
		t.Errorf("back: %v", err)
	}
	i.serve(func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) })
	c.on(time.Hour - time.Second)
	if _, err := r.Find(ctx, "ed"); err != nil {
		t.Errorf("away for less than an hour: %v", err)
	}
	c.on(time.Second)
	if _, err := r.Find(ctx, "ed"); problem.From(err).Status != 503 {
		t.Errorf("away for an hour: %v", err)
	}
}

// What is no set from the address that was set is not taken (C2).
func TestFetchIsBounded(t *testing.T) {
	ctx, elsewhere := context.Background(), newIssuer(t)
	elsewhere.serve(body(set(t, edKey(t, "ed"))))
	for name, answer := range map[string]func(http.ResponseWriter){
		"redirect": func(w http.ResponseWriter) {
			w.Header().Set("Location", elsewhere.URL)
			w.WriteHeader(http.StatusFound)
		},
		"endless":        body([]byte(`{"keys":[]}` + strings.Repeat(" ", maxSet))),
		"no set":         body([]byte("<html>")),
		"a key too many": body(set(t, edKey(t, "ed"), with(edKey(t, "private"), "d", "AA"))),
	} {
		i := newIssuer(t)
		i.serve(answer)
		r := NewRemote(i.URL, Algorithms, time.Now)
		if _, err := r.Find(ctx, "ed"); problem.From(err).Status != 503 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := elsewhere.asked.Load(); n != 0 {
		t.Errorf("%d requests to an address that nobody set", n)
	}
}

// A file is read again when it was replaced; one that broke holds no keys any more, the old ones neither.
func TestFile(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "keys.json")
	f, err := OpenFile(path, Algorithms)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Find(ctx, "ed"); !errors.Is(err, ErrUnknown) {
		t.Errorf("no file yet: %v", err)
	}
	for i, step := range []struct {
		text   []byte
		status int // 0 if the key is found, 401 for unknown
	}{
		{set(t, edKey(t, "ed")), 0},
		{set(t, edKey(t, "another")), 401},
		{set(t, edKey(t, "ed")), 0},
		{[]byte(`{"keys":`), 503},
		{set(t, edKey(t, "ed")), 0},
	} {
		fresh := path + ".new"
		if err := errors.Join(os.WriteFile(fresh, step.text, 0o600), os.Rename(fresh, path)); err != nil {
			t.Fatal(err)
		}
		_, err := f.Find(ctx, "ed")
		status := 0
		switch {
		case errors.Is(err, ErrUnknown):
			status = 401
		case err != nil:
			status = problem.From(err).Status
		}
		if status != step.status {
			t.Errorf("step %d: %v", i, err)
		}
	}
}
