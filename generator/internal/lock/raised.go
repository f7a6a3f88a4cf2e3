package lock

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// A Raise is a version of a person's in go.mod that a component made us raise. It goes back when nothing of ours needs it any more.
type Raise struct{ Module, From, To string }

func (l Lock) raised(b *bytes.Buffer) {
	if len(l.Raised) == 0 {
		return
	}
	b.WriteString("raised:\n")
	for _, r := range l.Raised {
		fmt.Fprintf(b, "  - {module: %q, from: %q, to: %q}\n", r.Module, r.From, r.To)
	}
}

func (p *reader) raise(n *yaml.Node) Raise {
	var r Raise
	p.mapping(n, func(key string, k, v *yaml.Node) {
		switch key {
		case "module":
			r.Module = p.text(v)
		case "from":
			r.From = p.text(v)
		case "to":
			r.To = p.text(v)
		default:
			p.at(k, "unknown key %q", key)
		}
	})
	return r
}
