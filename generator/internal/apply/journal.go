package apply

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
)

// journalName stands in a target while files are moved into it. It lists them, so that the next run can take an
// interrupted one back.
const journalName = ".hardwright-journal"

// An entry is one file that is about to be created.
type entry struct{ sha256, path string }

func readJournal(root *os.Root) ([]entry, error) {
	src, err := root.ReadFile(journalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	var out []entry
	for line := range strings.Lines(string(src)) {
		sum, p, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok || !strings.HasSuffix(line, "\n") {
			continue // a line that was cut short: nothing had been moved yet
		}
		out = append(out, entry{sum, p})
	}
	return out, nil
}

func writeJournal(root *os.Root, steps []plan.Step) error {
	var b strings.Builder
	for _, s := range steps {
		fmt.Fprintf(&b, "%s %s\n", lock.Digest(s.New), s.Path)
	}
	f, err := root.OpenFile(journalName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	_, err = f.WriteString(b.String())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// undo removes what the journal lists and nobody has touched since, the folders that are empty then, and the journal.
func undo(root *os.Root) error {
	entries, err := readJournal(root)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.untouched(root) {
			if err := root.Remove(e.path); err != nil {
				return fmt.Errorf("take an interrupted run back: %w", err)
			}
		}
		for dir := path.Dir(e.path); dir != "." && dir != "/"; dir = path.Dir(dir) {
			if err := root.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
				break // not empty yet, or a person's
			}
		}
	}
	if err := root.Remove(journalName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("take an interrupted run back: %w", err)
	}
	return nil
}
