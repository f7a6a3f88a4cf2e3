package generate

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
)

// File is the manifest of a generator.
const File = "generator.yaml"

// A Generator is one folder of templates.
type Generator struct {
	Where      string // the folder, as a person finds it
	Name       string
	Summary    string
	Requires   []component.Choice
	Conflicts  []component.Choice
	Inputs     []Input
	Sequences  []Sequence
	Data       map[string]any
	Lets       []Let
	Files      []Rule
	Fresh      []string // folders that may hold nothing but what a run wrote
	Seeded     []string
	Scripts    []string
	Insertions []Insertion

	payload map[string][]byte // below _files
	tests   map[string][]byte // below testdata
	readme  []byte
	digest  string

	heaviest int // bytes that the data of the manifest can have at most
}

// A Let is a text that several templates need: a template itself, over what stands above it.
type Let struct {
	Name, Value string
	Line        int
}

// A Sequence is a number that is chosen once: the next one of the files in a folder.
type Sequence struct {
	Name   string
	Folder string // a template over the service
	From   int
	Digits int
	Only   Condition
	Line   int
}

// A Rule ties a payload file or folder to a condition.
type Rule struct {
	Path string
	Only Condition
	Line int
}

// An Insertion is text that goes into a file that is there.
type Insertion struct {
	Into    string
	Anchor  Anchor
	Text    string // a template
	Imports []string
	Only    Condition
	Line    int
}

// An Anchor is a place in a file. One of Go, JSON, Pattern and Block is set, or none if there are only imports.
type Anchor struct {
	Go      string // verb and name
	JSON    string // pointer to an object or array
	Pattern *regexp.Regexp
	After   bool // of a pattern: the text goes behind the line
	Block   string
	Line    int
}

