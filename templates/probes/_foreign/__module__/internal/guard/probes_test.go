package guard

import (
	"net/http/httptest"
	"testing"
)

func TestProbes(t *testing.T) {
	t.Setenv("PROBE_PATHS", "/up, /livez")
	probe := probes(&settings{})
	for path, want := range map[string]bool{"/up": true, "/livez": true, "/readyz": false, "/livez/": false, "/livez/x": false, "/": false, "/?/livez": false} {
		if got := probe(httptest.NewRequest("GET", path, nil)); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	for _, bad := range []string{"/", "livez", "/livez,/"} {
		t.Setenv("PROBE_PATHS", bad)
		s := &settings{}
		if probes(s); len(s.problems) == 0 {
			t.Errorf("%q is taken", bad)
		}
	}
}
