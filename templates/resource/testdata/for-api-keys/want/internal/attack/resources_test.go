package attack

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A resource is what the tests below need to know of one kind of resource.
type resource struct {
	path, list, limit string                  // of the list, the name of its array, the setting
	fields            func(c *client) members // valid fields, others at each call; what they refer to is created
	optional          []string                // fields that may be missing and null
	defaults          members                 // fields that may be missing
	unique            []string
	parents           map[string]string // field → path of the list that it refers to
	ancestors         []string          // fields that refer to a resource of the same kind
	secrets           []string          // fields that lists do not show
}

type members = map[string]any

// create adds a resource and returns its id.
func (c *client) create(r resource) string {
	c.t.Helper()
	return c.created(r, r.fields(c))["id"].(string) //nolint:forcetypeassert // a test that fails
}

// created adds a resource with the fields and returns it.
func (c *client) created(r resource, fields members) members {
	c.t.Helper()
	return object(c.do("POST", r.path, fields).want(201))
}

func object(res *response) members {
	res.t.Helper()
	var v members
	res.json(&v)
	return v
}

// with returns fields and one more, or another value of one.
func with(fields members, name string, value any) members {
	out := members{name: value}
	for n, v := range fields {
		if n != name {
			out[n] = v
		}
	}
	return out
}

// asJSON returns fields as a client reads them.
func asJSON(t *testing.T, fields members) members {
	t.Helper()
	b, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	var v members
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

const nobodys = "0190163d-8694-739b-aea5-966c26f8ad91" // a valid id that does not exist

// testResource attacks one kind of resource.
func testResource(t *testing.T, r resource) {
	t.Helper()
	t.Parallel()
	for name, test := range map[string]func(*testing.T, resource){
		"statuses": resourceStatuses, "fields": resourceFields, "changes": resourceChanges, "versions": resourceVersions, "injection": resourceInjection,
		"limit": resourceLimit, "references": resourceReferences, "cycles": resourceCycles, "unique": resourceUnique, "owners": resourceOwners,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, r)
		})
	}
}

// Each route answers with the right status: for a resource from its creation to its deletion, and for requests that are malformed,
// too large or against the rules.
func resourceStatuses(t *testing.T, r resource) {
	c := shared(t).signIn(t)
	fields := r.fields(c)
	field := slices.Sorted(maps.Keys(fields))[0]
	created := c.do("POST", r.path, fields).want(201)
	v := object(created)
	one, missing := fmt.Sprint(r.path, "/", v["id"]), r.path+"/"+nobodys
	if got := created.Header.Get("Location"); got != one {
		t.Errorf("Location %q, want %q", got, one)
	}
	large := `{"` + field + `":"` + strings.Repeat("a", 2<<20) + `"}`
	tests := []struct {
		name, method, path string
		body               any
		headers            []string
		status             int
	}{
		{"create400 half a document", "POST", r.path, `{"` + field + `"`, nil, 400},
		{"create400 repeated name", "POST", r.path, `{"` + field + `":null,"` + field + `":null}`, nil, 400},
		{"create400 parameter", "POST", r.path + "?owner=bob", fields, nil, 400},
		{"create413", "POST", r.path, large, nil, 413},
		{"create415 form", "POST", r.path, "a=b", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"create415 no type", "POST", r.path, `{}`, []string{"Content-Type", ""}, 415},
		{"create422 type", "POST", r.path, with(fields, field, members{"$gt": ""}), nil, 422},
		{"create422 unknown", "POST", r.path, with(fields, "role", "admin"), nil, 422},
		{"list200", "GET", r.path, nil, nil, 200},
		{"list400", "GET", r.path + "?limit=1&limit=2", nil, nil, 400},
		{"show200", "GET", one, nil, nil, 200},
		{"show400", "GET", one + "?debug=1", nil, nil, 400},
		{"show404", "GET", missing, nil, nil, 404},
		{"show404 uppercase", "GET", strings.ToUpper(one), nil, nil, 404},
		{"update400", "PATCH", one, `{`, nil, 400},
		{"update404", "PATCH", missing, members{field: fields[field]}, nil, 404},
		{"update413", "PATCH", one, large, nil, 413},
		{"update415", "PATCH", one, nil, nil, 415},
		{"update422 nothing", "PATCH", one, `{}`, nil, 422},
		{"update422 type", "PATCH", one, members{field: members{}}, nil, 422},
		{"update200", "PATCH", one, members{field: fields[field]}, nil, 200},
		{"put405", "PUT", one, fields, nil, 405},
		{"delete404", "DELETE", missing, nil, nil, 404},
		{"delete204", "DELETE", one, nil, nil, 204},
		{"show404 deleted", "GET", one, nil, nil, 404},
		{"delete404 deleted", "DELETE", one, nil, nil, 404},
	}
	for _, tt := range tests {
		if res := c.do(tt.method, tt.path, tt.body, tt.headers...); res.Status != tt.status || tt.status >= 400 && res.slug() == "" {
			t.Errorf("%s: %d %s, want %d: %s", tt.name, res.Status, res.slug(), tt.status, res.Body)
		}
	}
}

