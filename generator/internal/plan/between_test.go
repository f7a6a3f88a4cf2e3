package plan

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// managed is a file of ours with that text; seeded one that is the user's from then on.
func managed(text string) *render.File {
	return &render.File{Data: []byte(text), Mode: 0o644, Owner: "x", Class: render.Managed}
}

func seeded(text string) *render.File {
	f := managed(text)
	f.Class = render.Seeded
	return f
}

// What becomes of one file, by what we wrote, what we would write, and what is there.
func TestBetween(t *testing.T) {
	text := func(s string) *string { return &s }
	long := "1\n2\n3\n4\n5\n6\n"
	tests := []struct {
		name         string
		base, theirs *render.File
		ours         *string
		class        string // in the lock, if not the base's
		markers      bool
		want         string // kind and new content; note: …
	}{
		{name: "comes", theirs: managed("n"), want: "create n"},
		{name: "comes and is there", theirs: managed("n"), ours: text("n"), want: ""},
		{name: "comes and is in the way", theirs: managed("n"), ours: text("mine"), want: "conflict: it already exists"},
		{name: "comes and is in the way, with markers", theirs: managed("n\n"), ours: text("mine\n"), markers: true, want: "modify <<<<<<< yours|mine|=======|n|>>>>>>> hardwright|"},
		{name: "goes", base: managed("b"), ours: text("b"), want: "delete"},
		{name: "goes, with other line endings", base: managed("b\n"), ours: text("b\r\n"), want: "delete"},
		{name: "goes and was edited", base: managed("b"), ours: text("mine"), want: "conflict: edited"},
		{name: "goes and was edited, with markers", base: managed("b"), ours: text("mine"), markers: true, want: "note: f was edited and stays"},
		{name: "goes and is the user's since it was written", base: seeded("b"), ours: text("mine"), want: "note: f was edited and stays"},
		{name: "goes and is gone", base: managed("b"), want: ""},
		{name: "does not change", base: managed("b"), theirs: managed("b"), ours: text("mine"), want: ""},
		{name: "does not change and is gone", base: managed("b"), theirs: managed("b"), want: ""},
		{name: "changes", base: managed("b\n"), theirs: managed("t\n"), ours: text("b\n"), want: "modify t|"},
		{name: "changes, with other line endings", base: managed("b\n"), theirs: managed("t\n"), ours: text("b\r\n"), want: "modify t\r|"},
		{name: "changes and is gone", base: managed("b"), theirs: managed("t"), want: "note: f was deleted and stays deleted"},
		{name: "changes elsewhere than a person did", base: managed(long), theirs: managed("0\n" + long), ours: text(long + "7\n"), want: "modify 0|1|2|3|4|5|6|7|"},
		{name: "changes as a person did", base: managed("b\n"), theirs: managed("t\n"), ours: text("t\n"), want: ""},
		{name: "changes where a person did", base: managed("b\n"), theirs: managed("t\n"), ours: text("mine\n"), want: "conflict: line 1"},
		{name: "changes where a person did, with markers", base: managed("b\n"), theirs: managed("t\n"), ours: text("mine\n"), markers: true, want: "modify <<<<<<< yours|mine|=======|t|>>>>>>> hardwright|"},
		{name: "changes where a person did, whose it is", base: seeded("b\n"), theirs: seeded("t\n"), ours: text("mine\n"), want: "note: left as it is"},
		{name: "changes, and was there before us", base: managed("b\n"), theirs: managed("t\n"), ours: text("b\n"), class: lock.User, want: "note: yours before"},
		{name: "goes, and was there before us", base: managed("b\n"), ours: text("b\n"), class: lock.User, want: "note: yours before"},
		{name: "comes again, and was deleted before it went", theirs: managed("n"), class: lock.Deleted, want: "note: was deleted, and stays so"},
		{name: "bytes", base: managed("b\n"), theirs: managed("t\n"), ours: text("a\x00"), markers: true, want: "conflict: line 1"},
	}
	for _, tt := range tests {
		c := Change{Markers: tt.markers, Ours: tree.Tree{}, Lock: lock.Lock{Files: map[string]lock.File{}}}
		c.Base.Files, c.Theirs.Files = map[string]render.File{}, map[string]render.File{}
		if tt.base != nil {
			c.Base.Files["f"] = *tt.base
			c.Lock.Files["f"] = lock.File{SHA256: lock.Digest(tt.base.Data), Class: string(tt.base.Class)}
		}
		if tt.class != "" {
			c.Lock.Files["f"] = lock.File{Class: tt.class}
		}
		if tt.theirs != nil {
			c.Theirs.Files["f"] = *tt.theirs
		}
		if tt.ours != nil {
			c.Ours["f"] = tree.File{Data: []byte(*tt.ours), Mode: 0o644}
		}
		p := Between(c)
		got := ""
		for _, s := range p.Steps {
			if s.Path != "f" {
				continue
			}
			if got = strings.TrimRight(string(s.Kind)+" "+strings.ReplaceAll(string(s.New), "\n", "|"), " "); s.Kind == Conflict {
				got = "conflict: " + s.Why
			}
		}
		if len(p.Notes) > 0 {
			got += "note: " + strings.Join(p.Notes, "; ")
		}
		kind, part, found := strings.Cut(tt.want, ": ")
		if got != tt.want && (!found || !strings.HasPrefix(got, kind+": ") || !strings.Contains(got, part)) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// The mode is ours to change as long as a person has not.
func TestBetweenModes(t *testing.T) {
	for _, tt := range []struct{ ours, want int }{{0o644, 0o755}, {0o600, 0o600}} {
		c := Change{Ours: tree.Tree{"f": {Data: []byte("b"), Mode: 0}}, Lock: lock.Lock{Files: map[string]lock.File{"f": {}}}}
		c.Base.Files, c.Theirs.Files = map[string]render.File{"f": *managed("b")}, map[string]render.File{"f": *managed("b")}
		runnable := c.Theirs.Files["f"]
		runnable.Mode = 0o755
		c.Theirs.Files["f"] = runnable
		file := c.Ours["f"]
		file.Mode = fs.FileMode(tt.ours)
		c.Ours["f"] = file
		p := Between(c)
		is := file.Mode
		for _, s := range p.Steps {
			if s.Path == "f" {
				is = s.Mode
			}
		}
		if is != fs.FileMode(tt.want) {
			t.Errorf("%o became %o, want %o", tt.ours, is, tt.want)
		}
	}
}

// A change writes hardwright.yaml and the lock: what generators wrote and what was a person's keeps its entry.
func TestBetweenRecords(t *testing.T) {
	was := spec.Spec{Name: "a", Module: "example.com/a"}
	is := was.Clone()
	is.With = []string{"x"}
	c := Change{Asked: was, Ours: tree.Tree{
		spec.Path: {Data: []byte("# mine\n" + string(was.YAML())), Mode: 0o644},
		lock.Path: {Data: []byte("old"), Mode: 0o644},
		"left":    {Data: []byte("l"), Mode: 0o644},
	}, Lock: lock.Lock{Engine: "1", Templates: "t", Files: map[string]lock.File{
		"generated": {SHA256: "g", Owner: "resource invoice", Class: "managed"}, "gone": {SHA256: "b", Owner: "y"}, "theirs": {SHA256: "u", Class: lock.User}, "left": {SHA256: "l", Owner: "y"},
	}}}
	c.Base = Rendering{Spec: was, Files: map[string]render.File{"gone": *managed("b"), "left": *managed("l"), "theirs": *managed("b")}}
	c.Theirs = Rendering{Spec: is, Components: []string{"x"}, Files: map[string]render.File{"new": *managed("n"), "theirs": *managed("t")}}
	texts := map[string]string{}
	for _, s := range Between(c).Steps {
		texts[s.Path] = string(s.New)
	}
	if got := texts[spec.Path]; got != "# mine\n"+string(is.YAML()) {
		t.Errorf("%s", got)
	}
	got, err := lock.Parse([]byte(texts[lock.Path]))
	if err == nil {
		t.Error("digests of the test are none") // they are words here
	}
	for path, want := range map[string]string{"generated": "g", "theirs": "u", "new": lock.Digest([]byte("n"))} {
		if got.Files[path].SHA256 != want {
			t.Errorf("%s: %+v", path, got.Files[path])
		}
	}
	if got.Files["gone"].Class != lock.Deleted { // by a person: if it comes again, it stays so
		t.Errorf("gone: %+v", got.Files["gone"])
	}
	if _, there := got.Files["left"]; there || strings.Join(got.Components, " ") != "x" {
		t.Errorf("%+v", got)
	}
}
