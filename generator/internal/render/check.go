package render

import (
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

// Check parses a template without running it.
func Check(source, text string) *problem.Problem {
	if _, err := template.New(source).Funcs((&Data{}).functions()).Parse(text); err != nil {
		return templateProblem(source, err)
	}
	return nil
}

// ImportGroup is where an import of a payload stands: 0 standard library, 1 other modules, 2 the service's own.
func ImportGroup(p string) int {
	first, _, _ := strings.Cut(p, "/")
	switch {
	case p == Placeholder || strings.HasPrefix(p, Placeholder+"/"):
		return 2
	case strings.Contains(first, "."):
		return 1
	}
	return 0
}

// Unquoted reports where the template of a Go file prints text that a person typed without quoting it.
// Name and module are exempt: their alphabets hold nothing that Go reads.
func Unquoted(source, text string, isText func(component, input string) bool) problem.List {
	t, err := template.New(source).Funcs((&Data{}).functions()).Parse(text)
	if err != nil {
		return nil
	}
	var out problem.List
	for _, each := range t.Templates() {
		if each.Tree == nil {
			continue
		}
		walk(each.Root, func(n *parse.ActionNode) {
			if len(n.Pipe.Decl) > 0 || len(n.Pipe.Cmds) == 0 {
				return
			}
			last := n.Pipe.Cmds[len(n.Pipe.Cmds)-1]
			if id, ok := last.Args[0].(*parse.IdentifierNode); ok && id.Ident == "quote" {
				return
			}
			if what := typed(n.Pipe, isText); what != "" {
				file := templateFile(each, n)
				out.Hint("{{quote ("+what+")}}", file, "%s was typed by a person and is used in Go without quote", what)
			}
		})
	}
	return out
}

func templateFile(t *template.Template, n parse.Node) string {
	where, _ := t.ErrorContext(n)
	if i := strings.LastIndexByte(where, ':'); i >= 0 {
		where = where[:i] // file:line:column
	}
	return where
}

// typed finds a use of .Contact or of a string input in a pipeline.
func typed(p *parse.PipeNode, isText func(component, input string) bool) string {
	for _, cmd := range p.Cmds {
		for i, a := range cmd.Args {
			switch a := a.(type) {
			case *parse.FieldNode:
				if a.Ident[0] == "Contact" {
					return ".Contact"
				}
				if a.Ident[0] == "Input" && len(cmd.Args) > i+2 {
					c, ok1 := cmd.Args[i+1].(*parse.StringNode)
					in, ok2 := cmd.Args[i+2].(*parse.StringNode)
					if !ok1 || !ok2 || isText(c.Text, in.Text) {
						return cmd.String()
					}
				}
			case *parse.PipeNode:
				if id, ok := cmd.Args[0].(*parse.IdentifierNode); ok && id.Ident == "quote" {
					continue
				}
				if what := typed(a, isText); what != "" {
					return what
				}
			}
		}
	}
	return ""
}

func walk(n parse.Node, visit func(*parse.ActionNode)) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, each := range n.Nodes {
				walk(each, visit)
			}
		}
	case *parse.ActionNode:
		visit(n)
	case *parse.IfNode:
		walk(n.List, visit)
		walk(n.ElseList, visit)
	case *parse.RangeNode:
		walk(n.List, visit)
		walk(n.ElseList, visit)
	case *parse.WithNode:
		walk(n.List, visit)
		walk(n.ElseList, visit)
	}
}
