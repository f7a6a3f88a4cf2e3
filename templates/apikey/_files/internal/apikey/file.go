package apikey

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"example.com/app/internal/logging"
	"example.com/app/internal/problem"
)

// A File keeps keys in a file of JSON lines that only its owner may read. The service reads it and commands write it: whole, under
// another name that then takes its place, so that nobody ever reads half of it.
type File struct {
	path string

	mu   sync.RWMutex
	seen fs.FileInfo // of what keys were read from
	keys map[Digest]Key
}

// OpenFile returns the keys in the file at path.
func OpenFile(path string) (*File, error) {
	f := &File{path: path}
	if _, err := f.current(); err != nil {
		return nil, err
	}
	return f, nil
}

// line is the form in the file.
type line struct {
	ID      string    `json:"id"`
	SHA256  string    `json:"sha256"`
	Owner   string    `json:"owner"`
	Scopes  []string  `json:"scopes"`
	Expires time.Time `json:"expires"`
}

// ByDigest returns the key with a digest.
func (f *File) ByDigest(_ context.Context, d Digest) (Key, error) {
	keys, err := f.current()
	if err != nil {
		return Key{}, err
	}
	k, ok := keys[d]
	if !ok {
		return Key{}, ErrNotFound
	}
	return k, nil
}

// List returns all keys, oldest first: their ids begin with the time at which they were made.
func (f *File) List(context.Context) ([]Key, error) {
	keys, err := f.current()
	if err != nil {
		return nil, err
	}
	var list []Key
	for _, k := range keys {
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b Key) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	return list, nil
}

// Create adds a key.
func (f *File) Create(_ context.Context, k Key, d Digest) error {
	return f.rewrite(func(lines []line) ([]line, error) {
		return append(lines, line{ID: k.ID, SHA256: hex.EncodeToString(d[:]), Owner: k.Owner, Scopes: k.Scopes, Expires: k.Expires}), nil
	})
}

// Revoke removes a key.
func (f *File) Revoke(_ context.Context, id string, _ time.Time) error {
	return f.rewrite(func(lines []line) ([]line, error) {
		rest := slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return l.ID == id })
		if len(rest) == len(lines) {
			return nil, ErrNotFound
		}
		return rest, nil
	})
}

// Used leaves a line in the log: the service does not write the file, which may be mounted read-only.
func (f *File) Used(ctx context.Context, id string, _ time.Time) error {
	logging.From(ctx).LogAttrs(ctx, slog.LevelInfo, "API key used", slog.String("key", id))
	return nil
}

// current returns the keys, reading them again if the file was replaced or changed. A file that cannot be read or has a
// mistake is nobody's key any more: the keys before it may hold one that was to be revoked.
func (f *File) current() (map[Digest]Key, error) {
	info, err := os.Stat(f.path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, f.fail(err)
	}
	f.mu.RLock()
	seen, keys := f.seen, f.keys
	f.mu.RUnlock()
	if seen != nil && os.SameFile(seen, info) && seen.ModTime().Equal(info.ModTime()) && seen.Size() == info.Size() {
		return keys, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	lines, err := f.read()
	if err != nil {
		return nil, f.fail(err)
	}
	f.keys = make(map[Digest]Key, len(lines))
	for _, l := range lines {
		d, _ := hex.DecodeString(l.SHA256) // read has checked it
		f.keys[Digest(d)] = Key{ID: l.ID, Owner: l.Owner, Scopes: l.Scopes, Expires: l.Expires}
	}
	f.seen = info // taken before reading: a change in between is seen the next time
	return f.keys, nil
}

// fail makes err a 503 without the path, for requests, and keeps the cause for the log.
func (f *File) fail(err error) error {
	return fmt.Errorf("read API keys: %w: %w", problem.Unavailable, err)
}

// read returns the lines of the file. Errors name lines and never what is in them.
func (f *File) read() ([]line, error) {
	b, err := os.ReadFile(f.path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	var lines []line
	scanner := bufio.NewScanner(bytes.NewReader(b))
	for n := 1; scanner.Scan(); n++ {
		if len(bytes.TrimSpace(scanner.Bytes())) == 0 {
			continue
		}
		var l line
		d := json.NewDecoder(bytes.NewReader(scanner.Bytes()))
		d.DisallowUnknownFields()
		if err := d.Decode(&l); err != nil || d.More() {
			return nil, fmt.Errorf("line %d: want id, sha256, owner, scopes and expires", n)
		}
		digest, err := hex.DecodeString(l.SHA256)
		if err != nil || len(digest) != len(Digest{}) || l.ID == "" || l.Owner == "" || l.Expires.IsZero() {
			return nil, fmt.Errorf("line %d: want id, sha256, owner, scopes and expires", n)
		}
		if slices.ContainsFunc(lines, func(other line) bool { return other.ID == l.ID || other.SHA256 == l.SHA256 }) {
			return nil, fmt.Errorf("line %d: there is such a key already", n)
		}
		lines = append(lines, l)
	}
	return lines, scanner.Err()
}

// rewrite replaces the file with what change makes of it. Only one at a time: of two that read the same file, the later
// one would undo the other, and revive a revoked key.
func (f *File) rewrite(change func([]line) ([]line, error)) (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	unlock, err := lock(f.path + ".lock")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	lines, err := f.read()
	if err != nil {
		return fmt.Errorf("read API keys: %w", err)
	}
	if lines, err = change(lines); err != nil {
		return err
	}
	var b bytes.Buffer
	for _, l := range lines {
		if err := json.NewEncoder(&b).Encode(l); err != nil {
			return err
		}
	}
	if err := replace(f.path, b.Bytes()); err != nil {
		return fmt.Errorf("write API keys: %w", err)
	}
	return nil
}

// replace puts a file with these bytes, readable by its owner alone, in the place of path.
func replace(path string, b []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	if _, err := tmp.Write(b); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// lockWait is how long a command waits for another one.
const lockWait = 5 * time.Second

// lock makes a file that nobody else has made.
func lock(path string) (unlock func() error, err error) {
	for end := time.Now().Add(lockWait); ; time.Sleep(20 * time.Millisecond) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // beside the file that the operator names
		if err == nil {
			return func() error { return os.Remove(path) }, f.Close()
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("another command is changing the API keys; if none is, remove %s", path)
		}
	}
}