// A response has the fields of a request and three more, above all not the owner; fields that are not the client's to set are refused
// (ASVS 5.0.0 V8.2.3, V15.3.3, CWE-915). Lists do not show secrets.
func resourceFields(t *testing.T, r resource) {
	c := shared(t).signIn(t)
	fields := r.fields(c)
	v := c.created(r, fields)
	want := maps.Clone(asJSON(t, fields))
	for _, name := range []string{"id", "created_at", "updated_at"} {
		want[name] = v[name]
	}
	one := fmt.Sprint(r.path, "/", v["id"])
	if shown := object(c.do("GET", one, nil).want(200)); !reflect.DeepEqual(v, want) || !reflect.DeepEqual(shown, want) || v["created_at"] != v["updated_at"] {
		t.Errorf("created %v, shown %v, want %v", v, shown, want)
	}
	for _, name := range r.secrets {
		delete(want, name)
	}
	if list := object(c.do("GET", r.path, nil).want(200)); !reflect.DeepEqual(list, members{r.list: []any{want}}) {
		t.Errorf("list %v, want %v", list, want)
	}
	for _, name := range []string{"id", "owner", "version", "role", "created_at", "updated_at", "Owner", "is_admin"} {
		c.do("POST", r.path, with(fields, name, nobodys)).want(422)
		c.do("PATCH", one, members{name: nobodys}).want(422)
	}

	least := r.fields(c)
	want = asJSON(t, least)
	for _, name := range r.optional {
		delete(least, name)
		delete(want, name)
	}
	for name, value := range r.defaults {
		delete(least, name)
		want[name] = value
	}
	v = c.created(r, least)
	for _, name := range []string{"id", "created_at", "updated_at"} {
		want[name] = v[name]
	}
	if want = asJSON(t, want); !reflect.DeepEqual(v, want) {
		t.Errorf("with nothing optional: %v, want %v", v, want)
	}
}

// A change sets the fields that it has and no others, also if several arrive at once. Null removes the value of an optional field.
func resourceChanges(t *testing.T, r resource) {
	c := shared(t).signIn(t)
	v := c.created(r, r.fields(c))
	one := fmt.Sprint(r.path, "/", v["id"])
	want := v
	var wg sync.WaitGroup
	for name, value := range asJSON(t, r.fields(c)) {
		want = with(want, name, value)
		wg.Go(func() {
			if res, err := c.try("PATCH", one, members{name: value}); err != nil || res.Status != 200 {
				t.Errorf("change %s: %+v, %v", name, res, err)
			}
		})
	}
	wg.Wait()
	for _, name := range append([]string{""}, r.optional...) {
		if name != "" && want[name] != nil {
			delete(want, name)
			c.do("PATCH", one, members{name: nil}).want(200)
		}
		got := object(c.do("GET", one, nil).want(200))
		if got["updated_at"] == v["updated_at"] {
			t.Error("the time of the change is not shown")
		}
		if want["updated_at"] = got["updated_at"]; !reflect.DeepEqual(got, want) {
			t.Errorf("without %q: %v, want %v", name, got, want)
		}
	}
}

