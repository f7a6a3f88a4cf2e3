package config

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Rate is how often something may happen: Requests in each Window, and at most Burst at once.
type Rate struct {
	Requests int
	Window   time.Duration
	Burst    int
}

// ParseRate reads requests/window,burst. Without a burst it is the number of requests.
func ParseRate(s string) (Rate, error) {
	quota, burst, hasBurst := strings.Cut(s, ",")
	requests, window, ok := strings.Cut(quota, "/")
	n, err := strconv.Atoi(requests)
	if !ok || err != nil || n <= 0 {
		return Rate{}, errors.New("rate: want requests/window,burst")
	}
	d, err := time.ParseDuration(window)
	if err != nil || d <= 0 {
		return Rate{}, errors.New("rate: want requests/window,burst")
	}
	r := Rate{Requests: n, Window: d, Burst: n}
	if hasBurst {
		if r.Burst, err = strconv.Atoi(burst); err != nil || r.Burst <= 0 {
			return Rate{}, errors.New("rate: want requests/window,burst")
		}
	}
	return r, nil
}
