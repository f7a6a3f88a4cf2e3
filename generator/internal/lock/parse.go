package lock

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// version is the lock's own format.
const version = 1

// restore is the hint for a lock that cannot be used: it is in the repository's history.
const restore = "take " + Path + " back from your version control"

var digest = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Parse reads a lock. Every problem is reported, with its line.
func Parse(src []byte) (Lock, error) {
	l := Lock{Files: map[string]File{}}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		line, msg := spec.SyntaxError(err)
		return l, problem.List{{Subject: fmt.Sprintf("%s:%d", Path, line), Message: msg, Hint: restore}}
	}
	p := reader{}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		p.problems.Hint(restore, Path, "not a lock")
		return l, p.problems
	}
	root := doc.Content[0]
	if v := field(root, "version"); v == nil || v.Value != strconv.Itoa(version) {
		if n, err := strconv.Atoi(text(v)); err == nil && n > version {
			return l, problem.List{{Subject: Path, Message: fmt.Sprintf("written by a newer hardwright (format %d; this one knows %d)", n, version), Hint: "use the newer hardwright"}}
		}
		p.at(root, "the version of the lock is missing or is none")
		return l, p.problems
	}
	p.mapping(root, func(key string, k, v *yaml.Node) {
		switch key {
		case "version":
		case "engine":
			l.Engine = p.text(v)
		case "templates":
			l.Templates = p.text(v)
		case "foreign":
			l.Foreign = p.text(v) == "true"
		case "components":
			p.each(v, func(n *yaml.Node) { l.Components = append(l.Components, p.text(n)) })
		case "raised":
			p.each(v, func(n *yaml.Node) { l.Raised = append(l.Raised, p.raise(n)) })
		case "patches":
			p.each(v, func(n *yaml.Node) { l.Patches = append(l.Patches, p.patch(n)) })
		case "packs":
			p.each(v, func(n *yaml.Node) {
				pin := p.pack(n)
				if _, twice := l.Pack(pin.Path); twice {
					p.at(n, "%s is pinned twice", pin.Path) // two branches added it
				}
				l.Packs = append(l.Packs, pin)
			})
		case "generated":
			p.each(v, func(n *yaml.Node) {
				run := p.run(n)
				if _, twice := l.Run(run.Name); twice {
					p.at(n, "%s is there twice", run.Name) // two branches generated it
				}
				l.Generated = append(l.Generated, run)
			})
		case "files":
			p.mapping(v, func(path string, k, v *yaml.Node) {
				if err := module.CheckFilePath(path); err != nil {
					p.at(k, "%q is not a path of this project", path)
				}
				l.Files[path] = p.file(v)
			})
		default:
			p.at(k, "unknown key %q", key)
		}
	})
	return l, p.problems.Err()
}

type reader struct{ problems problem.List }

func (p *reader) file(n *yaml.Node) File {
	f := File{}
	p.mapping(n, func(key string, k, v *yaml.Node) {
		switch key {
		case "sha256":
			f.SHA256 = p.digest(v)
		case "mode":
			f.Mode = p.mode(v)
		case "owner":
			f.Owner = p.text(v)
		case "class":
			f.Class = p.text(v)
		default:
			p.at(k, "unknown key %q", key)
		}
	})
	return f
}

func (p *reader) digest(n *yaml.Node) string {
	s := p.text(n)
	if !digest.MatchString(s) {
		p.at(n, "%q is not a SHA-256", s)
	}
	return s
}

func (p *reader) mode(n *yaml.Node) fs.FileMode {
	m, err := strconv.ParseUint(p.text(n), 8, 16)
	if err != nil || m > 0o777 {
		p.at(n, "%q is not a mode", n.Value)
	}
	return fs.FileMode(m)
}

func (p *reader) at(n *yaml.Node, format string, args ...any) {
	p.problems.Hint(restore, fmt.Sprintf("%s:%d", Path, n.Line), format, args...)
}

func (p *reader) text(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		p.at(n, "want one value")
		return ""
	}
	return n.Value
}

func (p *reader) each(n *yaml.Node, f func(*yaml.Node)) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.SequenceNode {
		p.at(n, "want a list")
		return
	}
	for _, e := range n.Content {
		f(e)
	}
}

func (p *reader) mapping(n *yaml.Node, each func(key string, k, v *yaml.Node)) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		p.at(n, "want `key: value` pairs")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if seen[k.Value] {
			p.at(k, "%q is written twice", k.Value)
			continue
		}
		seen[k.Value] = true
		each(k.Value, k, v)
	}
}

func field(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func text(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	return n.Value
}
