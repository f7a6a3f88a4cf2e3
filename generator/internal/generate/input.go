package generate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/render"
)

// An Input is a value that a generator asks for: as an input of a component, or a name, or fields.
type Input struct {
	component.Input
	Argument bool                 // the bare word of the command line
	Types    map[string]FieldType // of fields
}

// Types of inputs beside those of components.
const (
	nameType   = "name"
	fieldsType = "fields"
)

var inputTypes = append(slices.Clone(component.InputTypes), nameType, fieldsType)

var nameWord = regexp.MustCompile(`^[a-z][a-z0-9]*([-_][a-z0-9]+)*$`)

// parse turns text into a typed value. Every problem of fields is reported.
func (in Input) parse(text string) (any, problem.List) {
	refuse := func(format string, args ...any) (any, problem.List) {
		var p problem.List
		p.Hint(in.Hint(), in.Name, format, args...)
		return nil, p
	}
	switch in.Type {
	case fieldsType:
		return in.parseFieldsValue(text)
	case nameType:
		switch {
		case !nameWord.MatchString(text) || len(text) > maxName:
			return refuse("%q is not a name of lower-case words joined by - or _, at most %d letters", text, maxName)
		case taken(flat(text)) || taken(snake(text)):
			return refuse("%q is a word of Go", text)
		case in.Pattern != nil && !in.Pattern.MatchString(text):
			return refuse("%q does not match %s", text, in.Pattern)
		case slices.ContainsFunc(in.Deny, func(d string) bool { return flat(d) == flat(text) }):
			return refuse("%q is refused", text)
		}
		return text, nil
	}
	v, err := in.Parse(text)
	if err != nil {
		return refuse("%v", err)
	}
	return v, nil
}

func (in Input) parseFieldsValue(text string) (any, problem.List) {
	fields, problems := in.parseFields(text)
	if len(problems) > 0 {
		return nil, problems
	}
	if len(fields) == 0 && in.Required {
		problems.Hint(in.Hint(), in.Name, "no fields")
		return nil, problems
	}
	return fields, nil
}

// knows reports whether a field can have a type or a rule of that name.
func (in Input) knows(name string) bool {
	for typ, t := range in.Types {
		if _, rule := t.Rules[name]; rule || typ == name {
			return true
		}
	}
	return false
}

// Input returns the input of that name.
func (g *Generator) Input(name string) (Input, bool) {
	for _, in := range g.Inputs {
		if in.Name == name {
			return in, true
		}
	}
	return Input{}, false
}

// Words reads the words behind a generator's name on a command line: key=value, name:type… for fields, and one bare word for the
// argument. Every problem is reported.
func (g *Generator) Words(words []string) (map[string]string, problem.List) {
	out := map[string]string{}
	var problems problem.List
	var argument, fields string
	for _, in := range g.Inputs {
		if in.Argument {
			argument = in.Name
		}
		if in.Type == fieldsType {
			fields = in.Name
		}
	}
	put := func(name, value, word string) {
		if _, there := out[name]; there {
			problems.Hint(g.Usage(), word, "%s is repeated", name)
			return
		}
		out[name] = value
	}
	var list []string
	for _, w := range words {
		key, value, pair := strings.Cut(w, "=")
		_, known := g.Input(key)
		switch {
		case pair && known:
			put(key, value, w)
		case strings.Contains(key, ":") && fields != "":
			list = append(list, w)
		case pair:
			problems.Hint(g.Usage(), w, "%s has no input %q", g.Name, key)
		case strings.Contains(w, ":"):
			problems.Hint(g.Usage(), w, "%s has no fields", g.Name)
		case argument == "":
			problems.Hint(g.Usage(), w, "%s expects key=value", g.Name)
		default:
			put(argument, w, w)
		}
	}
	if len(list) > 0 {
		put(fields, strings.Join(list, " "), list[0])
	}
	return out, problems
}

