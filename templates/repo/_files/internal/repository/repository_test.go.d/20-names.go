package repository

import (
	"encoding/json"
	"go/ast"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The code that a control names exists and is part of the program, and so is each test.
func TestControlsNameCode(t *testing.T) {
	var controls []struct {
		ID          string
		Code, Tests []string
	}
	if err := json.Unmarshal([]byte(read(t, "internal/prove/controls.json")), &controls); err != nil {
		t.Fatal(err)
	}
	list := exec.Command("go", "list", "-deps", "-f", "{{.Dir}}", "./cmd/...")
	list.Dir = root
	dirs, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	all, declared := files(t), declarations(sources(t))
	for _, c := range controls {
		for _, code := range c.Code {
			if !slices.ContainsFunc(all, func(f string) bool { return f == code || strings.HasPrefix(f, code+"/") }) {
				t.Errorf("%s: %s does not exist", c.ID, code)
			}
			if path.Ext(code) == ".go" && !strings.Contains(string(dirs), "/"+path.Dir(code)+"\n") {
				t.Errorf("%s: %s is not part of the program", c.ID, code)
			}
		}
		for _, test := range c.Tests {
			if !declared[test] {
				t.Errorf("%s: there is no test %s", c.ID, test)
			}
		}
	}
}

// declarations has the functions, types, variables and constants of every package: "internal/session.New" and "session.New".
func declarations(all map[string]*ast.File) map[string]bool {
	out := map[string]bool{}
	for name, f := range all {
		dir := path.Dir(name)
		out[path.Base(dir)] = true
		add := func(ids ...*ast.Ident) {
			for _, id := range ids {
				out[dir+"."+id.Name], out[path.Base(dir)+"."+id.Name] = true, true
			}
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				add(fn.Name)
				continue
			}
			for _, s := range d.(*ast.GenDecl).Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					add(s.Name)
				case *ast.ValueSpec:
					add(s.Names...)
				}
			}
		}
	}
	return out
}

var (
	fileName = regexp.MustCompile(`(^|[\s"'(` + "`" + `])([a-zA-Z0-9_.-]+/)*[a-zA-Z0-9_-]+\.(go|md|sql|json|ya?ml|sh|html|toml)\b`)
	testName = regexp.MustCompile(`\b(Test|Fuzz|Benchmark)[A-Z][A-Za-z0-9]+`)
	target   = regexp.MustCompile("`make (?:--silent )?([a-z]+)")
	exported = regexp.MustCompile(`\b([a-z]+)\.[A-Z][A-Za-z0-9]*`)
)

// What documents and comments name exists: files, tests, make targets, and what our packages export.
func TestNamesExist(t *testing.T) {
	all, parsed := files(t), sources(t)
	declared, makefile := declarations(parsed), read(t, "Makefile")
	texts := map[string]string{}
	for _, name := range all {
		if path.Ext(name) == ".md" {
			texts[name] = read(t, name)
		}
	}
	for name, f := range parsed {
		for _, c := range f.Comments {
			texts[name] += c.Text()
		}
	}
	for name, text := range texts {
		for _, found := range fileName.FindAllString(text, -1) {
			file := strings.TrimLeft(found, " \t\n\"'(`")
			if !strings.HasPrefix(file, "build/") && !slices.ContainsFunc(all, func(f string) bool { return f == file || strings.HasSuffix(f, "/"+file) }) {
				t.Errorf("%s names %s, which does not exist", name, file)
			}
		}
		for _, test := range testName.FindAllString(text, -1) {
			if !slices.ContainsFunc(all, func(f string) bool { return declared[path.Dir(f)+"."+test] }) {
				t.Errorf("%s names %s, which does not exist", name, test)
			}
		}
		for _, m := range target.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(makefile, "\n"+m[1]+":") {
				t.Errorf("%s names make %s, which does not exist", name, m[1])
			}
		}
		for _, m := range exported.FindAllStringSubmatch(text, -1) {
			if declared[m[1]] && !declared[m[0]] {
				t.Errorf("%s names %s, which does not exist", name, m[0])
			}
		}
	}
}
