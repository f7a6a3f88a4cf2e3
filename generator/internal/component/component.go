// Package component reads the folders of templates/ and works out which of them a Spec asks for.
//
// A component is data: its manifest is read, never run. Reading reports every problem with file and
// line. Choosing is a pure function of Spec and Catalog.
package component

import "go.yaml.in/yaml/v3"

// Kind says how a component comes into a service.
type Kind string

const (
	Base     Kind = "base"     // in every service
	Database Kind = "database" // the one --database names
	Auth     Kind = "auth"     // the one --auth names
	Deploy   Kind = "deploy"   // those --deploy names
	CI       Kind = "ci"       // the one --ci names
	Extra    Kind = "extra"    // by --with, or by default until --without
	Part     Kind = "part"     // only because another component needs it
	Foreign  Kind = "foreign"  // only in repositories that hardwright did not write
)

// Kinds lists every kind.
var Kinds = []Kind{Base, Database, Auth, Deploy, CI, Extra, Part, Foreign}

// A Component is one folder of the catalog.
type Component struct {
	File      string // its manifest, relative to the templates
	Name      string
	Kind      Kind
	Summary   string
	Provides  []string
	Needs     []Need
	Requires  []Choice
	Conflicts []Choice
	Default   *Condition // nil: off until asked for
	Go        string     // lowest go version, or empty
	Inputs    []Input
	Slots     []Slot
	Wiring    []Entry
	Files     []FileRule
	Seeded    []string
	Scripts   []string // payload files that are executable beside *.sh
	Claims    []Claim
	Document  Document
	Folders   []Folder   // where its files are
	Hidden    bool       // of a foreign side: it comes only because another component needs it
	Server    []string   // of a foreign side: fields of http.Server that get the constants of these names in package guard
	Foreign   *Component // what it brings into repositories that hardwright did not write; nil: nothing
}

// A Document is where README.md becomes a section: docs/security/<Name>.md, at a place among the others. The zero Document is none.
type Document struct {
	Name  string
	Order int
	Line  int
}

// A Folder holds files of a component.
type Folder struct {
	Name  string // _files, _foreign or _both
	Below string // what their paths begin with: "" or __module__/
}

// A Need is a component that comes along.
type Need struct {
	Name string
	Only Condition
	Line int
}

// A Choice is one word that must, or must not, have been chosen, and why.
type Choice struct {
	Name, Reason, Hint string
	Line               int
}

// A FileRule ties a payload file or folder to a condition.
type FileRule struct {
	Path string
	Only Condition
	Line int
}

// A Claim says that this component satisfies a control, where, and what proves it.
type Claim struct {
	ID    string
	Code  string
	Tests []string
	Only  Condition
	Line  int
}

// A Slot is a place that templates range over and other components fill.
type Slot struct {
	Name   string
	Doc    string
	Fields map[string]FieldKind
	Line   int
}

// FieldKind is what a slot's field holds.
type FieldKind string

const (
	Text    FieldKind = "text"
	Ident   FieldKind = "ident"
	Expr    FieldKind = "expr"
	Code    FieldKind = "code" // Go statements
	Type    FieldKind = "type"
	Imports FieldKind = "imports"
	Bool    FieldKind = "bool"
	Int     FieldKind = "int"
)

// FieldKinds lists every kind of field.
var FieldKinds = []FieldKind{Text, Ident, Expr, Code, Type, Imports, Bool, Int}

// An Entry fills a slot. Its fields keep their YAML, because only the slot says what they are.
type Entry struct {
	Slot   string
	Order  int
	Only   Condition
	Fields map[string]*yaml.Node
	Line   int
}

// Input returns the component's input of that name.
func (c *Component) Input(name string) (Input, bool) {
	for _, in := range c.Inputs {
		if in.Name == name {
			return in, true
		}
	}
	return Input{}, false
}
