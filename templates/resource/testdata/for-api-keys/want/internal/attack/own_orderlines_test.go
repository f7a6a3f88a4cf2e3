package attack

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// someOrderLine is what an order line may have, as a client sends it.
func (c *client) someOrderLine() members {
	c.t.Helper()
	return members{
		"group": sample.whole(-1, 2147483647),
		"user":  sample.email(),
		"big":   sample.whole(-1, 9007199254740991),
		"ok":    sample.bool(),
		"ref":   sample.uuid(),
		"link":  sample.url(),
		"body":  sample.text(1, 10000),
		"at":    sample.time(),
	}
}

// keepOrderLine makes an order line and returns its id.
func (c *client) keepOrderLine() string {
	c.t.Helper()
	var v struct{ ID string }
	c.do("POST", "/api/v1/order-lines", c.someOrderLine()).want(201).json(&v)
	return v.ID
}

// What each route answers, by status: the life of an order line, and what is malformed, too large, of another type or against the rules.
func TestOrderLineStatuses(t *testing.T) {
	t.Parallel()
	c := shared(t).signIn(t)
	some := c.someOrderLine()
	created := c.do("POST", "/api/v1/order-lines", some).want(201)
	var v members
	created.json(&v)
	one := fmt.Sprint("/api/v1/order-lines/", v["id"])
	if got := created.Header.Get("Location"); got != one {
		t.Errorf("Location %q, want %q", got, one)
	}
	missing := "/api/v1/order-lines/0190163d-8694-739b-aea5-966c26f8ad91"
	tests := []struct {
		name, method, path string
		body               any
		headers            []string
		status             int
	}{
		{"create400 half a document", "POST", "/api/v1/order-lines", `{"group"`, nil, 400},
		{"create400 a name twice", "POST", "/api/v1/order-lines", `{"group":null,"group":null}`, nil, 400},
		{"create400 a parameter", "POST", "/api/v1/order-lines?owner=bob", some, nil, 400},
		{"create413", "POST", "/api/v1/order-lines", `{"group":"` + strings.Repeat("a", 2<<20) + `"}`, nil, 413},
		{"create415 a form", "POST", "/api/v1/order-lines", "a=b", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"create415 nothing said", "POST", "/api/v1/order-lines", `{}`, []string{"Content-Type", ""}, 415},
		{"create422 another type", "POST", "/api/v1/order-lines", changed(some, "group", members{"$gt": ""}), nil, 422},
		{"create422 unknown", "POST", "/api/v1/order-lines", changed(some, "role", "admin"), nil, 422},
		{"list200", "GET", "/api/v1/order-lines", nil, nil, 200},
		{"list400", "GET", "/api/v1/order-lines?limit=1&limit=2", nil, nil, 400},
		{"show200", "GET", one, nil, nil, 200},
		{"show400", "GET", one + "?debug=1", nil, nil, 400},
		{"show404", "GET", missing, nil, nil, 404},
		{"update400", "PATCH", one, `{`, nil, 400},
		{"update404", "PATCH", missing, changed(nil, "group", some["group"]), nil, 404},
		{"update413", "PATCH", one, `{"group":"` + strings.Repeat("a", 2<<20) + `"}`, nil, 413},
		{"update415", "PATCH", one, nil, nil, 415},
		{"update422 nothing", "PATCH", one, `{}`, nil, 422},
		{"update422 another type", "PATCH", one, changed(nil, "group", members{}), nil, 422},
		{"update200", "PATCH", one, changed(nil, "group", v["group"]), nil, 200},
		{"put405", "PUT", one, some, nil, 405},
		{"delete404", "DELETE", missing, nil, nil, 404},
		{"delete204", "DELETE", one, nil, nil, 204},
		{"show404 deleted", "GET", one, nil, nil, 404},
	}
	for _, tt := range tests {
		if res := c.do(tt.method, tt.path, tt.body, tt.headers...); res.Status != tt.status || tt.status >= 400 && res.slug() == "" {
			t.Errorf("%s: %d %s, want %d: %s", tt.name, res.Status, res.slug(), tt.status, res.Body)
		}
	}
}

