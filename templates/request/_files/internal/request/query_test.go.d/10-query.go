package request

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/app/internal/problem"
)

func TestParams(t *testing.T) {
	tests := []struct {
		name, query string
		status      int
	}{
		{"params200", "limit=1&cursor=a%20b", 0},
		{"params200 none", "", 0},
		{"params200 empty value", "limit=", 0},
		{"params400 repeated", "limit=1&limit=2", 400},
		{"params400 repeated with the same value", "limit=1&limit=1", 400},
		{"params400 unknown", "limit=1&debug=1", 400},
		{"params400 another case", "Limit=1", 400},
		{"params400 brackets", "limit[]=1", 400},
		{"params400 semicolon", "limit=1;cursor=2", 400},
		{"params400 half an escape", "limit=%2", 400},
		{"params400 invalid UTF-8", "limit=%ff", 400},
		{"params400 nameless", "=1", 400},
	}
	for _, tt := range tests {
		r := &http.Request{URL: &url.URL{RawQuery: tt.query}}
		_, err := Params(r, "limit", "cursor")
		if got := problem.From(err).Status; err == nil && tt.status != 0 || err != nil && got != tt.status {
			t.Errorf("%s: %v, want %d", tt.name, err, tt.status)
		}
	}
	if _, err := Params(&http.Request{URL: &url.URL{RawQuery: "limit=1"}}); err == nil {
		t.Error("a parameter passes where none is allowed")
	}
}

// A path names a row in one way only.
func TestID(t *testing.T) {
	tests := []struct {
		name, id, query string
		status          int
	}{
		{"id200", someID, "", 0},
		{"id400 a parameter", someID, "owner=ann", 400},
		{"id404 capitals", strings.ToUpper(someID), "", 404},
		{"id404 a URN", "urn:uuid:" + someID, "", 404},
		{"id404 no hyphens", strings.ReplaceAll(someID, "-", ""), "", 404},
		{"id404 a number", "1", "", 404},
		{"id404 nothing", "", "", 404},
	}
	for _, tt := range tests {
		r := &http.Request{URL: &url.URL{RawQuery: tt.query}}
		r.SetPathValue("id", tt.id)
		id, err := ID(r)
		if err == nil && (tt.status != 0 || id != tt.id) || err != nil && problem.From(err).Status != tt.status {
			t.Errorf("%s: %q, %v; want %d", tt.name, id, err, tt.status)
		}
	}
}

func TestPage(t *testing.T) {
	place := Cursor{CreatedAt: time.Date(2026, 2, 28, 23, 59, 59, 123456000, time.UTC), ID: someID}
	tests := []struct {
		name, query string
		after       Cursor
		limit       int // 0: 400
	}{
		{"page200 the beginning", "", Cursor{}, 20},
		{"page200 one", "limit=1", Cursor{}, 1},
		{"page200 the most", "limit=100", Cursor{}, 100},
		{"page200 the next", "cursor=" + place.String(), place, 20},
		{"page400 none", "limit=0", Cursor{}, 0},
		{"page400 too many", "limit=101", Cursor{}, 0},
		{"page400 no number", "limit=1e1", Cursor{}, 0},
		{"page400 empty cursor", "cursor=", Cursor{}, 0},
		{"page400 an id for a cursor", "cursor=" + someID, Cursor{}, 0},
		{"page400 unknown", "offset=1", Cursor{}, 0},
	}
	for _, tt := range tests {
		after, limit, err := Page(&http.Request{URL: &url.URL{RawQuery: tt.query}}, 20, 100)
		if after != tt.after || limit != tt.limit || (err != nil) != (tt.limit == 0) {
			t.Errorf("%s: %v, %d, %v", tt.name, after, limit, err)
		}
		if err != nil && problem.From(err).Status != 400 {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
