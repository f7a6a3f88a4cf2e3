package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// A secret is a key in its own file.
type secret struct {
	env  string // the variable that names the file
	file string
	doc  string
	make func() ([]byte, error)
}

// keygen makes the keys, each in a file that only this user may read, and prints names and never values.
func keygen(_ context.Context, env Env, args []string) error {
	flags := flag.NewFlagSet("keygen", flag.ContinueOnError)
	flags.SetOutput(env.Stderr)
	missing := flags.Bool("missing", false, "make what is not there yet, keep the rest")
	dir := flags.String("dir", ".secrets", "the folder, `DIR`, to make them in")
	var forced []string
	flags.Func("force", "replace the key in this file, by its `NAME`; what it protects is lost (repeatable)", func(file string) error {
		if !slices.ContainsFunc(secrets(), func(s secret) bool { return s.file == file }) {
			return errors.New("there is no such key")
		}
		forced = append(forced, file)
		return nil
	})
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return ErrUsage
	}
	return makeKeys(env.Stdout, secrets(), *dir, *missing, forced)
}

// makeKeys makes the keys that are not in dir yet, and replaces those that are forced by name: a key that is there is what data was
// encrypted with and people were signed in by. One that is there, not forced and not expected by missing stops everything.
func makeKeys(out io.Writer, all []secret, dir string, missing bool, forced []string) error {
	root, err := privateFolder(dir)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // a folder has nothing to flush
	var there []string
	for _, s := range all {
		if _, err := root.Lstat(s.file); err == nil && !slices.Contains(forced, s.file) {
			there = append(there, s.file)
		}
	}
	if len(there) > 0 && len(forced) == 0 && !missing {
		return fmt.Errorf("nothing created: %s already exists (--missing keeps it, --force NAME replaces it)", strings.Join(there, ", "))
	}
	for _, s := range all {
		force := slices.Contains(forced, s.file)
		if slices.Contains(there, s.file) || len(forced) > 0 && !force && !missing {
			continue
		}
		if err := s.write(root, force); err != nil {
			return fmt.Errorf("make %s: %w", s.file, err)
		}
		fmt.Fprintf(out, "made %s/%s for %s: %s\n", dir, s.file, s.env, s.doc)
	}
	return nil
}

// privateFolder opens the folder, making it if it is not there. Others must not even see what is in it.
func privateFolder(dir string) (*os.Root, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder: %w", err)
	}
	root, err := os.OpenRoot(dir) // nothing below leads out of it, by link or otherwise
	if err != nil {
		return nil, fmt.Errorf("open the folder: %w", err)
	}
	info, err := root.Stat(".")
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = root.Chmod(".", 0o700)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("close the folder to others: %w", err), root.Close())
	}
	return root, nil
}

// write makes the key under another name first, so that there is a whole key or none. Without force a file that is there wins.
func (s secret) write(root *os.Root, force bool) error {
	key, err := s.make()
	if err != nil {
		return err
	}
	draft := s.file + ".new"
	if err := root.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := root.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(key)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, root.Remove(draft))
	}
	if force {
		return root.Rename(draft, s.file)
	}
	// A link fails if the name is taken meanwhile, which a rename would not.
	return errors.Join(root.Link(draft, s.file), root.Remove(draft))
}
