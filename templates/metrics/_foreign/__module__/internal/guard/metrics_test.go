package guard_test

import (
	"net/http/httptest"
	"testing"
)

// Metrics are not for the public: the path is the program's own.
func TestMetricsAreNotPublic(t *testing.T) {
	if w := ask(t, httptest.NewRequest("GET", "/metrics", nil)); w.Body.String() != "ok" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

func TestMetricsSettingIsRead(t *testing.T) {
	for _, bad := range []string{"9090", "127.0.0.1", "http://127.0.0.1:9090"} {
		func() {
			defer func() {
				if got, want := recover(), "guard: ADMIN_ADDR: want an address such as 127.0.0.1:9090, or off"; got != want {
					t.Errorf("%q: panic with %v, want %v", bad, got, want)
				}
			}()
			guarded(t, ok, "ADMIN_ADDR="+bad)
		}()
	}
}
