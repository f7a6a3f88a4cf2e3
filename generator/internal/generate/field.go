package generate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
)

// A Field is one word of an input of type fields: name:type=argument:rule=argument.
type Field struct {
	Name     string // snake_case
	Type     string
	Argument string
	rules    []rule
}

type rule struct{ name, argument string }

// List is the argument as a list.
func (f Field) List() []string {
	if f.Argument == "" {
		return nil
	}
	return strings.Split(f.Argument, ",")
}

// Has reports whether a rule is there.
func (f Field) Has(name string) bool {
	return slices.ContainsFunc(f.rules, func(r rule) bool { return r.name == name })
}

// Rule is the argument of a rule, empty without it.
func (f Field) Rule(name string) string {
	for _, r := range f.rules {
		if r.name == name {
			return r.argument
		}
	}
	return ""
}

// bounds are the arguments of min and max, if both are there and numbers.
func (f Field) bounds(t FieldType) (low, high float64, ok bool) {
	low, ok1 := f.number(t, "min")
	high, ok2 := f.number(t, "max")
	return low, high, ok1 && ok2
}

// number is the argument of a rule, if it is there and a number.
func (f Field) number(t FieldType, rule string) (float64, bool) {
	if kind := t.Rules[rule]; !f.Has(rule) || kind != "int" && kind != "number" {
		return 0, false
	}
	n, err := strconv.ParseFloat(f.Rule(rule), 64)
	return n, err == nil
}

// A FieldType says what may stand behind a type's name.
type FieldType struct {
	Argument string            // kind of the argument; empty: none
	Rules    map[string]string // rule → kind of its argument
	Requires []component.Choice
	Suffix   string // of the field's name, which gets it if it does not end so
}

// argumentKinds say what an argument looks like. All but text hold nothing that Go or SQL reads as more than a value or a word.
var argumentKinds = map[string]*regexp.Regexp{
	"bool":   regexp.MustCompile(`^(true|false)$`),
	"int":    regexp.MustCompile(`^(0|-?[1-9][0-9]{0,17})$`),
	"number": regexp.MustCompile(`^(0|-?[1-9][0-9]{0,17})(\.[0-9]{1,9})?$|^-?0\.[0-9]{1,9}$`),
	"name":   regexp.MustCompile(`^[a-z][a-z0-9]*([-_][a-z0-9]+)*$`),
	"list":   regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*(,[A-Za-z][A-Za-z0-9_-]*)*$`),
	"run":    regexp.MustCompile(`^[a-z][a-z0-9]*([-_][a-z0-9]+)*$`),
	"member": regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`),
	"text":   regexp.MustCompile(`^[^:\s\x00-\x1f\x7f]+$`),
}

var kindWords = map[string]string{
	"bool": "true or false", "int": "a whole number", "number": "a number", "name": "a name", "list": "words joined by commas",
	"run": "what this generator has made", "member": "one of the words of the type", "text": "text without spaces and colons",
}

var fieldWord = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

const (
	maxName   = 40 // letters: the shortest limit of a name in a database is 63, and generators add to it
	maxFields = 50
)

// parseFields reads words such as number:string:max=20. Every problem is an element of the list.
func (in Input) parseFields(text string) ([]Field, problem.List) {
	var out []Field
	var problems problem.List
	words := strings.Fields(text)
	if len(words) > maxFields {
		problems.Add(in.Name, "%d fields: more than %d", len(words), maxFields)
		return nil, problems
	}
	known := slices.Sorted(maps.Keys(in.Types))
	seen := map[string]string{}
	for _, w := range words {
		parts := strings.Split(w, ":")
		f := Field{Name: parts[0]}
		if len(parts) > 1 {
			var of string
			if of, _, _ = strings.Cut(parts[1], "="); !strings.HasSuffix(f.Name, in.Types[of].Suffix) {
				f.Name += in.Types[of].Suffix
			}
		}
		bad := func(hint, format string, args ...any) {
			problems.Hint(hint, in.Name, "%s: %s", w, fmt.Sprintf(format, args...))
		}
		switch {
		case !fieldWord.MatchString(f.Name) || len(f.Name) > maxName:
			bad("unit_price:decimal", "%q is not a name of lower-case words joined by _, at most %d letters", f.Name, maxName)
		case slices.ContainsFunc(in.Deny, func(name string) bool { return pascal(name) == pascal(f.Name) }): // i_d is ID in Go, as id is
			bad(in.Help, "a field cannot be called %s", f.Name)
		case seen[pascal(f.Name)] != "":
			bad("", "%s is there already", seen[pascal(f.Name)])
		}
		seen[pascal(f.Name)] = f.Name
		if len(parts) < 2 {
			bad(f.Name+":"+known[0], "no type: one of %s", strings.Join(known, ", "))
			continue
		}
		var given bool
		f.Type, f.Argument, given = strings.Cut(parts[1], "=")
		kind, ok := in.Types[f.Type]
		if !ok {
			hint := "one of " + strings.Join(known, ", ")
			if near := problem.Nearest(f.Type, known); near != "" {
				hint = f.Name + ":" + near
			}
			bad(hint, "unknown type %q", f.Type)
			continue
		}
		if msg := judge(f.Type, kind.Argument, f.Argument, given); msg != "" {
			bad("", "%s", msg)
		}
		for _, p := range parts[2:] {
			var r rule
			r.name, r.argument, given = strings.Cut(p, "=")
			want, ok := kind.Rules[r.name]
			if !ok {
				rules := slices.Sorted(maps.Keys(kind.Rules))
				hint := f.Type + " has no rules"
				if len(rules) > 0 {
					hint = "rules of " + f.Type + ": " + strings.Join(rules, ", ")
				}
				bad(hint, "unknown rule %q", r.name)
				continue
			}
			if f.Has(r.name) {
				bad("", "%s is there twice", r.name)
			}
			if msg := judge(r.name, want, r.argument, given); msg != "" {
				bad("", "%s", msg)
			}
			if want == "member" && !slices.Contains(f.List(), r.argument) {
				bad("", "%s=%s is none of %s", r.name, r.argument, f.Argument)
			}
			f.rules = append(f.rules, r)
		}
		if low, high, ok := f.bounds(kind); ok && low > high {
			bad("", "min is more than max")
		}
		if n, ok := f.number(kind, "default"); ok {
			low, least := f.number(kind, "min")
			if high, most := f.number(kind, "max"); least && n < low || most && n > high {
				bad("", "its own rules refuse the default %s", f.Rule("default"))
			}
		}
		out = append(out, f)
	}
	return out, problems
}

// judge says what is wrong with an argument, or nothing.
func judge(of, kind, argument string, given bool) string {
	switch {
	case kind == "" && given:
		return of + " takes no argument"
	case kind == "":
		return ""
	case argument == "":
		return fmt.Sprintf("%s wants %s: %s=…", of, kindWords[kind], of)
	case len(argument) > 1000, !argumentKinds[kind].MatchString(argument):
		return fmt.Sprintf("%s=%s is not %s", of, argument, kindWords[kind])
	}
	if kind == "list" {
		all := strings.Split(argument, ",")
		slices.Sort(all)
		if len(slices.Compact(slices.Clone(all))) != len(all) {
			return fmt.Sprintf("%s=%s names one twice", of, argument)
		}
	}
	return ""
}
