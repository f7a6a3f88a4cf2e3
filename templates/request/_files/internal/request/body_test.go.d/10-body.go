package request

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/app/internal/problem"
)

// room is more than the bodies of these tests need.
const room = 100_000

type request struct {
	Title string            `json:"title"`
	Count int               `json:"count"`
	Done  *bool             `json:"done"`
	Tags  []string          `json:"tags"`
	Inner inner             `json:"inner"`
	Free  any               `json:"free"`
	Named map[string]string `json:"named"`
	Local string
}

type inner struct {
	Key string `json:"key"`
}

func post(body string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// pointers lists what a problem complains about as pointer:code.
func pointers(p problem.Problem) []string {
	var all []string
	for _, e := range p.Errors {
		all = append(all, e.Pointer+":"+e.Code)
	}
	return all
}

func TestRead(t *testing.T) {
	tests := []struct {
		name, body string
		status     int
		errors     []string
	}{
		{"read200", `{"title":"a","count":1,"done":true,"tags":["x"],"inner":{"key":"k"},"free":{"a":[null]},"named":{"n":"v"}}`, 0, nil},
		{"read200 empty object", `{}`, 0, nil},
		{"read200 space around", " {\"title\":\"a\"}\n", 0, nil},
		{"read200 pair of surrogates", `{"title":"\ud83d\ude00"}`, 0, nil},
		{"read200 escaped backslash before u", `{"title":"\\ud800"}`, 0, nil},

		{"read400 empty body", ``, 400, nil},
		{"read400 broken", `{"title":`, 400, nil},
		{"read400 comma at the end", `{"title":"a",}`, 400, nil},
		{"read400 no colon", `{"title" "a"}`, 400, nil},
		{"read400 second document", `{"title":"a"}{"title":"b"}`, 400, nil},
		{"read400 text behind", `{"title":"a"} x`, 400, nil},
		{"read400 invalid UTF-8", "{\"title\":\"\xff\"}", 400, nil},
		{"read400 byte order mark", "\xef\xbb\xbf{}", 400, nil},
		{"read400 high surrogate alone", `{"title":"\ud800"}`, 400, nil},
		{"read400 high surrogate before text", `{"title":"\ud800abcdefg"}`, 400, nil},
		{"read400 low surrogate alone", `{"title":"\udc00"}`, 400, nil},
		{"read400 two high surrogates", `{"title":"\ud800\ud800"}`, 400, nil},
		{"read400 name twice", `{"title":"a","title":"b"}`, 400, []string{"/title:duplicate"}},
		{"read400 name twice by escape", `{"title":"a","\u0074itle":"b"}`, 400, []string{"/title:duplicate"}},
		{"read400 name in another case", `{"title":"a","TITLE":"b"}`, 400, []string{"/TITLE:duplicate"}},
		{"read400 name twice inside", `{"inner":{"key":"a","key":"b"}}`, 400, []string{"/inner/key:duplicate"}},
		{"read400 Kelvin sign", `{"inner":{"key":"a","` + "\u212a" + `ey":"b"}}`, 400, []string{"/inner/\u212aey:duplicate"}},
		{"read400 name twice in a free value", `{"free":[{"a":1,"a":2}]}`, 400, []string{"/free/0/a:duplicate"}},
		{"read400 too deep", `{"free":` + strings.Repeat("[", 33) + strings.Repeat("]", 33) + `}`, 400, nil},
		{"read400 bomb", strings.Repeat("[", 100_000), 400, nil},
		{"read400 bomb that closes", strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), 400, nil},

		{"read422 unknown", `{"role":"admin"}`, 422, []string{"/role:unknown"}},
		{"read422 another case alone", `{"TITLE":"a"}`, 422, []string{"/TITLE:unknown"}},
		{"read422 field without a name", `{"Local":"a"}`, 422, []string{"/Local:unknown"}},
		{"read422 unknown inside", `{"inner":{"a/b~c":1}}`, 422, []string{"/inner/a~1b~0c:unknown"}},
		{"read422 all at once", `{"x":1,"title":2,"done":null,"tags":["a",3]}`, 422, []string{"/x:unknown", "/title:type", "/done:null", "/tags/1:type"}},
		{"read422 operator for a string", `{"title":{"$gt":""}}`, 422, []string{"/title:type"}},
		{"read422 array at the top", `[]`, 422, []string{":type"}},
		{"read422 null at the top", `null`, 422, []string{":null"}},
		{"read422 fraction", `{"count":1.5}`, 422, []string{"/count:type"}},
		{"read422 number too large", `{"count":1e400}`, 422, []string{"/count:type"}},
		{"read422 number in a map", `{"named":{"n":1}}`, 422, []string{"/named/n:type"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Read(post(tt.body), &request{}, room)
			if tt.status == 0 {
				if err != nil {
					t.Fatal(err, pointers(problem.From(err)))
				}
				return
			}
			var p problem.Problem
			if !errors.As(err, &p) || p.Status != tt.status || !slices.Equal(pointers(p), tt.errors) {
				t.Errorf("%v %v, want %d %v", err, pointers(p), tt.status, tt.errors)
			}
		})
	}
}

