package generate

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// Check judges what Load does not refuse: words and names that nothing answers to, templates that do not parse, text that a person
// types and that reaches Go without quote, and cases that do not give what they want. Every problem is reported, with file and line.
// What is embedded in the program has no cases.
func (g *Generator) Check(catalog *component.Catalog, cases bool) problem.List {
	c := &checker{g: g, catalog: catalog, manifest: path.Join(g.Where, File)}
	c.words()
	for _, l := range g.Lets {
		c.text(l.Line, l.Value, false)
	}
	for _, s := range g.Sequences {
		c.text(s.Line, s.Folder, false)
	}
	for _, p := range slices.Sorted(maps.Keys(g.payload)) {
		c.payload(p)
	}
	for _, i := range g.Insertions {
		c.placeholders(fmt.Sprintf("%s:%d", c.manifest, i.Line), i.Into)
		c.text(i.Line, i.Text, strings.HasSuffix(i.Into, ".go"))
		c.text(i.Line, i.Anchor.Go+i.Anchor.Block, false)
		for _, p := range i.Imports {
			c.text(i.Line, p, false)
		}
	}
	for _, f := range g.Fresh {
		c.placeholders(c.manifest+":1", f)
	}
	if cases {
		c.cases()
	}
	return c.problems.Sorted()
}

// Payload are the files below _files.
func (g *Generator) Payload() map[string][]byte { return maps.Clone(g.payload) }

type checker struct {
	g        *Generator
	catalog  *component.Catalog
	manifest string
	problems problem.List
}

func (c *checker) at(line int, format string, args ...any) {
	c.problems.Add(fmt.Sprintf("%s:%d", c.manifest, line), format, args...)
}

// words reports words of conditions that no component answers to.
func (c *checker) words() {
	known := map[string]bool{}
	for _, each := range c.catalog.All {
		known[each.Name] = true
		for _, p := range each.Provides {
			known[p] = true
		}
	}
	choices := slices.Concat(c.g.Requires, c.g.Conflicts)
	for _, in := range c.g.Inputs {
		for _, name := range slices.Sorted(maps.Keys(in.Types)) {
			choices = append(choices, in.Types[name].Requires...)
		}
	}
	for _, r := range choices {
		if !known[r.Name] {
			c.at(r.Line, "no component or word %q", r.Name)
		}
	}
	condition := func(line int, cond Condition) {
		for _, w := range cond {
			bare := strings.TrimPrefix(w, "!")
			name, value, pair := strings.Cut(bare, "=")
			owner, input, dotted := strings.Cut(name, ".")
			switch {
			case pair && !dotted: // an input of the generator, which Load has judged
			case pair:
				comp, ok := c.catalog.Get(owner)
				if !ok {
					c.at(line, "condition %q: no component %q", w, owner)
				} else if in, ok := comp.Input(input); !ok {
					c.at(line, "condition %q: %s has no input %q", w, owner, input)
				} else if _, err := in.Parse(value); err != nil {
					c.at(line, "condition %q never holds: %v", w, err)
				}
			case !known[bare]:
				c.at(line, "condition %q: no component or word %q", w, bare)
			}
		}
	}
	for _, f := range c.g.Files {
		condition(f.Line, f.Only)
	}
	for _, i := range c.g.Insertions {
		condition(i.Line, i.Only)
	}
	for _, s := range c.g.Sequences {
		condition(s.Line, s.Only)
	}
}

func (c *checker) payload(rel string) {
	source := path.Join(c.g.Where, "_files", rel)
	src := c.g.payload[rel]
	plain := strings.TrimSuffix(rel, ".tmpl")
	c.placeholders(source, plain)
	if i := bytes.Index(src, []byte("\r\n")); i >= 0 {
		c.problems.Add(fmt.Sprintf("%s:%d", source, 1+bytes.Count(src[:i], []byte("\n"))), "a line ends in CR LF")
	}
	if plain != rel {
		c.template(source, 0, string(src), strings.HasSuffix(plain, ".go"))
	}
}

