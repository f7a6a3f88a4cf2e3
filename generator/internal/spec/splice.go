package spec

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Path is where the Spec stands in a project.
const Path = "hardwright.yaml"

// Splice turns src, a hardwright.yaml that says was, into one that says is. What a person wrote around the values that change survives:
// comments, order, spacing, line endings. The error means that the file is written in a way that cannot be spliced without loss.
func Splice(src []byte, was, is Spec) ([]byte, error) {
	if bytes.Equal(src, was.YAML()) {
		return is.YAML(), nil
	}
	crlf := bytes.Contains(src, []byte("\r\n"))
	text := strings.ReplaceAll(string(src), "\r\n", "\n")
	before := comments(text)
	old, want := sections(was), sections(is)
	for _, key := range keys {
		if old[key] == want[key] {
			continue
		}
		var err error
		if text, err = spliceKey(text, key, want[key], is); err != nil {
			return nil, err
		}
	}
	got, err := Parse(Path, []byte(text))
	if err != nil {
		return nil, err
	}
	if !reflect.DeepEqual(plain(got), plain(is)) || !slices.Equal(before, comments(text)) {
		return nil, fmt.Errorf("%s: what it says cannot be changed without losing what you wrote around it", Path)
	}
	if crlf {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return []byte(text), nil
}

// comments lists every comment in text, sorted.
func comments(text string) []string {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return nil
	}
	var out []string
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for _, c := range []string{n.HeadComment, n.LineComment, n.FootComment} {
			for line := range strings.Lines(c) {
				if line = strings.TrimSpace(line); line != "" {
					out = append(out, line)
				}
			}
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(&doc)
	slices.Sort(out)
	return out
}

// plain is s with nothing that differs between two Specs that say the same.
func plain(s Spec) Spec {
	s = s.Sorted()
	for _, l := range []*[]string{&s.With, &s.Without} {
		if len(*l) == 0 {
			*l = nil
		}
	}
	if len(s.Set) == 0 {
		s.Set = nil
	}
	return s
}

// sections maps each key to the lines that YAML writes for it.
func sections(s Spec) map[string]string {
	out := map[string]string{}
	key := ""
	for line := range strings.Lines(string(s.YAML())) {
		if !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "#") {
			key, _, _ = strings.Cut(line, ":")
		}
		if key != "" {
			out[key] += line
		}
	}
	return out
}

// spliceKey replaces the lines of one top-level key, adds them behind the keys that come before it, or takes them out. In a list only
// the items that come or go are touched; a comment behind a value of one line stays.
func spliceKey(text, key, lines string, is Spec) (string, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return "", err
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode || doc.Content[0].Style&yaml.FlowStyle != 0 {
		return "", fmt.Errorf("%s: want `key: value` lines", Path)
	}
	root := doc.Content[0]
	all := slices.Collect(strings.Lines(text))
	if n := len(all); n > 0 && !strings.HasSuffix(all[n-1], "\n") {
		all[n-1] += "\n"
	}
	at := -1
	for i := 0; i+1 < len(root.Content); i += 2 {
		k, v := root.Content[i], root.Content[i+1]
		if k.Value == key {
			first, end := k.Line-1, last(v)
			want := map[string][]string{"deploy": is.Deploy, "with": is.With, "without": is.Without}[key]
			if v.Kind == yaml.SequenceNode && len(v.Content) > 0 && len(want) > 0 {
				return spliceList(all, v, want), nil
			}
			if comment := strings.TrimSpace(v.LineComment); comment != "" && strings.Count(lines, "\n") == 1 && end == first+1 {
				lines = strings.TrimSuffix(lines, "\n") + " " + comment + "\n"
			}
			return strings.Join(slices.Concat(all[:first], []string{lines}, all[end:]), ""), nil
		}
		if slices.Index(keys, k.Value) < slices.Index(keys, key) {
			at = max(at, last(v))
		}
	}
	if lines == "" {
		return text, nil
	}
	if at < 0 {
		at = len(all)
	}
	return strings.Join(slices.Concat(all[:at], []string{lines}, all[at:]), ""), nil
}

// spliceList takes out the items of a list that are not wanted, and adds at its end those that are missing. The items are plain words.
func spliceList(lines []string, n *yaml.Node, want []string) string {
	lines = slices.Clone(lines)
	flow := n.Style&yaml.FlowStyle != 0
	tail := n.Content[len(n.Content)-1]
	var missing string
	for _, w := range want {
		if slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return c.Value == w }) {
			continue
		}
		if flow {
			missing += ", " + w
		} else {
			missing += strings.Repeat(" ", n.Column-1) + "- " + w + "\n"
		}
	}
	if flow {
		line := lines[tail.Line-1]
		end := tail.Column - 1 + len(raw(tail))
		lines[tail.Line-1] = line[:end] + missing + line[end:]
	} else {
		lines[tail.Line-1] += missing
	}
	for i := len(n.Content) - 1; i >= 0; i-- { // from the end, so that columns hold
		item := n.Content[i]
		if slices.Contains(want, item.Value) {
			continue
		}
		line := lines[item.Line-1]
		if !flow {
			_, lines[item.Line-1], _ = strings.Cut(line, "\n")
			continue
		}
		from, to := item.Column-1, item.Column-1+len(raw(item))
		switch rest := line[to:]; {
		case i > 0 && n.Content[i-1].Line == item.Line:
			from = n.Content[i-1].Column - 1 + len(raw(n.Content[i-1]))
		case strings.HasPrefix(strings.TrimLeft(rest, " "), ","):
			to += len(rest) - len(strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(rest, " "), ","), " "))
		}
		lines[item.Line-1] = line[:from] + line[to:]
	}
	return strings.Join(lines, "")
}

// raw is a word as it stands in the file.
func raw(n *yaml.Node) string {
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return `"` + n.Value + `"`
	}
	return n.Value
}

// last is the last line of a value, counted from 1.
func last(n *yaml.Node) int {
	line := n.Line
	if n.Kind == yaml.ScalarNode {
		line += strings.Count(strings.TrimSuffix(n.Value, "\n"), "\n")
	}
	for _, c := range n.Content {
		line = max(line, last(c))
	}
	return line
}
