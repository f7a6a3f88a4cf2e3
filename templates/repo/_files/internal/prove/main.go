// Command prove runs every test of the service and shows, for each security control, which tests prove it.
//
// It prints the table and writes build/prove.md and build/prove.json. A control passes if each test it names ran and
// passed: a test that was skipped, or did not run because its package does not compile, counts as failed. The exit
// code is 1 if a control or any other test failed.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

//go:embed controls.json
var controls []byte

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
func prove(ctx context.Context, stdout, stderr io.Writer) (bool, error) {
	want, err := readControls(controls)
	if err != nil {
		return false, err
	}
	module, err := modulePath(ctx)
	if err != nil {
		return false, err
	}
	// -count=1, because the attack suite judges a program that the test cache knows nothing of.
	test := exec.CommandContext(ctx, "go", "test", "-count=1", "-json", "./...")
	var events bytes.Buffer
	test.Stdout, test.Stderr = &events, stderr
	runErr := test.Run()
	var exit *exec.ExitError
	if runErr != nil && !errors.As(runErr, &exit) {
		return false, fmt.Errorf("run the tests: %w", runErr)
	}
	ran, err := readEvents(&events, module)
	if err != nil {
		return false, err
	}
	report := judge(want, ran)
	for _, f := range ran.failures() {
		fmt.Fprintf(stderr, "--- %s\n%s", f, ran.output[f])
	}
	table := report.table()
	fmt.Fprint(stdout, table)
	if err := report.save("build", table); err != nil {
		return false, err
	}
	// A failed test that no control names, or a package that does not compile, is a failure too.
	return report.passed() && runErr == nil, nil
}

func modulePath(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m").Output()
	if err != nil {
		return "", fmt.Errorf("read the module path: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// save leaves the report behind for people and for programs.
func (r report) save(dir, table string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // the report is no secret
		return fmt.Errorf("save the report: %w", err)
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("save the report: %w", err)
	}
	for name, data := range map[string][]byte{"prove.json": append(b, '\n'), "prove.md": []byte(table)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil { //nolint:gosec // the report is no secret
			return fmt.Errorf("save the report: %w", err)
		}
	}
	return nil
}
