package component

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

var (
	componentName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
	fieldName     = regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)
	documentName  = regexp.MustCompile(`^[a-z][a-z-]*$`)
	goVersion     = regexp.MustCompile(`^1\.[0-9]+\.[0-9]+$`)
)

// parseManifest reads one component.yaml. It returns what it could read, and every problem.
func parseManifest(file, folder string, src []byte) (*Component, problem.List) {
	c := &Component{File: file, Folders: []Folder{{Name: OwnPayload}, {Name: SharedPayload}}}
	m := manifest{file: file}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		line, msg := spec.SyntaxError(err)
		p := problem.Problem{Subject: fmt.Sprintf("%s:%d", file, line), Message: msg}
		if strings.Contains(string(src), "[!") {
			p.Hint = `a word that begins with ! stands in quotes: ["!database"]`
		}
		return c, problem.List{p}
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return c, problem.List{{Subject: file + ":1", Message: "want `key: value` lines"}}
	}
	root := doc.Content[0]
	var both Component
	m.mapping(root, map[string]func(*yaml.Node){
		"name":    func(n *yaml.Node) { c.Name = m.text(n) },
		"kind":    func(n *yaml.Node) { c.Kind = Kind(m.oneOf(n, Kinds)) },
		"summary": func(n *yaml.Node) { c.Summary = m.text(n) },
		"provides": func(n *yaml.Node) {
			m.each(n, func(n *yaml.Node) { c.Provides = append(c.Provides, m.match(n, componentName)) })
		},
		"needs": func(n *yaml.Node) { m.each(n, func(n *yaml.Node) { c.Needs = append(c.Needs, m.need(n)) }) },
		"requires": func(n *yaml.Node) {
			m.each(n, func(n *yaml.Node) { c.Requires = append(c.Requires, m.choice(n)) })
		},
		"conflicts": func(n *yaml.Node) {
			m.each(n, func(n *yaml.Node) { c.Conflicts = append(c.Conflicts, m.choice(n)) })
		},
		"default": func(n *yaml.Node) { cond := m.condition(n); c.Default = &cond },
		"go":      func(n *yaml.Node) { c.Go = m.match(n, goVersion) },
		"inputs":  func(n *yaml.Node) { m.each(n, func(n *yaml.Node) { c.Inputs = append(c.Inputs, m.input(n)) }) },
		"slots":   func(n *yaml.Node) { c.Slots = m.slots(n) },
		"wiring":  func(n *yaml.Node) { c.Wiring = m.wiring(n) },
		"files":   func(n *yaml.Node) { m.each(n, func(n *yaml.Node) { c.Files = append(c.Files, m.fileRule(n)) }) },
		"seeded": func(n *yaml.Node) {
			m.each(n, func(n *yaml.Node) { c.Seeded = append(c.Seeded, m.path(n)) })
		},
		"executable": func(n *yaml.Node) {
			m.each(n, func(n *yaml.Node) { c.Scripts = append(c.Scripts, m.path(n)) })
		},
		"controls": func(n *yaml.Node) { m.each(n, func(n *yaml.Node) { c.Claims = append(c.Claims, m.claim(n)) }) },
		"document": func(n *yaml.Node) { c.Document = m.document(n) },
		"foreign":  func(n *yaml.Node) { c.Foreign = m.foreign(n) },
		"both":     func(n *yaml.Node) { m.both(n, &both) },
	})
	if c.Name != folder {
		m.at(root, "name is %q, and the folder is %q", c.Name, folder)
	}
	if !componentName.MatchString(c.Name) {
		m.at(root, "name %q does not match %s", c.Name, componentName)
	}
	if c.Kind == "" {
		m.at(root, "kind is missing: one of %v", Kinds)
	}
	if c.Summary == "" {
		m.at(root, "summary is missing")
	}
	if c.Kind == Foreign {
		m.foreignOnly(root, c)
	}
	if c.Foreign != nil {
		c.Foreign.File, c.Foreign.Name, c.Foreign.Kind = file, c.Name, Foreign
		c.Foreign.Folders = []Folder{{Name: ForeignPayload}, {Name: SharedPayload, Below: ModuleFolder + "/"}}
		for _, side := range []*Component{c, c.Foreign} {
			side.Slots = append(side.Slots, both.Slots...)
			side.Wiring = append(side.Wiring, both.Wiring...)
		}
		if c.Foreign.Summary == "" {
			c.Foreign.Summary = c.Summary
		}
	}
	if c.Foreign == nil && len(both.Slots)+len(both.Wiring) > 0 {
		m.at(root, "there is a key both and no key foreign")
	}
	if c.Default != nil && c.Kind != Extra {
		m.at(root, "only an extra has a default")
	}
	return c, m.problems
}

type manifest struct {
	file     string
	problems problem.List
}

func (m *manifest) at(n *yaml.Node, format string, args ...any) {
	m.problems.Add(fmt.Sprintf("%s:%d", m.file, n.Line), format, args...)
}

