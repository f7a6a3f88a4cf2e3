package guard

import (
	"errors"
	"testing"
)

// A start reports all that is wrong, once, by name and never by value.
func TestSettingsThatCannotBeRead(t *testing.T) {
	s := &settings{}
	s.refuse("FIRST", errors.New("want a number"))
	s.refuse("SECOND", errors.New("want a duration such as 30s"))
	s.refuse("FIRST", errors.New("want a number"))
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
	for value, want := range map[string]bool{"/up, /livez": true, "": true, "/": false, "livez": false, "/livez,/": false} {
		if _, err := parseProbes(value); (err == nil) != want {
			t.Errorf("probes %q: %v", value, err)
		}
	}
}
