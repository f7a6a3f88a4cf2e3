package checkers

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// load reads a compose file with the library of docker compose v2.
func load(t *testing.T, service string) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(service, "deploy", "compose.yaml")}, cli.WithName("orders"))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// Compose v2 understands the file as 1.29 does, and sees the same hardening.
func TestCompose(t *testing.T) {
	want := map[string][]string{
		"none":     {"service"},
		"sqlite":   {"keys", "migrate", "service"},
		"postgres": {"database", "database-keys", "keys", "migrate", "service"},
	}
	for database, service := range generate(t) {
		p := load(t, service)
		if got := p.ServiceNames(); !slices.Equal(got, want[database]) {
			t.Errorf("%s: services %v, want %v", database, got, want[database])
		}
		for name, s := range p.Services {
			if !s.ReadOnly || s.User != "65532:65532" || s.Privileged || !slices.Equal(s.CapDrop, []string{"ALL"}) || len(s.CapAdd) > 0 ||
				!slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}) || s.MemLimit == 0 || s.PidsLimit == 0 {
				t.Errorf("%s: %s is not hardened", database, name)
			}
			for _, port := range s.Ports {
				if port.HostIP != "127.0.0.1" {
					t.Errorf("%s: %s is published on %q", database, name, port.HostIP)
				}
			}
		}
		if database == "postgres" {
			d := p.Services["database"]
			if _, only := d.Networks["database"]; !only || len(d.Networks) != 1 || len(d.Ports) > 0 || !bool(p.Networks["database"].Internal) {
				t.Errorf("the database can be reached: %v", d.Networks)
			}
		}
	}
}
