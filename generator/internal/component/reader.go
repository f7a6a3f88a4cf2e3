package component

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// A Reader reads the YAML of a manifest of another kind, such as a generator's, by the rules of component.yaml. It keeps every
// problem, with file and line.
type Reader struct{ m manifest }

// NewReader parses src. The root is nil if it is not a mapping; the problem stands in Problems.
func NewReader(file string, src []byte) (r *Reader, root *yaml.Node) {
	r = &Reader{manifest{file: file}}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		line, msg := spec.SyntaxError(err)
		p := problem.Problem{Subject: fmt.Sprintf("%s:%d", file, line), Message: msg}
		if strings.Contains(string(src), "[!") {
			p.Hint = `a word that begins with ! stands in quotes: ["!database"]`
		}
		r.m.problems = problem.List{p}
		return r, nil
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		r.m.problems = problem.List{{Subject: file + ":1", Message: "want `key: value` lines"}}
		return r, nil
	}
	return r, doc.Content[0]
}

// Problems are all that were found so far.
func (r *Reader) Problems() problem.List { return r.m.problems }

// At adds a problem at a node's line.
func (r *Reader) At(n *yaml.Node, format string, args ...any) { r.m.at(n, format, args...) }

// Mapping reads the keys of n, each with its own reader; a key without one is a problem.
func (r *Reader) Mapping(n *yaml.Node, readers map[string]func(*yaml.Node)) { r.m.mapping(n, readers) }

// Pairs reads the keys and values of n in their order.
func (r *Reader) Pairs(n *yaml.Node, each func(k, v *yaml.Node)) { r.m.pairs(n, each) }

// Each reads the elements of a list.
func (r *Reader) Each(n *yaml.Node, f func(*yaml.Node)) { r.m.each(n, f) }

// Text reads one value.
func (r *Reader) Text(n *yaml.Node) string { return r.m.text(n) }

// Match reads one value that matches re.
func (r *Reader) Match(n *yaml.Node, re *regexp.Regexp) string { return r.m.match(n, re) }

// Path reads a path of a payload.
func (r *Reader) Path(n *yaml.Node) string { return r.m.path(n) }

// Choice reads an entry of requires or conflicts.
func (r *Reader) Choice(n *yaml.Node) Choice { return r.m.choice(n) }

// Words reads a condition whose words match re.
func (r *Reader) Words(n *yaml.Node, re *regexp.Regexp) []string { return r.m.words(n, re) }

// InputKeys reads the keys that an input of a component has into in. What its type is, and whether it needs a default, is for the
// caller to judge.
func (r *Reader) InputKeys(in *Input) (keys map[string]func(*yaml.Node), def **yaml.Node) {
	def = new(*yaml.Node)
	return r.m.inputKeys(in, def, true), def
}
