package ratelimit

import (
	"encoding/binary"
	"net/http"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/app/internal/config"
)

var tenPerSecond = config.Rate{Requests: 10, Window: time.Second, Burst: 20}

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New[string]("test", tenPerSecond)
		for i := range 20 {
			if res := l.Allow("a"); !res.Allowed || res.Remaining != 19-i {
				t.Fatalf("call %d of the burst: %+v", i+1, res)
			}
		}
		res := l.Allow("a")
		if res.Allowed || res.Remaining != 0 || res.RetryAfter != 100*time.Millisecond || res.Reset != 2*time.Second {
			t.Fatalf("beyond the burst: %+v", res)
		}
		if !l.Allow("b").Allowed {
			t.Error("another key has a bucket of its own")
		}
		time.Sleep(res.RetryAfter)
		if !l.Allow("a").Allowed {
			t.Error("refused after the time it was told to wait")
		}
		if l.Allow("a").Allowed {
			t.Error("one came back, two were allowed")
		}
		time.Sleep(time.Hour)
		for range 20 {
			if !l.Allow("a").Allowed {
				t.Fatal("the bucket is full after a while")
			}
		}
		if l.Allow("a").Allowed {
			t.Error("a bucket never holds more than its burst")
		}
	})
}

func TestPeekTakesNothing(t *testing.T) {
	l := New[string]("test", config.Rate{Requests: 5, Window: 15 * time.Minute, Burst: 5})
	for range 100 {
		if res := l.Peek("a"); !res.Allowed || res.Remaining != 5 {
			t.Fatalf("%+v", res)
		}
	}
	for range 5 {
		l.Allow("a")
	}
	if l.Peek("a").Allowed {
		t.Error("nothing is left")
	}
}

// Many at once get exactly the burst.
func TestConcurrent(t *testing.T) {
	l := New[string]("test", config.Rate{Requests: 1, Window: time.Hour, Burst: 50})
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if l.Allow("a").Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if got := allowed.Load(); got != 50 {
		t.Errorf("%d allowed, want 50", got)
	}
}

// A million clients leave what is remembered bounded (CWE-770).
func TestMillionKeys(t *testing.T) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	l := New[Address]("test", config.Rate{Requests: 100, Window: 15 * time.Minute, Burst: 100})
	before := heap()
	var key Address
	for i := range uint32(1_000_000) {
		binary.BigEndian.PutUint32(key[12:], i)
		if !l.Allow(key).Allowed {
			t.Fatalf("client %d is refused its first call", i)
		}
	}
	if n := l.Keys(); n > MaxKeys || n < MaxKeys/4 {
		t.Errorf("%d keys remembered, want at most %d and not much less", n, MaxKeys)
	}
	if grown := int64(heap()) - int64(before); grown > 12<<20 {
		t.Errorf("a million clients take %d kB", grown>>10)
	}
	runtime.KeepAlive(l)
}

// A client that keeps calling is not forgotten because others come and go.
func TestFloodForgetsNobodyWhoCalls(t *testing.T) {
	l := New[Address]("test", config.Rate{Requests: 1, Window: time.Hour, Burst: 3})
	loud := Address{15: 1}
	for range 3 {
		l.Allow(loud)
	}
	var key Address
	for i := range uint32(2 * MaxKeys) {
		binary.BigEndian.PutUint32(key[4:], i+1)
		l.Allow(key)
		if i%1000 == 0 && l.Allow(loud).Allowed {
			t.Fatalf("an empty bucket was forgotten after %d others", i)
		}
	}
}

// What has been full for a while is let go.
func TestIdleKeysAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New[int]("test", tenPerSecond)
		for i := range 1000 {
			l.Allow(i)
		}
		for range 3 {
			time.Sleep(3 * time.Second)
			for i := range 1000 { // touches every shard
				l.Peek(i)
			}
		}
		if n := l.Keys(); n != 0 {
			t.Errorf("%d keys remembered after an idle while", n)
		}
	})
}

// Header values are well formed, r falls, t stays within w.
func TestAnnounce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, rate := range []config.Rate{
			tenPerSecond,
			{Requests: 5, Window: 15 * time.Minute, Burst: 5},
			{Requests: 100, Window: 15 * time.Minute, Burst: 100},
			{Requests: 3, Window: time.Second, Burst: 7},
			{Requests: 1_000_000, Window: time.Second, Burst: 1_000_000},
			{Requests: 1, Window: time.Millisecond, Burst: 1},
		} {
			l := New[string]("test", rate)
			last := rate.Burst
			for i := range min(rate.Burst, 200) + 1 {
				h := http.Header{}
				l.Announce(h, l.Allow("a"))
				q, w := fields(t, h.Get("RateLimit-Policy"), "q", "w")
				r, at := fields(t, h.Get("RateLimit"), "r", "t")
				if q != rate.Burst || r > last || i == 0 && r != rate.Burst-1 || at > w || at < 0 {
					t.Fatalf("%+v, call %d: %v", rate, i+1, h)
				}
				last = r
				if i%3 == 2 {
					time.Sleep(rate.Window / time.Duration(rate.Requests) / 7)
					last = rate.Burst
				}
			}
		}
	})
}

// Two limits that apply at once are both told.
func TestAnnounceBoth(t *testing.T) {
	a, b := New[string]("address", tenPerSecond), New[string]("auth", config.Rate{Requests: 5, Window: 15 * time.Minute, Burst: 5})
	for range 2 { // the second time must not have grown
		h := http.Header{}
		a.Announce(h, a.Peek("x"))
		b.Announce(h, b.Peek("x"))
		if got := strings.Join(h.Values("RateLimit-Policy"), ", "); got != `"address";q=20;w=2, "auth";q=5;w=900` {
			t.Errorf("policy: %s", got)
		}
		if got := strings.Join(h.Values("RateLimit"), ", "); got != `"address";r=20;t=0, "auth";r=5;t=0` {
			t.Errorf("limit: %s", got)
		}
	}
}

// A known client costs no allocation beyond the place of the two headers.
func TestNoAllocation(t *testing.T) {
	l := New[Address]("test", config.Rate{Requests: 1000, Window: time.Second, Burst: 1000})
	key := AddressOf(netip.MustParseAddr("192.0.2.1"))
	h := http.Header{"Ratelimit": nil, "Ratelimit-Policy": nil}
	n := testing.AllocsPerRun(1000, func() {
		h["Ratelimit"], h["Ratelimit-Policy"] = nil, nil
		l.Announce(h, l.Allow(key))
	})
	if n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}

// One IPv6 client has more addresses than it could ever use, and one bucket.
func TestOneBucketPerNetwork(t *testing.T) {
	same := func(a, b string) bool {
		return AddressOf(netip.MustParseAddr(a)) == AddressOf(netip.MustParseAddr(b))
	}
	if !same("2001:db8:1:2::1", "2001:db8:1:2:ffff::9") {
		t.Error("two addresses of one /64 have two buckets")
	}
	if same("2001:db8:1:2::1", "2001:db8:1:3::1") {
		t.Error("two networks share a bucket")
	}
	if same("192.0.2.1", "192.0.2.2") {
		t.Error("two IPv4 addresses share a bucket")
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

func BenchmarkAllow(b *testing.B) {
	l := New[Address]("test", config.Rate{Requests: 1000, Window: time.Second, Burst: 1000})
	key := AddressOf(netip.MustParseAddr("192.0.2.1"))
	b.ReportAllocs()
	for b.Loop() {
		l.Allow(key)
	}
}