// placeholders reports those of a path that nothing fills.
func (c *checker) placeholders(subject, p string) {
	r := rendering{g: c.g, sel: c.catalog.Plain(spec.Spec{Name: "orders", Database: "sqlite"}, nil), values: values{texts: map[string]string{}}, dot: dot{Sequences: map[string]string{}, Let: map[string]string{}}}
	for _, in := range c.g.Inputs {
		r.values.texts[in.Name] = "x"
	}
	for _, s := range c.g.Sequences {
		r.dot.Sequences[s.Name] = "1"
	}
	for _, l := range c.g.Lets {
		r.dot.Let[l.Name] = "x"
	}
	to, err := r.place(p)
	if err == nil {
		err = Writable(to)
	}
	if err != nil {
		c.problems.Add(subject, "%v", err)
	}
}

func (c *checker) text(line int, text string, isGo bool) {
	if strings.Contains(text, "{{") {
		c.template(c.manifest, line, text, isGo)
	}
}

// template parses a template, and looks for what a person types in one that becomes Go.
func (c *checker) template(source string, line int, text string, isGo bool) {
	subject := func(n parse.Node, t *template.Template) string {
		if line > 0 {
			return fmt.Sprintf("%s:%d", source, line)
		}
		where, _ := t.ErrorContext(n)
		if i := strings.LastIndexByte(where, ':'); i >= 0 {
			where = where[:i]
		}
		return where
	}
	t, err := template.New(source).Funcs(functions()).Parse(text)
	if err != nil {
		p := newMachine().Check(source, text)
		if line > 0 {
			p.Subject = fmt.Sprintf("%s:%d", source, line)
		}
		c.problems = append(c.problems, *p)
		return
	}
	if !isGo {
		return
	}
	for _, each := range t.Templates() {
		if each.Tree != nil {
			actions(each.Root, func(a *parse.ActionNode) {
				if what := c.typed(a.Pipe); len(a.Pipe.Decl) == 0 && what != "" {
					c.problems.Hint("{{quote "+what+"}}", subject(a, each), "%s was typed by a person and is used in Go without quote", what)
				}
			})
		}
	}
}

// actions visits every action of a list.
func actions(l *parse.ListNode, visit func(*parse.ActionNode)) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			visit(n)
		case *parse.IfNode:
			actions(n.List, visit)
			actions(n.ElseList, visit)
		case *parse.RangeNode:
			actions(n.List, visit)
			actions(n.ElseList, visit)
		case *parse.WithNode:
			actions(n.List, visit)
			actions(n.ElseList, visit)
		}
	}
}

// typed finds a use of free text in a pipeline that does not end in quote. What only compares it lets nothing of it out.
func (c *checker) typed(p *parse.PipeNode) string {
	harmless := []string{"quote", "eq", "ne", "hasPrefix", "hasSuffix", "contains", "len", "not", "and", "goduration"}
	calls := func(cmd *parse.CommandNode) string {
		if id, ok := cmd.Args[0].(*parse.IdentifierNode); ok {
			return id.Ident
		}
		return ""
	}
	if len(p.Cmds) == 0 || slices.Contains(harmless, calls(p.Cmds[len(p.Cmds)-1])) {
		return ""
	}
	for _, cmd := range p.Cmds {
		if slices.Contains(harmless, calls(cmd)) {
			continue
		}
		for _, a := range cmd.Args {
			switch a := a.(type) {
			case *parse.FieldNode:
				if what := c.free(a.Ident); what != "" {
					return what
				}
			case *parse.VariableNode: // $.Inputs.title
				if len(a.Ident) > 1 && a.Ident[0] == "$" {
					if what := c.free(a.Ident[1:]); what != "" {
						return "$" + what
					}
				}
			case *parse.PipeNode:
				if what := c.typed(a); what != "" {
					return what
				}
			}
		}
	}
	return ""
}

// free reports whether a field of the dot is text that may hold anything.
func (c *checker) free(ident []string) string {
	if ident[0] == "Contact" {
		return ".Contact"
	}
	if ident[0] != "Inputs" || len(ident) < 2 {
		return ""
	}
	in, ok := c.g.Input(ident[1])
	if ok && in.Type == "string" {
		return ".Inputs." + ident[1]
	}
	return ""
}

func (c *checker) cases() {
	cases, problems := c.g.Cases()
	c.problems = append(c.problems, problems...)
	if len(problems) > 0 {
		return
	}
	if len(cases) == 0 {
		c.problems.Hint("testdata/CASE/"+CaseFile+", have/ and want/; hardwright generator test --update writes want/", c.manifest+":1", "no case in testdata/ shows what it writes")
	}
	for _, each := range cases {
		c.problems = append(c.problems, c.g.JudgeCase(each, c.catalog)...)
	}
}
