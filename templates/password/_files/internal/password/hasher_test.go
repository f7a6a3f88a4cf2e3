package password

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/bcrypt"

	"example.com/app/internal/keyring"
	"example.com/app/internal/problem"
)

func ring(t testing.TB, entries ...string) keyring.Ring {
	t.Helper()
	r, err := keyring.Parse(strings.Join(entries, ","))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func hash(t testing.TB, h *Hasher, plain string) Hash {
	t.Helper()
	stored, err := h.Hash(context.Background(), plain)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// count returns how many times h has run argon2id with the current parameters.
func count(h *Hasher) *int {
	runs, argon := new(int), h.derive
	h.derive = func(secret, salt []byte, p params, size uint32) []byte {
		if p == current {
			*runs++
		}
		return argon(secret, salt, p, size)
	}
	return runs
}

func TestHashIsArgon2idUnderTheNewestKey(t *testing.T) {
	h := NewHasher(ring(t, keyring.Generate("new"), keyring.Generate("old")))
	a, b := hash(t, h, "windy roof plums"), hash(t, h, "windy roof plums")
	if !strings.HasPrefix(a.Text, "$argon2id$v=19$m=19456,t=2,p=1$") || a.Key != "new" {
		t.Errorf("got %+v", a)
	}
	if a.Text == b.Text {
		t.Error("the same password twice gives the same text")
	}
}

func TestVerify(t *testing.T) {
	long := strings.Repeat("windy roof plums ", 8)[:128]
	flip := func(s string, i int) string { return s[:i] + "#" + s[i+1:] }
	tests := []struct {
		name, set, tried string
		want             bool
	}{
		{"same", "windy roof plums", "windy roof plums", true},
		{"other", "windy roof plums", "windy roof plumz", false},
		{"other in byte 73", long, flip(long, 72), false},
		{"other in byte 128", long, flip(long, 127), false},
		{"one byte less", long, long[:127], false},
		{"leading space", "windy roof plums", " windy roof plums", false},
		{"trailing space", "windy roof plums ", "windy roof plums", false},
		{"other case", "windy roof plums", "Windy roof plums", false},
		{"composed and decomposed", "caf\u00e9 au lait, twice", "cafe\u0301 au lait, twice", true},
		{"full width and plain", "ｗindy roof plums", "windy roof plums", true},
		{"empty", "windy roof plums", "", false},
	}
	h := NewHasher(ring(t, keyring.Generate("a")))
	for _, tt := range tests {
		ok, stale, err := h.Verify(context.Background(), tt.tried, hash(t, h, tt.set))
		if err != nil || ok != tt.want || stale {
			t.Errorf("%s: ok %v, stale %v, %v", tt.name, ok, stale, err)
		}
	}
}

// A key can be replaced: what went through the old one opens and is stale, what went through one that is gone does not open.
func TestPepperRotates(t *testing.T) {
	a, b := keyring.Generate("a"), keyring.Generate("b")
	stored := hash(t, NewHasher(ring(t, a)), "windy roof plums")
	tests := []struct {
		name      string
		ring      keyring.Ring
		ok, stale bool
	}{
		{"the same", ring(t, a), true, false},
		{"an older one", ring(t, b, a), true, true},
		{"another one with the same id", ring(t, keyring.Generate("a")), false, false},
	}
	for _, tt := range tests {
		h := NewHasher(tt.ring)
		runs := count(h)
		ok, stale, err := h.Verify(context.Background(), "windy roof plums", stored)
		if err != nil || ok != tt.ok || stale != tt.stale || *runs != 1 {
			t.Errorf("%s: ok %v, stale %v, %d runs, %v", tt.name, ok, stale, *runs, err)
		}
	}
	h := NewHasher(ring(t, b))
	runs := count(h)
	if ok, _, err := h.Verify(context.Background(), "windy roof plums", stored); ok || !errors.Is(err, ErrNoKey) || *runs != 1 {
		t.Errorf("gone: ok %v, %d runs, %v", ok, *runs, err)
	}
}

func TestWeakerParametersAreStale(t *testing.T) {
	r := ring(t, keyring.Generate("a"))
	h := NewHasher(r)
	weak := params{memory: 8192, passes: 1, lanes: 1}
	salt := random(saltSize)
	stored := Hash{Text: encoded{params: weak, salt: salt, tag: h.run(r.Newest(), "windy roof plums", salt, weak, tagSize)}.String(), Key: "a"}
	if ok, stale, err := h.Verify(context.Background(), "windy roof plums", stored); !ok || !stale || err != nil {
		t.Errorf("ok %v, stale %v, %v", ok, stale, err)
	}
}

// A row of another system opens once, as it was typed, and is stale. bcrypt reads 72 bytes: a longer password never matches, or any
// ending would.
func TestBcrypt(t *testing.T) {
	full := strings.Repeat("x", bcryptLimit)
	tests := []struct {
		name, set, tried string
		want             bool
	}{
		{"same", "windy roof", "windy roof", true},
		{"other", "windy roof", "windy proof", false},
		{"72 bytes", full, full, true},
		{"73 bytes", full, full + "y", false},
		{"not normalized", "cafe\u0301", "cafe\u0301", true},
	}
	h := NewHasher(ring(t, keyring.Generate("a")))
	for _, tt := range tests {
		stored, err := bcrypt.GenerateFromPassword([]byte(tt.set), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		ok, stale, err := h.Verify(context.Background(), tt.tried, Hash{Text: string(stored)})
		if err != nil || ok != tt.want || stale != tt.want {
			t.Errorf("%s: ok %v, stale %v, %v", tt.name, ok, stale, err)
		}
	}
	costly, err := bcrypt.GenerateFromPassword([]byte("x"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Verify(context.Background(), "x", Hash{Text: strings.Replace(string(costly), "$04$", "$15$", 1)}); err == nil {
		t.Error("a hash that takes seconds is checked")
	}
}

// An account that does not exist costs one argon2id like every other (A9).
func TestPretendIsOneRun(t *testing.T) {
	h := NewHasher(ring(t, keyring.Generate("a")))
	runs := count(h)
	if err := h.Pretend(context.Background(), "windy roof plums"); err != nil || *runs != 1 {
		t.Errorf("%d runs, %v", *runs, err)
	}
}

// No more than the slots run at once. A request that waits too long gets a 503, and its slot comes back; a flood does not touch
// the reserved slots, which serve everybody who may use them.
func TestSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(ring(t, keyring.Generate("a")))
		var now, most atomic.Int32
		h.derive = func(_, _ []byte, _ params, size uint32) []byte {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(maxWait / 4)
			return make([]byte, size)
		}
		slots, general := int32(cap(h.slots)), int32(cap(h.general)) //nolint:gosec // a few
		var busy, refused atomic.Int32
		var wg sync.WaitGroup
		ask := func(ctx context.Context, count *atomic.Int32) {
			wg.Go(func() {
				_, err := h.Hash(ctx, "windy roof plums")
				if p := (problem.Problem{}); errors.As(err, &p) && p.Status == 503 && p.RetryAfter > 0 {
					count.Add(1)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		for range 10 * slots {
			ask(context.Background(), &busy)
		}
		synctest.Wait() // the flood is there first
		for range 3 * (slots - general) {
			ask(WithReserve(context.Background()), &refused)
		}
		wg.Wait()
		if most.Load() != slots || refused.Load() != 0 {
			t.Errorf("%d at once, want %d; %d with a reserve were refused", most.Load(), slots, refused.Load())
		}
		// While requests wait, each slot has four turns, of which the reserve took one.
		if got := 10*slots - busy.Load(); got < 3*general || got > 5*general {
			t.Errorf("%d were served, %d refused, with %d slots", got, busy.Load(), general)
		}
		if _, err := h.Hash(context.Background(), "windy roof plums"); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// A client that disconnected does not wait for a slot.
func TestCanceledWhileWaiting(t *testing.T) {
	h := NewHasher(ring(t, keyring.Generate("a")))
	for range cap(h.slots) {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.Hash(ctx, "windy roof plums"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestMalformedHashes(t *testing.T) {
	good := hash(t, NewHasher(ring(t, keyring.Generate("a"))), "windy roof plums").Text
	salt, tag := b64.EncodeToString(make([]byte, 16)), b64.EncodeToString(make([]byte, 32))
	tests := map[string]string{
		"empty":          "",
		"plain text":     "windy roof plums",
		"argon2i":        strings.Replace(good, "argon2id", "argon2i", 1),
		"old version":    strings.Replace(good, "v=19", "v=16", 1),
		"no tag":         good[:strings.LastIndexByte(good, '$')+1],
		"all the memory": fmt.Sprintf("$argon2id$v=19$m=%d,t=2,p=1$%s$%s", maxParams.memory+8, salt, tag),
		"forever":        fmt.Sprintf("$argon2id$v=19$m=19456,t=100000,p=1$%s$%s", salt, tag),
		"no passes":      fmt.Sprintf("$argon2id$v=19$m=19456,t=0,p=1$%s$%s", salt, tag),
		"no lanes":       fmt.Sprintf("$argon2id$v=19$m=19456,t=2,p=0$%s$%s", salt, tag),
		"signs":          fmt.Sprintf("$argon2id$v=19$m=+19456,t=2,p=1$%s$%s", salt, tag),
		"more behind":    good + "$",
		"short tag":      fmt.Sprintf("$argon2id$v=19$m=19456,t=2,p=1$%s$AA", salt),
	}
	h := NewHasher(ring(t, keyring.Generate("a")))
	for name, text := range tests {
		if ok, _, err := h.Verify(context.Background(), "windy roof plums", Hash{Text: text, Key: "a"}); ok || err == nil {
			t.Errorf("%s: ok %v, %v", name, ok, err)
		}
	}
}

// Reading a row with any content does not panic, and what is read prints as it was.
func FuzzParse(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$2b$10$")
	f.Fuzz(func(t *testing.T, s string) {
		if e, err := parse(s); err == nil && e.String() != s {
			t.Errorf("%q reads as %q", s, e.String())
		}
	})
}

// What one password costs: the time here is what bounds guessing.
func BenchmarkHash(b *testing.B) {
	h := NewHasher(ring(b, keyring.Generate("a")))
	for b.Loop() {
		hash(b, h, "windy roof plums")
	}
}
