package lint

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/generate"
	"github.com/hardwright/hardwright/generator/internal/render"
)

// apart are the folders of templates/ that are no components.
var apart = []string{"universe"}

// folders reports folders that nobody would ever render.
func (l *linter) folders() {
	entries, err := fs.ReadDir(l.catalog.FS, ".")
	if err != nil {
		l.problems.Add("templates", "read: %v", err)
		return
	}
	for _, e := range entries {
		if !e.IsDir() || slices.Contains(apart, e.Name()) || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if _, err := fs.Stat(l.catalog.FS, path.Join(e.Name(), generate.File)); err == nil {
			continue // a generator
		}
		if _, err := fs.Stat(l.catalog.FS, path.Join(e.Name(), "component.yaml")); errors.Is(err, fs.ErrNotExist) {
			l.problems.Add(e.Name(), "a folder without a component.yaml")
		}
		if _, err := fs.Stat(l.catalog.FS, path.Join(e.Name(), "README.md")); errors.Is(err, fs.ErrNotExist) {
			l.problems.Hint("say what it defends against, what it does not, and how to tune it", e.Name(), "no README.md")
		}
	}
}

// documents reports sections of a document that nobody introduces.
func (l *linter) documents() {
	for _, c := range l.catalog.All {
		d := c.Document
		if d.Name == "" {
			continue
		}
		to := render.DocumentPath(d.Name)
		if !slices.ContainsFunc(l.files, func(f payload) bool { return f.part && f.to == to }) {
			l.hint("one of the documents of docs/security, or a part "+to+".d/000-introduction.md with title and introduction", c.File, d.Line,
				"document %s: no component has its introduction", d.Name)
		}
	}
}

// references reports names that nothing answers to.
func (l *linter) references() {
	for _, c := range l.catalog.All {
		l.words[c.Name] = true
		for _, p := range c.Provides {
			l.words[p] = true
			if _, clash := l.catalog.Get(p); clash {
				l.at(c.File, 1, "provides %q, which is a component's name", p)
			}
		}
	}
	for _, c := range l.catalog.All {
		for _, n := range c.Needs {
			need, ok := l.catalog.Get(n.Name)
			switch {
			case !ok:
				l.at(c.File, n.Line, "needs %s: no such component", n.Name)
			case l.outside:
			case need.Kind != component.Part && need.Kind != component.Extra && need.Kind != component.Base:
				l.hint("use requires, with a reason", c.File, n.Line, "needs %s, which is a choice of the user's", n.Name)
			}
			l.condition(c, n.Line, n.Only)
		}
		for _, r := range slices.Concat(c.Requires, c.Conflicts) {
			if !l.known(r.Name) {
				l.at(c.File, r.Line, "unknown component or word %q", r.Name)
			}
		}
		if c.Default != nil {
			l.condition(c, 1, *c.Default)
		}
		for _, r := range c.Files {
			l.condition(c, r.Line, r.Only)
		}
		for _, e := range c.Wiring {
			l.condition(c, e.Line, e.Only)
		}
		for _, claim := range c.Claims {
			l.condition(c, claim.Line, claim.Only)
		}
	}
	if l.outside {
		return // the rows were judged with the services
	}
	for _, row := range l.catalog.Controls {
		for _, x := range row.Unless {
			l.condition(&component.Component{File: component.ControlsFile}, x.Line, x.Only)
		}
	}
}

func (l *linter) known(word string) bool {
	if l.outside && goWord.MatchString(word) {
		return true
	}
	_, broken := l.catalog.Broken[word]
	return l.words[word] || broken
}

func (l *linter) condition(c *component.Component, line int, cond component.Condition) {
	for _, w := range cond {
		if left, value, ok := strings.Cut(w, "="); ok {
			name, input, _ := strings.Cut(left, ".")
			owner, known := l.catalog.Get(name)
			if !known {
				l.at(c.File, line, "condition %q: no component %q", w, name)
				continue
			}
			in, known := owner.Input(input)
			if !known {
				l.at(c.File, line, "condition %q: %s has no input %q", w, name, input)
			} else if _, err := in.Parse(value); err != nil {
				l.at(c.File, line, "condition %q never holds: %v", w, err)
			}
			continue
		}
		if word := strings.TrimPrefix(w, "!"); !l.known(word) {
			l.at(c.File, line, "condition %q: no component or word %q", w, word)
		}
	}
}

// cycles reports needs that come back to where they began. The engine would cope; a reader would not.
func (l *linter) cycles() {
	const open, done = 1, 2
	state := map[string]int{}
	var visit func(name string, trail []string)
	visit = func(name string, trail []string) {
		c, ok := l.catalog.Get(name)
		if !ok || state[name] == done {
			return
		}
		if state[name] == open {
			from := slices.Index(trail, name)
			first, _ := l.catalog.Get(trail[len(trail)-1])
			l.at(first.File, 1, "needs go in a circle: %s", strings.Join(append(trail[from:], name), " → "))
			return
		}
		state[name] = open
		for _, n := range c.Needs {
			visit(n.Name, append(slices.Clone(trail), name))
		}
		state[name] = done
	}
	for _, c := range l.catalog.All {
		visit(c.Name, nil)
	}
}
