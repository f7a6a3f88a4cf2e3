package generate

import (
	"strings"
	"testing"
)

const fieldsManifest = `-- generator.yaml --
name: thing
summary: A thing.
inputs:
  - {name: name, type: name, argument: true, required: true, question: Which, deny: [note]}
  - name: fields
    type: fields
    required: true
    question: Which fields
    deny: [id]
    types:
      string: {rules: [optional, max=int, min=int, pattern=text]}
      decimal: {rules: [max=number, default=number]}
      enum: {argument: list, rules: [default=member]}
      owner: {argument: name}
      parent: {argument: run, rules: [optional], suffix: _id}
      secret: {requires: [{name: crypt, reason: a secret is encrypted, hint: --with crypt}]}
      paid: {rules: [default=bool]}
-- _files/a.txt.tmpl --
{{range .Inputs.fields}}{{.Name}} {{.Type}} {{.Argument}} {{.List}} {{.Has "optional"}} {{.Rule "max"}}
{{end}}{{range where .Inputs.fields "type" "enum" "paid"}}{{.Name | pascalcase}} {{end}}{{range ruled .Inputs.fields "optional"}}{{.Name}}{{end}}
`

func TestFields(t *testing.T) {
	g := load(t, fieldsManifest)
	given, problems := g.Words([]string{"line", "number:string:max=20:optional", "total:decimal:max=9.99", "state:enum=draft,paid:default=paid", "customer_id:owner=customer", "fully_paid:paid:default=true", "order:parent=line", "other_id:parent=line"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	out, err := g.Render(service(), given, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := `number string  [] true 20
total decimal  [] false 9.99
state enum draft,paid [draft paid] false 
customer_id owner customer [customer] false 
fully_paid paid  [] false 
order_id parent line [line] false 
other_id parent line [line] false 
State FullyPaid number
`
	if got := string(out.Files["a.txt"].Data); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestFieldsRefused(t *testing.T) {
	g := load(t, fieldsManifest)
	tests := []struct{ name, fields, want string }{
		{"no type", "a", "no type: one of decimal, enum"},
		{"unknown type, nearly right", "a:strin", "hint: a:string"},
		{"unknown rule", "a:string:maxi=1", "rules of string: max, min, optional, pattern"},
		{"a rule of another type", "a:decimal:optional", `unknown rule "optional"`},
		{"a rule of a type without", "a:owner=b:x", "owner has no rules"},
		{"no argument", "a:string:max", "max wants a whole number: max=…"},
		{"an argument too much", "a:string:optional=1", "optional takes no argument"},
		{"a type's argument too much", "a:string=1", "string takes no argument"},
		{"a type without its argument", "a:enum", "enum wants words joined by commas"},
		{"not a number", "a:string:max=1e9", "max=1e9 is not a whole number"},
		{"not a number of another kind", "a:decimal:max=1;2", "max=1;2 is not a number"},
		{"octal", "a:string:max=010", "max=010 is not a whole number"},
		{"code in a list", `a:enum=x,"y"`, "is not words joined by commas"},
		{"a list that names one twice", "a:enum=x,y,x", "names one twice"},
		{"a default that is none of them", "a:enum=x,y:default=z", "default=z is none of x,y"},
		{"capitals", "Total:string", "is not a name of lower-case words"},
		{"a hyphen", "unit-price:decimal", "is not a name of lower-case words"},
		{"quotes", `a";:string`, "is not a name of lower-case words"},
		{"long", strings.Repeat("a", 41) + ":string", "at most 40 letters"},
		{"denied", "id:string", "a field cannot be called id"},
		{"denied in another spelling", "i_d:string", "a field cannot be called i_d"},
		{"twice, with a suffix", "a:parent=line a_id:string", "a_id is there already"},
		{"no bool", "a:paid:default=yes", "default=yes is not true or false"},
		{"twice", "a:string a:decimal", "a is there already"},
		{"the same in Go", "a1:string a_1:string", "a1 is there already"},
		{"a rule twice", "a:string:max=1:max=2", "max is there twice"},
		{"a default that is too much", "a:decimal:max=1:default=1.5", "its own rules refuse the default 1.5"},
		{"upside down", "a:string:min=3:max=2", "min is more than max"},
		{"none", "", "no fields"},
		{"many", strings.Repeat("a:string ", 51), "51 fields: more than 50"},
		{"all at once", "A:string b:x c:string:max=y", "c:string:max=y"},
	}
	for _, tt := range tests {
		_, err := g.Render(service(), map[string]string{"name": "line", "fields": tt.fields}, nil)
		wants(t, tt.name, err, tt.want)
	}
}

// A type may need a component, and an argument may have to name what the generator has made.
func TestFieldsOfTheRepository(t *testing.T) {
	g := load(t, fieldsManifest)
	w := &world{t: t, repo: files()}
	_, err := w.try(g, "line", "a:secret")
	wants(t, "a component that is not there", err, "a:secret: a secret is encrypted", "hint: --with crypt")
	_, err = w.try(g, "line", "a:parent=order")
	wants(t, "nothing of that name", err, "a_id:parent: parent=order: there is no thing order", "known: line")
	w.run(g, "order-line", "a:parent=order_line")
	w.run(g, "line", "a:parent=order_line:optional")
}

func TestWords(t *testing.T) {
	g := load(t, fieldsManifest)
	tests := []struct{ name, words, want string }{
		{"two arguments", "a b", "b: name is repeated"},
		{"an input that is none", "a nam=b", `thing has no input "nam"`},
		{"an input twice", "name=a name=b", "name is repeated"},
		{"fields in two ways", "a fields=b:string c:string", "fields is repeated"},
	}
	for _, tt := range tests {
		_, problems := g.Words(strings.Fields(tt.words))
		wants(t, tt.name, problems.Err(), tt.want, "hint: hardwright generate thing NAME field:type[:rule]…")
	}
	got, problems := g.Words([]string{"a", "b:owner=name", "fields_:paid"})
	if len(problems) > 0 || got["name"] != "a" || got["fields"] != "b:owner=name fields_:paid" {
		t.Errorf("%v %v", got, problems)
	}
	for _, name := range []string{"", "A", "func", "string", "a_", "1a", "a b", "../a", "note", strings.Repeat("a", 41)} {
		_, err := g.Render(service(), map[string]string{"name": name, "fields": "a:paid"}, nil)
		wants(t, name, err, "name: ")
	}
}
