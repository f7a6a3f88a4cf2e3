package generate

import (
	"fmt"
	"go/doc"
	"go/token"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"github.com/hardwright/hardwright/generator/internal/render"
)

// functions is what the templates of generators may call: what those of components may, and names in every form. snakecase and
// kebabcase are our own, as in paths: sprig's put a letter behind a digit into a word of its own. A function never changes its meaning.
func functions() template.FuncMap {
	all := render.Functions()
	for name, f := range map[string]any{
		"pascalcase": pascal, "localcase": local, "flatcase": flat, "words": spaced, "sentence": sentence,
		"plural": plural, "singular": singular, "article": article, "snakecase": snake, "kebabcase": kebab, "where": where, "ruled": ruled,
		"sqlname": sqlName, "goduration": goDuration,
		"fail": func(message, hint string) (string, error) { return "", &render.Failure{Message: message, Hint: hint} },
	} {
		all[name] = f
	}
	return all
}

// goDuration writes a duration as Go does: 90 * time.Second.
func goDuration(d interface{ Nanoseconds() int64 }) string {
	n := d.Nanoseconds()
	for _, u := range []struct {
		size int64
		name string
	}{{3600e9, "Hour"}, {60e9, "Minute"}, {1e9, "Second"}, {1e6, "Millisecond"}, {1e3, "Microsecond"}} {
		if n != 0 && n%u.size == 0 {
			return fmt.Sprintf("%d * time.%s", n/u.size, u.name)
		}
	}
	return fmt.Sprintf("%d * time.Nanosecond", n)
}

// split takes a name apart: invoice_line, invoice-line, invoiceLine and InvoiceLine are two words.
func split(s string) []string {
	var out []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
		}
		word = nil
	}
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case r == '_' || r == '-' || unicode.IsSpace(r):
			end()
			continue
		case begins(runes, i):
			end()
		}
		word = append(word, r)
	}
	end()
	return out
}

// begins reports whether a capital begins a word: the B of aB, and the S of HTTPServer, but not the D of IDs.
func begins(runes []rune, i int) bool {
	if i == 0 || !unicode.IsUpper(runes[i]) {
		return false
	}
	if !unicode.IsUpper(runes[i-1]) {
		return true
	}
	plural := i+2 == len(runes) && runes[i+1] == 's'
	return i+1 < len(runes) && unicode.IsLower(runes[i+1]) && !plural
}

// initialisms keep one case in Go names (go.dev/wiki/CodeReviewComments).
var initialisms = strings.Fields("acl api ascii cpu css dns eof guid html http https id ip json jwt qps ram rpc sla smtp sql ssh tcp tls ttl udp ui uid uri url utf8 uuid vat vm xml xmpp xsrf xss")

func capital(word string) string {
	if slices.Contains(initialisms, word) {
		return strings.ToUpper(word)
	}
	if one, many := strings.CutSuffix(word, "s"); many && slices.Contains(initialisms, one) {
		return strings.ToUpper(one) + "s"
	}
	return sentence(word)
}

// pascal is an exported Go name: CustomerID.
func pascal(s string) string {
	var b strings.Builder
	for _, w := range split(s) {
		b.WriteString(capital(w))
	}
	return b.String()
}

// local is a Go name that is not exported: customerID. One that Go has taken gets Value behind it.
func local(s string) string {
	all := split(s)
	if len(all) == 0 {
		return ""
	}
	out := all[0] + pascal(strings.Join(all[1:], "_"))
	if taken(out) {
		out += "Value"
	}
	return out
}

// taken reports whether Go gives a meaning to a name.
func taken(s string) bool { return token.IsKeyword(s) || doc.IsPredeclared(s) }

// flat is the name of a package: invoiceline.
func flat(s string) string { return strings.Join(split(s), "") }

func snake(s string) string { return strings.Join(split(s), "_") }

func kebab(s string) string { return strings.Join(split(s), "-") }

// spaced is a name in a sentence: invoice line.
func spaced(s string) string { return strings.Join(split(s), " ") }

// sentence is s with its first letter a capital.
func sentence(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

// article puts a or an in front.
func article(s string) string {
	low := strings.ToLower(s)
	begins := func(with ...string) bool {
		return slices.ContainsFunc(with, func(w string) bool { return strings.HasPrefix(low, w) })
	}
	if begins("a", "e", "i", "o", "u", "hour", "honest", "heir") && !begins("eu", "ewe", "one", "once", "uni", "use", "usa", "usu", "uti", "ure", "url", "uri", "uuid", "ubi") || begins("unin", "unim") {
		return "an " + s
	}
	return "a " + s
}

// What the rules below do not know. The list is short on purpose: a name can be chosen so that it is not needed.
var irregular = map[string]string{
	"person": "people", "child": "children", "man": "men", "woman": "women", "foot": "feet", "tooth": "teeth", "goose": "geese", "mouse": "mice", "ox": "oxen",
	"leaf": "leaves", "life": "lives", "wife": "wives", "knife": "knives", "half": "halves", "shelf": "shelves", "self": "selves", "wolf": "wolves", "calf": "calves", "loaf": "loaves", "thief": "thieves",
	"hero": "heroes", "potato": "potatoes", "tomato": "tomatoes", "echo": "echoes", "veto": "vetoes", "quiz": "quizzes", "bus": "buses", "gas": "gases", "cache": "caches", "axe": "axes", "ache": "aches",
	"data": "data", "metadata": "metadata", "information": "information", "equipment": "equipment", "series": "series", "species": "species", "news": "news", "sheep": "sheep", "fish": "fish", "money": "money", "software": "software", "hardware": "hardware", "feedback": "feedback", "staff": "staff",
}

func isVowel(b byte) bool { return strings.IndexByte("aeiou", b) >= 0 }

func pluralWord(w string) string {
	if p, ok := irregular[w]; ok {
		return p
	}
	n := len(w)
	switch {
	case n == 0:
		return ""
	case strings.HasSuffix(w, "sis"):
		return w[:n-2] + "es"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "z"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "sh"):
		return w + "es"
	case w[n-1] == 'y' && n > 1 && !isVowel(w[n-2]):
		return w[:n-1] + "ies"
	}
	return w + "s"
}

func singularWord(w string) string {
	for one, many := range irregular { // no plural stands there twice
		if w == many {
			return one
		}
	}
	n := len(w)
	stem := strings.TrimSuffix(w, "es")
	switch {
	case !strings.HasSuffix(w, "s") || strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "us") || strings.HasSuffix(w, "sis") || strings.HasSuffix(w, "ias"):
		return w
	case strings.HasSuffix(w, "ies") && n > 4:
		return w[:n-3] + "y"
	case strings.HasSuffix(w, "yses"):
		return w[:n-2] + "is"
	case stem != w && slices.ContainsFunc([]string{"ss", "x", "ch", "sh", "zz", "tus", "rus", "bus", "pus", "nus", "lus", "ias"}, func(end string) bool { return strings.HasSuffix(stem, end) }):
		return stem
	}
	return w[:n-1]
}

// last applies f to the last word of a name in any form, and keeps the form.
func last(s string, f func(string) string) string {
	at := 0
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case r == '_' || r == '-' || r == ' ':
			at = i + 1
		case begins(runes, i):
			at = i
		}
	}
	word := string(runes[at:])
	out := f(strings.ToLower(word))
	capitals := strings.TrimSuffix(word, "s")
	switch {
	case word == strings.ToLower(word):
	case len(capitals) > 1 && capitals == strings.ToUpper(capitals): // ID and IDs
		if one := strings.TrimSuffix(out, "s"); one == strings.ToLower(capitals) {
			out = capitals + out[len(one):]
		}
	default:
		out = sentence(out)
	}
	return string(runes[:at]) + out
}

// plural is the plural of the last word: invoice_lines.
func plural(s string) string { return last(s, pluralWord) }

// singular is the singular of the last word.
func singular(s string) string { return last(s, singularWord) }

// where picks the fields of the given types.
func where(fields []Field, what string, types ...string) ([]Field, error) {
	if what != "type" {
		return nil, fmt.Errorf("where: %q: only \"type\" can be asked for", what)
	}
	var out []Field
	for _, f := range fields {
		if slices.Contains(types, f.Type) {
			out = append(out, f)
		}
	}
	return out, nil
}

// ruled picks the fields that have a rule.
func ruled(fields []Field, rule string) []Field {
	var out []Field
	for _, f := range fields {
		if f.Has(rule) {
			out = append(out, f)
		}
	}
	return out
}