// mapping reads the keys of n, each with its own reader; a key without one is a problem.
func (m *manifest) mapping(n *yaml.Node, readers map[string]func(*yaml.Node)) {
	m.pairs(n, func(k, v *yaml.Node) {
		read, ok := readers[k.Value]
		if !ok {
			m.at(k, "unknown key %q", k.Value)
			return
		}
		read(v)
	})
}

func (m *manifest) pairs(n *yaml.Node, each func(k, v *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		m.at(n, "want `key: value` pairs")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if seen[k.Value] {
			m.at(k, "%q is written twice", k.Value)
			continue
		}
		seen[k.Value] = true
		each(k, v)
	}
}

func (m *manifest) each(n *yaml.Node, f func(*yaml.Node)) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.SequenceNode {
		m.at(n, "want a list")
		return
	}
	for _, e := range n.Content {
		f(e)
	}
}

func (m *manifest) text(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		m.at(n, "want one value")
		return ""
	}
	return n.Value
}

func (m *manifest) match(n *yaml.Node, re *regexp.Regexp) string {
	s := m.text(n)
	if s != "" && !re.MatchString(s) {
		m.at(n, "%q does not match %s", s, re)
	}
	return s
}

func (m *manifest) oneOf(n *yaml.Node, allowed []Kind) string {
	s := m.text(n)
	if s != "" && !slices.Contains(allowed, Kind(s)) {
		m.at(n, "unknown kind %q: one of %v", s, allowed)
	}
	return s
}

func (m *manifest) path(n *yaml.Node) string {
	s := m.text(n)
	if !fs.ValidPath(s) || s == "." {
		m.at(n, "%q is not a path below _files", s)
	}
	return s
}

func (m *manifest) condition(n *yaml.Node) Condition { return m.words(n, word) }

func (m *manifest) words(n *yaml.Node, word *regexp.Regexp) []string {
	c := []string{}
	m.each(n, func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode && n.Value == "" && strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
			m.at(n, "write %q in quotes: YAML reads a bare ! as a tag", n.Tag)
			return
		}
		c = append(c, m.match(n, word))
	})
	return c
}

func (m *manifest) need(n *yaml.Node) Need {
	if n.Kind == yaml.ScalarNode {
		return Need{Name: m.match(n, componentName), Line: n.Line}
	}
	need := Need{Line: n.Line}
	m.mapping(n, map[string]func(*yaml.Node){
		"name": func(n *yaml.Node) { need.Name = m.match(n, componentName) },
		"only": func(n *yaml.Node) { need.Only = m.condition(n) },
	})
	return need
}

func (m *manifest) choice(n *yaml.Node) Choice {
	c := Choice{Line: n.Line}
	m.mapping(n, map[string]func(*yaml.Node){
		"name":   func(n *yaml.Node) { c.Name = m.match(n, componentName) },
		"reason": func(n *yaml.Node) { c.Reason = m.text(n) },
		"hint":   func(n *yaml.Node) { c.Hint = m.text(n) },
	})
	if c.Reason == "" {
		m.at(n, "a reason is missing: the user reads it")
	}
	return c
}

func (m *manifest) input(n *yaml.Node) Input {
	return m.readInput(n, false)
}

// readInput reads an input. One of a foreign side may be required, because add can ask for it where new could not: a default service
// must be possible without asking.
func (m *manifest) readInput(n *yaml.Node, foreign bool) Input {
	in := Input{Line: n.Line}
	var def *yaml.Node
	m.mapping(n, m.inputKeys(&in, &def, foreign))
	if in.Required {
		m.required(n, in, def)
		return in
	}
	switch {
	case in.Name == "":
		m.at(n, "an input without a name")
	case !slices.Contains(InputTypes, in.Type):
		m.at(n, "input %s: type %q is not one of %v", in.Name, in.Type, InputTypes)
	case def == nil || def.Kind != yaml.ScalarNode:
		m.at(n, "input %s has no default: a service must be possible without asking", in.Name)
	case in.Question == "":
		m.at(n, "input %s has no question for the wizard", in.Name)
	case strings.Contains(in.Default, "{{"):
		if t, err := template.New("default").Parse(in.Default); err != nil || !plainText(t) {
			m.at(def, "input %s: a default is text with names in it, such as {{.Name}}", in.Name)
		}
	default:
		if _, err := in.Parse(in.Default); err != nil {
			m.at(def, "input %s: its own default is refused: %v", in.Name, err)
		}
	}
	return in
}

// inputKeys reads the keys of an input into in; def becomes the node of its default.
func (m *manifest) inputKeys(in *Input, def **yaml.Node, foreign bool) map[string]func(*yaml.Node) {
	return map[string]func(*yaml.Node){
		"name":     func(n *yaml.Node) { in.Name = m.match(n, fieldName) },
		"type":     func(n *yaml.Node) { in.Type = m.text(n) },
		"default":  func(n *yaml.Node) { *def = n; in.Default = n.Value },
		"question": func(n *yaml.Node) { in.Question = m.text(n) },
		"help":     func(n *yaml.Node) { in.Help = m.text(n) },
		"pattern": func(n *yaml.Node) {
			re, err := regexp.Compile(m.text(n))
			if err != nil {
				m.at(n, "pattern does not parse: %v", err)
			}
			in.Pattern = re
		},
		"deny": func(n *yaml.Node) { m.each(n, func(n *yaml.Node) { in.Deny = append(in.Deny, m.text(n)) }) },
		"enum": func(n *yaml.Node) { m.each(n, func(n *yaml.Node) { in.Enum = append(in.Enum, m.text(n)) }) },
		"min":  func(n *yaml.Node) { in.Min = m.text(n) },
		"max":  func(n *yaml.Node) { in.Max = m.text(n) },
		"example": func(n *yaml.Node) {
			if in.Example = m.text(n); !foreign {
				m.at(n, "unknown key %q", "example")
			}
		},
		"required": func(n *yaml.Node) {
			if in.Required = n.Value == "true"; !foreign {
				m.at(n, "unknown key %q", "required")
			}
		},
	}
}

func (m *manifest) slots(n *yaml.Node) []Slot {
	var out []Slot
	m.pairs(n, func(k, v *yaml.Node) {
		s := Slot{Name: m.match(k, fieldName), Line: k.Line, Fields: map[string]FieldKind{}}
		m.mapping(v, map[string]func(*yaml.Node){
			"doc": func(n *yaml.Node) { s.Doc = m.text(n) },
			"fields": func(n *yaml.Node) {
				m.pairs(n, func(k, v *yaml.Node) {
					name := m.match(k, fieldName)
					kind := FieldKind(m.text(v))
					if !slices.Contains(FieldKinds, kind) {
						m.at(v, "field %s: %q is not one of %v", name, kind, FieldKinds)
					}
					if name == "order" || name == "only" || name == "component" {
						m.at(k, "field %s: the word is taken", name)
					}
					s.Fields[name] = kind
				})
			},
		})
		if s.Doc == "" {
			m.at(k, "slot %s has no doc", s.Name)
		}
		out = append(out, s)
	})
	return out
}

func (m *manifest) wiring(n *yaml.Node) []Entry {
	var out []Entry
	m.pairs(n, func(k, v *yaml.Node) {
		m.each(v, func(n *yaml.Node) {
			e := Entry{Slot: k.Value, Line: n.Line, Fields: map[string]*yaml.Node{}}
			m.pairs(n, func(k, v *yaml.Node) {
				switch k.Value {
				case "order":
					order, err := strconv.Atoi(v.Value)
					if err != nil {
						m.at(v, "order %q is not a whole number", v.Value)
					}
					e.Order = order
				case "only":
					e.Only = m.condition(v)
				default:
					e.Fields[k.Value] = v
				}
			})
			out = append(out, e)
		})
	})
	return out
}

func (m *manifest) fileRule(n *yaml.Node) FileRule {
	r := FileRule{Line: n.Line}
	m.mapping(n, map[string]func(*yaml.Node){
		"path": func(n *yaml.Node) { r.Path = strings.TrimSuffix(m.text(n), "/") },
		"only": func(n *yaml.Node) { r.Only = m.condition(n) },
	})
	if !fs.ValidPath(r.Path) || r.Path == "." {
		m.at(n, "%q is not a path below _files", r.Path)
	}
	if len(r.Only) == 0 {
		m.at(n, "%s: a file without a condition need not be named", r.Path)
	}
	return r
}

func (m *manifest) document(n *yaml.Node) Document {
	d := Document{Line: n.Line}
	m.mapping(n, map[string]func(*yaml.Node){
		"name": func(n *yaml.Node) { d.Name = m.match(n, documentName) },
		"order": func(n *yaml.Node) {
			order, err := strconv.Atoi(n.Value)
			if err != nil || order < 1 {
				m.at(n, "order %q is not a positive whole number", n.Value)
			}
			d.Order = order
		},
	})
	if d.Name == "" || d.Order == 0 {
		m.at(n, "a document needs name and order, for example {name: http, order: 300}")
	}
	return d
}

func (m *manifest) claim(n *yaml.Node) Claim {
	c := Claim{Line: n.Line}
	m.mapping(n, map[string]func(*yaml.Node){
		"id":    func(n *yaml.Node) { c.ID = m.text(n) },
		"code":  func(n *yaml.Node) { c.Code = m.text(n) },
		"tests": func(n *yaml.Node) { m.each(n, func(n *yaml.Node) { c.Tests = append(c.Tests, m.text(n)) }) },
		"only":  func(n *yaml.Node) { c.Only = m.condition(n) },
	})
	if c.ID == "" {
		m.at(n, "a control without an id")
	}
	return c
}
