package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// foreign measures what it costs to find the server in a repository of others, without the build.
func foreign(dir, program string) error {
	const rounds = 7
	fmt.Printf("| Go files of 8 kB | wall time | CPU time | CPU time a file |\n|---|---|---|---|\n")
	for _, n := range []int{100, 1000, 5000, 10000} {
		repo := filepath.Join(dir, fmt.Sprint("foreign", n))
		if err := files(repo, n); err != nil {
			return err
		}
		var cpu, wall []float64
		for range rounds {
			c := exec.Command(program, "add", "headers", "--dry-run", "--quiet")
			c.Dir = repo
			t, err := timed(c)
			if err != nil {
				return err
			}
			wall = append(wall, ms(t))
			cpu = append(cpu, ms(c.ProcessState.UserTime()+c.ProcessState.SystemTime()))
		}
		fmt.Printf("| %d | %.0f ms | %.0f ms | %.0f µs |\n", n, median(wall), median(cpu), 1000*median(cpu)/float64(n))
	}
	fmt.Println()
	return nil
}

// files writes a repository of n Go files. A third of them has to do with HTTP, and one has a server.
func files(dir string, n int) error {
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "// do%d does something with a and b.\nfunc do%d(a, b int) (int, error) {\n\tif a > b {\n\t\treturn 0, errors.New(\"too much of it\")\n\t}\n\treturn a*%d + b, nil\n}\n\n", i, i, i)
	}
	write := func(name, content string) error {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		return os.WriteFile(at, []byte(content), 0o644)
	}
	if err := write("go.mod", "module example.com/big\n\ngo 1.24\n"); err != nil {
		return err
	}
	if err := write("cmd/big/main.go", "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\"127.0.0.1:0\", nil) }\n"); err != nil {
		return err
	}
	for i := range n - 1 {
		head := "import \"errors\"\n\n"
		if i%3 == 0 {
			head = "import (\n\t\"errors\"\n\t\"net/http\"\n)\n\n// show answers.\nfunc show(w http.ResponseWriter, r *http.Request) { w.WriteHeader(404) }\n\n"
		}
		if err := write(fmt.Sprintf("internal/p%d/file.go", i), fmt.Sprintf("package p%d\n\n%s%s", i, head, text.String())); err != nil {
			return err
		}
	}
	return nil
}
