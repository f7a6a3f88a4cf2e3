package render

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

// What one template may do. Templates come from other people too, and one that never ends, or fills the memory, must stop with a
// line that says so. Work is counted and not timed, so that the same template fails on every machine or on none.
const (
	maxOutput   = 4 << 20   // bytes; the longest file we ship is a hundredth of it
	maxSource   = 256 << 10 // bytes of a template: nesting is parsed and executed by recursion
	maxSteps    = 2 << 20   // nodes executed, and elements looked at by functions
	maxValue    = 4 << 20   // bytes of one value, however often its parts are shared
	maxElements = 1 << 16   // of one value, nested ones counted
	maxMade     = 64 << 20  // bytes of all values that functions return
	glance      = 16 << 10  // bytes that are looked at in the time of a step
	maxRun      = 4         // all templates of a run together may do so many times what one may; a whole service takes a tenth of one
)

var (
	errWork   = errors.New("does more work than a template may: a loop without end, or too many loops in one another")
	errMemory = fmt.Errorf("makes a value of more than %d bytes or %d elements", maxValue, maxElements)
	errRun    = errors.New("does, together with the templates before it, more work than those of one run may")
	errMade   = fmt.Errorf("makes values of more than %d bytes in all", maxMade)
)

// A Machine executes the templates of one run, each within the same bounds, and all together within others.
type Machine struct {
	funcs template.FuncMap
	used  budget
	given int // bytes of the largest value that templates are given
	depth int // a text of a slot is executed while the template that asks for it is
}

// NewMachine returns a machine for templates that may call funcs.
func NewMachine(funcs template.FuncMap) *Machine {
	m := &Machine{}
	m.funcs = m.used.functions(funcs)
	return m
}

// Given says that templates are given values of so many bytes.
func (m *Machine) Given(bytes int) { m.given = max(m.given, bytes) }

// Execute runs one template. Its problem names the template's own file and line.
func (m *Machine) Execute(source, text string, data any) ([]byte, *problem.Problem) {
	if len(text) > maxSource {
		return nil, &problem.Problem{Subject: source, Message: fmt.Sprintf("a template of more than %d bytes", maxSource)}
	}
	if m.depth == 0 {
		m.used = budget{before: m.used.all(), use: use{base: m.given}}
	}
	m.depth++
	defer func() { m.depth-- }()
	t, err := template.New(source).Option("missingkey=error").Funcs(m.funcs).Parse(text)
	if err != nil {
		return nil, templateProblem(source, err)
	}
	instrument(t)
	var b bounded
	if err := t.Execute(&b, data); err != nil {
		if refused := (*Failure)(nil); errors.As(err, &refused) {
			return nil, &problem.Problem{Message: refused.Message, Hint: refused.Hint}
		}
		return nil, templateProblem(source, err)
	}
	return b.Bytes(), nil
}

// A Failure is a template's own refusal of what a person asked for.
type Failure struct{ Message, Hint string }

func (f *Failure) Error() string { return f.Message }

// Check parses a template without running it.
func (m *Machine) Check(source, text string) *problem.Problem {
	if _, err := template.New(source).Funcs(m.funcs).Parse(text); err != nil {
		return templateProblem(source, err)
	}
	return nil
}

// bounded refuses to grow without end.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxOutput {
		return 0, fmt.Errorf("writes more than %d bytes", maxOutput)
	}
	return b.Buffer.Write(p)
}

// budget is what one execution has used, and what those before it had.
type budget struct {
	use
	before use
}

type use struct {
	steps, made   int
	base, largest int // bytes of the largest value that came in, and that was made
}

func (b *budget) all() use { return use{steps: b.before.steps + b.steps, made: b.before.made + b.made} }

// step takes n steps. It is a function of templates too, put into every loop and every template that can be called; n is at least
// one, so that an author who calls it gains nothing. Once there is a large value, every step may be a look at all of it: comparisons are
// text/template's own, and cannot be counted.
func (b *budget) step(n int) (string, error) {
	if b.steps += max(1, n) * (1 + max(b.base, b.largest)/glance); b.steps > maxSteps {
		return "", errWork
	}
	if b.all().steps > maxRun*maxSteps {
		return "", errRun
	}
	return "", nil
}

// stepFunc is the name of budget.step in templates.
const stepFunc = "step"

// functions wraps every function, and text/template's own that make values, in checks of what goes in and what comes out.
func (b *budget) functions(funcs template.FuncMap) template.FuncMap {
	all := template.FuncMap{
		"printf": fmt.Sprintf, "print": fmt.Sprint, "println": fmt.Sprintln,
		"html": template.HTMLEscaper, "js": template.JSEscaper, "urlquery": template.URLQueryEscaper,
	}
	for name, f := range funcs {
		all[name] = f
	}
	for name, f := range all {
		all[name] = b.checked(name, reflect.ValueOf(f))
	}
	all[stepFunc] = b.step
	return all
}

