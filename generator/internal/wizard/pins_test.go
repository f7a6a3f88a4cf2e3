package wizard

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// huh v1.0.0 was written against charmbracelet/x/ansi 0.9; from 0.11 on the two do not build or draw
// alike, and go get -u raises it without a word.
func TestPins(t *testing.T) {
	src, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", src, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range mod.Require {
		got[r.Mod.Path] = r.Mod.Version
	}
	const huh, ansi = "github.com/charmbracelet/huh", "github.com/charmbracelet/x/ansi"
	if got[huh] != "v1.0.0" {
		t.Errorf("%s is at %q, not v1.0.0", huh, got[huh])
	}
	if v := got[ansi]; v == "" || semver.Compare(v, "v0.11.0") >= 0 {
		t.Errorf("%s is at %q, want something below v0.11.0", ansi, v)
	}
}

// printTerm makes the test binary print TERM as it stands after all init functions.
const printTerm = "WIZARD_TEST_PRINT_TERM"

func TestMain(m *testing.M) {
	if os.Getenv(printTerm) != "" {
		v, set := os.LookupEnv("TERM")
		fmt.Print(v, " ", set)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TERM says dumb while Bubble Tea is initialized, and what it said before from then on.
func TestTermIsRestored(t *testing.T) {
	var rest []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "TERM=") {
			rest = append(rest, kv)
		}
	}
	for _, tt := range []struct{ name, set, want string }{{"set", "TERM=xterm", "xterm true"}, {"empty", "TERM=", " true"}, {"not set", "", " false"}} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(rest, printTerm+"=1", tt.set)
		if tt.set == "" {
			cmd.Env = cmd.Env[:len(cmd.Env)-1]
		}
		if out, err := cmd.Output(); err != nil || string(out) != tt.want {
			t.Errorf("%s: %q, %v", tt.name, out, err)
		}
	}
}
