// Package render turns a selection into the files of a service.
//
// It is bytes to bytes: it opens nothing but the templates it was given, and knows no clock, no
// machine and no order of maps. The same selection and templates give the same bytes.
package render

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"go/scanner"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
)

// Placeholder is the module path that payloads are written with.
const Placeholder = "example.com/app"

// NamePlace and DatabasePlace stand for the service's name and its database in the paths of payloads, and in what goes into Go by wiring.
const (
	NamePlace     = "__name__"
	DatabasePlace = "__database__"
)

// longest is the most bytes that a file's name may have on ext4; elsewhere it is 255 characters.
const longest = 255

// longestPath is less than a path may have on macOS (1024), because the project stands somewhere.
const longestPath = 900

// Class says whose a file is once it is written.
type Class string

const (
	Managed Class = "managed" // ours: upgrades replace it
	Seeded  Class = "seeded"  // written once, then the user's
)

// A File is one rendered file.
type File struct {
	Data  []byte
	Mode  fs.FileMode
	Owner string // the component it comes from
	Class Class
}

// A Result is what a selection renders to.
type Result struct {
	Files   map[string]File // path → file
	Imports []string        // packages of other modules that its Go imports, tests included, sorted
}

// Service renders every file that the selection's components contribute. All problems are reported.
func Service(c *component.Catalog, sel *component.Selection) (*Result, error) {
	r := &renderer{catalog: c, sel: sel, files: map[string]File{}, parts: map[string][]part{}, imports: map[string]bool{}}
	r.data = &Data{catalog: c, sel: sel}
	r.data.machine = NewMachine(r.data.functions())
	for _, comp := range sel.Components {
		r.component(comp)
	}
	r.dropEmptyDocuments()
	r.joinParts()
	r.checkPaths()
	return &Result{Files: r.files, Imports: slices.Sorted(maps.Keys(r.imports))}, r.problems.Sorted().Err()
}

type renderer struct {
	catalog  *component.Catalog
	sel      *component.Selection
	data     *Data
	files    map[string]File
	parts    map[string][]part // path of a joined file → what it is made of
	imports  map[string]bool   // from other modules
	problems problem.List
}

func (r *renderer) component(comp *component.Component) {
	for _, folder := range comp.Folders {
		r.folder(comp, folder)
	}
	if r.sel.Facts != nil {
		return // the README of the guard says in short what matters there
	}
	r.section(comp)
}

func (r *renderer) folder(comp *component.Component, folder component.Folder) {
	root := path.Join(comp.Name, folder.Name)
	err := fs.WalkDir(r.catalog.FS, root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			if p == root && errors.Is(err, fs.ErrNotExist) {
				return nil // a component may be wiring alone
			}
			return err
		}
		rel := folder.Below + strings.TrimPrefix(strings.TrimPrefix(p, root), "/")
		if p != root && !r.wanted(comp, rel) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		if !d.Type().IsRegular() {
			r.problems.Add(p, "not a regular file")
			return nil
		}
		src, err := fs.ReadFile(r.catalog.FS, p)
		if err != nil {
			return err
		}
		r.file(comp, p, rel, src)
		return nil
	})
	if err != nil {
		r.problems.Add(root, "read: %v", err)
	}
}

// wanted reports whether the conditions on a payload file or folder hold.
func (r *renderer) wanted(comp *component.Component, rel string) bool {
	for _, rule := range comp.Files {
		if (rule.Path == rel || rule.Path+".tmpl" == rel) && !r.sel.Holds(rule.Only) {
			return false
		}
	}
	return true
}

func (r *renderer) file(comp *component.Component, source, rel string, src []byte) {
	plain := strings.TrimSuffix(rel, ".tmpl")
	f := File{Data: src, Mode: 0o644, Owner: comp.Name, Class: Managed}
	if strings.HasSuffix(plain, ".sh") || named(comp.Scripts, plain, rel) {
		f.Mode = 0o755
	}
	if named(comp.Seeded, plain, rel) {
		f.Class = Seeded
	}
	if plain != rel {
		out, p := r.data.machine.Execute(source, string(src), r.data)
		if p != nil {
			r.problems = append(r.problems, *p)
			return
		}
		f.Data = out
	}
	if file, isPart := Joined(plain); isPart {
		to := r.place(file)
		r.parts[to] = append(r.parts[to], part{source, path.Base(plain), comp.Name, f.Data})
		return
	}
	if strings.HasSuffix(plain, ".go") {
		out, imports, p := goFile(source, f.Data, plain != rel, r.sel.Spec.Module)
		if p != nil {
			r.problems = append(r.problems, *p)
			return
		}
		f.Data = out
		r.imported(imports)
	}
	r.put(source, r.place(plain), f)
}

func (r *renderer) imported(paths []string) {
	for _, p := range paths {
		r.imports[p] = true
	}
}

// Payload makes one file of a payload: a template is executed, Go imports the service's module and is formatted. It lists the packages
// of other modules that the file imports.
func (m *Machine) Payload(source, to string, templated bool, src []byte, data any, module string) (out []byte, imports []string, p *problem.Problem) {
	out = src
	if templated {
		if out, p = m.Execute(source, string(src), data); p != nil {
			return nil, nil, p
		}
	}
	if !strings.HasSuffix(to, ".go") {
		return out, nil, nil
	}
	return goFile(source, out, templated, module)
}

// goFile lets Go import the service's module instead of the placeholder, formats what a template made, and lists the packages
// of other modules that it imports.
func goFile(source string, text []byte, templated bool, module string) (out []byte, imports []string, p *problem.Problem) {
	out, imports, err := rewriteImports(text, Placeholder, module)
	if err == nil && templated {
		out, err = format.Source(out)
	}
	if err != nil {
		wrong := goProblem(source, templated, text, err)
		return nil, nil, &wrong
	}
	return out, imports, nil
}

func named(list []string, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(list, n) })
}

// place fills the placeholders of a payload path.
func (r *renderer) place(rel string) string {
	if r.sel.Facts != nil {
		if below, of := strings.CutPrefix(rel, component.ModuleFolder+"/"); of {
			rel = r.sel.Facts.Below(below)
		}
	}
	return r.data.fill(rel)
}

func (r *renderer) put(source, to string, f File) {
	if was, taken := r.files[to]; taken {
		r.problems.Add(source, "%s writes %s too", was.Owner, to)
		return
	}
	r.files[to] = f
}

// checkPaths refuses names that could reach outside the project, into .git, or that two systems read differently.
func (r *renderer) checkPaths() {
	folded := map[string]string{}
	for _, p := range slices.Sorted(maps.Keys(r.files)) {
		if err := CheckPath(p); err != nil {
			r.problems.Add(r.files[p].Owner, "%v", err)
		}
		low := strings.ToLower(p)
		if other, taken := folded[low]; taken {
			r.problems.Add(r.files[p].Owner, "%s and %s are the same file on systems that ignore case", other, p)
		}
		folded[low] = p
		for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
			if _, isFile := r.files[dir]; isFile {
				r.problems.Add(r.files[p].Owner, "%s is a file and the folder of %s", dir, p)
			}
		}
	}
}

// CheckPath refuses a path that is not safe to write below a project's root on every system.
func CheckPath(p string) error {
	if len(p) > longestPath {
		return fmt.Errorf("illegal path %q: it is longer than %d bytes", p[:60]+"…", longestPath)
	}
	if err := module.CheckFilePath(p); err != nil {
		return fmt.Errorf("illegal path %q: %w", p, errors.Unwrap(err))
	}
	for _, e := range strings.Split(p, "/") {
		if len(e) > longest {
			return fmt.Errorf("illegal path %q: a name is longer than %d bytes", p[:min(len(p), 60)]+"…", longest)
		}
		// git itself refuses what HFS and NTFS take for .git (core.protectNTFS): other case, trailing dots, the short name.
		if strings.EqualFold(strings.TrimRight(e, ". "), ".git") || strings.EqualFold(e, "git~1") {
			return fmt.Errorf("illegal path %q: .git is not ours", p)
		}
	}
	return nil
}

// templateProblem takes file and line out of text/template's error.
func templateProblem(source string, err error) *problem.Problem {
	msg := strings.TrimPrefix(err.Error(), "template: ")
	if rest, ok := strings.CutPrefix(msg, source+":"); ok {
		line, rest, _ := strings.Cut(rest, ":")
		if col, after, ok := strings.Cut(rest, ": "); ok && strings.Trim(col, "0123456789") == "" {
			rest = after
		}
		rest = strings.TrimPrefix(strings.TrimSpace(rest), fmt.Sprintf("executing %q ", source))
		return &problem.Problem{Subject: source + ":" + line, Message: strings.TrimSpace(rest)}
	}
	return &problem.Problem{Subject: source, Message: msg}
}

// goProblem says where Go does not parse: in the payload itself, or in what a template made of it.
func goProblem(source string, templated bool, src []byte, err error) problem.Problem {
	line, msg := 1, err.Error()
	var list scanner.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		line, msg = list[0].Pos.Line, list[0].Msg
	}
	if !templated {
		return problem.Problem{Subject: fmt.Sprintf("%s:%d", source, line), Message: "does not parse: " + msg}
	}
	text := ""
	if lines := bytes.Split(src, []byte("\n")); line-1 < len(lines) {
		text = string(bytes.TrimSpace(lines[line-1]))
	}
	return problem.Problem{Subject: source + ":1", Message: fmt.Sprintf("renders to Go that does not parse: %s at line %d of the output: %s", msg, line, text)}
}
