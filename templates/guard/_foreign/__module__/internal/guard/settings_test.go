package guard

import (
	"strings"
	"testing"
)

// A start reports all that is wrong, once, by name and never by value.
func TestSettingsThatCannotBeRead(t *testing.T) {
	s := &settings{}
	s.refuse("FIRST", "a number")
	s.refuse("SECOND", "a duration such as 30s")
	s.refuse("FIRST", "a number")
	defer func() {
		if got, want := recover(), "guard: FIRST: want a number; SECOND: want a duration such as 30s"; got != want {
			t.Errorf("panic with %v, want %v", got, want)
		}
	}()
	s.check()
	t.Error("no panic")
}

func TestSettingsFromTheEnvironment(t *testing.T) {
	defaults["GUARD_TEST"] = "from the code"
	defer delete(defaults, "GUARD_TEST")
	s := &settings{}
	for value, want := range map[string]string{"": "from the code", " ": "from the code", " typed ": "typed"} {
		t.Setenv("GUARD_TEST", value)
		if got := s.value("GUARD_TEST"); got != want {
			t.Errorf("GUARD_TEST=%q is %q, want %q", value, got, want)
		}
	}
	t.Setenv("GUARD_TEST", "a, b,,c ")
	if got := strings.Join(s.list("GUARD_TEST"), "|"); got != "a|b|c" {
		t.Errorf("a list of %s", got)
	}
}
