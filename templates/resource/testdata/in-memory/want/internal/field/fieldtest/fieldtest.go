// Package fieldtest makes values for tests of resources: another one at each call, and each is one that its rule takes.
package fieldtest

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"example.com/orders/internal/field"
)

// Samples are values that go on and on. The zero value is ready; what takes bounds stays within them, and repeats itself when there are no
// others.
type Samples struct{ made atomic.Int64 }

// Text has from least to most characters.
func (s *Samples) Text(least, most int) string {
	text := strconv.FormatInt(s.made.Add(1), 36)
	text = strings.Repeat("a", max(0, min(least, most)-len(text))) + text
	return text[max(0, len(text)-most):]
}

// Int is from least to most.
func (s *Samples) Int(least, most int64) int64 {
	if n := s.made.Add(1); least < 0 && most > n {
		return n
	}
	return least + s.made.Load()%(most-least+1)
}

// Decimal is a number as JSON shows it: with all digits behind the point.
func Decimal(scale int, number string) string {
	units, ok := field.ParseDecimal(number, scale)
	if !ok {
		panic("fieldtest: not a decimal: " + number)
	}
	return field.FormatDecimal(units, scale)
}

// Decimal is one of the bounds, if there is one.
func (s *Samples) Decimal(scale int, least, most string) string {
	units := s.made.Add(1)
	for _, bound := range []string{most, least} {
		if v, ok := field.ParseDecimal(bound, scale); ok {
			units = v
		}
	}
	return field.FormatDecimal(units, scale)
}

// Moment is exact to the microsecond.
func (s *Samples) Moment() time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(s.made.Add(1)) * time.Minute)
}

// Time is Moment as JSON has it.
func (s *Samples) Time() string { return s.Moment().Format(time.RFC3339Nano) }

// Date is a day.
func (s *Samples) Date() string {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(s.made.Add(1))).Format(time.DateOnly)
}

// UUID is random.
func (s *Samples) UUID() string { return uuid.NewString() }

// Email is nobody's address.
func (s *Samples) Email() string { return fmt.Sprintf("someone%d@example.com", s.made.Add(1)) }

// URL leads nowhere.
func (s *Samples) URL() string { return fmt.Sprintf("https://example.com/%d", s.made.Add(1)) }

// OneOf is one of the words.
func (s *Samples) OneOf(words ...string) string { return words[int(s.made.Add(1))%len(words)] }

// Bool is both in turn.
func (s *Samples) Bool() bool { return s.made.Add(1)%2 == 0 }
