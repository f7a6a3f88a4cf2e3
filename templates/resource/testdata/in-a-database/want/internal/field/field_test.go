package field

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/orders/internal/problem"
	"example.com/orders/internal/request"
)

type input struct {
	Count *int             `json:"count"`
	Size  Optional[int]    `json:"size"`
	Name  Optional[string] `json:"name"`
}

func read(body string) (input, error) {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	var q input
	return q, request.Read(r, &q, 1000)
}

// complaints lists what an error says about fields as pointer code.
func complaints(err error) []string {
	var all []string
	if err != nil {
		for _, e := range problem.From(err).Errors {
			all = append(all, e.Pointer+" "+e.Code)
		}
	}
	return all
}

// Nothing, null and a value are three things for an optional field; a value of another type is named by its place.
func TestOptional(t *testing.T) {
	tests := []struct {
		body  string
		given bool
		value *int
		wrong []string
	}{
		{`{}`, false, nil, nil},
		{`{"size":null}`, true, nil, nil},
		{`{"size":0}`, true, new(0), nil},
		{`{"size":"0"}`, true, nil, []string{"/size type"}},
		{`{"size":[1]}`, true, nil, []string{"/size type"}},
		{`{"size":1.5}`, true, nil, []string{"/size type"}},
		{`{"size":1e99}`, true, nil, []string{"/size type"}},
		{`{"count":null}`, false, nil, []string{"/count null"}},
	}
	for _, tt := range tests {
		q, err := read(tt.body)
		if got := complaints(err); !slices.Equal(got, tt.wrong) || (err != nil) != (tt.wrong != nil) {
			t.Errorf("%s: %v, %q; want %q", tt.body, err, got, tt.wrong)
		}
		if err == nil && (q.Size.Given != tt.given || (q.Size.Value == nil) != (tt.value == nil) || tt.value != nil && *q.Size.Value != *tt.value) {
			t.Errorf("%s: %+v", tt.body, q.Size)
		}
	}
}

func TestCheckAndSet(t *testing.T) {
	var e request.Errors
	q := input{Count: new(7), Name: Optional[string]{Given: true}}
	count, missing := 1, 1
	name, size := new("old"), new(2)
	Set(&count, Check(&e, "/count", q.Count, Int(0, 9)))
	Set(&missing, Check(&e, "/missing", nil, Int(0, 9)))
	SetOptional(&name, CheckOptional(&e, "/name", q.Name, Line(1, 9)))
	SetOptional(&size, CheckOptional(&e, "/size", q.Size, Int(0, 9)))
	if count != 7 || missing != 1 || name != nil || *size != 2 || e.Err() != nil {
		t.Errorf("%v %v %v %v %v", count, missing, name, *size, e.Err())
	}
	Check(&e, "/count", q.Count, Int(8, 9))
	CheckOptional(&e, "/size", Optional[int]{true, new(5)}, Int(6, 9))
	if got := complaints(e.Err()); !slices.Equal(got, []string{"/count range", "/size range"}) {
		t.Errorf("%q", got)
	}
	if got := *Default(nil, "a") + *Default(new("b"), "a"); got != "ab" {
		t.Errorf("%q", got)
	}
}

// Each rule at its edges; the details never repeat what was sent.
func TestRules(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) }
	text := map[string]struct {
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
	}
	for name, tt := range text {
		for value, code := range tt.cases {
			kept, got, detail := tt.rule(value)
			if got != code || code == "" && kept != value || (detail == "") != (code == "") {
				t.Errorf("%s: %q gives %q, %q: %s; want %q", name, value, kept, got, detail, code)
			}
			if len(value) > 3 && strings.Contains(detail, value) {
				t.Errorf("%s: %q is repeated: %s", name, value, detail)
			}
		}
	}
	for v, code := range map[int64]string{LeastInt64: "", MostInt64: "", LeastInt64 - 1: "range", MostInt64 + 1: "range"} {
		if _, got, _ := Int64(LeastInt64, MostInt64)(v); got != code {
			t.Errorf("%d: %q, want %q", v, got, code)
		}
	}
	if v, code, _ := Any(true); !v || code != "" {
		t.Errorf("%v, %q", v, code)
	}
}

func TestTime(t *testing.T) {
	want := time.Date(2026, 2, 28, 22, 59, 59, 123456000, time.UTC)
	if got, code, _ := Time("2026-02-28T23:59:59.123456789+01:00"); got != want || code != "" {
		t.Errorf("%v, %q", got, code)
	}
	for _, s := range []string{"", "2026-02-28", "2026-02-28 23:59:59Z", "2026-02-28T23:59:59", "2026-02-29T00:00:00Z", "2026-02-28T23:59:59,5Z", "2026-02-28T3:59:59Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00"} {
		if got, code, _ := Time(s); code != "format" {
			t.Errorf("%q is taken as %v", s, got)
		}
	}
	if UTC(nil) != nil || UTC(new(want.In(time.FixedZone("", 3600)))).Location() != time.UTC {
		t.Error("a time is not in UTC")
	}
}

// What is taken as a decimal is kept exactly, and comes back with all its digits.
func TestDecimal(t *testing.T) {
	rule := Decimal(2, "-10", "99999999999999.99")
	for s, want := range map[string]string{
		"0": "0.00", "0.1": "0.10", "-10": "-10.00", "-0.01": "-0.01", "12.50": "12.50", "99999999999999.99": "99999999999999.99",
		"1e3": "format", "+1": "format", "01": "format", ".5": "format", "1.": "format", "1.234": "format", "-0": "format", "-0.00": "format", "": "format", "-": "format", "1,5": "format",
		"NaN": "format", "0x1": "format", "١": "format", "99999999999999999999": "format", "1.2.3": "format", "1 ": "format", "-10.01": "range", "1.-5": "format",
	} {
		v, code, _ := rule(s)
		got := code
		if code == "" {
			got = FormatDecimal(v, 2)
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", s, got, want)
		}
	}
	if got := FormatDecimal(-7, 0) + FormatDecimal(7, 4) + *FormatOptional(new(int64(-123)), 2); got != "-70.0007-1.23" || FormatOptional(nil, 2) != nil {
		t.Errorf("%q", got)
	}
}

// Every decimal has one number, and every number the same text again.
func FuzzParseDecimal(f *testing.F) {
	f.Add("12.50")
	f.Add("-0.01")
	f.Fuzz(func(t *testing.T, s string) {
		units, ok := ParseDecimal(s, 2)
		if !ok {
			return
		}
		again, ok := ParseDecimal(FormatDecimal(units, 2), 2)
		if !ok || again != units {
			t.Errorf("%q is %d, then %d, %v", s, units, again, ok)
		}
	})
}
