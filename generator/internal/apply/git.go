package apply

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// commit makes a repository with one commit of dir. A git that is missing or does not know whom to commit as is a note.
// Nothing of the user's set-up runs: no hook, no template, no filter, no signing, no prompt.
// Git syncs every object by itself otherwise, which takes seconds.
func commit(ctx context.Context, dir string) (notes []string, err error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return []string{"git is not installed: no repository was made"}, nil
	}
	run := func(args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, program, append([]string{
			"-C", dir,
			"-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.attributesFile=/dev/null", "-c", "core.excludesFile=/dev/null",
			"-c", "commit.gpgsign=false", "-c", "core.fsync=none", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "advice.defaultBranchName=false",
		}, args...)...)
		cmd.Env = gitEnv()
		out, err := cmd.CombinedOutput()
		return strings.TrimSpace(string(out)), err
	}
	for _, args := range [][]string{{"init", "--quiet", "--template="}, {"add", "--all", "."}, {"commit", "--quiet", "--no-verify", "--message", "Write the service with hardwright"}} {
		out, err := run(args...)
		if ctx.Err() != nil {
			return nil, errors.Join(ctx.Err(), os.RemoveAll(filepath.Join(dir, ".git")))
		}
		var exit *exec.ExitError
		switch {
		case err == nil:
		case args[0] == "commit" && errors.As(err, &exit):
			return []string{"git init, but no commit: " + firstLine(out) + "; the files are staged: set user.name and user.email, then git commit"}, nil
		default:
			return []string{"no repository: git " + args[0] + ": " + firstLine(out)}, os.RemoveAll(filepath.Join(dir, ".git"))
		}
	}
	return nil, nil
}

// gitEnv is our environment without what points git at another repository, and without prompts.
func gitEnv() []string {
	var env []string
	for _, e := range os.Environ() {
		name, _, _ := strings.Cut(e, "=")
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE",
			"GIT_TEMPLATE_DIR", "GIT_EDITOR", "GIT_ASKPASS", "SSH_ASKPASS", "GIT_TRACE", "GIT_EXTERNAL_DIFF":
		default:
			env = append(env, e)
		}
	}
	return append(env, "GIT_TERMINAL_PROMPT=0", "GIT_EDITOR=true", "LC_ALL=C")
}

func firstLine(s string) string {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return "no reason given"
}

// Top is the top of the git work tree that the project is a folder of; "" if it is the top itself, or there is none.
func (r *Repo) Top() string {
	if _, err := r.root.Lstat(".git"); err == nil {
		return ""
	}
	return Above(r.Dir, ".git")
}

// Branch is the repository's default branch, as far as it can be told without asking anybody: what origin calls its head, else main or
// master, whichever is there; "" if that says nothing.
func (r *Repo) Branch() string {
	read := func(name string) string {
		text, err := r.root.ReadFile(".git/" + name)
		if err != nil {
			return ""
		}
		return string(text)
	}
	if branch, ok := strings.CutPrefix(strings.TrimSpace(read("refs/remotes/origin/HEAD")), "ref: refs/remotes/origin/"); ok {
		return branch
	}
	head, packed := strings.TrimSpace(read("HEAD")), read("packed-refs")
	for _, branch := range []string{"main", "master"} {
		ref := "refs/heads/" + branch
		if head == "ref: "+ref || read(ref) != "" || strings.Contains(packed, " "+ref+"\n") {
			return branch
		}
	}
	return ""
}
