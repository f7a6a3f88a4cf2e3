package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

// jsonWidth is how long a line of joined JSON may be before its value is spread over several.
const jsonWidth = 120

// An object is a JSON object whose keys keep their order.
type object struct {
	keys   []string
	values map[string]any // *object, []any, or json.RawMessage
}

// joinJSON merges objects deeply, keys in the order in which they first appear. Arrays are concatenated. Two different scalars for one
// key are a problem.
func joinJSON(parts []part) ([]byte, *problem.Problem) {
	all := &object{values: map[string]any{}}
	for _, p := range parts {
		v, err := readJSON(p.data)
		if err == nil {
			more, ok := v.(*object)
			if !ok {
				err = errors.New("not a JSON object")
			} else {
				err = all.merge(more, "")
			}
		}
		if err != nil {
			return nil, &problem.Problem{Subject: p.source, Message: err.Error()}
		}
	}
	var b bytes.Buffer
	writeJSON(&b, all, "", 0)
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func (o *object) merge(more *object, at string) error {
	for _, k := range more.keys {
		here := at + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(k)
		is, ok := o.values[k]
		if !ok {
			o.keys = append(o.keys, k)
			o.values[k] = more.values[k]
			continue
		}
		switch theirs := more.values[k].(type) {
		case *object:
			if ours, ok := is.(*object); ok {
				if err := ours.merge(theirs, here); err != nil {
					return err
				}
				continue
			}
		case []any:
			if ours, ok := is.([]any); ok {
				o.values[k] = slices.Concat(ours, theirs)
				continue
			}
		case json.RawMessage:
			if ours, ok := is.(json.RawMessage); ok && bytes.Equal(ours, theirs) {
				continue
			}
		}
		return fmt.Errorf("%s: another part has a different value", here)
	}
	return nil
}

func readJSON(src []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(src))
	d.UseNumber()
	v, err := readValue(d)
	if err != nil {
		return nil, fmt.Errorf("does not parse: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("does not parse: more than one value")
	}
	return v, nil
}

func readValue(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		o := &object{values: map[string]any{}}
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return nil, err
			}
			key := k.(string) // the decoder accepts nothing else here
			if _, twice := o.values[key]; twice {
				return nil, fmt.Errorf("key %q appears twice", key)
			}
			if o.values[key], err = readValue(d); err != nil {
				return nil, err
			}
			o.keys = append(o.keys, key)
		}
		_, err = d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := readValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	}
	return json.RawMessage(scalar(t)), nil
}

// scalar writes a string, number, boolean or null as it is: "<" stays "<".
func scalar(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // it came out of a decoder
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// writeJSON writes v on one line if it fits, and one entry a line otherwise. Taken is how much of the first line is used already.
func writeJSON(b *bytes.Buffer, v any, indent string, taken int) {
	var line bytes.Buffer
	writeLine(&line, v)
	if raw, ok := v.(json.RawMessage); ok || taken > 0 && taken+utf8.RuneCount(line.Bytes()) <= jsonWidth {
		if ok {
			b.Write(raw)
		} else {
			b.Write(line.Bytes())
		}
		return
	}
	inner := indent + "  "
	between := func(i, n int) {
		if i < n-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	switch v := v.(type) {
	case *object:
		b.WriteString("{\n")
		for i, k := range v.keys {
			key := inner + string(scalar(k)) + ": "
			b.WriteString(key)
			writeJSON(b, v.values[k], inner, utf8.RuneCountInString(key)+1)
			between(i, len(v.keys))
		}
		b.WriteString(indent + "}")
	case []any:
		b.WriteString("[\n")
		for i, e := range v {
			b.WriteString(inner)
			writeJSON(b, e, inner, len(inner)+1)
			between(i, len(v))
		}
		b.WriteString(indent + "]")
	}
}

func writeLine(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case *object:
		b.WriteByte('{')
		for i, k := range v.keys {
			if i > 0 {
				b.WriteString(", ")
			}
			b.Write(scalar(k))
			b.WriteString(": ")
			writeLine(b, v.values[k])
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			writeLine(b, e)
		}
		b.WriteByte(']')
	case json.RawMessage:
		b.Write(v)
	}
}
