package wizard

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/spec"
)

func TestCommand(t *testing.T) {
	full := spec.Spec{Name: "orders", Module: "example.com/orders", Database: "sqlite", Auth: "session", Deploy: []string{"systemd", "docker"}, CI: "github",
		Contact: "https://example.com/security?a=1&b=2", With: []string{"tls", "cors"}, Without: []string{"fieldcrypt"}}
	full.SetInput("session", "cookie", "it's")
	tests := []struct {
		name string
		spec spec.Spec
		dir  string
		more []string
		want string
	}{
		{"all", full, "", nil, "hardwright new --module example.com/orders --database sqlite --auth session --deploy docker,systemd --ci github " +
			`--contact 'https://example.com/security?a=1&b=2' --with cors,tls --without fieldcrypt --set 'session.cookie=it'\''s' --yes orders`},
		{"nothing chosen", spec.Spec{Name: "a", Module: "example.com/a"}, "", nil,
			"hardwright new --module example.com/a --database none --auth none --deploy none --ci none --yes a"},
		{"a folder of another name", spec.Spec{Name: "a", Module: "example.com/a"}, "/tmp/my service", []string{"--git=false"},
			"hardwright new --name a --module example.com/a --database none --auth none --deploy none --ci none --git=false --yes '/tmp/my service'"},
		{"a folder like a flag", spec.Spec{Name: "a", Module: "example.com/a"}, "-a", nil,
			"hardwright new --name a --module example.com/a --database none --auth none --deploy none --ci none --yes -- -a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Command(tt.spec, tt.dir, tt.more...); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A real shell reads every word back as it was.
func TestQuotingInARealShell(t *testing.T) {
	words := []string{"plain", "", "two words", "it's", `"$HOME"`, "`id`", "$(id)", "a\nb", `\`, "*", "~", "~/x", "#x", "!x", "a=b", "-x", "<>|&;()", "[a]", "{a,b}", "é", "'", "''"}
	out, err := exec.Command("sh", "-c", `printf '%s\0' `+shellLine(append([]string{}, words...))).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSuffix(string(out), "\x00"); got != strings.Join(words, "\x00") {
		t.Errorf("got %q", got)
	}
}

func TestNext(t *testing.T) {
	for dir, want := range map[string]string{"orders": "cd orders", filepath.Join("a b", "c"): "cd 'a b/c'", "-x": "cd -- -x"} {
		if got := Next(dir); len(got) != 2 || got[0] != want || got[1] != "make run" {
			t.Errorf("%s: %q", dir, got)
		}
	}
}
