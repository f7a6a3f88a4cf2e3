package render

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// DocumentPath is where a document lands in the service. Title and introduction are payload: a part of the same file.
func DocumentPath(name string) string { return "docs/security/" + name + ".md" }

// section makes the README of a component a part of its document.
func (r *renderer) section(comp *component.Component) {
	if comp.Document.Name == "" || r.sel.Facts != nil {
		return
	}
	source := path.Join(comp.Name, "README.md")
	src, err := fs.ReadFile(r.catalog.FS, source)
	if err != nil {
		r.problems.Add(source, "read: %v", err)
		return
	}
	if templated(src) {
		out, p := r.data.machine.Execute(source, string(src), r.data)
		if p != nil {
			r.problems = append(r.problems, *p)
			return
		}
		src = out
	}
	to := DocumentPath(comp.Document.Name)
	r.parts[to] = append(r.parts[to], part{source, fmt.Sprintf("%03d-%s.md", comp.Document.Order, comp.Name), comp.Name, demote(src)})
}

// dropEmptyDocuments leaves out documents that would be an introduction to nothing.
func (r *renderer) dropEmptyDocuments() {
	full := map[string]bool{}
	for _, comp := range r.sel.Components {
		full[comp.Document.Name] = true
	}
	for _, comp := range r.catalog.All {
		if name := comp.Document.Name; !full[name] {
			delete(r.parts, DocumentPath(name))
		}
	}
}

// Readme is a component's README as services have it: by the first of them that has the component.
func Readme(c *component.Catalog, services []spec.Spec, comp *component.Component) ([]byte, error) {
	source := path.Join(comp.Name, "README.md")
	src, err := fs.ReadFile(c.FS, source)
	if err != nil || !templated(src) {
		return src, err
	}
	for _, s := range services {
		sel, err := c.Resolve(s)
		if err != nil || !sel.Has(comp.Name) {
			continue
		}
		d := &Data{catalog: c, sel: sel}
		d.machine = NewMachine(d.functions())
		out, p := d.machine.Execute(source, string(src), d)
		if p != nil {
			return nil, problem.List{*p}
		}
		return out, nil
	}
	return src, nil
}

func templated(text []byte) bool { return bytes.Contains(text, []byte("{{")) }

// demote makes each heading of a Markdown text one level smaller. Fenced code stays as it is.
func demote(text []byte) []byte {
	var out bytes.Buffer
	fence := ""
	for line := range bytes.Lines(text) {
		trimmed := bytes.TrimLeft(line, " ")
		switch {
		case fence != "":
			if bytes.HasPrefix(trimmed, []byte(fence)) {
				fence = ""
			}
		case bytes.HasPrefix(trimmed, []byte("```")):
			fence = "```"
		case bytes.HasPrefix(trimmed, []byte("~~~")):
			fence = "~~~"
		case bytes.HasPrefix(line, []byte("#")):
			out.WriteByte('#')
		}
		out.Write(line)
	}
	return out.Bytes()
}