// A request with If-Match changes the version that it names, and no other (RFC 9110 section 13.1.1).
func resourceVersions(t *testing.T, r resource) {
	c := shared(t).signIn(t)
	fields := r.fields(c)
	res := c.do("POST", r.path, fields).want(201)
	one, first := res.Header.Get("Location"), res.Header.Get("ETag")
	second := c.do("PATCH", one, fields, "If-Match", first).want(200).Header.Get("ETag")
	if shown := c.do("GET", one, nil).want(200).Header.Get("ETag"); first == "" || second == first || shown != second {
		t.Errorf("versions %q, %q, %q", first, second, shown)
	}
	for _, tag := range []string{first, "W/" + second, strings.Trim(second, `"`), `"0"`, `"-1"`, `"x"`, second + "," + second} {
		for _, method := range []string{"PATCH", "DELETE"} {
			var body any
			if method == "PATCH" {
				body = fields
			}
			if got := c.do(method, one, body, "If-Match", tag); got.Status != 412 || got.slug() != "changed" {
				t.Errorf("%s if %s matches: %d %s", method, tag, got.Status, got.slug())
			}
		}
	}
	c.do("PATCH", r.path+"/"+nobodys, fields, "If-Match", second).want(404)
	c.do("PATCH", one, fields, "If-Match", "*").want(200)
	c.do("DELETE", one, nil, "If-Match", second).want(412)
	c.do("DELETE", one, nil, "If-Match", c.do("GET", one, nil).Header.Get("ETag")).want(204)
}

// Attack strings in fields, paths and parameters come back unchanged or are refused, and never reach another row.
func resourceInjection(t *testing.T, r resource) {
	s := shared(t)
	c, other := s.signIn(t), s.signIn(t)
	theirs := other.create(r)
	fields := r.fields(c)
	one := fmt.Sprint(r.path, "/", c.created(r, fields)["id"])
	for _, text := range []string{
		`' OR 1=1--`, `'; DROP TABLE users; --`, `" OR ""="`, `') UNION SELECT id, owner FROM users--`, `$1`, `%`, `\'; DELETE FROM users; --`,
		`1; SELECT pg_sleep(10)`, `{"$gt":""}`, `<script>alert(1)</script>`, `../../etc/passwd`,
	} {
		for name := range fields {
			res := c.do("PATCH", one, members{name: text})
			if res.Status == 422 && !strings.Contains(string(res.Body), text) {
				continue
			}
			if v := object(res.want(200)); v[name] != text {
				t.Errorf("%s: %q came back as %v", name, text, v[name])
			}
		}
		for _, method := range []string{"GET", "DELETE"} {
			if res := c.do(method, r.path+"/"+url.PathEscape(text), nil); res.Status != 404 {
				t.Errorf("%s of the id %q: %d", method, text, res.Status)
			}
		}
		for _, parameter := range []string{"limit", "cursor", "sort", "owner"} {
			if res := c.do("GET", fmt.Sprintf("%s?%s=%s", r.path, parameter, url.QueryEscape(text)), nil); res.Status != 400 {
				t.Errorf("%s=%q: %d", parameter, text, res.Status)
			}
		}
	}
	c.do("GET", one, nil).want(200)
	other.do("GET", r.path+"/"+theirs, nil).want(200)
}

