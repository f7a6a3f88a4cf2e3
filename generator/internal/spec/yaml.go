package spec

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

// keys are what an answers file may say, in the order we write it.
var keys = []string{"version", "name", "module", "database", "auth", "deploy", "ci", "contact", "with", "without", "set"}

// Parse reads an answers file, a preset or a hardwright.yaml. Every problem is reported, as file:line.
func Parse(file string, src []byte) (Spec, error) {
	var s Spec
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		line, msg := SyntaxError(err)
		return s, problem.List{{Subject: fmt.Sprintf("%s:%d", file, line), Message: msg}}
	}
	p := parser{file: file}
	if len(doc.Content) == 0 {
		p.problems.Add(file, "empty: write at least `version: 1`")
		return s, p.problems
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		p.at(root, "want `key: value` lines")
		return s, p.problems
	}
	version := ""
	p.mapping(root, func(key string, k, v *yaml.Node) {
		switch key {
		case "version":
			p.text(v, &version)
		case "name":
			p.text(v, &s.Name)
		case "module":
			p.text(v, &s.Module)
		case "database":
			p.text(v, &s.Database)
		case "auth":
			p.text(v, &s.Auth)
		case "ci":
			p.text(v, &s.CI)
		case "contact":
			p.text(v, &s.Contact)
		case "deploy":
			s.Deploy = p.list(v)
		case "with":
			s.With = p.list(v)
		case "without":
			s.Without = p.list(v)
		case "set":
			p.mapping(v, func(component string, _, inputs *yaml.Node) {
				p.mapping(inputs, func(input string, _, value *yaml.Node) {
					var text string
					p.text(value, &text)
					s.SetInput(component, input, text)
				})
			})
		default:
			p.hint(k, "known keys: "+strings.Join(keys, ", "), "unknown key %q", key)
		}
	})
	switch version {
	case "1":
	case "":
		p.hint(root, "version: 1", "the version of the answers is missing")
	default:
		p.hint(root, "version: 1", "version %q of the answers is not known", version)
	}
	if s.Deploy != nil && slices.Equal(s.Deploy, []string{None}) {
		s.Deploy = []string{}
	}
	return s, p.problems.Err()
}

type parser struct {
	file     string
	problems problem.List
}

func (p *parser) at(n *yaml.Node, format string, args ...any) { p.hint(n, "", format, args...) }

func (p *parser) hint(n *yaml.Node, hint, format string, args ...any) {
	p.problems.Hint(hint, fmt.Sprintf("%s:%d", p.file, n.Line), format, args...)
}

func (p *parser) mapping(n *yaml.Node, each func(key string, k, v *yaml.Node)) {
	if null(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		p.at(n, "want `key: value` lines")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode {
			p.at(k, "a key must be a word")
			continue
		}
		if seen[k.Value] {
			p.at(k, "%q is written twice", k.Value)
			continue
		}
		seen[k.Value] = true
		each(k.Value, k, v)
	}
}

func (p *parser) text(n *yaml.Node, to *string) {
	if n.Kind != yaml.ScalarNode {
		p.at(n, "want one value")
		return
	}
	if !null(n) {
		*to = n.Value
	}
}

func (p *parser) list(n *yaml.Node) []string {
	out := []string{}
	switch {
	case null(n):
	case n.Kind == yaml.ScalarNode:
		out = append(out, n.Value)
	case n.Kind != yaml.SequenceNode:
		p.at(n, "want a list: [a, b]")
	default:
		for _, e := range n.Content {
			var s string
			p.text(e, &s)
			out = append(out, s)
		}
	}
	return out
}

func null(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// countedFromZero are complaints of the YAML parser, as against its scanner: their lines count from zero.
var countedFromZero = []string{
	"did not find expected ',' or ']'", "did not find expected ',' or '}'", "did not find expected key", "did not find expected '-' indicator",
	"did not find expected node content", "did not find expected <document start>",
}

// SyntaxError takes the line out of a YAML parser's error.
func SyntaxError(err error) (line int, msg string) {
	msg = strings.TrimPrefix(err.Error(), "yaml: ")
	if n, scanErr := fmt.Sscanf(msg, "line %d:", &line); n != 1 || scanErr != nil {
		return 1, "not YAML: " + msg
	}
	_, msg, _ = strings.Cut(msg, ": ")
	if slices.Contains(countedFromZero, msg) {
		line++
	}
	return line, "not YAML: " + msg
}

// YAML writes s as hardwright.yaml: sorted, and only the keys that say something.
func (s Spec) YAML() []byte {
	s = s.Sorted()
	var b bytes.Buffer
	b.WriteString("# What this service was made from. `hardwright new --answers hardwright.yaml` makes it again.\nversion: 1\n")
	for _, f := range []struct{ key, value string }{
		{"name", s.Name}, {"module", s.Module}, {"database", s.Database}, {"auth", s.Auth},
	} {
		scalar(&b, "", f.key, f.value)
	}
	if s.Deploy != nil {
		flow(&b, "deploy", s.Deploy)
	}
	scalar(&b, "", "ci", s.CI)
	scalar(&b, "", "contact", s.Contact)
	if len(s.With) > 0 {
		flow(&b, "with", s.With)
	}
	if len(s.Without) > 0 {
		flow(&b, "without", s.Without)
	}
	if len(s.Set) > 0 {
		b.WriteString("set:\n")
		for _, c := range slices.Sorted(maps.Keys(s.Set)) {
			fmt.Fprintf(&b, "  %s:\n", quote(c))
			for _, k := range slices.Sorted(maps.Keys(s.Set[c])) {
				fmt.Fprintf(&b, "    %s: %s\n", quote(k), quote(s.Set[c][k]))
			}
		}
	}
	return b.Bytes()
}

func scalar(b *bytes.Buffer, indent, key, value string) {
	if value != "" {
		fmt.Fprintf(b, "%s%s: %s\n", indent, key, quote(value))
	}
}

func flow(b *bytes.Buffer, key string, list []string) {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(s)
	}
	fmt.Fprintf(b, "%s: [%s]\n", key, strings.Join(quoted, ", "))
}

// plainScalar are texts that YAML reads as they stand. A colon starts a value only before a space or the end.
var plainScalar = regexp.MustCompile(`^[A-Za-z0-9_./]([A-Za-z0-9_./@+:-]*[A-Za-z0-9_./@+-])?$`)

// quote writes a scalar so that Parse reads the same text back: plain where YAML, and its older readers, allow it without doubt.
func quote(s string) string {
	switch strings.ToLower(s) {
	case "null", "yes", "no", "on", "off", "y", "n":
	default:
		if plainScalar.MatchString(s) {
			return s
		}
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	if err := e.Encode(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: s}); err != nil {
		panic("spec: encode a string: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}
