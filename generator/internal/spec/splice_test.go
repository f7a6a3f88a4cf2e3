package spec

import (
	"strings"
	"testing"
)

func TestSplice(t *testing.T) {
	was := Spec{Name: "a", Module: "example.com/a", Database: "sqlite", Auth: "session", Deploy: []string{"docker"}, CI: "github", With: []string{"tls"}}
	is := was.Clone()
	is.With, is.Deploy, is.CI = []string{"cors", "tls"}, []string{"docker", "systemd"}, None
	is.SetInput("session", "cookie", "x")
	bare := was.Clone()
	bare.With = nil
	tests := []struct {
		name, src, want string
		is              Spec
	}{
		{"as written", string(was.YAML()), string(is.YAML()), is},
		{
			"comments and order of a person",
			"version: 1\n# ours\nci: github # for now\nname: a\nmodule: example.com/a\nwith: [tls] # at the edge\n\nauth: session\ndatabase: sqlite\ndeploy:\n  - docker # on the old host\n# the end\n",
			"version: 1\n# ours\nci: none # for now\nname: a\nmodule: example.com/a\nwith: [tls, cors] # at the edge\n\nauth: session\ndatabase: sqlite\ndeploy:\n  - docker # on the old host\n  - systemd\nset:\n  session:\n    cookie: x\n# the end\n",
			is,
		},
		{
			"a key goes",
			"version: 1\nname: a\nmodule: example.com/a\ndatabase: sqlite\nauth: session\nwith:\n  - tls\ndeploy: [docker]\nci: github\n",
			"version: 1\nname: a\nmodule: example.com/a\ndatabase: sqlite\nauth: session\ndeploy: [docker]\nci: github\n",
			bare,
		},
		{"CRLF", strings.ReplaceAll("# mine\n"+string(was.YAML()), "\n", "\r\n"), strings.ReplaceAll("# mine\n"+string(bare.YAML()), "\n", "\r\n"), bare},
		{"no newline at the end", "version: 1\nname: a\nmodule: example.com/a\ndatabase: sqlite\nauth: session\ndeploy: [docker]\nci: github\nwith: [tls]", "version: 1\nname: a\nmodule: example.com/a\ndatabase: sqlite\nauth: session\ndeploy: [docker]\nci: github\n", bare},
	}
	for _, tt := range tests {
		got, err := Splice([]byte(tt.src), was, tt.is)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", tt.name, err, got, tt.want)
		}
	}
	// There and back again.
	src := "version: 1\nname: a\nmodule: example.com/a\nwith: [ tls ] # x\ndatabase: sqlite\nauth: session\ndeploy:\n- docker # y\nci: github\n"
	there, err := Splice([]byte(src), was, is)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := Splice(there, is, was); err != nil || string(back) != src {
		t.Errorf("%v\n%s\n%s", err, there, back)
	}
	for _, src := range []string{"version: 1\nname: a\nmodule: example.com/a\ndatabase: sqlite\nauth: session\ndeploy: [docker]\nci: github\nset: # why\n  session:\n    cookie: y # because\n", "{version: 1, name: a, with: [tls]}", "version: 1\nwith: &x [tls]\nname: *x\n"} {
		if got, err := Splice([]byte(src), was, is); err == nil {
			t.Errorf("%s became\n%s", src, got)
		}
	}
}
