// Command prove runs every test of the service and shows, for each security control, which tests prove it.
//
// controls.json has the controls. prove writes docs/security/controls.md from it, prints each control with its result, and
// writes build/prove.md and build/prove.json. A control passes if each test it names ran and passed: a test that was
// skipped, or did not run because its package does not compile, counts as failed. The exit code is 1 if a control or any
// other test failed.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

//go:embed controls.json
var controls []byte

// controlsPage is the table of controls for people, seen from the top of the repository.
const controlsPage = "docs/security/controls.md"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := prove(ctx, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "prove:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// prove runs the tests of the module in the working directory and reports whether everything passed.
func prove(ctx context.Context, stdout, stderr *os.File) (bool, error) {
	want, err := readControls(controls)
	if err != nil {
		return false, err
	}
	if err := os.WriteFile(controlsPage, []byte(verdicts(want, results{}).page(false)), 0o644); err != nil { //nolint:gosec // part of the repository
		return false, fmt.Errorf("write the table of controls: %w", err)
	}
	list, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Module.Path}} {{.ImportPath}}", "./...").Output()
	if err != nil {
		return false, fmt.Errorf("list the packages: %w", err)
	}
	module, _, _ := strings.Cut(string(list), " ")
	shown := progress{out: stderr, terminal: terminal(stderr), packages: strings.Count(string(list), "\n")}
	shown.start()

	// -count=1, because the attack suite tests a program that the test cache knows nothing of.
	test := exec.CommandContext(ctx, "go", "test", "-count=1", "-json", "./...")
	test.Stderr = stderr
	events, err := test.StdoutPipe()
	if err != nil {
		return false, fmt.Errorf("run the tests: %w", err)
	}
	if err := test.Start(); err != nil {
		return false, fmt.Errorf("run the tests: %w", err)
	}
	ran, readErr := readEvents(events, module, shown.finished)
	runErr := test.Wait()
	shown.end()
	var exit *exec.ExitError
	if runErr != nil && !errors.As(runErr, &exit) {
		return false, fmt.Errorf("run the tests: %w", runErr)
	}
	if readErr != nil {
		return false, readErr
	}

	report := verdicts(want, ran)
	fmt.Fprint(stdout, report.text(style{color: terminal(stdout) && os.Getenv("NO_COLOR") == ""}, ran))
	// A failed test that no control names, or a package that does not compile, is a failure too.
	return report.passed() && runErr == nil, report.save("build")
}

// terminal reports whether a person watches f.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// save leaves the report behind for people and for programs.
func (r report) save(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // the report is not secret
		return fmt.Errorf("save the report: %w", err)
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("save the report: %w", err)
	}
	for name, data := range map[string][]byte{"prove.json": append(b, '\n'), "prove.md": []byte(r.page(true))} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil { //nolint:gosec // the report is not secret
			return fmt.Errorf("save the report: %w", err)
		}
	}
	return nil
}
