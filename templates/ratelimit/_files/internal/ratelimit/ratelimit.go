// Package ratelimit limits how often one key may do something.
//
// A Limiter is a token bucket for each key, kept as one instant (GCRA): the time at which the bucket will be full again. That is
// eight bytes a key, refills without a timer, and a bucket that is full needs no entry at all.
//
// Memory is bounded: at most MaxKeys keys are remembered, in two generations per shard. A full young generation becomes the old one, and
// what was old is forgotten. A key that is forgotten starts with a full bucket, so that a flood of addresses may gain the flooder a few more
// requests and never takes one from anybody else. Two generations and not a linked LRU list, because the maps hold no pointers when the key holds
// none: the garbage collector skips them, and a hit allocates nothing.
//
// Limits are per process. Several replicas allow that many times as much.
package ratelimit

import (
	"hash/maphash"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"example.com/app/internal/config"
)

// MaxKeys is how many keys a Limiter remembers at most: about 10 MB with keys of 16 bytes.
const MaxKeys = 1 << 17

const (
	shards        = 32 // one lock each
	perGeneration = MaxKeys / shards / 2
	maxPrepared   = 1 << 13 // header values built in advance; a limit that needs more builds them when asked
)

// A Limiter limits each key by itself. It is safe for concurrent use.
type Limiter[K comparable] struct {
	name   string
	burst  int64
	step   time.Duration // one token comes back
	full   time.Duration // an empty bucket is full again
	began  time.Time
	seed   maphash.Seed
	shards [shards]shard[K]
	policy []string
	fields [][][]string // RateLimit values by remaining and seconds, the latter from least(remaining)
}

type shard[K comparable] struct {
	sync.Mutex
	young, old map[K]time.Duration // when the key's bucket is full again, since began
	turned     time.Duration       // when young became old last
}

// A Result is what became of one call.
type Result struct {
	Allowed    bool
	Remaining  int           // calls that would be allowed now
	Reset      time.Duration // until the bucket is full again
	RetryAfter time.Duration // until one call is allowed; zero if it is
}

// New returns a Limiter that clients see under that name, lower-case letters and hyphens, in RateLimit-Policy.
func New[K comparable](name string, r config.Rate) *Limiter[K] {
	step := max(r.Window/time.Duration(r.Requests), 1)
	l := &Limiter[K]{
		name:  name,
		burst: int64(r.Burst),
		step:  step,
		full:  step * time.Duration(r.Burst),
		began: time.Now(),
		seed:  maphash.MakeSeed(), // nobody outside can aim at one shard
	}
	for i := range l.shards {
		l.shards[i].young, l.shards[i].old = map[K]time.Duration{}, map[K]time.Duration{}
	}
	l.policy = []string{`"` + name + `";q=` + strconv.Itoa(r.Burst) + ";w=" + strconv.FormatInt(seconds(l.full), 10)}
	l.prepare()
	return l
}

// Allow takes one call from the key's bucket if there is one.
func (l *Limiter[K]) Allow(key K) Result { return l.ask(key, true) }

// Peek says what Allow would, and takes nothing: for limits that count failures only.
func (l *Limiter[K]) Peek(key K) Result { return l.ask(key, false) }

func (l *Limiter[K]) ask(key K, take bool) Result {
	s := &l.shards[maphash.Comparable(l.seed, key)%shards]
	now := time.Since(l.began)
	s.Lock()
	defer s.Unlock()
	s.age(now, l.full)
	at, young := s.young[key]
	if !young {
		at = s.old[key]
	}
	after := max(at, now) + l.step
	allowed := after-now <= l.full
	if take {
		if allowed {
			at = after
		}
		if !young && len(s.young) >= perGeneration {
			s.turn(now)
		}
		s.young[key] = at // of a refused call too: who keeps calling is not forgotten
	}
	wait := max(at-now, 0)
	res := Result{Allowed: allowed, Remaining: int((l.full - wait) / l.step), Reset: wait}
	if !allowed {
		res.RetryAfter = after - now - l.full
	}
	return res
}

// age forgets what has been full for a while: after the time that fills any bucket, nothing in old is worth keeping.
func (s *shard[K]) age(now, full time.Duration) {
	if now-s.turned > full {
		s.turn(now)
	}
}

// turn makes the young generation the old one. The maps are used again, so that a shard stops allocating once it is warm.
func (s *shard[K]) turn(now time.Duration) {
	clear(s.old)
	s.young, s.old = s.old, s.young
	s.turned = now
}

// Keys returns how many keys are remembered.
func (l *Limiter[K]) Keys() int {
	n := 0
	for i := range l.shards {
		s := &l.shards[i]
		s.Lock()
		n += len(s.young) + len(s.old)
		s.Unlock()
	}
	return n
}

// Announce adds the limit to RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers: lists of structured
// fields; q calls in w seconds, r left, full again in t). Limits that apply at once each add their own.
func (l *Limiter[K]) Announce(h http.Header, res Result) {
	add(h, "Ratelimit-Policy", l.policy)
	add(h, "Ratelimit", l.field(res))
}

// add shares value with the header if it is the first, and copies both otherwise.
func add(h http.Header, name string, value []string) {
	if was := h[name]; len(was) > 0 {
		value = append(was[:len(was):len(was)], value...)
	}
	h[name] = value
}

// field returns the RateLimit value for res, from the prepared ones where there are any.
func (l *Limiter[K]) field(res Result) []string {
	t := seconds(res.Reset)
	if l.fields != nil {
		return l.fields[res.Remaining][t-l.least(res.Remaining)]
	}
	return l.format(res.Remaining, t)
}

func (l *Limiter[K]) format(remaining int, t int64) []string {
	b := append(make([]byte, 0, 64), '"')
	b = append(append(b, l.name...), `";r=`...)
	b = append(strconv.AppendInt(b, int64(remaining), 10), ";t="...)
	return []string{string(strconv.AppendInt(b, t, 10))}
}

// prepare builds every value that field can return: what remains and the time until the bucket is full depend on each other, so
// there are about as many as calls and seconds together.
func (l *Limiter[K]) prepare() {
	if l.burst+seconds(l.full) > maxPrepared {
		return
	}
	l.fields = make([][][]string, l.burst+1)
	for r := range l.fields {
		for t := l.least(r); t <= seconds(l.step*time.Duration(l.burst-int64(r))); t++ {
			l.fields[r] = append(l.fields[r], l.format(r, t))
		}
	}
}

// least returns the smallest number of seconds until the bucket is full when that many calls remain.
func (l *Limiter[K]) least(remaining int) int64 {
	wait := l.step*time.Duration(l.burst-int64(remaining)-1) + 1
	return seconds(max(wait, 0))
}

// seconds rounds up: a client that waits that long is not refused again.
func seconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }
