package generate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// jsonPointer is what an anchor may name: an object or array inside of the document's object.
var jsonPointer = regexp.MustCompile(`^(/([^~/]|~0|~1)+)+$`)

// findJSON finds the object or array that a JSON pointer (RFC 6901) names. The text goes before its first entry, and brings its own
// commas: no other line changes then.
func findJSON(src []byte, pointer string) (span, error) {
	if !json.Valid(src) {
		return span{}, errors.New("it does not parse as JSON")
	}
	d := json.NewDecoder(bytes.NewReader(src))
	for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		name = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
		if t, err := d.Token(); err != nil || t != json.Delim('{') {
			return span{}, fmt.Errorf("no object holds %q", name)
		}
		if err := member(d, name); err != nil {
			return span{}, err
		}
	}
	t, err := d.Token()
	s := span{from: int(d.InputOffset())} // before More, which reads on to the next entry
	switch {
	case err != nil:
		return span{}, err
	case t != json.Delim('{') && t != json.Delim('['):
		return span{}, fmt.Errorf("%s is neither an object nor an array", pointer)
	case !d.More():
		return span{}, fmt.Errorf("%s is empty", pointer)
	}
	line, rest, ok := bytes.Cut(src[s.from:], []byte("\n"))
	if !ok || len(bytes.TrimSpace(line)) > 0 {
		return span{}, fmt.Errorf("%s does not begin a line", pointer)
	}
	s.at = s.from + len(line) + 1
	s.indent = string(rest[:len(rest)-len(bytes.TrimLeft(rest, " \t"))])
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return span{}, err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	s.to = int(d.InputOffset()) - 1
	return s, nil
}

// member reads an object's members up to the value of name.
func member(d *json.Decoder, name string) error {
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		if t == name {
			return nil
		}
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return err
		}
	}
	return fmt.Errorf("no member %q", name)
}
