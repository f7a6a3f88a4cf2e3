package apply

import (
	"context"
	"os/exec"
	"strings"
)

// dirty asks git which files of dir have changes that are not committed. A repository is not ours to trust: its own configuration can name
// programs that git starts when it looks at a file (filters, an fsmonitor), so one that does is not asked.
func dirty(ctx context.Context, dir string) (files []string, note string) {
	program, err := exec.LookPath("git")
	if err != nil || !inWorkTree(dir) {
		return nil, ""
	}
	git := func(args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, program, append([]string{"-C", dir, "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"}, args...)...)
		cmd.Env = append(gitEnv(), "GIT_OPTIONAL_LOCKS=0")
		out, err := cmd.Output()
		return string(out), err
	}
	local, err := git("config", "--includes", "--local", "--list", "--name-only")
	if err != nil {
		return nil, ""
	}
	for _, name := range lines(local) {
		if strings.HasPrefix(name, "filter.") {
			return nil, "git was not asked which files have uncommitted changes: the repository's configuration names a program (" + name + ")"
		}
	}
	out, err := git("status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=all", "--no-renames", "--", ".")
	if err != nil {
		return nil, ""
	}
	for _, entry := range strings.Split(out, "\x00") {
		if len(entry) > 3 {
			files = append(files, entry[3:])
		}
	}
	return files, ""
}
