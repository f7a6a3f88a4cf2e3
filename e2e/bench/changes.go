package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
)

// changes measures what add and remove cost in a service that hardwright wrote, without the build that follows a merge.
func changes(dir, program string) error {
	const rounds = 15
	var cpu, wall [2][]float64
	files := 0
	for i := range rounds {
		name := "changed" + strconv.Itoa(i)
		if err := command(dir, program, "new", name, "--yes", "--quiet", "--git=false"); err != nil {
			return err
		}
		var err error
		if files, err = count(filepath.Join(dir, name)); err != nil {
			return err
		}
		for at, verb := range []string{"add", "remove"} {
			c := exec.Command(program, verb, "cors", "tls", "systemd", "--quiet", "--no-build")
			c.Dir = filepath.Join(dir, name)
			t, err := timed(c)
			if err != nil {
				return err
			}
			wall[at] = append(wall[at], ms(t))
			cpu[at] = append(cpu[at], ms(c.ProcessState.UserTime()+c.ProcessState.SystemTime()))
		}
	}
	fmt.Printf("| cors, tls and systemd, in a service of %d files | wall time | CPU time | limit |\n|---|---|---|---|\n", files)
	for at, verb := range []string{"add", "remove"} {
		fmt.Printf("| %s | %.0f ms | %.0f ms | 150 ms |\n", verb, median(wall[at]), median(cpu[at]))
	}
	fmt.Println()
	return nil
}