var (
	generatorName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	inputName     = regexp.MustCompile(`^[a-z][a-zA-Z0-9]*(_[a-zA-Z0-9]+)*$`)
	ruleName      = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	fieldSuffix   = regexp.MustCompile(`^(_[a-z0-9]+)+$`)
	blockName     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`)
	reserved      = []string{"service", "database"} // placeholders of paths
)

// read reads a manifest. It returns what it could read, and every problem.
func read(file, folder string, src []byte) (*Generator, problem.List) {
	g := &Generator{}
	r, root := component.NewReader(file, src)
	if root == nil {
		return g, r.Problems()
	}
	m := reader{r}
	m.Mapping(root, map[string]func(*yaml.Node){
		"name":      func(n *yaml.Node) { g.Name = m.Match(n, generatorName) },
		"summary":   func(n *yaml.Node) { g.Summary = m.Text(n) },
		"requires":  func(n *yaml.Node) { m.Each(n, func(n *yaml.Node) { g.Requires = append(g.Requires, m.Choice(n)) }) },
		"conflicts": func(n *yaml.Node) { m.Each(n, func(n *yaml.Node) { g.Conflicts = append(g.Conflicts, m.Choice(n)) }) },
		"inputs":    func(n *yaml.Node) { m.Each(n, func(n *yaml.Node) { g.Inputs = append(g.Inputs, m.input(n)) }) },
		"sequences": func(n *yaml.Node) {
			m.Each(n, func(n *yaml.Node) { g.Sequences = append(g.Sequences, m.sequence(n)) })
		},
		"let":        func(n *yaml.Node) { m.Each(n, func(n *yaml.Node) { g.Lets = append(g.Lets, m.let(n)) }) },
		"data":       func(n *yaml.Node) { g.Data = m.data(n) },
		"files":      func(n *yaml.Node) { m.Each(n, func(n *yaml.Node) { g.Files = append(g.Files, m.rule(n)) }) },
		"fresh":      func(n *yaml.Node) { m.Each(n, func(n *yaml.Node) { g.Fresh = append(g.Fresh, m.Path(n)) }) },
		"seeded":     func(n *yaml.Node) { m.Each(n, func(n *yaml.Node) { g.Seeded = append(g.Seeded, m.Path(n)) }) },
		"executable": func(n *yaml.Node) { m.Each(n, func(n *yaml.Node) { g.Scripts = append(g.Scripts, m.Path(n)) }) },
		"insertions": func(n *yaml.Node) {
			m.Each(n, func(n *yaml.Node) { g.Insertions = append(g.Insertions, m.insertion(n)) })
		},
	})
	if g.Name != folder {
		m.At(root, "name is %q, and the folder is %q", g.Name, folder)
	}
	if !generatorName.MatchString(g.Name) {
		m.At(root, "name %q does not match %s", g.Name, generatorName)
	}
	if g.Summary == "" {
		m.At(root, "summary is missing")
	}
	m.together(root, g)
	return g, m.Problems()
}

type reader struct{ *component.Reader }

// together judges what no key can be judged by alone.
func (m reader) together(root *yaml.Node, g *Generator) {
	names := map[string]bool{}
	take := func(line int, name string) {
		at := &yaml.Node{Line: line}
		switch {
		case names[name]:
			m.At(at, "the name %q is taken", name)
		case slices.Contains(reserved, name):
			m.At(at, "the name %q is the service's", name)
		}
		names[name] = true
	}
	arguments, fields := 0, 0
	for _, in := range g.Inputs {
		take(in.Line, in.Name)
		if in.Argument {
			arguments++
		}
		if in.Type == fieldsType {
			fields++
		}
	}
	for _, s := range g.Sequences {
		take(s.Line, s.Name)
	}
	for _, l := range g.Lets {
		take(l.Line, l.Name)
	}
	if arguments > 1 {
		m.At(root, "only one input can be the argument")
	}
	if fields > 1 {
		m.At(root, "only one input can be fields")
	}
	conditions := map[int]Condition{}
	for _, f := range g.Files {
		conditions[f.Line] = f.Only
	}
	for _, i := range g.Insertions {
		conditions[i.Line] = i.Only
	}
	for line, c := range conditions {
		for _, w := range c {
			name, value, ok := strings.Cut(strings.TrimPrefix(w, "!"), "=")
			if !ok || strings.Contains(name, ".") {
				continue
			}
			in, known := g.Input(name)
			if !known {
				m.At(&yaml.Node{Line: line}, "condition %q: no input %q", w, name)
			} else if in.Type == fieldsType {
				if !in.knows(value) {
					m.At(&yaml.Node{Line: line}, "condition %q never holds: no type or rule %q", w, value)
				}
			} else if _, p := in.parse(value); len(p) > 0 {
				m.At(&yaml.Node{Line: line}, "condition %q never holds: %s", w, p[0].Message)
			}
		}
	}
}

func (m reader) flag(n *yaml.Node) bool {
	switch m.Text(n) {
	case "true":
		return true
	case "false":
		return false
	}
	m.At(n, "%q is neither true nor false", n.Value)
	return false
}

func (m reader) input(n *yaml.Node) Input {
	in := Input{Input: component.Input{Line: n.Line}}
	keys, def := m.InputKeys(&in.Input)
	keys["name"] = func(n *yaml.Node) { in.Name = m.Match(n, inputName) }
	keys["argument"] = func(n *yaml.Node) { in.Argument = m.flag(n) }
	keys["required"] = func(n *yaml.Node) { in.Required = m.flag(n) }
	keys["types"] = func(n *yaml.Node) { in.Types = m.types(n) }
	m.Mapping(n, keys)
	switch {
	case in.Name == "":
		m.At(n, "an input without a name")
	case !slices.Contains(inputTypes, in.Type):
		m.At(n, "input %s: type %q is not one of %v", in.Name, in.Type, inputTypes)
	case in.Required == (*def != nil):
		m.At(n, "input %s: want either required: true or a default", in.Name)
	case in.Argument && (in.Type != nameType && in.Type != "string"):
		m.At(n, "input %s: an argument is a name or a string", in.Name)
	case in.Argument && !in.Required:
		m.At(n, "input %s: an argument is required", in.Name)
	case in.Question == "":
		m.At(n, "input %s has no question", in.Name)
	case (in.Type == fieldsType) != (len(in.Types) > 0):
		m.At(n, "input %s: types belong to fields, which need them", in.Name)
	case *def != nil && !strings.Contains(in.Default, "{{"):
		if _, p := in.parse(in.Default); len(p) > 0 {
			m.At(*def, "input %s: its own default is refused: %s", in.Name, p[0].Message)
		}
	}
	return in
}

func (m reader) types(n *yaml.Node) map[string]FieldType {
	out := map[string]FieldType{}
	kind := func(n *yaml.Node, s string) string {
		if argumentKinds[s] == nil {
			m.At(n, "%q is not a kind of argument: bool, int, number, name, run, list, member, text", s)
		}
		return s
	}
	m.Pairs(n, func(k, v *yaml.Node) {
		name := m.Match(k, ruleName)
		t := FieldType{Rules: map[string]string{}}
		if v.Kind != yaml.ScalarNode || v.Tag != "!!null" {
			m.Mapping(v, map[string]func(*yaml.Node){
				"argument": func(n *yaml.Node) { t.Argument = kind(n, m.Text(n)) },
				"suffix":   func(n *yaml.Node) { t.Suffix = m.Match(n, fieldSuffix) },
				"requires": func(n *yaml.Node) { m.Each(n, func(n *yaml.Node) { t.Requires = append(t.Requires, m.Choice(n)) }) },
				"rules": func(n *yaml.Node) {
					m.Each(n, func(n *yaml.Node) {
						rule, arg, has := strings.Cut(m.Text(n), "=")
						if !ruleName.MatchString(rule) {
							m.At(n, "rule %q does not match %s", rule, ruleName)
						}
						if has {
							arg = kind(n, arg)
						}
						t.Rules[rule] = arg
					})
				},
			})
		}
		out[name] = t
	})
	return out
}

func (m reader) number(n *yaml.Node, lo, hi int) int {
	v, err := strconv.Atoi(m.Text(n))
	if err != nil || v < lo || v > hi {
		m.At(n, "%q is not a whole number from %d to %d", n.Value, lo, hi)
	}
	return v
}

func (m reader) sequence(n *yaml.Node) Sequence {
	s := Sequence{Line: n.Line, From: 1, Digits: 1}
	m.Mapping(n, map[string]func(*yaml.Node){
		"name":   func(n *yaml.Node) { s.Name = m.Match(n, inputName) },
		"folder": func(n *yaml.Node) { s.Folder = m.Text(n) },
		"from":   func(n *yaml.Node) { s.From = m.number(n, 0, 1_000_000_000) },
		"digits": func(n *yaml.Node) { s.Digits = m.number(n, 1, 14) },
		"only":   func(n *yaml.Node) { s.Only = m.condition(n) },
	})
	if s.Name == "" || s.Folder == "" {
		m.At(n, "a sequence needs a name and a folder")
	}
	return s
}

func (m reader) let(n *yaml.Node) Let {
	l := Let{Line: n.Line}
	m.Mapping(n, map[string]func(*yaml.Node){
		"name":  func(n *yaml.Node) { l.Name = m.Match(n, inputName) },
		"value": func(n *yaml.Node) { l.Value = m.Text(n) },
	})
	if l.Name == "" {
		m.At(n, "a let without a name")
	}
	return l
}

func (m reader) data(n *yaml.Node) map[string]any {
	out := map[string]any{}
	if err := n.Decode(&out); err != nil {
		m.At(n, "want `key: value` pairs: %v", err)
	}
	return out
}

func (m reader) rule(n *yaml.Node) Rule {
	r := Rule{Line: n.Line}
	m.Mapping(n, map[string]func(*yaml.Node){
		"path": func(n *yaml.Node) { r.Path = strings.TrimSuffix(m.Text(n), "/") },
		"only": func(n *yaml.Node) { r.Only = m.condition(n) },
	})
	if !fs.ValidPath(r.Path) || r.Path == "." {
		m.At(n, "%q is not a path below _files", r.Path)
	}
	if len(r.Only) == 0 {
		m.At(n, "%s: a file without a condition need not be named", r.Path)
	}
	return r
}

func (m reader) insertion(n *yaml.Node) Insertion {
	i := Insertion{Line: n.Line}
	m.Mapping(n, map[string]func(*yaml.Node){
		"into":    func(n *yaml.Node) { i.Into = m.Path(n) },
		"anchor":  func(n *yaml.Node) { i.Anchor = m.anchor(n) },
		"text":    func(n *yaml.Node) { i.Text = m.Text(n) },
		"imports": func(n *yaml.Node) { m.Each(n, func(n *yaml.Node) { i.Imports = append(i.Imports, m.Text(n)) }) },
		"only":    func(n *yaml.Node) { i.Only = m.condition(n) },
	})
	isGo := strings.HasSuffix(i.Into, ".go")
	switch {
	case i.Into == "":
		m.At(n, "an insertion without into:, the file it goes to")
	case i.Anchor == Anchor{} && i.Text != "":
		m.At(n, "insertion into %s: text without an anchor", i.Into)
	case i.Anchor != Anchor{} && strings.TrimSpace(i.Text) == "":
		m.At(n, "insertion into %s: an anchor without text", i.Into)
	case i.Text == "" && len(i.Imports) == 0:
		m.At(n, "insertion into %s: no text", i.Into)
	case len(i.Imports) > 0 && !isGo, i.Anchor.Go != "" && !isGo:
		m.At(n, "insertion into %s: imports and go: are for Go files", i.Into)
	case i.Anchor.JSON != "" && !strings.HasSuffix(i.Into, ".json"):
		m.At(n, "insertion into %s: json: is for JSON files", i.Into)
	}
	return i
}

func (m reader) anchor(n *yaml.Node) Anchor {
	a := Anchor{Line: n.Line, After: true}
	placed := false
	m.Mapping(n, map[string]func(*yaml.Node){
		"go": func(n *yaml.Node) {
			a.Go = m.Text(n)
			if err := checkGoAnchor(a.Go); err != nil {
				m.At(n, "%v", err)
			}
		},
		"json": func(n *yaml.Node) { a.JSON = m.Match(n, jsonPointer) },
		"line": func(n *yaml.Node) {
			text := m.Text(n)
			re, err := regexp.Compile(text)
			if err != nil {
				m.At(n, "line: the pattern does not parse: %v", err)
				re = regexp.MustCompile(`$^`)
			}
			if text == "" || len(text) > 1000 {
				m.At(n, "line: want a pattern of at most 1000 letters")
			}
			a.Pattern = re
		},
		"place": func(n *yaml.Node) {
			placed = true
			switch m.Text(n) {
			case "after":
			case "before":
				a.After = false
			default:
				m.At(n, "place: %q is neither before nor after", n.Value)
			}
		},
		"block": func(n *yaml.Node) { a.Block = m.Match(n, blockName) },
	})
	kinds := 0
	for _, set := range []bool{a.Go != "", a.JSON != "", a.Pattern != nil, a.Block != ""} {
		if set {
			kinds++
		}
	}
	if kinds != 1 {
		m.At(n, "an anchor is one of go:, json:, line: and block:")
	}
	if placed && a.Pattern == nil {
		m.At(n, "place: belongs to line:")
	}
	return a
}

// A Condition is a list of words that must all hold: those of the service, as in component.yaml, and input=value of this generator. Of
// fields, the value is a type or a rule that one of them has.
type Condition []string

var conditionWord = regexp.MustCompile(`^!?[a-z][a-z0-9]*$|^!?[a-z][a-zA-Z0-9_]*(\.[a-z][a-zA-Z0-9_]*)?=.*$`)

func (m reader) condition(n *yaml.Node) Condition { return m.Words(n, conditionWord) }

// holds judges a condition of a run.
func (c Condition) holds(sel *component.Selection, v values) bool {
	for _, w := range c {
		bare, not := strings.CutPrefix(w, "!")
		var is bool
		name, value, pair := strings.Cut(bare, "=")
		switch {
		case pair && !strings.Contains(name, "."):
			is = v.texts[name] == value
			if fields, ok := v.typed[name].([]Field); ok {
				is = slices.ContainsFunc(fields, func(f Field) bool { return f.Type == value || f.Has(value) })
			}
		default:
			is = sel.Holds(component.Condition{bare})
		}
		if is == not {
			return false
		}
	}
	return true
}

func (a Anchor) String() string {
	switch {
	case a.Go != "":
		return "go: " + a.Go
	case a.JSON != "":
		return "json: " + a.JSON
	case a.Pattern != nil:
		place := "before"
		if a.After {
			place = "after"
		}
		return fmt.Sprintf("%s the line that matches %s", place, a.Pattern)
	case a.Block != "":
		return "block " + a.Block
	}
	return "imports"
}