// An owner cannot fill the service: above the limit a resource is refused until one is deleted, also if several are created at once
// (CWE-770). Pages show each once, in the order of creation, also if the last one of a page is deleted.
func resourceLimit(t *testing.T, r resource) {
	c := start(t, r.limit+"=5", "RATE_LIMIT=1000000/1s").signIn(t)
	fields := make([]members, 8)
	for i := range fields {
		fields[i] = r.fields(c)
	}
	var created, full atomic.Int32
	var wg sync.WaitGroup
	for _, f := range fields {
		wg.Go(func() {
			switch res, err := c.try("POST", r.path, f); {
			case err == nil && res.Status == 201:
				created.Add(1)
			case err == nil && res.Status == 409 && res.slug() == "full":
				full.Add(1)
			default:
				t.Errorf("%+v, %v", res, err)
			}
		})
	}
	wg.Wait()
	if created.Load() != 5 || full.Load() != 3 {
		t.Errorf("%d created and %d refused, want 5 and 3", created.Load(), full.Load())
	}
	var want, got []any
	var times []string
	for _, v := range object(c.do("GET", r.path, nil).want(200))[r.list].([]any) {
		want = append(want, v.(members)["id"])
		times = append(times, v.(members)["created_at"].(string))
	}
	if !slices.IsSortedFunc(times, func(a, b string) int { return parseTime(t, a).Compare(parseTime(t, b)) }) {
		t.Errorf("listed by %v", times)
	}
	cursor := ""
	for range 5 {
		page := object(c.do("GET", r.path+"?limit=2"+cursor, nil).want(200))
		for _, v := range page[r.list].([]any) {
			got = append(got, v.(members)["id"])
		}
		if page["next_cursor"] == nil {
			break
		}
		cursor = fmt.Sprint("&cursor=", page["next_cursor"])
		c.do("DELETE", fmt.Sprint(r.path, "/", got[len(got)-1]), nil).want(204)
	}
	if !slices.Equal(got, want) {
		t.Errorf("pages show %v, want %v", got, want)
	}
	c.create(r)
}

