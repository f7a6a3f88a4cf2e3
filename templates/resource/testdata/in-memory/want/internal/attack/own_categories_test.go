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

// someCategory is what a category may have, as a client sends it; what it belongs to is made first.
func (c *client) someCategory() members {
	c.t.Helper()
	return members{
		"name": sample.text(1, 200),
		"rank": sample.whole(1, 9),
	}
}

// keepCategory makes a category and returns its id.
func (c *client) keepCategory() string {
	c.t.Helper()
	var v struct{ ID string }
	c.do("POST", "/api/v1/categories", c.someCategory()).want(201).json(&v)
	return v.ID
}

// What each route answers, by status: the life of a category, and what is malformed, too large, of another type or against the rules.
func TestCategoryStatuses(t *testing.T) {
	t.Parallel()
	c := shared(t).signIn(t)
	some := c.someCategory()
	created := c.do("POST", "/api/v1/categories", some).want(201)
	var v members
	created.json(&v)
	one := fmt.Sprint("/api/v1/categories/", v["id"])
	if got := created.Header.Get("Location"); got != one {
		t.Errorf("Location %q, want %q", got, one)
	}
	missing := "/api/v1/categories/0190163d-8694-739b-aea5-966c26f8ad91"
	tests := []struct {
		name, method, path string
		body               any
		headers            []string
		status             int
	}{
		{"create400 half a document", "POST", "/api/v1/categories", `{"name"`, nil, 400},
		{"create400 a name twice", "POST", "/api/v1/categories", `{"name":null,"name":null}`, nil, 400},
		{"create400 a parameter", "POST", "/api/v1/categories?owner=bob", some, nil, 400},
		{"create413", "POST", "/api/v1/categories", `{"name":"` + strings.Repeat("a", 2<<20) + `"}`, nil, 413},
		{"create415 a form", "POST", "/api/v1/categories", "a=b", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"create415 nothing said", "POST", "/api/v1/categories", `{}`, []string{"Content-Type", ""}, 415},
		{"create422 another type", "POST", "/api/v1/categories", changed(some, "name", members{"$gt": ""}), nil, 422},
		{"create422 unknown", "POST", "/api/v1/categories", changed(some, "role", "admin"), nil, 422},
		{"list200", "GET", "/api/v1/categories", nil, nil, 200},
		{"list400", "GET", "/api/v1/categories?limit=1&limit=2", nil, nil, 400},
		{"show200", "GET", one, nil, nil, 200},
		{"show400", "GET", one + "?debug=1", nil, nil, 400},
		{"show404", "GET", missing, nil, nil, 404},
		{"update400", "PATCH", one, `{`, nil, 400},
		{"update404", "PATCH", missing, changed(nil, "name", some["name"]), nil, 404},
		{"update413", "PATCH", one, `{"name":"` + strings.Repeat("a", 2<<20) + `"}`, nil, 413},
		{"update415", "PATCH", one, nil, nil, 415},
		{"update422 nothing", "PATCH", one, `{}`, nil, 422},
		{"update422 another type", "PATCH", one, changed(nil, "name", members{}), nil, 422},
		{"update200", "PATCH", one, changed(nil, "name", v["name"]), nil, 200},
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
func TestCategoryFields(t *testing.T) {
	t.Parallel()
	c := start(t, "RATE_LIMIT=1000000/1s").signIn(t) // where nobody signs in, lists are everybody's: this must be alone
	some := c.someCategory()
	created := c.do("POST", "/api/v1/categories", some).want(201)
	one := created.Header.Get("Location")
	for _, name := range []string{"id", "owner", "role", "created_at", "updated_at", "Owner", "is_admin"} {
		c.do("POST", "/api/v1/categories", changed(some, name, "0190163d-8694-739b-aea5-966c26f8ad91")).want(422)
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
	c.do("GET", "/api/v1/categories", nil).want(200).json(&list)
	if len(list["categories"]) != 1 {
		t.Fatalf("%v", list)
	}
	if got := keys(list["categories"][0]); !slices.Equal(got, want) {
		t.Errorf("keys in a list %v, want %v", got, want)
	}
}

// Attack strings in every field, path and parameter come back as they are or are refused, and never reach another row.
func TestCategoryAttackStrings(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.signIn(t)
	theirs := s.signIn(t)
	kept := theirs.keepCategory()
	some := c.someCategory()
	one := c.do("POST", "/api/v1/categories", some).want(201).Header.Get("Location")
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
			if res := c.do(method, "/api/v1/categories/"+url.PathEscape(text), nil); res.Status != 404 {
				t.Errorf("%s of the id %q: %d", method, text, res.Status)
			}
		}
		for _, parameter := range []string{"limit", "cursor", "sort", "owner"} {
			if res := c.do("GET", fmt.Sprintf("/api/v1/categories?%s=%s", parameter, url.QueryEscape(text)), nil); res.Status != 400 {
				t.Errorf("%s=%q: %d", parameter, text, res.Status)
			}
		}
	}
	c.do("GET", one, nil).want(200)
	theirs.do("GET", "/api/v1/categories/"+kept, nil).want(200)
}

// Categories cannot fill the service: one more than CATEGORIES_MAX is refused until there is room (CWE-770). Pages show each once.
func TestCategoriesMax(t *testing.T) {
	t.Parallel()
	s := start(t, "CATEGORIES_MAX=3", "RATE_LIMIT=1000000/1s")
	c := s.signIn(t)
	var want, got []string
	for range 3 {
		want = append(want, c.keepCategory())
	}
	if slug := c.do("POST", "/api/v1/categories", c.someCategory()).want(409).slug(); slug != "full" {
		t.Errorf("slug %q", slug)
	}
	cursor := ""
	for range 3 {
		var page struct {
			All  []struct{ ID string } `json:"categories"`
			Next string                `json:"next_cursor"`
		}
		c.do("GET", "/api/v1/categories?limit=2"+cursor, nil).want(200).json(&page)
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
	c.do("DELETE", "/api/v1/categories/"+want[0], nil).want(204)
	c.keepCategory()
}

// Two categories of one owner do not have the same name.
func TestCategoryNameTaken(t *testing.T) {
	t.Parallel()
	c := shared(t).signIn(t)
	some := c.someCategory()
	c.do("POST", "/api/v1/categories", some).want(201)
	again := changed(c.someCategory(), "name", some["name"])
	if slug := c.do("POST", "/api/v1/categories", again).want(409).slug(); slug != "taken" {
		t.Errorf("slug %q", slug)
	}
}
