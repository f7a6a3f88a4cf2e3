package attack

import (
	"net"
	"strings"
	"testing"
)

// Probes say alive and ready in constant words, on both listeners, to anybody who asks by any name, any number of times (M8).
func TestProbes(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1/1h,1")
	for _, base := range []string{s.URL, s.AdminURL} {
		for path, want := range map[string]string{"/livez": "ok\n", "/readyz": "ready\n"} {
			for range 3 {
				res := s.client(t).do("GET", base+path, nil, "Host", "10.1.2.3:8080").want(200)
				if string(res.Body) != want || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
					t.Errorf("%s%s: %q as %s", base, path, res.Body, res.Header.Get("Content-Type"))
				}
				for _, name := range []string{"Server", "X-Powered-By", "Set-Cookie"} {
					if got := res.Header.Get(name); got != "" {
						t.Errorf("%s: %s: %s", path, name, got)
					}
				}
			}
		}
	}
}

// healthcheck tells whether the service runs, by its admin listener.
func TestHealthcheck(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	s := prepare(t, "ADMIN_ADDR="+address)
	t.Cleanup(s.kill)
	if out, code := s.run(t, "healthcheck"); code != 1 || !strings.Contains(out, "ask:") {
		t.Errorf("before the start: exit %d\n%s", code, out)
	}
	if err := s.begin(); err != nil {
		t.Fatalf("%v\n%s", err, s.logs())
	}
	if out, code := s.run(t, "healthcheck"); code != 0 || out != "" {
		t.Errorf("while it runs: exit %d\n%s", code, out)
	}
	if _, code := s.run(t, "healthcheck", "now"); code != 2 {
		t.Errorf("with an argument: exit %d", code)
	}
}