func TestReadTypes(t *testing.T) {
	tests := []struct {
		name    string
		headers []string
		status  int
	}{
		{"read200", []string{"Content-Type", "application/json"}, 0},
		{"read200 charset", []string{"Content-Type", "application/json; charset=UTF-8"}, 0},
		{"read415 none", nil, 415},
		{"read415 form", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"read415 text", []string{"Content-Type", "text/plain"}, 415}, // what a cross-site form can send
		{"read415 lookalike", []string{"Content-Type", "application/jsonp"}, 415},
		{"read415 other charset", []string{"Content-Type", "application/json; charset=utf-7"}, 415},
		{"read415 other parameter", []string{"Content-Type", "application/json; boundary=x"}, 415},
		{"read415 two types", []string{"Content-Type", "application/json", "Content-Type", "text/plain"}, 415},
		{"read415 garbage", []string{"Content-Type", "application/json;;=,"}, 415},
		{"read415 gzip", []string{"Content-Type", "application/json", "Content-Encoding", "gzip"}, 415},
		{"read415 identity", []string{"Content-Type", "application/json", "Content-Encoding", "identity"}, 415},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/", strings.NewReader(`{}`))
			for i := 0; i < len(tt.headers); i += 2 {
				r.Header.Add(tt.headers[i], tt.headers[i+1])
			}
			if got := statusOf(Read(r, &request{}, room)); got != tt.status {
				t.Errorf("status %d, want %d", got, tt.status)
			}
		})
	}
}

func statusOf(err error) int {
	if err == nil {
		return 0
	}
	return problem.From(err).Status
}

