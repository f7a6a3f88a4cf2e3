package guard

import (
	"hash/maphash"
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A limiter limits how often one client may call (CWE-770). It is a token bucket for each client, kept as one instant (GCRA): when the bucket will
// be full again.
//
// Memory is bounded: at most maxClients are remembered, in two generations per shard. A full young generation becomes the old one, and what was old is
// forgotten. Who is forgotten starts with a full bucket: a flood of addresses may gain the flooder a few more requests, and takes none from
// anybody else. The limit is this process's own: several replicas allow that many times as much.
type limiter struct {
	burst  int64
	step   time.Duration // one call comes back
	full   time.Duration // an empty bucket is full again
	policy string
	now    func() time.Duration // since the limiter began, which no change of the clock disturbs
	seed   maphash.Seed
	shards [shards]shard
}

const (
	maxClients    = 1 << 17 // about 10 MB
	shards        = 32      // one lock each
	perGeneration = maxClients / shards / 2
)

type shard struct {
	sync.Mutex
	young, old map[network]time.Duration // when the bucket is full again
	turned     time.Duration             // when young became old last
}

// A network is what one client can be expected to hold: a whole IPv4 address, or the /64 of an IPv6 address, because a single host is given at least that
// much (RFC 6177) and could use a new address for every call.
type network [16]byte

func networkOf(a netip.Addr) network {
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			a = p.Addr()
		}
	}
	if !a.IsValid() {
		return network{} // a Unix socket: all who come that way share a bucket
	}
	return a.As16()
}

// rateLimit refuses calls beyond RATE_LIMIT with 429 (RFC 6585 section 4).
func rateLimit(s *settings) func(http.Handler) http.Handler {
	behind, probe := trustedProxies(s), probes(s)
	requests, window, burst, ok := parseRate(s.value("RATE_LIMIT"))
	if !ok {
		s.refuse("RATE_LIMIT", "requests/window,burst such as 10/1s,20")
		requests, window, burst = 1, time.Second, 1
	}
	l := newLimiter(requests, window, burst)
	var told sync.Once
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !probe(r) && !l.admit(w.Header(), behind.client(r)) {
				if peer := peer(r); r.Header.Get("X-Forwarded-For") != "" && !behind.trusted(peer) {
					told.Do(func() { // clients that share a proxy's bucket are refused for one another
						slog.Warn("X-Forwarded-For is not believed: is this a proxy that TRUSTED_PROXIES should name?", "peer", peer)
					})
				}
				http.Error(w, "too many requests", http.StatusTooManyRequests)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// parseRate reads requests/window,burst; the burst is the number of requests if it is left out.
func parseRate(text string) (requests int, window time.Duration, burst int, ok bool) {
	rate, burstText, hasBurst := strings.Cut(text, ",")
	count, windowText, _ := strings.Cut(rate, "/")
	requests, err1 := strconv.Atoi(strings.TrimSpace(count))
	window, err2 := time.ParseDuration(strings.TrimSpace(windowText))
	burst = requests
	var err3 error
	if hasBurst {
		burst, err3 = strconv.Atoi(strings.TrimSpace(burstText))
	}
	sane := requests > 0 && requests <= 1e6 && burst > 0 && burst <= 1e6 && window >= time.Millisecond && window <= 24*time.Hour
	return requests, window, burst, err1 == nil && err2 == nil && err3 == nil && sane
}

func newLimiter(requests int, window time.Duration, burst int) *limiter {
	began := time.Now()
	l := &limiter{
		burst: int64(burst),
		step:  max(window/time.Duration(requests), 1),
		now:   func() time.Duration { return time.Since(began) },
		seed:  maphash.MakeSeed(), // nobody outside can aim at one shard
	}
	l.full = l.step * time.Duration(burst)
	l.policy = `"client";q=` + strconv.Itoa(burst) + ";w=" + strconv.FormatInt(seconds(l.full), 10)
	for i := range l.shards {
		l.shards[i].young, l.shards[i].old = map[network]time.Duration{}, map[network]time.Duration{}
	}
	return l
}

// admit takes one call and tells the client what is left (draft-ietf-httpapi-ratelimit-headers: q calls in w seconds, r left, full again in t).
func (l *limiter) admit(h http.Header, client netip.Addr) bool {
	allowed, left, reset, wait := l.take(networkOf(client))
	h.Set("RateLimit-Policy", l.policy)
	h.Set("RateLimit", `"client";r=`+strconv.FormatInt(left, 10)+";t="+strconv.FormatInt(seconds(reset), 10))
	if !allowed {
		h.Set("Retry-After", strconv.FormatInt(seconds(wait), 10))
	}
	return allowed
}

// take takes one call from a client's bucket if there is one. left calls would be allowed now, in reset the bucket is full again, in wait
// one call is allowed.
func (l *limiter) take(key network) (allowed bool, left int64, reset, wait time.Duration) {
	s := &l.shards[maphash.Bytes(l.seed, key[:])%shards]
	s.Lock()
	defer s.Unlock()
	now := l.now()
	if now-s.turned > l.full {
		s.turn(now) // what is left in old has been full for a while
	}
	at, young := s.young[key]
	if !young {
		at = s.old[key]
	}
	after := max(at, now) + l.step
	if allowed = after-now <= l.full; allowed {
		at = after
	}
	if !young && len(s.young) >= perGeneration {
		s.turn(now)
	}
	s.young[key] = at // of a refused call too: who keeps calling is not forgotten
	reset = max(at-now, 0)
	return allowed, int64((l.full - reset) / l.step), reset, after - now - l.full
}

// turn makes the young generation the old one. The maps are used again.
func (s *shard) turn(now time.Duration) {
	clear(s.old)
	s.young, s.old = s.old, s.young
	s.turned = now
}

// seconds rounds up: a client that waits that long is not refused again.
func seconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }
