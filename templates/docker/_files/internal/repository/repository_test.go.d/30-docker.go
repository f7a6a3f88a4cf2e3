package repository

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The image names its user by number (CIS Docker 4.1), holds only what was built, from an exactly named builder, and no secrets.
func TestImage(t *testing.T) {
	text := strings.ReplaceAll(read(t, "Dockerfile"), "\\\n", " ")
	_, final, _ := strings.Cut(text, "\nFROM scratch\n")
	for _, want := range []string{"\nUSER 65532:65532\n", "\nHEALTHCHECK ", "\nENTRYPOINT [", "\nCMD ["} {
		if !strings.Contains(final, want) {
			t.Errorf("the image has no %s", strings.TrimSpace(want))
		}
	}
	if strings.Count(final, "\nUSER ") != 1 || strings.Count("\n"+final, "\nCOPY ") != 1 || !strings.HasPrefix(final, "COPY --from=build /image/ /\n") {
		t.Error("the image has another user, or more than was built")
	}
	if !regexp.MustCompile(`(?m)^ARG GO_IMAGE=golang:1\.\d+\.\d+(-[a-z]+)?(@sha256:[0-9a-f]{64})?$`).MatchString(text) || strings.Count(text, "\nFROM ") != 2 {
		t.Error("the builder is not named by exact tag")
	}
	if m := regexp.MustCompile(`(?mi)^(ARG|ENV) .*(SECRET|PASSWORD|TOKEN|KEYS?|PEPPER)[A-Z_]*=`).FindString(text); m != "" {
		t.Errorf("%s: everybody with the image can read it", m)
	}
}

// What is not listed is not sent to the build, and so cannot be in the image.
func TestOnlySourceIsShipped(t *testing.T) {
	wantLines(t, ".dockerignore", "*", "internal/attack", "**/*_test.go", "**/.*")
	source := []string{"!go.mod", "!go.sum", "!cmd", "!internal"}
	for line := range strings.Lines(read(t, ".dockerignore")) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "!") && !slices.Contains(source, line) {
			t.Errorf(".dockerignore lets %s in", line[1:])
		}
	}
}

// Every container has the limits of x-hardened, and ports are published on this machine only.
func TestContainersHaveNoRights(t *testing.T) {
	text := read(t, "deploy/compose.yaml")
	wantLines(t, "deploy/compose.yaml", "read_only: true", "cap_drop: [ALL]", `security_opt: ["no-new-privileges:true"]`, `user: "65532:65532"`)
	_, services, _ := strings.Cut(text, "\nservices:\n")
	for _, again := range []string{"user:", "read_only:", "cap_drop:", "security_opt:", "mem_limit:", "pids_limit:"} {
		if strings.Contains(services, "\n    "+again) {
			t.Errorf("a container overrides %s", again)
		}
	}
	services, _, _ = strings.Cut(services, "\nnetworks:\n")
	services, _, _ = strings.Cut(services, "\nvolumes:\n")
	names := regexp.MustCompile(`(?m)^  [a-z-]+:$`).FindAllString(services, -1)
	if len(names) == 0 || len(names) != len(regexp.MustCompile(`(?m)^    <<: \*(service|hardened)$`).FindAllString(services, -1)) {
		t.Errorf("not every container is hardened: %q", names)
	}
	for _, bad := range []string{"privileged:", "cap_add:", "docker.sock", "network_mode: host", "pid: host", "ipc: host", "unconfined", "env_file:"} {
		if strings.Contains(text, bad) {
			t.Errorf("compose.yaml says %s", bad)
		}
	}
	if strings.Count(text, "ports:") != strings.Count(text, `ports: ["127.0.0.1:`) {
		t.Error("a port is published to other machines")
	}
	// A secret in the environment shows in docker inspect; a file does not.
	if m := regexp.MustCompile(`(?m)^ +[A-Z_]*(SECRET|PASSWORD|TOKEN|KEYS|PEPPER|DATABASE_URL): `).FindString(text); m != "" {
		t.Errorf("compose.yaml puts a secret into the environment: %s", strings.TrimSpace(m))
	}
}
