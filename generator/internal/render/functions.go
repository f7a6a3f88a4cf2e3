package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"

	"github.com/hardwright/hardwright/generator/internal/component"
)

// fromSprig are the functions of sprig that a template may call: those that depend on nothing but their
// arguments. Sprig's own "hermetic" set is not: it holds random keys, bcrypt, shuffles and map-ordered keys.
// A function never changes its meaning; new behaviour gets a new name, because old templates are rendered again.
var fromSprig = []string{
	"lower", "upper", "trim", "trimPrefix", "trimSuffix", "replace", "join", "splitList", "contains",
	"hasPrefix", "hasSuffix", "snakecase", "camelcase", "kebabcase", "default", "list", "dict", "ternary",
	"add", "sub", "mul", "first", "last", "rest", "uniq", "sortAlpha", "has", "without", "toJson",
}

// most bounds what repeat and indent may write.
const most = 1 << 16

// Functions is what a template without slots may call beside text/template's own.
func Functions() template.FuncMap {
	return (&Data{catalog: &component.Catalog{}}).functions()
}

// functions is all that a template may call beside text/template's own.
func (d *Data) functions() template.FuncMap {
	all := sprig.GenericFuncMap()
	out := template.FuncMap{
		"quote":   strconv.Quote,
		"imports": d.imports,
		"repeat": func(n int, s string) (string, error) {
			if n < 0 || n > most/max(1, len(s)) {
				return "", fmt.Errorf("repeat writes more than %d bytes", most)
			}
			return strings.Repeat(s, n), nil
		},
		"indent":  indent,
		"nindent": func(n int, s string) (string, error) { s, err := indent(n, s); return "\n" + s, err },
	}
	for _, name := range fromSprig {
		out[name] = all[name]
	}
	return out
}

func indent(n int, s string) (string, error) {
	if n < 0 || n > 200 {
		return "", fmt.Errorf("indent by %d", n)
	}
	pad := strings.Repeat(" ", n)
	return pad + strings.ReplaceAll(s, "\n", "\n"+pad), nil
}

// imports writes the inside of an import block: the paths of list and those that the slots' entries
// bring, sorted, in three groups (standard library, other modules, the service's own). A path may be
// preceded by a name: `_ embed`. A slot is given by name or as its entries.
func (d *Data) imports(list any, slots ...any) (string, error) {
	paths, err := texts(list)
	if err != nil {
		return "", fmt.Errorf("imports: %w", err)
	}
	for _, s := range slots {
		entries, ok := s.([]map[string]any)
		if name, isName := s.(string); isName {
			if entries, err = d.Slot(name); err != nil {
				return "", err
			}
		} else if !ok {
			return "", fmt.Errorf("imports: %T is neither a slot's name nor its entries", s)
		}
		for _, e := range entries {
			for _, v := range e {
				if more, ok := v.([]string); ok {
					paths = append(paths, more...)
				}
			}
		}
	}
	var lines []string
	for _, p := range paths {
		name, bare, named := strings.Cut(p, " ")
		if !named {
			name, bare = "", p
		}
		line := strconv.Quote(bare)
		if name != "" {
			line = name + " " + line
		}
		lines = append(lines, line)
	}
	return importBlock(lines), nil
}

// importBlock is the inside of an import block: the lines sorted by their paths, in three groups (standard library, other modules, the
// service's own), each once.
func importBlock(lines []string) string {
	var groups [3][]string
	for _, line := range lines {
		bare, _ := strconv.Unquote(line[strings.IndexByte(line, '"'):])
		g := ImportGroup(bare)
		groups[g] = append(groups[g], line)
	}
	var blocks []string
	for _, g := range groups {
		slices.SortFunc(g, func(a, b string) int {
			return cmp.Or(strings.Compare(a[strings.IndexByte(a, '"'):], b[strings.IndexByte(b, '"'):]), strings.Compare(a, b))
		})
		if g = slices.Compact(g); len(g) > 0 {
			blocks = append(blocks, "\t"+strings.Join(g, "\n\t"))
		}
	}
	return strings.Join(blocks, "\n\n")
}

func texts(list any) ([]string, error) {
	switch l := list.(type) {
	case []string:
		return slices.Clone(l), nil
	case []any:
		var out []string
		for _, e := range l {
			s, ok := e.(string)
			if !ok {
				return nil, fmt.Errorf("%v is not an import path", e)
			}
			out = append(out, s)
		}
		return out, nil
	}
	return nil, fmt.Errorf("%T is not a list", list)
}
