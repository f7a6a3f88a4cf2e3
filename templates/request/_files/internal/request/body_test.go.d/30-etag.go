package request

import (
	"net/http"
	"testing"

	"example.com/app/internal/problem"
)

func TestIfMatch(t *testing.T) {
	for tag, want := range map[string]int64{"": 0, "*": 0, ETag(1): 1, `"9223372036854775807"`: 9223372036854775807} {
		r := &http.Request{Header: http.Header{}}
		if tag != "" {
			r.Header.Set("If-Match", tag)
		}
		if got, err := IfMatch(r); got != want || err != nil {
			t.Errorf("%s: %d, %v; want %d", tag, got, err, want)
		}
	}
	for _, tag := range []string{`1`, `"0"`, `"-1"`, `"01"`, `"+1"`, `W/"1"`, `"1", "2"`, `"x"`, `""`, `"9223372036854775808"`} {
		r := &http.Request{Header: http.Header{"If-Match": {tag}}}
		if _, err := IfMatch(r); err == nil || problem.From(err).Status != 412 {
			t.Errorf("%s: %v", tag, err)
		}
	}
}
