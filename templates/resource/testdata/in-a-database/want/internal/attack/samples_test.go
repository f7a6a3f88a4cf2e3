package attack

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// sample makes values for fields: another one at each call, from least to most where there are bounds.
var sample samples

type samples struct{ made atomic.Int64 }

func (s *samples) text(least, most int) string {
	text := strconv.FormatInt(s.made.Add(1), 36)
	text = strings.Repeat("a", max(0, min(least, most)-len(text))) + text
	return text[max(0, len(text)-most):]
}

func (s *samples) whole(least, most int64) int64 {
	n := s.made.Add(1)
	if least < 0 && most > n {
		return n
	}
	return least + n%(most-least+1)
}

// decimal is one of the bounds, if there is one.
func (s *samples) decimal(least, most string) string {
	switch {
	case least != "":
		return least
	case most != "":
		return most
	}
	return strconv.FormatInt(s.made.Add(1), 10)
}

func (s *samples) moment() time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(s.made.Add(1)) * time.Minute)
}

func (s *samples) time() string { return s.moment().Format(time.RFC3339) }

func (s *samples) date() string {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(s.made.Add(1))).Format(time.DateOnly)
}

func (s *samples) uuid() string { return fmt.Sprintf("0190163d-8694-739b-aea5-%012x", s.made.Add(1)) }

func (s *samples) email() string { return fmt.Sprintf("someone%d@example.com", s.made.Add(1)) }

func (s *samples) url() string { return fmt.Sprintf("https://example.com/%d", s.made.Add(1)) }

func (s *samples) bool() bool { return s.made.Add(1)%2 == 0 }

// members are what a body has.
type members = map[string]any

// changed is body with one member more, or another one.
func changed(body members, name string, value any) members {
	out := members{name: value}
	for n, v := range body {
		if n != name {
			out[n] = v
		}
	}
	return out
}

// injections break out of a query, a path or a page that is put together from values.
var injections = []string{
	`' OR 1=1--`, `'; DROP TABLE notes; --`, `" OR ""="`, `') UNION SELECT id, owner FROM users--`, `$1`, `%`, `\'; DELETE FROM notes; --`,
	`1; SELECT pg_sleep(10)`, `{"$gt":""}`, `<script>alert(1)</script>`, `../../etc/passwd`,
}
