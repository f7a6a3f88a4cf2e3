package guard

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// MaxKeys is how many keys a Limiter remembers at most: about 10 MB.
const MaxKeys = 1 << 17

const (
	shards        = 32 // one lock each
	perGeneration = MaxKeys / shards / 2
	maxPrepared   = 1 << 13 // header values built in advance; a limit that needs more builds them when asked
)

// A Limiter limits how often each key may do something (CWE-770). It is a token bucket for each key, kept as one instant (GCRA): the time at which the
// bucket will be full again. Buckets refill without a timer, and a full one needs no entry.
//
// Memory is bounded: at most MaxKeys are remembered, in two generations per shard. A full young generation becomes the old one, and what was old is
// forgotten. A key that is forgotten starts with a full bucket: a flood of addresses may gain the flooder a few more requests, and takes none from anybody
// else. The maps hold no pointers, so that the garbage collector skips them, and a hit allocates nothing.
//
// Limits are per process. Several replicas allow that many times as much. A Limiter is safe for concurrent use.
type Limiter struct {
	name   string
	burst  int64
	step   time.Duration        // one request comes back
	full   time.Duration        // an empty bucket is full again
	now    func() time.Duration // since the limiter began, unmoved by changes of the clock
	seeds  [2]maphash.Seed      // nobody outside can aim at one shard, or at another's key
	shards [shards]shard
	policy []string
	fields [][][]string // RateLimit values by remaining and seconds, the latter from least(remaining)
}

type shard struct {
	sync.Mutex
	young, old map[Key]time.Duration // when the key's bucket is full again
	turned     time.Duration         // when young became old last
}

// A Result is what became of one request.
type Result struct {
	Allowed    bool
	Remaining  int           // requests that would be allowed now
	Reset      time.Duration // until the bucket is full again
	RetryAfter time.Duration // until one request is allowed; zero if it is
}

// NewLimiter returns a Limiter that clients see under that name, lowercase letters and hyphens, in RateLimit-Policy.
func NewLimiter(name string, r Rate) *Limiter {
	began := time.Now()
	l := &Limiter{
		name:  name,
		burst: int64(r.Burst),
		step:  r.interval(),
		full:  r.interval() * time.Duration(r.Burst),
		now:   func() time.Duration { return time.Since(began) },
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
	}
	for i := range l.shards {
		l.shards[i].young, l.shards[i].old = map[Key]time.Duration{}, map[Key]time.Duration{}
	}
	l.policy = []string{`"` + name + `";q=` + strconv.Itoa(r.Burst) + ";w=" + strconv.FormatInt(seconds(l.full), 10)}
	l.prepare()
	return l
}

// Key returns the key of a text, such as the id of a session.
func (l *Limiter) Key(text string) Key {
	var k Key
	binary.BigEndian.PutUint64(k[:8], maphash.String(l.seeds[0], text))
	binary.BigEndian.PutUint64(k[8:], maphash.String(l.seeds[1], text))
	return k
}

// Allow takes one request from the key's bucket if there is one.
func (l *Limiter) Allow(key Key) Result {
	s := l.shard(key)
	s.Lock()
	defer s.Unlock()
	now := l.now()
	if now-s.turned > l.full {
		s.turn(now) // after the time that fills any bucket, nothing in old is worth keeping
	}
	at, young := s.young[key]
	if !young {
		at = s.old[key]
	}
	res := l.result(at, now)
	if res.Allowed {
		at = max(at, now) + l.step
		res.Remaining--
		res.Reset = at - now
	}
	if !young && len(s.young) >= perGeneration {
		s.turn(now)
	}
	s.young[key] = at // of a refused request too: a client that keeps asking is not forgotten
	return res
}

// result says what holds for a bucket that will be full at a time, before anything is taken.
func (l *Limiter) result(at, now time.Duration) Result {
	wait := max(at-now, 0)
	res := Result{Remaining: int((l.full - wait) / l.step), Reset: wait}
	if res.Allowed = wait+l.step <= l.full; !res.Allowed {
		res.RetryAfter = wait + l.step - l.full
	}
	return res
}

// shard returns where a key is kept.
func (l *Limiter) shard(key Key) *shard {
	return &l.shards[maphash.Bytes(l.seeds[0], key[:])%shards]
}

// turn makes the young generation the old one. The maps are used again, so that a shard stops allocating once it is warm.
func (s *shard) turn(now time.Duration) {
	clear(s.old)
	s.young, s.old = s.old, s.young
	s.turned = now
}

// Announce adds the limit to RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers: lists of structured fields; q requests in w seconds, r left,
// full again in t). Limits that apply at once each add their own.
func (l *Limiter) Announce(h http.Header, res Result) {
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
func (l *Limiter) field(res Result) []string {
	t := seconds(res.Reset)
	if l.fields != nil {
		return l.fields[res.Remaining][t-l.least(res.Remaining)]
	}
	return l.format(res.Remaining, t)
}

func (l *Limiter) format(remaining int, t int64) []string {
	b := append(make([]byte, 0, 64), '"')
	b = append(append(b, l.name...), `";r=`...)
	b = append(strconv.AppendInt(b, int64(remaining), 10), ";t="...)
	return []string{string(strconv.AppendInt(b, t, 10))}
}

// prepare builds every value that field can return: what remains and the time until the bucket is full depend on each other, so that there are about as many as
// requests and seconds together.
func (l *Limiter) prepare() {
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

// least returns the smallest number of seconds until the bucket is full when that many requests remain.
func (l *Limiter) least(remaining int) int64 {
	wait := l.step*time.Duration(l.burst-int64(remaining)-1) + 1
	return seconds(max(wait, 0))
}

// seconds rounds up: a client that waits that long is not refused again.
func seconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }
