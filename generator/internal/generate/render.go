package generate

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/render"
)

// maxOutput bounds what one run may write.
const maxOutput = 16 << 20

// dot is what a template sees. templates/GENERATORS.md is its contract.
type dot struct {
	sel       *component.Selection
	Inputs    map[string]any
	Sequences map[string]string
	Data      map[string]any
	Let       map[string]string
}

func (d dot) Name() string         { return d.sel.Spec.Name }
func (d dot) Module() string       { return d.sel.Spec.Module }
func (d dot) Contact() string      { return d.sel.Spec.Contact }
func (d dot) Database() string     { return d.sel.Spec.Database }
func (d dot) Auth() string         { return d.sel.Spec.Auth }
func (d dot) CI() string           { return d.sel.Spec.CI }
func (d dot) Deploy() []string     { return slices.Clone(d.sel.Spec.Deploy) }
func (d dot) GoVersion() string    { return d.sel.GoVersion() }
func (d dot) Has(word string) bool { return d.sel.Has(word) }

// Input is the typed value of an input of a component.
func (d dot) Input(name, input string) (any, error) {
	v, ok := d.sel.Input(name, input)
	if !ok {
		return nil, fmt.Errorf("no input %s.%s in this service", name, input)
	}
	return v, nil
}

// Components lists what is in the service, sorted.
func (d dot) Components() []render.Part {
	var out []render.Part
	for _, c := range d.sel.Components {
		out = append(out, render.Part{Name: c.Name, Kind: string(c.Kind), Summary: c.Summary})
	}
	return out
}

// An Output is what a generator makes of its inputs.
type Output struct {
	Files      map[string]render.File
	Insertions []Insert
	Imports    []string // packages of other modules that files and insertions import, sorted
}

// An Insert is an insertion with its text rendered.
type Insert struct {
	Into    string
	Anchor  Anchor
	Text    string   // whole lines, without common indentation
	Imports []string // of the service's module where they were the placeholder's
	Module  string   // the service's
	Subject string   // manifest and line
}

// Render makes files and insertions of inputs. It is bytes to bytes and bounded: this is what a hostile generator gets. sequences
// are the numbers of the run; one that is not given is its lowest.
func (g *Generator) Render(sel *component.Selection, inputs, sequences map[string]string) (*Output, error) {
	v, problems := g.values(sel, inputs)
	if len(problems) > 0 {
		return nil, problems
	}
	if problems = g.fits(sel, v); len(problems) > 0 {
		return nil, problems
	}
	return g.render(sel, v, sequences)
}

// fits judges the service by what the generator, and the types of fields, require.
func (g *Generator) fits(sel *component.Selection, v values) problem.List {
	var problems problem.List
	for _, r := range g.Requires {
		if !sel.Has(r.Name) {
			problems.Hint(r.Hint, g.Name, "%s", r.Reason)
		}
	}
	for _, c := range g.Conflicts {
		if sel.Has(c.Name) {
			problems.Hint(c.Hint, g.Name, "%s", c.Reason)
		}
	}
	for _, in := range g.Inputs {
		fields, _ := v.typed[in.Name].([]Field)
		for _, f := range fields {
			for _, r := range in.Types[f.Type].Requires {
				if !sel.Has(r.Name) {
					problems.Hint(r.Hint, f.Name+":"+f.Type, "%s", r.Reason)
				}
			}
		}
	}
	return problems
}

type rendering struct {
	g        *Generator
	sel      *component.Selection
	values   values
	dot      dot
	machine  *render.Machine
	out      *Output
	imports  map[string]bool
	size     int
	problems problem.List
}

func (g *Generator) render(sel *component.Selection, v values, sequences map[string]string) (*Output, error) {
	numbers := map[string]string{}
	for _, s := range g.Sequences {
		numbers[s.Name] = fmt.Sprintf("%0*d", s.Digits, s.From)
	}
	maps.Copy(numbers, sequences)
	r := &rendering{
		g: g, sel: sel, values: v, machine: newMachine(), imports: map[string]bool{},
		dot: dot{sel: sel, Inputs: v.typed, Sequences: numbers, Data: g.Data, Let: map[string]string{}},
		out: &Output{Files: map[string]render.File{}},
	}
	r.machine.Given(g.heaviest)
	for _, text := range v.texts {
		r.machine.Given(len(text))
	}
	for _, l := range g.Lets {
		out, p := r.machine.Execute(fmt.Sprintf("%s:%d", path.Join(g.Where, File), l.Line), l.Value, r.dot)
		if p != nil {
			return nil, problem.List{*p}
		}
		r.dot.Let[l.Name] = string(out)
	}
	for _, p := range slices.Sorted(maps.Keys(g.payload)) {
		r.file(p)
	}
	for _, i := range g.Insertions {
		r.insertion(i)
	}
	r.paths()
	r.out.Imports = slices.Sorted(maps.Keys(r.imports))
	if len(r.problems) > 0 {
		return nil, r.problems.Sorted()
	}
	return r.out, nil
}

func (r *rendering) file(rel string) {
	for _, rule := range r.g.Files {
		if (rule.Path == rel || rule.Path+".tmpl" == rel || strings.HasPrefix(rel, rule.Path+"/")) && !rule.Only.holds(r.sel, r.values) {
			return
		}
	}
	source := path.Join(r.g.Where, "_files", rel)
	plain := strings.TrimSuffix(rel, ".tmpl")
	to, err := r.place(plain)
	if err != nil {
		r.problems.Add(source, "%v", err)
		return
	}
	named := func(list []string) bool { return slices.Contains(list, plain) || slices.Contains(list, rel) }
	f := render.File{Mode: 0o644, Owner: r.g.Name, Class: render.Managed}
	if strings.HasSuffix(plain, ".sh") || named(r.g.Scripts) {
		f.Mode = 0o755
	}
	if named(r.g.Seeded) {
		f.Class = render.Seeded
	}
	out, imports, p := r.machine.Payload(source, plain, plain != rel, r.g.payload[rel], r.dot, r.sel.Spec.Module)
	if p != nil {
		r.problems = append(r.problems, *p)
		return
	}
	if r.size += len(out); r.size > maxOutput {
		if r.size-len(out) <= maxOutput {
			r.problems.Add(r.g.Where, "writes more than %d bytes", maxOutput)
		}
		return
	}
	for _, i := range imports {
		r.imports[i] = true
	}
	f.Data = out
	if _, taken := r.out.Files[to]; taken {
		r.problems.Add(source, "another payload writes %s too", to)
		return
	}
	r.out.Files[to] = f
}

// placeholder is __input__ or __input.form.form__ in a path.
var placeholder = regexp.MustCompile(`__([a-z][a-zA-Z0-9_]*?)((?:\.[a-z]+)*)__`)

// forms are what may stand behind the dot.
var forms = map[string]func(string) string{
	"snake": snake, "kebab": kebab, "flat": flat, "pascal": pascal, "plural": plural, "singular": singular,
}

// place fills the placeholders of a path.
func (r *rendering) place(p string) (string, error) {
	var wrong error
	out := placeholder.ReplaceAllStringFunc(p, func(s string) string {
		m := placeholder.FindStringSubmatch(s)
		text, ok := "", true
		switch m[1] {
		case "service":
			text = r.sel.Spec.Name
		case "database":
			text = r.sel.Spec.Database
		default:
			if text, ok = r.values.texts[m[1]]; !ok {
				text, ok = r.dot.Sequences[m[1]]
			}
			if !ok {
				text, ok = r.dot.Let[m[1]]
			}
		}
		if !ok {
			wrong = fmt.Errorf("no input or sequence %q for the placeholder %s", m[1], s)
			return s
		}
		for _, form := range strings.Split(m[2], ".")[1:] {
			f := forms[form]
			if f == nil {
				wrong = fmt.Errorf("no form %q for the placeholder %s: one of %s", form, s, strings.Join(slices.Sorted(maps.Keys(forms)), ", "))
				return s
			}
			text = f(text)
		}
		if text == "" || strings.ContainsAny(text, `/\`) {
			wrong = fmt.Errorf("%s becomes %q, which is not a file name", s, text)
		}
		return text
	})
	if wrong != nil {
		return "", wrong
	}
	if out != p && strings.HasSuffix(out, ".go") && special(out) && !special(p) {
		return "", fmt.Errorf("%s has a special meaning for the go command; choose another name", out)
	}
	return out, nil
}

// special reports whether the go command reads more into a file's name: a test, or a file of one system only.
func special(p string) bool {
	words := strings.Split(strings.TrimSuffix(path.Base(p), ".go"), "_")
	end := words[len(words)-1]
	return len(words) > 1 && (end == "test" || slices.Contains(systems, end))
}

// systems are what a file's name may end in, behind a _, to be built for one system only (go tool dist list).
var systems = strings.Fields("aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows " +
	"386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm")

func (r *rendering) insertion(i Insertion) {
	if !i.Only.holds(r.sel, r.values) {
		return
	}
	subject := fmt.Sprintf("%s:%d", path.Join(r.g.Where, File), i.Line)
	into, err := r.place(i.Into)
	if err != nil {
		r.problems.Add(subject, "%v", err)
		return
	}
	execute := func(what, text string) string {
		if !strings.Contains(text, "{{") {
			return text
		}
		out, p := r.machine.Execute(what, text, r.dot)
		if p != nil {
			r.problems.Add(subject, "%s: %s", what, p.Message)
		}
		return string(out)
	}
	anchor := i.Anchor
	if anchor.Go != "" {
		anchor.Go = execute("anchor", anchor.Go)
	}
	if anchor.Block != "" {
		anchor.Block = execute("anchor", anchor.Block)
	}
	out := Insert{Into: into, Anchor: anchor, Text: dedent(execute("text", i.Text)), Module: r.sel.Spec.Module, Subject: subject}
	for _, p := range i.Imports {
		p = execute("imports", p)
		if p == "" {
			continue // a condition of the template does not hold
		}
		name, bare, named := strings.Cut(p, " ")
		if !named {
			name, bare = "", name
		}
		if render.ImportGroup(bare) == 1 {
			r.imports[bare] = true
		}
		if rest, ok := strings.CutPrefix(bare, render.Placeholder); ok && (rest == "" || rest[0] == '/') {
			bare = r.sel.Spec.Module + rest
		}
		if name != "" {
			bare = name + " " + bare
		}
		out.Imports = append(out.Imports, bare)
	}
	if r.size += len(out.Text); r.size > maxOutput {
		r.problems.Add(r.g.Where, "writes more than %d bytes", maxOutput)
		return
	}
	if out.Text == "" && len(out.Imports) == 0 {
		return // a template may have nothing to say
	}
	r.out.Insertions = append(r.out.Insertions, out)
}

// dedent makes whole lines of text, without what all of them are indented by and without empty lines around them.
func dedent(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	common, first := "", true
	for _, l := range lines {
		if strings.TrimSpace(l) == "" {
			continue
		}
		indent := l[:len(l)-len(strings.TrimLeft(l, " \t"))]
		if first {
			common, first = indent, false
		}
		for !strings.HasPrefix(indent, common) {
			common = common[:len(common)-1]
		}
	}
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(strings.TrimPrefix(l, common), " \t") + "\n")
	}
	return b.String()
}

// paths refuses names that are not a generator's to write, or that two systems read differently.
func (r *rendering) paths() {
	folded := map[string]string{}
	for _, p := range slices.Sorted(maps.Keys(r.out.Files)) {
		if err := Writable(p); err != nil {
			r.problems.Add(r.g.Where, "%v", err)
		}
		low := strings.ToLower(p)
		if other, taken := folded[low]; taken {
			r.problems.Add(r.g.Where, "%s and %s are the same file on systems that ignore case", other, p)
		}
		folded[low] = p
		for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
			if _, isFile := r.out.Files[dir]; isFile {
				r.problems.Add(r.g.Where, "%s is a file and the folder of %s", dir, p)
			}
		}
	}
	for _, i := range r.out.Insertions {
		if err := Writable(i.Into); err != nil {
			r.problems.Add(i.Subject, "%v", err)
		}
		if _, own := r.out.Files[i.Into]; own {
			r.problems.Add(i.Subject, "%s is a file of this generator; put the text there", i.Into)
		}
	}
}

// Writable refuses what no generator may write: paths that are not safe on every system, .git, the engine's own files, and the folder
// of generators, which the next run would execute.
func Writable(p string) error {
	if err := render.CheckPath(p); err != nil {
		return err
	}
	low := strings.ToLower(p) // where case does not count, GO.MOD is go.mod
	switch base := path.Base(low); {
	case base == "go.mod" || base == "go.sum":
		return fmt.Errorf("%s is written by hardwright, from what is imported", p)
	case low == "hardwright.yaml" || low == "hardwright.lock" || low == ".hardwright" || strings.HasPrefix(low, ".hardwright/"):
		return fmt.Errorf("%s is written by hardwright", p)
	}
	return nil
}
