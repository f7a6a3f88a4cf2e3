package guard

import (
	"encoding/binary"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// stopped returns a limiter whose time stands still until the test moves it.
func stopped(name string, r Rate) (*Limiter, *time.Duration) {
	l := NewLimiter(name, r)
	now := time.Duration(0)
	l.now = func() time.Duration { return now }
	return l, &now
}

func TestLimiterRefills(t *testing.T) {
	l, now := stopped("test", Rate{10, time.Second, 2})
	calls := func(want ...bool) {
		t.Helper()
		for i, w := range want {
			if got := l.Allow(Key{1}); got.Allowed != w {
				t.Fatalf("after %v, call %d: %+v", *now, i+1, got)
			}
		}
	}
	calls(true, true, false)
	res := l.Allow(Key{1})
	if want := (Result{Reset: 200 * time.Millisecond, RetryAfter: 100 * time.Millisecond}); res != want {
		t.Errorf("beyond the burst: %+v, want %+v", res, want)
	}
	if !l.Allow(Key{2}).Allowed {
		t.Error("another key has no bucket of its own")
	}
	*now = 99 * time.Millisecond
	calls(false)
	*now = 100 * time.Millisecond
	calls(true, false)
	*now = time.Hour
	calls(true, true, false) // a burst, and never more
}

// Many at once get exactly the burst.
func TestLimiterUnderConcurrency(t *testing.T) {
	l := NewLimiter("test", Rate{1, time.Hour, 50})
	var allowed atomic.Int64
	var all sync.WaitGroup
	for i := 0; i < 8; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < 100; j++ {
				if l.Allow(Key{}).Allowed {
					allowed.Add(1)
				}
			}
		}()
	}
	all.Wait()
	if got := allowed.Load(); got != 50 {
		t.Errorf("%d allowed, want 50", got)
	}
}

// keys returns how many keys are remembered.
func (l *Limiter) keys() int {
	n := 0
	for i := range l.shards {
		n += len(l.shards[i].young) + len(l.shards[i].old)
	}
	return n
}

// A million clients leave what is remembered bounded.
func TestLimiterMemoryIsBounded(t *testing.T) {
	l, _ := stopped("test", Rate{100, 15 * time.Minute, 100})
	var key Key
	for i := uint32(0); i < 1_000_000; i++ {
		binary.BigEndian.PutUint32(key[12:], i)
		if !l.Allow(key).Allowed {
			t.Fatalf("client %d is refused its first request", i)
		}
	}
	if n := l.keys(); n > MaxKeys || n < MaxKeys/4 {
		t.Errorf("%d keys remembered, want at most %d and not much less", n, MaxKeys)
	}
}

// A client that keeps asking is not forgotten because others come and go.
func TestLimiterForgetsNobodyWhoAsks(t *testing.T) {
	l, _ := stopped("test", Rate{1, time.Hour, 1})
	loud := Key{15: 1}
	l.Allow(loud)
	var key Key
	for i := uint32(1); i < 2*MaxKeys; i++ {
		binary.BigEndian.PutUint32(key[4:], i)
		l.Allow(key)
		if i%1000 == 0 && l.Allow(loud).Allowed {
			t.Fatalf("forgotten after %d others", i)
		}
	}
}

// Who left long ago takes no memory any more.
func TestLimiterForgetsWhoLeft(t *testing.T) {
	l, now := stopped("test", Rate{10, time.Second, 20})
	var key Key
	for round := byte(0); round < 3; round++ {
		key[0] = round
		for i := uint32(0); i < 2000; i++ { // so many that every shard is asked
			binary.BigEndian.PutUint32(key[12:], i)
			l.Allow(key)
		}
		*now += time.Minute
	}
	for i := range l.shards {
		for _, clients := range []map[Key]time.Duration{l.shards[i].young, l.shards[i].old} {
			for key := range clients {
				if key[0] == 0 {
					t.Fatal("a client of two rounds ago is remembered")
				}
			}
		}
	}
}

// Header values are well formed, what is left falls, and a full bucket is not further away than the window.
func TestAnnounce(t *testing.T) {
	for _, rate := range []Rate{
		{10, time.Second, 20}, {5, 15 * time.Minute, 5}, {100, 15 * time.Minute, 100}, {3, time.Second, 7}, {1_000_000, time.Second, 1_000_000}, {1, time.Millisecond, 1},
	} {
		l, now := stopped("test", rate)
		last := rate.Burst
		for i := 0; i <= min(rate.Burst, 200); i++ {
			h := http.Header{}
			l.Announce(h, l.Allow(Key{}))
			q, w := fields(t, h.Get("RateLimit-Policy"), "q", "w")
			r, at := fields(t, h.Get("RateLimit"), "r", "t")
			if q != rate.Burst || r > last || i == 0 && r != rate.Burst-1 || at > w || at < 0 {
				t.Fatalf("%+v, call %d: %v", rate, i+1, h)
			}
			last = r
			if i%3 == 2 {
				*now += rate.Window / time.Duration(rate.Requests) / 7
				last = rate.Burst
			}
		}
	}
}

