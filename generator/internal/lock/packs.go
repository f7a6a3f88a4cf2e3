package lock

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/module"
)

// A Pack is a module of generators and components that a person added, pinned.
type Pack struct {
	Path, Version string
	Sum           string   // h1, as in go.sum
	Cached        bool     // in the user's cache, not in the repository
	Private       bool     // the checksum database was not asked, because the module is named as private
	Insecure      []string // settings that left nothing to vouch for the bytes when they came, sorted
}

// Pack returns the pin of a module.
func (l Lock) Pack(path string) (Pack, bool) {
	i := slices.IndexFunc(l.Packs, func(p Pack) bool { return p.Path == path })
	if i < 0 {
		return Pack{}, false
	}
	return l.Packs[i], true
}

// WithPack returns l with one pin more, or another one for the same module.
func (l Lock) WithPack(p Pack) Lock {
	l = l.WithoutPack(p.Path)
	l.Packs = append(l.Packs, p)
	slices.SortFunc(l.Packs, func(a, b Pack) int { return strings.Compare(a.Path, b.Path) })
	return l
}

// WithoutPack returns l without the pin of a module.
func (l Lock) WithoutPack(path string) Lock {
	l.Packs = slices.DeleteFunc(slices.Clone(l.Packs), func(p Pack) bool { return p.Path == path })
	return l
}

// Empty reports whether a lock of a foreign repository has nothing to say.
func (l Lock) Empty() bool {
	return l.Foreign && len(l.Components)+len(l.Patches)+len(l.Packs)+len(l.Generated)+len(l.Files) == 0
}

func (l Lock) packs(b *bytes.Buffer) {
	if len(l.Packs) == 0 {
		return
	}
	b.WriteString("packs:\n")
	for _, p := range l.Packs {
		fmt.Fprintf(b, "  - {pack: %q, sum: %q", p.Path+"@"+p.Version, p.Sum)
		if p.Cached {
			b.WriteString(", cached: true")
		}
		if p.Private {
			b.WriteString(", private: true")
		}
		if len(p.Insecure) > 0 {
			var quoted []string
			for _, s := range p.Insecure {
				quoted = append(quoted, strconv.Quote(s))
			}
			fmt.Fprintf(b, ", insecure: [%s]", strings.Join(quoted, ", "))
		}
		b.WriteString("}\n")
	}
}

// pack reads one pin. It becomes the name of a folder, so that it must be a version of a module.
func (p *reader) pack(n *yaml.Node) Pack {
	var out Pack
	p.mapping(n, func(key string, k, v *yaml.Node) {
		switch key {
		case "pack":
			out.Path, out.Version, _ = strings.Cut(p.text(v), "@")
		case "sum":
			if out.Sum = p.text(v); !strings.HasPrefix(out.Sum, "h1:") {
				p.at(v, "%q is not a checksum of a module", out.Sum)
			}
		case "cached":
			out.Cached = p.text(v) == "true"
		case "private":
			out.Private = p.text(v) == "true"
		case "insecure":
			p.each(v, func(n *yaml.Node) { out.Insecure = append(out.Insecure, p.text(n)) })
		default:
			p.at(k, "unknown key %q", key)
		}
	})
	if err := module.Check(out.Path, out.Version); err != nil || out.Sum == "" {
		p.at(n, "a pin is a module's path, a version and a checksum")
	}
	return out
}