// Usage is a command line with every input.
func (g *Generator) Usage() string {
	parts := []string{"hardwright generate " + g.Name}
	var keys []string
	for _, in := range g.Inputs {
		switch {
		case in.Argument:
			parts = append(parts, strings.ToUpper(in.Name))
		case in.Type == fieldsType:
			parts = append(parts, "field:type[:rule]…")
		case in.Required:
			keys = append(keys, in.Name+"=…")
		default:
			keys = append(keys, "["+in.Name+"=…]")
		}
	}
	return strings.Join(append(parts, keys...), " ")
}

// Missing lists the required inputs that have no value.
func (g *Generator) Missing(given map[string]string) []Input {
	var out []Input
	for _, in := range g.Inputs {
		if _, there := given[in.Name]; in.Required && !there {
			out = append(out, in)
		}
	}
	return out
}

// values is what a run is made with.
type values struct {
	texts map[string]string // every input as text, defaults filled in: this is what the record keeps
	typed map[string]any
}

// values judges what was given and fills in defaults.
func (g *Generator) values(sel *component.Selection, given map[string]string) (values, problem.List) {
	v := values{texts: map[string]string{}, typed: map[string]any{}}
	var problems problem.List
	m := newMachine() // one for all defaults: together they have the bounds of one run
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, known := g.Input(name); !known {
			problems.Hint(g.Usage(), name, "%s has no input %q", g.Name, name)
		}
	}
	for _, in := range g.Inputs {
		text, there := given[in.Name]
		switch {
		case !there && in.Required:
			problems.Hint(g.Usage(), g.Name, "missing %s: %s", in.key(), lowerFirst(in.Question))
			continue
		case !there:
			d, err := in.expand(m, sel)
			if err != nil {
				problems.Add(in.Name, "%v", err)
				continue
			}
			text = d
		}
		typed, p := in.parse(text)
		if len(p) > 0 {
			problems = append(problems, p...)
			continue
		}
		if fields, ok := typed.([]Field); ok {
			text = strings.Join(strings.Fields(text), " ")
			typed = fields
		}
		v.texts[in.Name], v.typed[in.Name] = text, typed
	}
	return v, problems
}

// key is how the command line names an input.
func (in Input) key() string {
	switch {
	case in.Argument:
		return strings.ToUpper(in.Name)
	case in.Type == fieldsType:
		return "field:type"
	}
	return in.Name + "="
}

// expand fills the template of a default.
func (in Input) expand(m *render.Machine, sel *component.Selection) (string, error) {
	if !strings.Contains(in.Default, "{{") {
		return in.Default, nil
	}
	out, p := m.Execute("default", in.Default, dot{sel: sel})
	if p != nil {
		return "", fmt.Errorf("its default: %s", p.Message)
	}
	return string(out), nil
}

// Check says what is wrong with a value.
func (in Input) Check(text string) problem.List {
	_, problems := in.parse(text)
	return problems
}

// Judge says what is wrong with what is given so far, and whether the service is one that the generator is for.
func (g *Generator) Judge(sel *component.Selection, given map[string]string) problem.List {
	problems := g.fits(sel, values{})
	for _, in := range g.Inputs {
		if text, there := given[in.Name]; there {
			problems = append(problems, in.Check(text)...)
		}
	}
	return problems
}

// Kind is the type of an input for a person, with its default.
func (in Input) Kind() string {
	usual := in.Default
	if strings.Contains(usual, "{{") {
		usual = "what fits the service"
	}
	switch {
	case in.Type == "enum" && !in.Required:
		return strings.Join(in.Enum, "|") + ", by default " + usual
	case in.Type == "enum":
		return strings.Join(in.Enum, "|")
	case in.Required || in.Default == "":
		return in.Type
	}
	return in.Type + ", by default " + usual
}

// Choices are the types that fields can have, a line each.
func (in Input) Choices() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(in.Types)) {
		t := in.Types[name]
		line := name + argument(t.Argument)
		for _, rule := range slices.Sorted(maps.Keys(t.Rules)) {
			line += " [:" + rule + argument(t.Rules[rule]) + "]"
		}
		out = append(out, line)
	}
	return out
}

func argument(kind string) string {
	if kind == "" {
		return ""
	}
	return "=" + strings.ToUpper(kind)
}

// lowerFirst makes a question part of a sentence.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
