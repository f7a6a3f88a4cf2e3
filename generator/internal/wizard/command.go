package wizard

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/spec"
)

// Command is the command line that makes the same service without asking, quoted for a POSIX shell. It
// says every choice, so that a later version with other defaults makes the same one. More are flags to
// add, such as --git=false.
func Command(s spec.Spec, dir string, more ...string) string {
	s = s.Sorted()
	if dir == "" {
		dir = s.Name
	}
	words := []string{"hardwright", "new"}
	add := func(flag, value string) { words = append(words, flag, value) }
	if filepath.Base(filepath.Clean(dir)) != s.Name {
		add("--name", s.Name)
	}
	add("--module", s.Module)
	add("--database", orNone(s.Database))
	add("--auth", orNone(s.Auth))
	add("--deploy", orNone(strings.Join(s.Deploy, ",")))
	add("--ci", orNone(s.CI))
	if s.Contact != "" {
		add("--contact", s.Contact)
	}
	if len(s.With) > 0 {
		add("--with", strings.Join(s.With, ","))
	}
	if len(s.Without) > 0 {
		add("--without", strings.Join(s.Without, ","))
	}
	for _, c := range slices.Sorted(maps.Keys(s.Set)) {
		for _, in := range slices.Sorted(maps.Keys(s.Set[c])) {
			add("--set", c+"."+in+"="+s.Set[c][in])
		}
	}
	words = append(append(words, more...), "--yes")
	if strings.HasPrefix(dir, "-") {
		words = append(words, "--")
	}
	return shellLine(append(words, dir))
}

// Next are the two commands to type when the service is written.
func Next(dir string) []string {
	cd := []string{"cd", dir}
	if strings.HasPrefix(dir, "-") {
		cd = []string{"cd", "--", dir}
	}
	return []string{shellLine(cd), "make run"}
}

func orNone(s string) string {
	if s == "" {
		return spec.None
	}
	return s
}

func shellLine(words []string) string {
	for i, w := range words {
		words[i] = quote(w)
	}
	return strings.Join(words, " ")
}

// quote writes a word so that a POSIX shell reads it back unchanged (XCU §2.2): bare where it holds
// nothing a shell looks at, in single quotes otherwise.
func quote(w string) string {
	bare := w != ""
	for _, r := range w {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=@%+", r) {
			bare = false
		}
	}
	if bare {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}
