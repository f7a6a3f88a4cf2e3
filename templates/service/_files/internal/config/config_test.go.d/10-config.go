package config

import (
	"strings"
	"testing"
)

const canary = "canary-7f3a9c"

// All problems are reported at once, by variable, and without values.
func TestLoadReportsEveryProblem(t *testing.T) {
	_, err := Load(environment(map[string]string{
		"ADDR": canary, "LOG_LEVEL": canary, "SHUTDOWN_TIMEOUT": canary, "PPROF": canary, "PUBLIC_URL": "http://" + canary + ".example",
	}))
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"ADDR", "LOG_LEVEL", "SHUTDOWN_TIMEOUT", "PPROF", "PUBLIC_URL"} {
		if !strings.Contains(err.Error(), name+":") {
			t.Errorf("%s is not reported in:\n%v", name, err)
		}
	}
	if strings.Contains(err.Error(), canary) {
		t.Errorf("a value is reported:\n%v", err)
	}
}

func TestPlainPublicURLIsForThisMachineOnly(t *testing.T) {
	for url, ok := range map[string]bool{
		"http://localhost:8080": true, "http://127.0.0.1": true, "http://[::1]:8080": true, "https://api.example.com": true,
		"http://api.example.com": false, "http://10.0.0.1": false, "http://localhost.example.com": false,
	} {
		e := &env{getenv: environment(map[string]string{"PUBLIC_URL": url})}
		c := Config{Addr: "0.0.0.0:8080", PublicURL: e.webURL("PUBLIC_URL", "")}
		c.derive(e)
		if (e.err() == nil) != ok {
			t.Errorf("%s: %v", url, e.err())
		}
	}
}

func environment(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}
