package repository

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// instructions are the lines of the Dockerfile without comments, continued lines joined, each stage apart.
func instructions(t *testing.T) (head []string, stages [][]string) {
	t.Helper()
	text := strings.ReplaceAll(read(t, "Dockerfile"), "\\\n", " ")
	for line := range strings.Lines(text) {
		line = strings.Join(strings.Fields(line), " ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "FROM "):
			stages = append(stages, []string{line})
		case len(stages) == 0:
			head = append(head, line)
		default:
			stages[len(stages)-1] = append(stages[len(stages)-1], line)
		}
	}
	if len(stages) != 2 {
		t.Fatalf("%d stages, want one that builds and one that runs", len(stages))
	}
	return head, stages
}

// CIS Docker 4.1: the image names its user, by number.
func TestImageIsUnprivileged(t *testing.T) {
	_, stages := instructions(t)
	user := ""
	for _, line := range stages[1] {
		if rest, ok := strings.CutPrefix(line, "USER "); ok {
			user = rest
		}
	}
	if user != "65532:65532" {
		t.Errorf("the image runs as %q, want 65532:65532", user)
	}
}

func TestImageIsSmall(t *testing.T) {
	if strings.Contains(strings.ToLower(strings.ReplaceAll(read(t, "Dockerfile"), " ", "")), "#syntax=") {
		t.Error("a syntax line runs a program that nobody pinned")
	}
	head, stages := instructions(t)
	exact := regexp.MustCompile(`^ARG GO_IMAGE=golang:1\.\d+\.\d+(-[a-z]+)?(@sha256:[0-9a-f]{64})?$`)
	if len(head) != 1 || !exact.MatchString(head[0]) {
		t.Errorf("the builder is not named by exact tag: %q", head)
	}
	if stages[0][0] != "FROM ${GO_IMAGE} AS build" || stages[1][0] != "FROM scratch" {
		t.Errorf("the stages begin with %q and %q", stages[0][0], stages[1][0])
	}
	secret := regexp.MustCompile(`(?i)\b[A-Z_]*(SECRET|PASSWORD|TOKEN|KEYS?|PEPPER)[A-Z_]*=`)
	for _, line := range slices.Concat(head, stages[0], stages[1]) {
		word, rest, _ := strings.Cut(line, " ")
		if word == "ADD" {
			t.Errorf("%s: ADD fetches and unpacks: use COPY", line)
		}
		if (word == "ARG" || word == "ENV") && secret.MatchString(rest) {
			t.Errorf("%s: whoever has the image can read it", line)
		}
	}
	// No shell, no package manager, nothing but what was staged: one COPY, and programs by name.
	for _, line := range stages[1] {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "RUN", "SHELL":
			t.Errorf("%s: there is no shell to run it", line)
		case "COPY":
			if rest != "--from=build /image/ /" {
				t.Errorf("%s: only what was staged belongs into the image", line)
			}
		case "ENTRYPOINT", "CMD":
			if !strings.HasPrefix(rest, "[") {
				t.Errorf("%s: needs a shell", line)
			}
		}
	}
	if !slices.ContainsFunc(stages[1], func(l string) bool {
		return strings.HasPrefix(l, "HEALTHCHECK ") && strings.HasSuffix(l, `", "healthcheck"]`)
	}) {
		t.Error("no HEALTHCHECK by the program itself")
	}
}

func TestImageIsReproducible(t *testing.T) {
	_, stages := instructions(t)
	build := strings.Join(stages[0], "\n")
	for _, want := range []string{"CGO_ENABLED=0 go build -trimpath ", "find /image -exec touch -d @0 {} +"} {
		if !strings.Contains(build, want) {
			t.Errorf("the build has no %q", want)
		}
	}
	if strings.Contains(build, "apt-get") || strings.Contains(build, "apk ") || strings.Contains(build, "curl") || strings.Contains(build, "$(date") {
		t.Error("the build takes something that is not pinned")
	}
	if strings.Contains(read(t, "Makefile"), "\npin:\n") && !strings.Contains(read(t, "deploy/pin.sh"), "imagetools inspect") {
		t.Error("make pin does not ask the registry")
	}
}

