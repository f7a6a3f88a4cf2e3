package generate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// CaseFile says what a case of testdata/ is made of.
const CaseFile = "inputs.yaml"

// A Case is a folder of testdata/: inputs, the files that are there, and what is there afterwards.
type Case struct {
	Name    string
	Service spec.Spec
	Inputs  map[string]string
	Refuses string    // part of the refusal that is wanted
	Have    tree.Tree // files that insertions go to, or that are in the way
	Want    tree.Tree // files that are new or other afterwards
	subject string
}

// Cases reads testdata/, sorted by name. Every problem is reported.
func (g *Generator) Cases() ([]Case, problem.List) {
	byName := map[string]*Case{}
	var problems problem.List
	for _, p := range slices.Sorted(maps.Keys(g.tests)) {
		name, rel, inside := strings.Cut(p, "/")
		if !inside {
			problems.Add(path.Join(g.Where, "testdata", p), "expected one folder per case")
			continue
		}
		c := byName[name]
		if c == nil {
			c = &Case{Name: name, Have: tree.Tree{}, Want: tree.Tree{}, subject: path.Join(g.Where, "testdata", name)}
			byName[name] = c
		}
		part, below, _ := strings.Cut(rel, "/")
		switch {
		case rel == CaseFile:
			problems = append(problems, c.read(g.tests[p])...)
		case part == "have":
			c.Have[below] = tree.File{Data: g.tests[p], Mode: 0o644}
		case part == "want":
			c.Want[below] = tree.File{Data: g.tests[p], Mode: 0o644}
		default:
			problems.Add(path.Join(c.subject, rel), "want %s, have/ and want/", CaseFile)
		}
	}
	var out []Case
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		c := byName[name]
		if _, there := g.tests[path.Join(name, CaseFile)]; !there {
			problems.Add(c.subject, "no %s", CaseFile)
		}
		out = append(out, *c)
	}
	return out, problems
}

func (c *Case) read(src []byte) problem.List {
	file := path.Join(c.subject, CaseFile)
	r, root := component.NewReader(file, src)
	c.Service = spec.Spec{Name: "orders", Module: "example.com/orders", Database: spec.None, Auth: spec.None, CI: spec.None, Deploy: []string{}}
	c.Inputs = map[string]string{}
	if root == nil {
		return r.Problems()
	}
	r.Mapping(root, map[string]func(*yaml.Node){
		"service": func(n *yaml.Node) {
			whole := *n
			whole.Content = append([]*yaml.Node{{Kind: yaml.ScalarNode, Value: "version"}, {Kind: yaml.ScalarNode, Value: "1"}}, n.Content...)
			text, err := yaml.Marshal(&whole)
			if err != nil {
				r.At(n, "%v", err)
				return
			}
			s, err := spec.Parse(file, text)
			var list problem.List
			if errors.As(err, &list) {
				for _, p := range list {
					r.At(n, "service: %s", p.Message)
				}
			}
			c.Service = s.Over(c.Service)
		},
		"inputs": func(n *yaml.Node) {
			r.Pairs(n, func(k, v *yaml.Node) { c.Inputs[k.Value] = r.Text(v) })
		},
		"refuses": func(n *yaml.Node) { c.Refuses = r.Text(n) },
	})
	return r.Problems()
}

// Try runs a case. It returns the files that are new or other afterwards.
func (g *Generator) Try(c Case, catalog *component.Catalog) (tree.Tree, error) {
	sel, err := catalog.Resolve(c.Service)
	if err != nil {
		return nil, err
	}
	r, err := g.Run(memory(c.Have), Use{Selection: sel, Source: "test", Inputs: c.Inputs})
	if err != nil {
		return nil, err
	}
	out := tree.Tree{}
	var problems problem.List
	for _, s := range r.Plan.Steps {
		if s.Kind == plan.Conflict {
			problems.Add(s.Path, "%s", s.Why)
			continue
		}
		out[s.Path] = tree.File{Data: s.New, Mode: s.Mode}
	}
	return out, problems.Err()
}

// JudgeCase compares what a case gives with what it wants.
func (g *Generator) JudgeCase(c Case, catalog *component.Catalog) problem.List {
	var problems problem.List
	got, err := g.Try(c, catalog)
	switch {
	case c.Refuses != "" && err == nil:
		problems.Add(c.subject, "is accepted; want %q", c.Refuses)
	case c.Refuses != "" && !strings.Contains(err.Error(), c.Refuses):
		problems.Add(c.subject, "is refused with %q; want %q", err, c.Refuses)
	case c.Refuses != "":
	case err != nil:
		problems.Add(c.subject, "%v", err)
	default:
		for _, p := range slices.Sorted(maps.Keys(got)) {
			want, there := c.Want[p]
			switch {
			case !there:
				problems.Add(path.Join(c.subject, "want", p), "is written but not wanted")
			case !bytes.Equal(want.Data, got[p].Data):
				problems.Add(path.Join(c.subject, "want", p), "differs:\n%s", strings.TrimSuffix(plan.Step{Path: p, Old: want.Data, New: got[p].Data}.Diff(), "\n"))
			}
		}
		for _, p := range slices.Sorted(maps.Keys(c.Want)) {
			if _, there := got[p]; !there {
				problems.Add(path.Join(c.subject, "want", p), "is wanted but not written")
			}
		}
	}
	return problems
}

// Golden is the folder that a case's want/ stands in.
func (c Case) Golden() string { return path.Join(c.subject, "want") }

// memory is a repository of files that are values.
type memory tree.Tree

func (m memory) Read(paths ...string) (tree.Tree, error) {
	out := tree.Tree{}
	for _, p := range paths {
		if f, there := m[p]; there {
			out[p] = f
		}
	}
	return out, nil
}

func (m memory) Files(match func(string, fs.DirEntry) bool) (tree.Tree, []string, error) {
	out := tree.Tree{}
	err := fs.WalkDir(tree.Tree(m).FS(), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil, p == ".":
			return err
		case d.IsDir() && !match(p, d):
			return fs.SkipDir
		case !d.IsDir() && match(p, d):
			out[p] = m[p]
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read files: %w", err)
	}
	return out, nil, nil
}
