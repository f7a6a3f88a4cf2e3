package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/presets"
)

// maxAnswers bounds what is read of an answers file: none is a hundredth as long.
const maxAnswers = 1 << 20

// asked is what flags, answers and preset say, flags first; defaults are not in it. Problems of single flags are returned
// beside a Spec that can be judged further; a file that cannot be read is an error.
func (o *newOptions) asked() (spec.Spec, problem.List, error) {
	s := o.spec.Clone()
	s.Deploy = none(s.Deploy)
	problems := readInputs(o.set, &s)
	var files problem.List
	for _, f := range []struct {
		flag  string
		value string
	}{{"name", s.Name}, {"module", s.Module}, {"database", s.Database}, {"auth", s.Auth}, {"ci", s.CI}, {"preset", o.preset}, {"answers", o.answers}} {
		if o.flags.Changed(f.flag) && f.value == "" {
			problems.Hint("leave the flag out to get the default", "--"+f.flag, "no value")
		}
	}
	if o.answers != "" {
		answers, err := o.readAnswers()
		if !files.Take(err) {
			return s, nil, err
		}
		s = s.Over(answers)
	}
	if o.preset != "" {
		preset, err := readPreset(o.preset)
		if !files.Take(err) {
			return s, nil, err
		}
		s = s.Over(preset)
	}
	if len(files) > 0 {
		return s, nil, append(problems, files...)
	}
	return s, problems, nil
}

func (o *newOptions) readAnswers() (spec.Spec, error) {
	if o.answers == "-" {
		src, err := io.ReadAll(io.LimitReader(o.app.in, maxAnswers+1))
		if err != nil {
			return spec.Spec{}, fmt.Errorf("read answers: %w", err)
		}
		return parseAnswers("standard input", src)
	}
	return readSpec("--answers", o.answers)
}

// readPreset reads a preset of ours by name, or anybody's by file.
func readPreset(name string) (spec.Spec, error) {
	if !strings.ContainsAny(name, `/\.`) {
		src, err := presets.FS.ReadFile(name + ".yaml")
		if err != nil {
			names := presetNames()
			hint := "one of " + strings.Join(names, ", ") + ", or a file"
			if near := problem.Nearest(name, names); near != "" {
				hint = "--preset " + near
			}
			return spec.Spec{}, problem.List{{Subject: "--preset", Message: fmt.Sprintf("unknown preset %q", name), Hint: hint}}
		}
		return spec.Parse("preset "+name, src)
	}
	s, err := readSpec("--preset", name)
	if err == nil && (s.Name != "" || s.Module != "") {
		return s, problem.List{{Subject: name, Message: "a preset names no service", Hint: "take name and module out, or use --answers"}}
	}
	return s, err
}

func presetNames() []string {
	entries, err := fs.ReadDir(presets.FS, ".")
	if err != nil {
		panic("cli: embedded presets: " + err.Error())
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}

func readSpec(flag, file string) (spec.Spec, error) {
	f, err := os.Open(file)
	if err != nil {
		var pathErr *fs.PathError
		why := err.Error()
		if errors.As(err, &pathErr) {
			why = pathErr.Err.Error()
		}
		return spec.Spec{}, problem.List{{Subject: flag, Message: fmt.Sprintf("read %q: %s", file, why)}}
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxAnswers+1))
	if err != nil {
		return spec.Spec{}, problem.List{{Subject: flag, Message: fmt.Sprintf("read %q: %v", file, errors.Unwrap(err))}}
	}
	return parseAnswers(file, src)
}

func parseAnswers(file string, src []byte) (spec.Spec, error) {
	if len(src) > maxAnswers {
		return spec.Spec{}, problem.List{{Subject: file, Message: fmt.Sprintf("more than %d bytes: not an answers file", maxAnswers)}}
	}
	return spec.Parse(file, src)
}

// defaults answers what nobody was asked: the quickstart preset, as far as the catalog has it.
func defaults(c *component.Catalog) (spec.Spec, error) {
	s, err := readPreset(presets.Default)
	if err != nil {
		return s, err
	}
	for _, f := range []*string{&s.Database, &s.Auth, &s.CI} {
		if _, ok := c.Get(*f); !ok {
			*f = spec.None
		}
	}
	s.Deploy = slices.DeleteFunc(s.Deploy, func(d string) bool { _, ok := c.Get(d); return !ok })
	return s, nil
}