// Two limits that apply at once are both told.
func TestAnnounceBoth(t *testing.T) {
	a, b := NewLimiter("address", Rate{10, time.Second, 20}), NewLimiter("auth", Rate{5, 15 * time.Minute, 5})
	for i := 0; i < 2; i++ { // the second time must not have grown
		h := http.Header{}
		a.Announce(h, Result{Remaining: 20})
		b.Announce(h, Result{Remaining: 5})
		if got := strings.Join(h.Values("RateLimit-Policy"), ", "); got != `"address";q=20;w=2, "auth";q=5;w=900` {
			t.Errorf("policy: %s", got)
		}
		if got := strings.Join(h.Values("RateLimit"), ", "); got != `"address";r=20;t=0, "auth";r=5;t=0` {
			t.Errorf("limit: %s", got)
		}
	}
}

// fields reads two integer parameters of a structured field's single item (RFC 9651).
func fields(t *testing.T, value, first, second string) (int, int) {
	t.Helper()
	parts := strings.Split(value, ";")
	if len(parts) != 3 || parts[0] != `"test"` {
		t.Fatalf("field %q", value)
	}
	var n [2]int
	for i, name := range []string{first, second} {
		digits, ok := strings.CutPrefix(parts[i+1], name+"=")
		var err error
		if n[i], err = strconv.Atoi(digits); !ok || err != nil {
			t.Fatalf("field %q", value)
		}
	}
	return n[0], n[1]
}

// A known client costs no allocation beyond the place of the two headers.
func TestLimiterAllocatesNothing(t *testing.T) {
	l := NewLimiter("test", Rate{1000, time.Second, 1000})
	key := KeyOf(netip.MustParseAddr("192.0.2.1"))
	h := http.Header{"Ratelimit": nil, "Ratelimit-Policy": nil}
	n := testing.AllocsPerRun(1000, func() {
		h["Ratelimit"], h["Ratelimit-Policy"] = nil, nil
		l.Announce(h, l.Allow(key))
	})
	if n != 0 {
		t.Errorf("%v allocations a request", n)
	}
}

// Texts have keys that differ, and that differ from one limiter to the next.
func TestKeyOfAText(t *testing.T) {
	l := NewLimiter("test", Rate{1, time.Second, 1})
	first, again := l.Key("a"), l.Key("a")
	if first != again || first == l.Key("b") || first == NewLimiter("test", Rate{1, time.Second, 1}).Key("a") {
		t.Error("keys of texts are not theirs alone")
	}
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string]Rate{
		"10/1s,20": {10, time.Second, 20}, "5/15m": {5, 15 * time.Minute, 5}, " 5 / 1m , 5 ": {5, time.Minute, 5},
		"1000000000/1s": {1_000_000_000, time.Second, 1_000_000_000}, "1/24h,30": {1, 24 * time.Hour, 30},
	} {
		r, err := ParseRate(text)
		if err != nil || r != want {
			t.Errorf("%q: %v, %v", text, r, err)
		}
		l := NewLimiter("test", r.times(4)) // as for the networks around an address
		if res := l.Allow(Key{}); l.full <= 0 || !res.Allowed || res.Reset > l.full {
			t.Errorf("%q: an empty bucket is full in %v, %+v", text, l.full, res)
		}
	}
	for _, bad := range []string{
		"", "10", "10/", "/1s", "0/1s", "-1/1s", "10/0s", "10/-1s", "10/1s,0", "10/1s,x", "10/1s,20,30", "1/48h",
		"1/8760h,1000000", "9223372036854775807/1s", "1/1s,9223372036854775807", "1/24h,366", "1/1s,1000000000",
	} {
		if r, err := ParseRate(bad); err == nil {
			t.Errorf("%q is read as %v", bad, r)
		}
	}
}

// Any text is refused, or gives a limit that limits.
func FuzzParseRate(f *testing.F) {
	for _, s := range []string{"10/1s", "10/1s,20", "5/15m", "", "/", "-1/1s", "1/-1s", "1/1s,0", "9999999999999999999/1s", "1/8760h,1000000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRate(s)
		if err != nil {
			return
		}
		l, _ := stopped("test", r)
		if r.Requests <= 0 || r.Window <= 0 || r.Burst <= 0 || l.full <= 0 || !l.Allow(Key{}).Allowed {
			t.Errorf("%q gives %+v", s, r)
		}
	})
}