// Fields that are not the client's to set are refused, and those that are not its to see are not there (ASVS 5.0.0 V8.2.3, V15.3.3, CWE-915).
func TestOrderLineFields(t *testing.T) {
	t.Parallel()
	c := start(t, "RATE_LIMIT=1000000/1s").signIn(t) // where nobody signs in, lists are everybody's: this must be alone
	some := c.someOrderLine()
	created := c.do("POST", "/api/v1/order-lines", some).want(201)
	one := created.Header.Get("Location")
	for _, name := range []string{"id", "owner", "role", "created_at", "updated_at", "Owner", "is_admin"} {
		c.do("POST", "/api/v1/order-lines", changed(some, name, "0190163d-8694-739b-aea5-966c26f8ad91")).want(422)
		c.do("PATCH", one, members{name: "0190163d-8694-739b-aea5-966c26f8ad91"}).want(422)
	}
	want := append(slices.Collect(maps.Keys(some)), "created_at", "id", "updated_at")
	slices.Sort(want)
	keys := func(raw []byte) []string {
		t.Helper()
		var v members
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
		return slices.Sorted(maps.Keys(v))
	}
	for _, res := range []*response{created, c.do("GET", one, nil).want(200)} {
		if got := keys(res.Body); !slices.Equal(got, want) {
			t.Errorf("keys %v, want %v", got, want)
		}
	}
	var list map[string][]json.RawMessage
	c.do("GET", "/api/v1/order-lines", nil).want(200).json(&list)
	if len(list["order_lines"]) != 1 {
		t.Fatalf("%v", list)
	}
	if got := keys(list["order_lines"][0]); !slices.Equal(got, want) {
		t.Errorf("keys in a list %v, want %v", got, want)
	}
}

// Attack strings in every field, path and parameter come back as they are or are refused, and never reach another row.
func TestOrderLineAttackStrings(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.signIn(t)
	theirs := s.signIn(t)
	kept := theirs.keepOrderLine()
	some := c.someOrderLine()
	one := c.do("POST", "/api/v1/order-lines", some).want(201).Header.Get("Location")
	for _, text := range injections {
		for name := range some {
			res := c.do("PATCH", one, members{name: text})
			if res.Status == 422 && !strings.Contains(string(res.Body), text) {
				continue
			}
			var v members
			if res.want(200).json(&v); v[name] != text {
				t.Errorf("%s: %q came back as %v", name, text, v[name])
			}
		}
		for _, method := range []string{"GET", "DELETE"} {
			if res := c.do(method, "/api/v1/order-lines/"+url.PathEscape(text), nil); res.Status != 404 {
				t.Errorf("%s of the id %q: %d", method, text, res.Status)
			}
		}
		for _, parameter := range []string{"limit", "cursor", "sort", "owner"} {
			if res := c.do("GET", fmt.Sprintf("/api/v1/order-lines?%s=%s", parameter, url.QueryEscape(text)), nil); res.Status != 400 {
				t.Errorf("%s=%q: %d", parameter, text, res.Status)
			}
		}
	}
	c.do("GET", one, nil).want(200)
	theirs.do("GET", "/api/v1/order-lines/"+kept, nil).want(200)
}

// Order lines cannot fill the service: one more than ORDER_LINES_MAX is refused until there is room (CWE-770). Pages show each once.
func TestOrderLinesMax(t *testing.T) {
	t.Parallel()
	s := start(t, "ORDER_LINES_MAX=3", "RATE_LIMIT=1000000/1s")
	c := s.signIn(t)
	var want, got []string
	for range 3 {
		want = append(want, c.keepOrderLine())
	}
	if slug := c.do("POST", "/api/v1/order-lines", c.someOrderLine()).want(409).slug(); slug != "full" {
		t.Errorf("slug %q", slug)
	}
	cursor := ""
	for range 3 {
		var page struct {
			All  []struct{ ID string } `json:"order_lines"`
			Next string                `json:"next_cursor"`
		}
		c.do("GET", "/api/v1/order-lines?limit=2"+cursor, nil).want(200).json(&page)
		for _, v := range page.All {
			got = append(got, v.ID)
		}
		if cursor = "&cursor=" + page.Next; page.Next == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("pages show %v, want %v", got, want)
	}
	c.do("DELETE", "/api/v1/order-lines/"+want[0], nil).want(204)
	c.keepOrderLine()
}
