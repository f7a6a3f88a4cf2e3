package resource

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/orders/internal/problem"
)

type body struct {
	Count *int             `json:"count"`
	Size  Optional[int]    `json:"size"`
	Name  Optional[string] `json:"name"`
}

func check(b body, c *Change) {
	Set(c, "count", b.Count, Between(0, 9))
	SetDefault(c, "level", nil, 7, Between(0, 9))
	SetOptional(c, "size", b.Size, Between(0, 9))
	SetOptional(c, "name", b.Name, Line(1, 5))
}

func read(body string, creating bool) (*Change, error) {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return Read(100, check)(r, creating)
}

// A field that is missing, null or invalid is told apart, and all errors are reported together.
func TestRead(t *testing.T) {
	for _, tt := range []struct {
		body     string
		creating bool
		columns  string // or the errors
	}{
		{`{"count":1}`, true, "count level"},
		{`{"count":1}`, false, "count"},
		{`{"count":1,"size":null,"name":"a"}`, false, "count size name"},
		{`{"size":0}`, false, "size"},
		{`{}`, true, "/count required"},
		{`{}`, false, " empty"},
		{`{"count":10,"size":10,"name":""}`, false, "/count range /size range /name required"},
		{`{"size":10}`, true, "/count required /size range"},
		{`{"count":null}`, false, "/count null"},
		{`{"size":"0"}`, false, "/size type"},
		{`{"size":[1]}`, false, "/size type"},
		{`{"size":1.5}`, false, "/size type"},
		{`{"level":1}`, false, "/level unknown"},
	} {
		c, err := read(tt.body, tt.creating)
		var got []string
		if err != nil {
			for _, e := range problem.From(err).Errors {
				got = append(got, e.Pointer+" "+e.Code)
			}
		} else {
			got = c.Columns
		}
		if strings.Join(got, " ") != tt.columns {
			t.Errorf("%s: %q, want %q", tt.body, got, tt.columns)
		}
	}
	if _, err := read(`{"name":"`+strings.Repeat("a", 10_000)+`"}`, true); problem.From(err).Status != 413 {
		t.Errorf("a body that holds more than the fields: %v", err)
	}
	c, err := read(`{"count":1,"size":null,"name":"a"}`, true)
	if err != nil {
		t.Fatal(err)
	}
	count, _ := c.Value("count")
	level, _ := c.Value("level")
	size, set := c.Value("size")
	name, _ := c.Value("name")
	_, other := c.Value("other")
	if count != 1 || level != 7 || size != (*int)(nil) || !set || *name.(*string) != "a" || other {
		t.Errorf("%v %v %v %v %v %v", count, level, size, set, name, other)
	}
}

// Each rule at its edges. The explanations never repeat the value.
func TestRules(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) }
	for name, tt := range map[string]struct {
		rule  Rule[string, string]
		cases map[string]string // value → code
	}{
		"line":       {Line(1, 5), map[string]string{"é": "", long(5): "", long(6): "too-long", "": "required", " \u2003": "required", "a\nb": "characters", "a\x00": "characters", "\x1b[2J": "characters"}},
		"short line": {Line(3, 5), map[string]string{"abc": "", "ab": "too-short"}},
		"no line":    {Line(0, 5), map[string]string{"": "", " ": ""}},
		"text":       {Text(0, 5), map[string]string{"": "", "a\r\n\tb": "", "a\x00b": "characters", "a\x1bb": "characters", long(6): "too-long"}},
		"uuid":       {UUID, map[string]string{"0190163d-8694-739b-aea5-966c26f8ad91": "", "0190163D-8694-739B-AEA5-966C26F8AD91": "format", "{0190163d-8694-739b-aea5-966c26f8ad91}": "format", "": "format"}},
		"date":       {Date, map[string]string{"2026-02-28": "", "9999-12-31": "", "2026-02-29": "format", "0000-01-01": "format", "2026-2-28": "format", "2026-02-28T00:00:00Z": "format", "": "format"}},
		"email":      {Email, map[string]string{"ann@example.com": "", "a+b@sub.example.com": "", "Ann <ann@example.com>": "format", "ann": "format", "ann@example.com, bob@example.com": "format", long(250) + "@example.com": "format", "": "format"}},
		"url":        {URL, map[string]string{"https://example.com/a?b=c#d": "", "http://[::1]:80/": "", "javascript:alert(1)": "format", "javascript://example.com/%0aalert(1)": "format", "ftp://example.com": "format", "//example.com": "format", "https://ann:secret@example.com": "format", "https:///a": "format", "https://example.com/ a": "format", "https://example.com/" + long(2048): "format", "": "format"}},
		"one of":     {OneOf("draft", "paid"), map[string]string{"draft": "", "Draft": "unknown", "": "unknown", "draft,paid": "unknown"}},
	} {
		for value, code := range tt.cases {
			stored, got, detail := tt.rule(value)
			if got != code || code == "" && stored != value || (detail == "") != (code == "") {
				t.Errorf("%s: %q gives %q, %q: %s; want %q", name, value, stored, got, detail, code)
			}
			if len(value) > 3 && strings.Contains(detail, value) {
				t.Errorf("%s: %q is repeated: %s", name, value, detail)
			}
		}
	}
	for v, code := range map[int64]string{MinInt64: "", MaxInt64: "", MinInt64 - 1: "range", MaxInt64 + 1: "range"} {
		if _, got, _ := Between[int64](MinInt64, MaxInt64)(v); got != code {
			t.Errorf("%d: %q, want %q", v, got, code)
		}
	}
}

func TestTime(t *testing.T) {
	want := time.Date(2026, 2, 28, 22, 59, 59, 123456000, time.UTC)
	if got, code, _ := Time("2026-02-28T23:59:59.123456789+01:00"); got != want || code != "" {
		t.Errorf("%v, %q", got, code)
	}
	for _, s := range []string{"", "2026-02-28", "2026-02-28 23:59:59Z", "2026-02-28T23:59:59", "2026-02-29T00:00:00Z", "2026-02-28T23:59:59,5Z", "2026-02-28T3:59:59Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00"} {
		if got, code, _ := Time(s); code != "format" {
			t.Errorf("%q is accepted as %v", s, got)
		}
	}
}