func parseTime(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// A field can only refer to what its owner has, which cannot be deleted as long as it is referred to.
func resourceReferences(t *testing.T, r resource) {
	s := shared(t)
	c := s.signIn(t)
	for field, path := range r.parents {
		fields := r.fields(c)
		one := fmt.Sprint(r.path, "/", c.created(r, fields)["id"])
		foreign := []any{nobodys, r.fields(s.signIn(t))[field]}
		for _, id := range foreign {
			for _, res := range []*response{
				c.do("POST", r.path, with(r.fields(c), field, id)),
				c.do("PATCH", one, members{field: id}),
			} {
				if !res.refused(field, "unknown") {
					t.Errorf("%s refers to %v: %d %s", field, id, res.Status, res.Body)
				}
			}
		}

		// The database refuses the row of another owner by itself, in case a check is forgotten.
		db := s.openDatabase(t)
		db.SetMaxOpenConns(1)
		if _, err := db.Exec(fmt.Sprintf(`UPDATE %q SET %q = $1 WHERE id = $2`, r.list, field), foreign[len(foreign)-1], strings.TrimPrefix(one, r.path+"/")); err == nil {
			t.Errorf("the database accepts %s of another owner", field)
		}

		parent := fmt.Sprint(path, "/", fields[field])
		if res := c.do("DELETE", parent, nil).want(409); res.slug() != "in-use" {
			t.Errorf("slug %q", res.slug())
		}
		c.do("DELETE", one, nil).want(204)
		c.do("DELETE", parent, nil).want(204)
	}
}

// A resource is never its own ancestor, also if two changes make the circle only together.
func resourceCycles(t *testing.T, r resource) {
	c := shared(t).signIn(t)
	for _, field := range r.ancestors {
		first := c.create(r)
		second := c.created(r, with(r.fields(c), field, first))["id"]
		third := c.created(r, with(r.fields(c), field, second))["id"]
		for _, id := range []any{first, second, third} {
			if res := c.do("PATCH", r.path+"/"+first, members{field: id}); !res.refused(field, "cycle") {
				t.Errorf("%s: %d %s", field, res.Status, res.Body)
			}
		}
		c.do("DELETE", r.path+"/"+first, nil).want(409)
		for range 10 {
			a, b := c.create(r), c.create(r)
			var made atomic.Int32
			var wg sync.WaitGroup
			for from, to := range map[string]string{a: b, b: a} {
				wg.Go(func() {
					if res, err := c.try("PATCH", r.path+"/"+from, members{field: to}); err != nil {
						t.Error(err)
					} else if res.Status == 200 {
						made.Add(1)
					} else if res.Status != 422 {
						t.Errorf("%d %s", res.Status, res.Body)
					}
				})
			}
			wg.Wait()
			if made.Load() != 1 {
				t.Errorf("%d of two halves of a circle were accepted, want 1", made.Load())
			}
		}
	}
}

// Two resources of an owner do not have the same value in a unique field. Those of other owners do not count.
func resourceUnique(t *testing.T, r resource) {
	s := shared(t)
	c := s.signIn(t)
	for _, field := range r.unique {
		fields := r.fields(c)
		one := fmt.Sprint(r.path, "/", c.created(r, fields)["id"])
		other := r.path + "/" + c.create(r)
		for _, res := range []*response{
			c.do("POST", r.path, with(r.fields(c), field, fields[field])),
			c.do("PATCH", other, members{field: fields[field]}),
		} {
			if res.Status != 409 || res.slug() != "taken" {
				t.Errorf("%s: %d %s", field, res.Status, res.Body)
			}
		}
		c.do("PATCH", one, members{field: fields[field]}).want(200)
		bob := s.signIn(t)
		bob.created(r, with(r.fields(bob), field, fields[field]))
	}
}

// A resource of another owner does not exist: not to see, to change, to delete or to list (ASVS 5.0.0 V8.2.2, CWE-639). Without
// credentials nothing does, and the answer says how to sign in.
func resourceOwners(t *testing.T, r resource) {
	s := shared(t)
	ann, bob, stranger := s.signIn(t), s.signIn(t), s.client(t)
	id := ann.create(r)
	one, fields := r.path+"/"+id, r.fields(bob)
	before := string(ann.do("GET", one, nil).want(200).Body)
	for name, res := range map[string]*response{
		"show404":           bob.do("GET", one, nil),
		"update404":         bob.do("PATCH", one, fields),
		"delete404":         bob.do("DELETE", one, nil),
		"delete404 version": bob.do("DELETE", one, nil, "If-Match", `"1"`),
	} {
		if res.Status != 404 || res.slug() != "not-found" {
			t.Errorf("%s: %d %s", name, res.Status, res.Body)
		}
	}
	if list := bob.do("GET", r.path, nil).want(200); strings.Contains(string(list.Body), id) {
		t.Errorf("bob's list: %s", list.Body)
	}
	if after := string(ann.do("GET", one, nil).want(200).Body); after != before {
		t.Errorf("ann's became %s", after)
	}
	for name, res := range map[string]*response{
		"create401": stranger.do("POST", r.path, fields),
		"list401":   stranger.do("GET", r.path, nil),
		"show401":   stranger.do("GET", one, nil),
		"update401": stranger.do("PATCH", one, fields),
		"delete401": stranger.do("DELETE", one, nil),
	} {
		if res.Status != 401 || res.slug() != "unauthorized" || res.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d %s, WWW-Authenticate %q", name, res.Status, res.slug(), res.Header.Get("WWW-Authenticate"))
		}
	}
}

// refused reports whether an answer names a field and the rule that it breaks.
func (r *response) refused(field, code string) bool {
	return r.Status == 422 && strings.Contains(string(r.Body), `"/`+field+`"`) && strings.Contains(string(r.Body), `"`+code+`"`)
}

var numbers atomic.Int64

// next is another number at each call, for fields that must be unique.
func next() int64 { return numbers.Add(1) }

// numbered is another text at each call: format with a number in it.
func numbered(format string) string { return fmt.Sprintf(format, next()) } //nolint:unused // depends on the types of the fields

// text is another text at each call, of at least shortest and at most longest characters.
func text(shortest, longest int) string { //nolint:unused // depends on the types of the fields
	s := strconv.FormatInt(next(), 36)
	s = strings.Repeat("a", max(0, shortest-len(s))) + s
	return s[max(0, len(s)-longest):]
}