// A gzip bomb is never unpacked.
func TestRead415Bomb(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(make([]byte, 10<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	r := post(b.String())
	r.Header.Set("Content-Encoding", "gzip")
	if got := statusOf(Read(r, &request{}, room)); got != 415 {
		t.Errorf("status %d, want 415", got)
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestReadErrors(t *testing.T) {
	for _, tt := range []struct {
		name   string
		err    error
		status int
	}{
		{"read413", &http.MaxBytesError{Limit: 1}, 413},
		{"read408", os.ErrDeadlineExceeded, 408},
		{"read400 gone", errors.New("unexpected EOF"), 400},
	} {
		r := httptest.NewRequest("POST", "/", broken{tt.err})
		r.Header.Set("Content-Type", "application/json")
		if got := statusOf(Read(r, &request{}, room)); got != tt.status {
			t.Errorf("%s: status %d", tt.name, got)
		}
	}
}

// A refusal is small for any body, and repeats no value.
func TestRefusalIsSmall(t *testing.T) {
	var unknown, twice strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&unknown, `"%d%s":"canary",`, i, strings.Repeat("k", 900))
		twice.WriteString(`"title":"canary",`)
	}
	for _, members := range []string{unknown.String(), twice.String()} {
		p := problem.From(Decode([]byte(`{`+members+`"count":"canary"}`), &request{}))
		if len(p.Errors) == 0 || len(p.Errors) > maxErrors {
			t.Fatalf("%d errors", len(p.Errors))
		}
		for _, e := range p.Errors {
			if len(e.Pointer) > maxName+1 || strings.Contains(e.Pointer+e.Detail, "canary") {
				t.Errorf("%+v", e)
			}
		}
	}
}

// Reading stops with the refusal: a body of unknown names costs what its first twenty cost.
func TestReadingStops(t *testing.T) {
	for name, member := range map[string]string{"unknown": `"k%d":1,`, "duplicate": `"title":"a",`, "type": `"tags":[1,2,3],"done":{"a":[%d]},`} {
		var members strings.Builder
		for i := range 10_000 {
			if strings.Contains(member, "%d") {
				fmt.Fprintf(&members, member, i)
			} else {
				members.WriteString(member)
			}
		}
		c := newChecker([]byte("{" + members.String() + `"count":1}`))
		c.value(reflect.TypeFor[request](), "", 0)
		if n := len(c.invalid) + len(c.ambiguous); n != maxErrors {
			t.Errorf("%s: %d errors", name, n)
		}
		if got := c.tokens.InputOffset(); got > 2000 {
			t.Errorf("%s: read %d bytes", name, got)
		}
	}
}

// The body is bounded by what the fields can hold: every character escaped fits, much more does not, announced or not.
func TestRead413(t *testing.T) {
	const characters = 1000
	fits := `{"title":"` + strings.Repeat(`\ud83d\ude00`, characters) + `"}`
	if err := Read(post(fits), &request{}, characters); err != nil {
		t.Errorf("read200 the longest: %v", err)
	}
	tooMuch := `{"title":"` + strings.Repeat("a", 12*characters+1<<10) + `"}`
	if got := statusOf(Read(post(tooMuch), &request{}, characters)); got != 413 {
		t.Errorf("read413 announced: %d", got)
	}
	r := post(tooMuch)
	r.ContentLength = -1
	if got := statusOf(Read(r, &request{}, characters)); got != 413 {
		t.Errorf("read413 chunked: %d", got)
	}
}

// A request with a body has no query.
func TestRead400Query(t *testing.T) {
	r := post(`{"title":"a"}`)
	r.URL.RawQuery = "title=b"
	if got := statusOf(Read(r, &request{}, room)); got != 400 {
		t.Errorf("status %d", got)
	}
}

// A tag that is stored comes back as it was, and stands on the wire without an angle bracket (J5).
func TestRespondEscapes(t *testing.T) {
	w := httptest.NewRecorder()
	const payload = `<script>alert(1)</script>&`
	if err := Respond(w, 201, map[string]string{"title": payload}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(w.Body.String(), "<>&") || !strings.Contains(w.Body.String(), `\u003cscript`) {
		t.Errorf("on the wire: %s", w.Body)
	}
	var back map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &back); err != nil || back["title"] != payload {
		t.Errorf("came back as %q, %v", back["title"], err)
	}
	if got := w.Header().Get("Content-Type"); w.Code != 201 || got != "application/json" {
		t.Errorf("%d %s", w.Code, got)
	}
}

// What Decode accepts, every parser understands alike: encoding it again and decoding that gives the same value, and the
// keys on the wire are the keys of the struct.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"title":"a","count":1,"done":true,"tags":["x"],"inner":{"key":"k"}}`))
	f.Add([]byte(`{"title":"a","TITLE":"b"}`))
	f.Add([]byte(`{"title":"\ud800"}`))
	f.Add([]byte(`{"free":[[[{"a":{}}]]]} `))
	f.Add([]byte("{\"title\":\"\xff\"}"))
	f.Add([]byte(`{}{}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var got request
		err := Decode(body, &got)
		if err != nil {
			if status := problem.From(err).Status; status != 400 && status != 422 {
				t.Fatalf("status %d", status)
			}
			return
		}
		var loose map[string]json.RawMessage
		if err := json.Unmarshal(body, &loose); err != nil {
			t.Fatalf("accepted what is no object: %v", err)
		}
		for name := range loose {
			if !slices.Contains([]string{"title", "count", "done", "tags", "inner", "free", "named"}, name) {
				t.Fatalf("accepted the name %q", name)
			}
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var second request
		if err := json.Unmarshal(again, &second); err != nil || second.Title != got.Title || second.Count != got.Count {
			t.Fatalf("%q became %q", body, again)
		}
	})
}
