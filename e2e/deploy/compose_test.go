package deploy

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A container is a service of compose, as docker-compose itself prints it with everything merged in.
type container struct {
	Image       string
	User        string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	CapAdd      []string `yaml:"cap_add"`
	SecurityOpt []string `yaml:"security_opt"`
	Privileged  bool
	NetworkMode string `yaml:"network_mode"`
	PIDMode     string `yaml:"pid"`
	Memory      string `yaml:"mem_limit"`
	Swap        string `yaml:"memswap_limit"`
	PIDs        int    `yaml:"pids_limit"`
	CPUs        float64
	Tmpfs       []string
	Ports       []string
	Networks    map[string]any
	Volumes     []string
	Environment map[string]string
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Restart     string
}

type composition struct {
	Services map[string]container
	Networks map[string]struct{ Internal bool }
}

// compose reads a service's compose file through docker-compose 1.29, the oldest that must understand it.
func compose(t *testing.T, service string) composition {
	t.Helper()
	out := must(t, service, []string{"TOKEN_ISSUER=https://issuer.example.com", "TOKEN_JWKS_URL=https://issuer.example.com/keys"}, "docker-compose", "--file", "deploy/compose.yaml", "config")
	var c composition
	if err := yaml.Unmarshal([]byte(out), &c); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return c
}

func TestCompose(t *testing.T) {
	for _, which := range choices {
		t.Run(which.String(), func(t *testing.T) {
			c := compose(t, which.generate(t))
			if _, ok := c.Services["service"]; !ok {
				t.Fatal("no service")
			}
			for name, s := range c.Services {
				if s.User != "65532:65532" || !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || len(s.CapAdd) > 0 || s.Privileged ||
					!slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}) || s.NetworkMode == "host" || s.PIDMode != "" {
					t.Errorf("%s has rights: %+v", name, s)
				}
				if s.Memory == "" || s.Swap != s.Memory || s.PIDs == 0 || s.CPUs == 0 {
					t.Errorf("%s has no limits: %+v", name, s)
				}
				for _, v := range s.Tmpfs {
					if !strings.Contains(v, "size=") {
						t.Errorf("%s: %s has no limit", name, v)
					}
				}
				for _, v := range s.Volumes {
					if strings.Contains(v, "docker.sock") || strings.HasPrefix(v, "/") && !strings.HasSuffix(v, ":ro") {
						t.Errorf("%s writes to the host: %s", name, v)
					}
				}
				for variable, value := range s.Environment {
					secret := strings.Contains(variable, "PASSWORD") || strings.Contains(variable, "KEYS") || strings.Contains(variable, "PEPPER") ||
						variable == "DATABASE_URL"
					if secret && !strings.HasSuffix(variable, "_FILE") && !strings.Contains(variable, "INITDB") && value != "" {
						t.Errorf("%s has %s in its environment", name, variable)
					}
				}
				if name != "service" && len(s.Ports) > 0 {
					t.Errorf("%s is published: %v", name, s.Ports)
				}
			}
			s := c.Services["service"]
			if len(s.Ports) != 1 || !strings.HasPrefix(s.Ports[0], "127.0.0.1:8080:8080") {
				t.Errorf("published as %v", s.Ports)
			}
			if s.Environment["ALLOW_PLAIN_HTTP"] != "true" || s.Environment["SECURITY_CONTACT"] != "mailto:security@example.com" {
				t.Errorf("environment: %v", s.Environment)
			}
			if which.database != "none" && s.DependsOn["migrate"].Condition != "service_completed_successfully" {
				t.Errorf("starts without waiting for the schema: %v", s.DependsOn)
			}
			if which.database == "sqlite" && !slices.Contains(s.Volumes, "data:/data:rw") {
				t.Errorf("the database is not on a volume: %v", s.Volumes)
			}
			if which.database == "postgres" {
				d := c.Services["database"]
				if len(d.Networks) != 1 || !c.Networks["database"].Internal {
					t.Errorf("the database is in %v", d.Networks)
				}
				if c.Services["migrate"].DependsOn["database"].Condition != "service_healthy" {
					t.Error("migrate does not wait for the database")
				}
				if s.Environment["MIGRATE_DATABASE_URL_FILE"] != "" || c.Services["migrate"].Environment["MIGRATE_DATABASE_URL_FILE"] == "" {
					t.Error("the owner's URL is given to the wrong container")
				}
			}
		})
	}
}

// Without a contact compose asks for one before anything starts.
func TestComposeAsksForAContact(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "orders")
	must(t, "", nil, program, "new", dir, "--yes", "--quiet", "--git=false", "--module", "example.com/team/orders", "--database", "none", "--auth", "none", "--deploy", "docker")
	out, code := run(t, dir, []string{"SECURITY_CONTACT="}, "docker-compose", "--file", "deploy/compose.yaml", "config")
	if code == 0 || !strings.Contains(out, "set it in deploy/.env") {
		t.Errorf("exit %d\n%s", code, out)
	}
}
