package request

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/app/internal/problem"
)

const (
	maxDepth  = 32 // our own bodies nest two deep; a hostile one must not exhaust the stack (CWE-674)
	maxErrors = 20 // where reading stops: a body of unknown names must not cause a response of its own size
	maxName   = 64 // code points of a name that a pointer repeats
)

var (
	unmarshaler     = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// check refuses what encoding/json would accept. It walks the document along the type it will be decoded into.
func check(body []byte, into any) error {
	if !utf8.Valid(body) || !json.Valid(body) || loneSurrogate(body) {
		return problem.BadRequest
	}
	c := newChecker(body)
	c.value(reflect.TypeOf(into).Elem(), "", 0)
	switch {
	case c.malformed:
		return problem.BadRequest
	case len(c.ambiguous) > 0:
		p := problem.BadRequest
		p.Errors = c.ambiguous
		return p
	case len(c.invalid) > 0:
		p := problem.Invalid
		p.Errors = c.invalid
		return p
	}
	return nil
}

// loneSurrogate finds an escape of half a surrogate pair in valid JSON: no UTF-8 text can hold it, and decoders differ in
// what they make of it (RFC 7493 section 2.1).
func loneSurrogate(body []byte) bool {
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		i++ // the escaped character; a backslash exists in strings only
		if body[i] != 'u' {
			continue
		}
		unit, _ := strconv.ParseUint(string(body[i+1:i+5]), 16, 16)
		i += 4
		switch {
		case unit < 0xD800 || unit > 0xDFFF:
		case unit > 0xDBFF, i+6 >= len(body), body[i+1] != '\\', body[i+2] != 'u':
			return true
		default:
			low, _ := strconv.ParseUint(string(body[i+3:i+7]), 16, 16)
			if low < 0xDC00 || low > 0xDFFF {
				return true
			}
			i += 6
		}
	}
	return false
}

// A checker walks the tokens of one document.
type checker struct {
	tokens    *json.Decoder
	malformed bool                 // or nested too deeply
	ambiguous []problem.FieldError // 400
	invalid   []problem.FieldError // 422
}

func newChecker(body []byte) *checker {
	c := &checker{tokens: json.NewDecoder(bytes.NewReader(body))}
	c.tokens.UseNumber() // numbers that no float64 holds are for the type to refuse, not for the tokenizer
	return c
}

func (c *checker) next() json.Token {
	t, err := c.tokens.Token()
	if err != nil {
		c.malformed = true
	}
	return t
}

func (c *checker) wrong(pointer, code, detail string) {
	c.invalid = append(c.invalid, problem.FieldError{Pointer: pointer, Code: code, Detail: detail})
}

// done reports whether reading stops: the document cannot be read on, or the refusal is long enough.
func (c *checker) done() bool {
	return c.malformed || len(c.invalid)+len(c.ambiguous) >= maxErrors
}

// value reads one value that goes into a t; a nil t takes anything.
func (c *checker) value(t reflect.Type, pointer string, depth int) {
	if depth > maxDepth {
		c.malformed = true
		return
	}
	t = target(t)
	token := c.next()
	if c.malformed {
		return
	}
	fits := true
	switch token := token.(type) {
	case json.Delim:
		var fields map[string]reflect.Type
		var element reflect.Type
		if t != nil {
			switch {
			case token == '{' && t.Kind() == reflect.Struct:
				fields = fieldsOf(t)
			case token == '{' && t.Kind() == reflect.Map, token == '[' && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array):
				element = t.Elem()
			default:
				fits = false
			}
		}
		if token == '{' {
			c.object(fields, element, pointer, depth)
		} else {
			c.array(element, pointer, depth)
		}
	case string:
		fits = t == nil || t.Kind() == reflect.String
	case bool:
		fits = t == nil || t.Kind() == reflect.Bool
	case json.Number:
		fits = t == nil || t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64
	case nil:
		if t != nil {
			c.wrong(pointer, "null", "must not be null")
		}
	}
	if !fits {
		c.wrong(pointer, "type", "has a value of another type")
	}
}

// object reads the members of an object up to its end. With fields, other names are unknown.
func (c *checker) object(fields map[string]reflect.Type, element reflect.Type, pointer string, depth int) {
	seen := map[string]bool{}
	for !c.done() && c.tokens.More() {
		name, _ := c.next().(string)
		at := pointer + "/" + escape(name)
		if key := fold(name); !seen[key] {
			seen[key] = true
		} else {
			c.ambiguous = append(c.ambiguous, problem.FieldError{Pointer: at, Code: "duplicate", Detail: "occurs more than once"})
		}
		t := element
		if fields != nil {
			var known bool
			if t, known = fields[name]; !known {
				c.wrong(at, "unknown", "is not a field of this request")
			}
		}
		c.value(t, at, depth+1)
	}
	if !c.done() {
		c.next() // the closing brace
	}
}

func (c *checker) array(element reflect.Type, pointer string, depth int) {
	for i := 0; !c.done() && c.tokens.More(); i++ {
		c.value(element, pointer+"/"+strconv.Itoa(i), depth+1)
	}
	if !c.done() {
		c.next() // the closing bracket
	}
}

// target is the type behind pointers; nil if it takes any value or reads itself.
func target(t reflect.Type) reflect.Type {
	for t != nil {
		p := reflect.PointerTo(t)
		switch {
		case p.Implements(unmarshaler), p.Implements(textUnmarshaler), t.Kind() == reflect.Interface:
			return nil
		case t.Kind() != reflect.Pointer:
			return t
		}
		t = t.Elem()
	}
	return nil
}

// fieldsOf maps the names of a struct's fields, as JSON writes them, to their types. Our requests are flat structs: embedded
// ones are not looked into, so that their fields are unknown and a test sees it.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields := make(map[string]reflect.Type, t.NumField())
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && name != "" && name != "-" {
			fields[name] = f.Type
		}
	}
	return fields
}

// escape writes a name as a part of a JSON pointer (RFC 6901 section 3).
func escape(name string) string {
	if runes := []rune(name); len(runes) > maxName {
		name = string(runes[:maxName])
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// fold makes names equal that encoding/json takes for one field: it compares with Unicode simple folding, for which the
// Kelvin sign is a k.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, name)
}
