package checkers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/oapi-codegen/runtime" // what generated clients import
)

// described writes a service, with what generators add to it, and returns its folder.
func described(t *testing.T, flags string, generators ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "orders")
	for i, line := range append([]string{"new " + dir + " --yes --quiet --git=false --name orders --module example.com/orders " + flags}, generators...) {
		c := exec.Command(program, strings.Fields(line)...)
		if i > 0 {
			c.Dir = dir
		}
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("hardwright %s: %v\n%s", line, err, out)
		}
	}
	return dir
}

// The OpenAPI document passes Spectral's and Redocly's recommended rules without an error or a warning.
func TestOpenAPIDocuments(t *testing.T) {
	modules, err := filepath.Abs("node_modules")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(modules); err != nil {
		t.Fatalf("the linters are missing: run e2e/setup.sh: %v", err)
	}
	ruleset := filepath.Join(t.TempDir(), "ruleset.yaml")
	if err := os.WriteFile(ruleset, []byte("extends: spectral:oas\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	generators := []string{
		"generate resource invoice number:string:unique total:decimal due:date:optional state:enum=draft,sent --yes --quiet --no-build",
		"generate endpoint status policy=anyone --yes --quiet --no-build",
	}
	for name, dir := range map[string]string{
		"session":       described(t, "--database sqlite --auth session --with apidocs --contact mailto:security@example.com", generators...),
		"tokens":        described(t, "--database postgres --auth jwt --contact https://example.com/report"),
		"keys":          described(t, "--database none --auth apikey", generators...),
		"without notes": described(t, "--database none --auth none --without notes"),
	} {
		document := filepath.Join(dir, "internal", "openapi", "openapi.json")
		for _, lint := range [][]string{
			{"@stoplight/spectral-cli/dist/index.js", "lint", "--fail-severity", "hint", "--ruleset", ruleset, document},
			{"@redocly/cli/bin/cli.js", "lint", "--extends", "recommended", "--max-problems", "20", "--format", "json", document},
		} {
			c := exec.Command("node", append([]string{filepath.Join(modules, lint[0])}, lint[1:]...)...)
			c.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true")
			var stderr bytes.Buffer
			c.Stderr = &stderr
			out, err := c.Output()
			if err != nil {
				t.Errorf("%s: %s: %v\n%s%s", name, lint[0], err, out, stderr.Bytes())
			}
			var report struct {
				Totals struct{ Errors, Warnings int }
			}
			if strings.HasPrefix(lint[0], "@redocly") && (json.Unmarshal(out, &report) != nil || report.Totals.Errors+report.Totals.Warnings > 0) {
				t.Errorf("%s: %s\n%s", name, lint[0], out)
			}
		}
	}
}

// serve builds and starts a service in its folder and returns its address.
func serve(t *testing.T, dir string) string {
	t.Helper()
	binary := filepath.Join(dir, "orders")
	build := exec.Command("go", "build", "-o", binary, "./cmd/orders")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	env := append(os.Environ(), "ADDR=127.0.0.1:0", "ADMIN_ADDR=127.0.0.1:0", "ALLOW_ROOT=true", "LOG_FORMAT=json", "RATE_LIMIT=1000000/1s",
		"AUTH_RATE_LIMIT=10000/1s", "AUTH_ADDRESS_RATE_LIMIT=10000/1s", "ENCRYPTION_KEYS_FILE=.secrets/encryption-keys", "PASSWORD_PEPPER_FILE=.secrets/password-pepper", "SIGNING_KEY_FILE=.secrets/signing-key.pem")
	run := func(args ...string) *exec.Cmd {
		c := exec.Command(binary, args...)
		c.Dir, c.Env = dir, env
		return c
	}
	for _, args := range [][]string{{"keygen", "--missing"}, {"migrate"}} {
		if out, err := run(args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	c := run("serve")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	address := make(chan string, 1)
	go func() {
		defer close(address)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var line struct{ Msg, Address string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
				address <- "http://" + line.Address
			}
		}
	}()
	select {
	case url, ok := <-address:
		if !ok {
			t.Fatalf("the service ended: %s", said.Bytes())
		}
		return url
	case <-time.After(time.Minute):
		t.Fatal("the service does not listen")
	}
	return ""
}

// A client that oapi-codegen makes of the document registers, logs in, keeps a note and erases the account.
func TestGeneratedClient(t *testing.T) {
	dir := described(t, "--database sqlite --auth jwt")
	client, err := os.MkdirTemp(".", "client-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(client) })
	if out, err := exec.Command("go", "tool", "oapi-codegen", "-generate", "types,client", "-package", "main", "-o", filepath.Join(client, "api.go"),
		filepath.Join(dir, "internal", "openapi", "openapi.json")).CombinedOutput(); err != nil {
		t.Fatalf("oapi-codegen: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(client, "main.go"), []byte(read(t, "testdata/client/main.go")), 0o600); err != nil {
		t.Fatal(err)
	}
	url := serve(t, dir)
	if out, err := exec.Command("go", "run", "./"+client, url).CombinedOutput(); err != nil {
		t.Errorf("the client: %v\n%s", err, out)
	}
}

// Requests that the document describes, and requests that it does not, get statuses that it names.
func TestDocumentedStatuses(t *testing.T) {
	dir := described(t, "--database sqlite --auth jwt --with apidocs", "generate resource invoice number:string:unique total:decimal --yes --quiet --no-build")
	url := serve(t, dir)
	send := func(method, path, token, kind, body string) (int, []byte) {
		t.Helper()
		r, err := http.NewRequest(method, url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, b
	}
	users := 0
	login := func() string {
		t.Helper()
		users++
		user := fmt.Sprintf("user_%d", users)
		if status, b := send("POST", "/api/v1/auth/register", "", "application/json", `{"email":"`+user+`@example.com","username":"`+user+`","password":"a heron on the pier, 27","birth_date":"1990-12-31"}`); status != 201 {
			t.Fatalf("register: %d %s", status, b)
		}
		status, b := send("POST", "/api/v1/auth/login", "", "application/json", `{"email":"`+user+`@example.com","password":"a heron on the pier, 27"}`)
		var tokens struct {
			Access string `json:"access_token"`
		}
		if err := json.Unmarshal(b, &tokens); err != nil || status != 200 {
			t.Fatalf("login: %d %s", status, b)
		}
		return tokens.Access
	}
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	_, b := send("GET", "/openapi.json", "", "", "")
	if err := json.Unmarshal(b, &document); err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for path, operations := range document.Paths {
		for method, raw := range operations {
			if method == "parameters" {
				continue
			}
			method = strings.ToUpper(method)
			var o struct {
				RequestBody struct{ Content map[string]any }
				Responses   map[string]any
			}
			if err := json.Unmarshal(raw, &o); err != nil {
				t.Fatal(err)
			}
			type request struct{ kind, body string }
			requests := []request{{"", ""}}
			for kind := range o.RequestBody.Content {
				requests = append(requests, request{kind, `{}`}, request{kind, `{"title":"A note"}`}, request{kind, `{"number":"1","total":"1.5"}`}, request{kind, `{"unknown":1}`}, request{kind, `{"`},
					request{kind, `[]`}, request{"text/plain", `{}`}, request{kind, `{"title":"` + strings.Repeat("a", 1<<19) + `"}`})
			}
			mine := login() // the last operation may have ended it
			for _, r := range requests {
				for _, token := range []string{"", "x", mine} {
					for _, id := range []string{"0190163d-8694-739b-aea5-966c26f8ad91", "x", "x?y=z"} {
						to := strings.ReplaceAll(path, "{id}", id)
						if to == path && id != "x" {
							to += map[bool]string{true: "?y=z"}[id == "x?y=z"]
						}
						status, b := send(method, to, token, r.kind, r.body)
						seen[status] = true
						if _, ok := o.Responses[fmt.Sprint(status)]; !ok {
							t.Errorf("%s %s with %s %.40s: %d is not documented: %.200s", method, to, r.kind, r.body, status, b)
						}
					}
				}
			}
		}
	}
	for _, status := range []int{200, 201, 204, 400, 401, 404, 413, 415, 422} {
		if !seen[status] {
			t.Errorf("no request got %d", status)
		}
	}
}
