package guard

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// A Rate is how often something may happen: Requests in each Window, and at most Burst at once.
type Rate struct {
	Requests int
	Window   time.Duration
	Burst    int
}

// What a Rate may be. Beyond these it would not be a limit, or its arithmetic would overflow.
const (
	mostRequests  = 1_000_000_000
	longestWindow = 24 * time.Hour
	longestRefill = 365 * 24 * time.Hour // until a bucket that was emptied is full again
)

// ParseRate reads requests/window,burst. Without a burst it is the number of requests.
func ParseRate(text string) (Rate, error) {
	quota, burst, hasBurst := strings.Cut(text, ",")
	requests, window, _ := strings.Cut(quota, "/")
	n, err1 := strconv.Atoi(strings.TrimSpace(requests))
	d, err2 := time.ParseDuration(strings.TrimSpace(window))
	r := Rate{Requests: n, Window: d, Burst: n}
	var err3 error
	if hasBurst {
		r.Burst, err3 = strconv.Atoi(strings.TrimSpace(burst))
	}
	switch {
	case err1 != nil || err2 != nil || err3 != nil || n <= 0 || r.Burst <= 0 || d <= 0:
		return Rate{}, errors.New("want requests/window,burst such as 10/1s,20")
	case n > mostRequests || r.Burst > mostRequests || d > longestWindow:
		return Rate{}, errors.New("want at most 1000000000 requests, and a window of at most 24h")
	case time.Duration(r.Burst) > longestRefill/r.interval():
		return Rate{}, errors.New("want a burst that comes back within a year")
	}
	return r, nil
}

// interval is the time in which one request comes back.
func (r Rate) interval() time.Duration { return max(r.Window/time.Duration(r.Requests), 1) }

// times returns n times as much.
func (r Rate) times(n int) Rate { return Rate{r.Requests * n, r.Window, r.Burst * n} }