// What is not named is not sent to the build, and so cannot be in the image.
func TestOnlySourceIsShipped(t *testing.T) {
	var lines []string
	for line := range strings.Lines(read(t, ".dockerignore")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 || lines[0] != "*" {
		t.Error(".dockerignore does not begin by leaving everything out")
	}
	source := []string{"!go.mod", "!go.sum", "!cmd", "!internal"}
	for _, line := range lines {
		if strings.HasPrefix(line, "!") && !slices.Contains(source, line) {
			t.Errorf(".dockerignore lets %s in", line[1:])
		}
	}
	for _, want := range append(source, "internal/attack", "**/*_test.go", "**/.*") {
		if !slices.Contains(lines, want) {
			t.Errorf(".dockerignore has no line %s", want)
		}
	}
}

// services cuts compose.yaml into the texts of its services.
func services(t *testing.T) map[string]string {
	t.Helper()
	_, rest, ok := strings.Cut(read(t, "deploy/compose.yaml"), "\nservices:\n")
	if !ok {
		t.Fatal("compose.yaml has no services")
	}
	all, name := map[string]string{}, ""
	for line := range strings.Lines(rest) {
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), "#"):
		case line[0] != ' ':
			return all
		case line[2] != ' ':
			name = strings.TrimSuffix(strings.TrimSpace(line), ":")
		default:
			all[name] += line
		}
	}
	return all
}

func TestContainersHaveNoRights(t *testing.T) {
	text := read(t, "deploy/compose.yaml")
	_, hardened, _ := strings.Cut(text, "\nx-hardened: &hardened\n")
	hardened, _, _ = strings.Cut(hardened, "\nx-")
	for _, want := range []string{"read_only: true", "cap_drop: [ALL]", `security_opt: ["no-new-privileges:true"]`, `user: "65532:65532"`,
		"mem_limit: ", "pids_limit: ", "cpus: ", "noexec,nosuid,nodev"} {
		if !strings.Contains(hardened, "  "+want) && !strings.Contains(hardened, want) {
			t.Errorf("x-hardened has no %s", want)
		}
	}
	if !strings.Contains(text, "\nx-service: &service\n  <<: *hardened\n") {
		t.Error("x-service is not hardened")
	}
	for _, bad := range []string{"privileged:", "cap_add:", "docker.sock", "network_mode: host", "pid: host", "ipc: host", "userns_mode:", "devices:", "unconfined",
		"read_only: false", "env_file:"} {
		if strings.Contains(text, bad) {
			t.Errorf("compose.yaml says %s", bad)
		}
	}
	all := services(t)
	if all["service"] == "" {
		t.Fatal("no service called service")
	}
	for name, body := range all {
		if !strings.HasPrefix(body, "    <<: *service\n") && !strings.HasPrefix(body, "    <<: *hardened\n") {
			t.Errorf("%s is not hardened", name)
		}
		for _, again := range []string{"    user:", "    read_only:", "    cap_drop:", "    security_opt:", "    pids_limit:", "    mem_limit:"} {
			if strings.Contains("\n"+body, "\n"+again) {
				t.Errorf("%s overrides%s", name, again)
			}
		}
		for line := range strings.Lines(body) {
			if ports, ok := strings.CutPrefix(line, "    ports: "); ok && !strings.HasPrefix(ports, `["127.0.0.1:`) {
				t.Errorf("%s publishes %s", name, ports)
			}
		}
	}
	// A secret in the environment shows in docker inspect; a file does not.
	secret := regexp.MustCompile(`(?m)^ +[A-Z_]*(SECRET|PASSWORD|TOKEN|KEYS|PEPPER|DATABASE_URL): `)
	if m := secret.FindString(text); m != "" {
		t.Errorf("compose.yaml puts a secret into the environment: %s", strings.TrimSpace(m))
	}
}
