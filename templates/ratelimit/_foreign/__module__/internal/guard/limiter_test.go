package guard

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
)

// stopped is a limiter whose time stands still until the test moves it.
func stopped(requests int, window time.Duration, burst int) (*limiter, *time.Duration) {
	l := newLimiter(requests, window, burst)
	now := time.Duration(0)
	l.now = func() time.Duration { return now }
	return l, &now
}

func TestLimiterRefills(t *testing.T) {
	l, now := stopped(10, time.Second, 2)
	key := networkOf(netip.MustParseAddr("192.0.2.1"))
	calls := func(want ...bool) {
		t.Helper()
		for i, w := range want {
			if got, _, _, _ := l.take(key); got != w {
				t.Fatalf("after %v, call %d: %v", *now, i+1, got)
			}
		}
	}
	calls(true, true, false, false)
	*now = 99 * time.Millisecond
	calls(false)
	*now = 100 * time.Millisecond
	calls(true, false)
	*now = time.Hour
	calls(true, true, false) // a burst, and never more
}

// A flood of clients leaves what is remembered bounded.
func TestLimiterMemoryIsBounded(t *testing.T) {
	l, _ := stopped(100, 15*time.Minute, 100)
	var key network
	for i := uint32(0); i < 4*maxClients; i++ {
		binary.BigEndian.PutUint32(key[12:], i)
		if allowed, _, _, _ := l.take(key); !allowed {
			t.Fatalf("client %d is refused its first call", i)
		}
	}
	n := 0
	for i := range l.shards {
		n += len(l.shards[i].young) + len(l.shards[i].old)
	}
	if n > maxClients || n < maxClients/4 {
		t.Errorf("%d clients remembered, want at most %d and not much less", n, maxClients)
	}
}

// Who keeps calling is not forgotten because others come and go.
func TestLimiterForgetsNobodyWhoCalls(t *testing.T) {
	l, _ := stopped(1, time.Hour, 1)
	loud := network{15: 1}
	l.take(loud)
	var key network
	for i := uint32(1); i < 2*maxClients; i++ {
		binary.BigEndian.PutUint32(key[4:], i)
		l.take(key)
		if i%1000 == 0 {
			if allowed, _, _, _ := l.take(loud); allowed {
				t.Fatalf("forgotten after %d others", i)
			}
		}
	}
}

// Who left long ago takes no memory any more.
func TestLimiterForgetsWhoLeft(t *testing.T) {
	l, now := stopped(10, time.Second, 20)
	var key network
	for round := byte(0); round < 3; round++ {
		key[0] = round
		for i := uint32(0); i < 2000; i++ { // so many that every shard is asked
			binary.BigEndian.PutUint32(key[12:], i)
			l.take(key)
		}
		*now += time.Minute
	}
	for i := range l.shards {
		for _, clients := range []map[network]time.Duration{l.shards[i].young, l.shards[i].old} {
			for key := range clients {
				if key[0] == 0 {
					t.Fatal("a client of two rounds ago is remembered")
				}
			}
		}
	}
}

// One host with IPv6 has more addresses than it could ever use, and one bucket.
func TestLimiterCountsNetworks(t *testing.T) {
	same := func(a, b string) bool { return networkOf(netip.MustParseAddr(a)) == networkOf(netip.MustParseAddr(b)) }
	if !same("2001:db8:1:2::1", "2001:db8:1:2:ffff::9") {
		t.Error("two addresses of one /64 have two buckets")
	}
	if same("2001:db8:1:2::1", "2001:db8:1:3::1") || same("192.0.2.1", "192.0.2.2") {
		t.Error("two networks share a bucket")
	}
}
