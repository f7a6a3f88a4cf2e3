package config

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecretNeverPrints(t *testing.T) {
	s := Secret(canary)
	j, err := json.Marshal(map[string]any{"a": s})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "value", s, "in", struct{ S Secret }{s})
	for _, printed := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q", s, s, s, s, s), fmt.Sprintf("%+v %#v", struct{ S Secret }{s}, []Secret{s}), string(j), log.String(),
	} {
		if strings.Contains(printed, canary) {
			t.Errorf("printed: %s", printed)
		}
	}
	if s.Reveal() != canary {
		t.Error("Reveal must give the value")
	}
}

func TestSecretFromFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(canary+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(vars map[string]string) (Secret, *env) {
		e := &env{getenv: environment(vars)}
		return e.secret("KEY", ""), e
	}
	if s, e := read(map[string]string{"KEY_FILE": file}); s.Reveal() != canary || e.err() != nil || len(e.files) != 1 {
		t.Errorf("from the file: %v, %v", e.files, e.err())
	}
	if _, e := read(map[string]string{"KEY_FILE": file, "KEY": "x"}); e.err() == nil {
		t.Error("both a value and a file are accepted")
	}
	if _, e := read(map[string]string{"KEY_FILE": file + "-missing"}); e.err() == nil || strings.Contains(e.err().Error(), file) {
		t.Errorf("a missing file: %v", e.err())
	}
}
