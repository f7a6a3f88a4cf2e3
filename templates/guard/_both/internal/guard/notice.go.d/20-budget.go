package guard

import (
	"net/netip"
	"sort"
	"sync"
	"time"
)

// What a minute of refusals may write: so many lines for one client, so many for all together, and a summary for so many clients. A client that is
// refused as fast as it can ask would otherwise fill the log, and push out what matters (CWE-779).
const (
	linesPerClient = 10
	linesPerMinute = 600
	summaries      = 100
	maxTracked     = 10000 // clients, about 1 MB
)

// A budget decides which refusals are written one by one. The rest is counted, and told by client when the minute is over.
type budget struct {
	tell  func(summary)
	after func(time.Duration, func()) // time.AfterFunc

	mu      sync.Mutex
	lines   int
	clients map[Key]*summary
	others  int // refusals of clients for which there is no room
}

// A summary is how often a client was refused beyond what was written.
type summary struct {
	client  netip.Addr // the zero Addr for all others together
	written int
	count   int
}

func newBudget(tell func(summary)) *budget {
	return &budget{
		tell:    tell,
		after:   func(d time.Duration, f func()) { time.AfterFunc(d, f) },
		clients: map[Key]*summary{},
	}
}

// spend reports whether a refusal of client may be written, and counts it otherwise.
func (b *budget) spend(client netip.Addr) bool {
	key := KeyOf(client)
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.clients) == 0 && b.others == 0 {
		b.after(time.Minute, b.settle)
	}
	c := b.clients[key]
	switch {
	case c != nil:
	case len(b.clients) < maxTracked:
		c = &summary{client: client}
		b.clients[key] = c
	default:
		b.others++
		return false
	}
	if c.written < linesPerClient && b.lines < linesPerMinute {
		c.written++
		b.lines++
		return true
	}
	c.count++
	return false
}

// settle ends a minute.
func (b *budget) settle() {
	b.mu.Lock()
	var all []summary
	rest := summary{count: b.others}
	for _, c := range b.clients {
		if c.count > 0 {
			all = append(all, *c)
		}
	}
	b.clients, b.others, b.lines = map[Key]*summary{}, 0, 0
	b.mu.Unlock()

	sort.Slice(all, func(i, j int) bool { return all[i].count > all[j].count })
	for i, s := range all {
		if i < summaries {
			b.tell(s)
		} else {
			rest.count += s.count
		}
	}
	if rest.count > 0 {
		b.tell(rest)
	}
}
