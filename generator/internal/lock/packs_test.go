package lock

import (
	"reflect"
	"strings"
	"testing"
)

func TestPacksAreReadAsWritten(t *testing.T) {
	l := Lock{Engine: "0.1.0", Templates: "sha256:0", Files: map[string]File{}}
	l = l.WithPack(Pack{Path: "example.com/z", Version: "v1.0.0", Sum: "h1:old="})
	l = l.WithPack(Pack{Path: "example.com/a/v2", Version: "v2.0.1", Sum: "h1:b=", Cached: true, Private: true, Insecure: []string{"GOINSECURE=a,b", "GOSUMDB=off"}})
	l = l.WithPack(Pack{Path: "example.com/z", Version: "v1.1.0", Sum: "h1:a="})
	src := string(l.YAML())
	want := `packs:
  - {pack: "example.com/a/v2@v2.0.1", sum: "h1:b=", cached: true, private: true, insecure: ["GOINSECURE=a,b", "GOSUMDB=off"]}
  - {pack: "example.com/z@v1.1.0", sum: "h1:a="}
`
	if !strings.Contains(src, want) {
		t.Errorf("got\n%s", src)
	}
	got, err := Parse([]byte(src))
	if err != nil || !reflect.DeepEqual(got.Packs, l.Packs) {
		t.Errorf("%+v, %v", got.Packs, err)
	}
}

func TestPinnedTwice(t *testing.T) {
	pin := `  - {pack: "example.com/a@v1.0.0", sum: "h1:a="}` + "\n"
	_, err := Parse([]byte("version: 1\nengine: a\ntemplates: b\ncomponents:\npacks:\n" + pin + pin + "files:\n"))
	if err == nil || !strings.Contains(err.Error(), "hardwright.lock:7: example.com/a is pinned twice") {
		t.Error(err)
	}
}

// A pin names a folder: one that is no version of a module must not lead elsewhere.
func TestPinsThatAreNone(t *testing.T) {
	for _, pin := range []string{
		`{pack: "../../etc@v1.0.0", sum: "h1:a="}`,
		`{pack: "example.com/a@../../../b", sum: "h1:a="}`,
		`{pack: "example.com/a@latest", sum: "h1:a="}`,
		`{pack: "example.com/a", sum: "h1:a="}`,
		`{pack: "example.com/a@v1.0.0"}`,
		`{pack: "example.com/a@v1.0.0", sum: "sha256:a"}`,
		`{pack: "example.com/a@v1.0.0", sum: "h1:a=", hook: "make"}`,
		`example.com/a@v1.0.0`,
	} {
		_, err := Parse([]byte("version: 1\nengine: a\ntemplates: b\ncomponents:\npacks:\n  - " + pin + "\nfiles:\n"))
		if err == nil || !strings.Contains(err.Error(), "hardwright.lock:6: ") {
			t.Errorf("%s: %v", pin, err)
		}
	}
}