// checked is f with its checks. An error panics, as text/template expects of functions that return none; it comes out as an error
// with the template's line.
func (b *budget) checked(name string, f reflect.Value) any {
	t := f.Type()
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
		var in measure
		for _, a := range args {
			in.add(a)
		}
		b.must(in)
		if _, err := b.step(in.elements); err != nil {
			panic(err)
		}
		if err := b.foresee(name, args, in); err != nil {
			panic(err)
		}
		var out []reflect.Value
		if t.IsVariadic() {
			out = f.CallSlice(args)
		} else {
			out = f.Call(args)
		}
		var made measure
		made.add(out[0])
		b.must(made)
		b.largest = max(b.largest, made.bytes)
		if b.made += made.bytes; b.made > maxMade {
			panic(errMade)
		}
		if b.all().made > maxRun*maxMade {
			panic(errRun)
		}
		return out
	}).Interface()
}

func (b *budget) must(m measure) {
	if m.bytes > maxValue || m.elements > maxElements {
		panic(errMemory)
	}
}

// width is a width or precision of a verb: one that is not a star and has at most three digits is harmless.
var width = regexp.MustCompile(`%[^a-zA-Z%]*(\*|[0-9]{4,})`)

// foresee refuses a call whose result is out of proportion to its arguments, before it is made.
func (b *budget) foresee(name string, args []reflect.Value, in measure) error {
	text := func(i int) string { return args[i].String() }
	size := 0
	switch name {
	case "printf":
		if width.MatchString(text(0)) {
			return errors.New("printf: a width of more than three digits, or a star")
		}
		size = strings.Count(text(0), "%") * (in.bytes + 1000) // %[1]s may be there often
	case "replace":
		size = (strings.Count(text(2), text(0)) + 1) * len(text(1))
	case "join":
		size = in.bytes + in.elements*len(text(0))
	case "indent", "nindent":
		size = (strings.Count(text(1), "\n") + 1) * int(max(0, args[0].Int()))
	case "uniq", "without", "sortAlpha": // compare all with all
		_, err := b.step(in.elements * in.elements)
		return err
	}
	if size > maxValue {
		return errMemory
	}
	return nil
}

// A measure is the size of a value, where a part counts as often as it stands there.
type measure struct{ bytes, elements int }

// add stops as soon as the value is too large, so that it costs little even where parts are shared a billion times.
func (m *measure) add(v reflect.Value) {
	if m.bytes > maxValue || m.elements > maxElements {
		return
	}
	m.elements++
	m.bytes += 8
	switch v.Kind() {
	case reflect.String:
		m.bytes += v.Len()
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			m.add(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			m.bytes += v.Len()
			return
		}
		for i := range v.Len() {
			m.add(v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			m.add(it.Key())
			m.add(it.Value())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			m.add(v.Field(i))
		}
	}
}

// instrument makes every round of a loop, and every call of a template, take steps: as many as there are nodes in it.
func instrument(t *template.Template) {
	for _, each := range t.Templates() {
		if each.Tree != nil && each.Root != nil {
			steps(each.Root, true)
		}
	}
}

// steps counts the nodes of a list without those of loops inside it, which count for themselves.
func steps(l *parse.ListNode, counts bool) int {
	if l == nil {
		return 0
	}
	n := 1
	for _, node := range l.Nodes {
		n++
		switch node := node.(type) {
		case *parse.IfNode:
			n += steps(node.List, false) + steps(node.ElseList, false)
		case *parse.WithNode:
			n += steps(node.List, false) + steps(node.ElseList, false)
		case *parse.RangeNode:
			steps(node.List, true)
			n += steps(node.ElseList, false)
		}
	}
	if counts {
		l.Nodes = append([]parse.Node{take(l.Pos, n)}, l.Nodes...)
	}
	return n
}

// take is {{step n}}.
func take(at parse.Pos, n int) parse.Node {
	number := &parse.NumberNode{NodeType: parse.NodeNumber, Pos: at, IsInt: true, Int64: int64(n), Text: fmt.Sprint(n)}
	call := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: at, Args: []parse.Node{parse.NewIdentifier(stepFunc).SetPos(at), number}}
	return &parse.ActionNode{NodeType: parse.NodeAction, Pos: at, Pipe: &parse.PipeNode{NodeType: parse.NodePipe, Pos: at, Cmds: []*parse.CommandNode{call}}}
}
