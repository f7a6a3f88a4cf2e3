package universe

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/hardwright/hardwright/generator/internal/lock"
)

// An Update leads a repository's go.mod and go.sum from what our files imported of other modules to what they will.
type Update struct {
	Mod, Sum      []byte // as they stand in the repository
	Before, After []string
	Raised        []lock.Raise // by us, from versions of a person's; they begin where the person had them
}

// A Result is what an Update gives.
type Result struct {
	Mod, Sum []byte
	Person   map[string]string // module → version as a person has it, where Tidy is set
	Tidy     bool              // the repository has requirements of its own: go mod tidy has to settle these files
}

// Update never merges text and never lowers a version. Where go.mod requires what we wrote and nothing else, the result is what
// `go mod tidy` would leave, comments included. Where a person has required more, or something else, nobody but the go command knows
// which checksums the two need together.
func (p *Pins) Update(u Update) (Result, error) {
	out := Result{Mod: u.Mod, Sum: u.Sum}
	before, after := p.needs(u.Before), p.needs(u.After)
	if maps.Equal(before, after) && bytes.Equal(p.GoSum(u.Before), p.GoSum(u.After)) {
		return out, nil
	}
	f, err := modfile.Parse("go.mod", lf(u.Mod), nil)
	if err != nil {
		return out, fmt.Errorf("read go.mod: %w", err)
	}
	if f.Module == nil || f.Go == nil {
		return out, fmt.Errorf("read go.mod: no module or go line")
	}
	if len(u.Raised) == 0 && p.plain(f, u.Sum, before, u.Before) {
		if bytes.Equal(lf(u.Mod), p.GoMod(f.Module.Mod.Path, f.Go.Version, u.Before)) {
			out.Mod = endings(u.Mod, p.GoMod(f.Module.Mod.Path, f.Go.Version, u.After))
		} else {
			var list []*modfile.Require
			for _, m := range slices.Sorted(maps.Keys(after)) {
				list = append(list, &modfile.Require{Mod: module.Version{Path: m, Version: p.Modules[m]}, Indirect: !after[m]})
			}
			f.SetRequireSeparateIndirect(list)
			if out.Mod, err = format(f, u.Mod); err != nil {
				return out, err
			}
		}
		out.Sum = endings(u.Sum, p.GoSum(u.After))
		return out, nil
	}
	drops := false
	for m := range before {
		_, stays := after[m]
		drops = drops || !stays
	}
	if !drops && p.holds(f, u.Sum, after, u.After) {
		return out, nil
	}
	out.Tidy = true
	have := map[string]string{}
	for _, r := range f.Require {
		have[r.Mod.Path] = r.Mod.Version
	}
	for _, r := range u.Raised {
		if have[r.Module] == r.To {
			if err := f.AddRequire(r.Module, r.From); err != nil {
				return out, fmt.Errorf("take %s back: %w", r.Module, err)
			}
			have[r.Module] = r.From
		}
	}
	out.Person = maps.Clone(have)
	for _, m := range slices.Sorted(maps.Keys(after)) {
		want := p.Modules[m]
		switch was, listed := have[m]; {
		case !listed:
			f.AddNewRequire(m, want, !after[m])
		case semver.Compare(was, want) < 0:
			if err := f.AddRequire(m, want); err != nil {
				return out, fmt.Errorf("raise %s: %w", m, err)
			}
		}
	}
	f.Cleanup()
	if out.Mod, err = format(f, u.Mod); err != nil {
		return out, err
	}
	out.Sum = endings(u.Sum, union(u.Sum, p.GoSum(u.After)))
	return out, nil
}

// Raises lists the versions that are higher in mod than a person has them.
func Raises(person map[string]string, mod []byte) ([]lock.Raise, error) {
	f, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		return nil, fmt.Errorf("read go.mod: %w", err)
	}
	var out []lock.Raise
	for _, r := range f.Require {
		if was, had := person[r.Mod.Path]; had && semver.Compare(was, r.Mod.Version) < 0 {
			out = append(out, lock.Raise{Module: r.Mod.Path, From: was, To: r.Mod.Version})
		}
	}
	slices.SortFunc(out, func(a, b lock.Raise) int { return strings.Compare(a.Module, b.Module) })
	return out, nil
}

// plain reports whether go.mod and go.sum require what we wrote, and nothing else.
func (p *Pins) plain(f *modfile.File, sum []byte, need map[string]bool, imports []string) bool {
	if len(f.Replace)+len(f.Exclude) > 0 || len(f.Require) != len(need) {
		return false
	}
	for _, r := range f.Require {
		direct, ours := need[r.Mod.Path]
		if !ours || r.Mod.Version != p.Modules[r.Mod.Path] || direct == r.Indirect {
			return false
		}
	}
	return bytes.Equal(union(nil, sum), union(nil, p.GoSum(imports)))
}

// holds reports whether go.mod and go.sum have all that is needed already, at these versions or newer ones.
func (p *Pins) holds(f *modfile.File, sum []byte, need map[string]bool, imports []string) bool {
	have := map[string]string{}
	for _, r := range f.Require {
		have[r.Mod.Path] = r.Mod.Version
	}
	for m := range need {
		if v, listed := have[m]; !listed || semver.Compare(v, p.Modules[m]) < 0 {
			return false
		}
	}
	return bytes.Equal(union(nil, sum), union(sum, p.GoSum(imports)))
}

// union is every line of two go.sum files, in the go command's order.
func union(a, b []byte) []byte {
	keys, hash := map[string]bool{}, map[string]string{}
	for line := range strings.Lines(string(lf(slices.Concat(a, []byte("\n"), b)))) {
		f := strings.Fields(line)
		if len(f) == 3 {
			keys[f[0]+" "+f[1]] = true
			hash[f[0]+" "+f[1]] = f[2]
		}
	}
	var out bytes.Buffer
	for _, k := range sorted(keys) {
		fmt.Fprintf(&out, "%s %s\n", k, hash[k])
	}
	return out.Bytes()
}

func format(f *modfile.File, like []byte) ([]byte, error) {
	f.Cleanup()
	text, err := f.Format()
	if err != nil {
		return nil, fmt.Errorf("write go.mod: %w", err)
	}
	return endings(like, text), nil
}

func lf(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }

// endings gives text the line endings of like; nil stays nil.
func endings(like, text []byte) []byte {
	if text != nil && bytes.Contains(like, []byte("\r\n")) {
		return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	return text
}
