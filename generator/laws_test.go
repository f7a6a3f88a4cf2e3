package generator

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
	"github.com/hardwright/hardwright/templates"
)

// cases is how many random services each law is tried on: HARDWRIGHT_CASES, 200 unless told. `make laws` tries 10 000.
func cases(t *testing.T) int {
	t.Helper()
	text := os.Getenv("HARDWRIGHT_CASES")
	if text == "" {
		if testing.Short() {
			return 20
		}
		return 200
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("HARDWRIGHT_CASES: %v", err)
	}
	return n
}

// dice are thrown from a printed seed; HARDWRIGHT_SEED repeats a run.
func dice(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("HARDWRIGHT_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("HARDWRIGHT_SEED: %v", err)
		}
		seed = n
	}
	t.Logf("HARDWRIGHT_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// A folder is a repository in memory.
type folder tree.Tree

func (f folder) Read(paths ...string) (tree.Tree, error) {
	out := tree.Tree{}
	for _, p := range paths {
		if file, there := f[p]; there {
			out[p] = file
		}
	}
	return out, nil
}

func (f folder) Files(func(string, fs.DirEntry) bool) (tree.Tree, []string, error) {
	return tree.Tree{}, nil, nil
}

// after is the folder with a plan carried out, as apply does it.
func (f folder) after(t *testing.T, p *plan.Plan) folder {
	t.Helper()
	out := maps.Clone(f)
	for _, s := range p.Steps {
		if !bytes.Equal(f[s.Path].Data, s.Old) {
			t.Fatalf("%s: the step was planned against other bytes", s.Path)
		}
		switch s.Kind {
		case plan.Create, plan.Modify:
			out[s.Path] = tree.File{Data: s.New, Mode: s.Mode}
		case plan.Delete:
			delete(out, s.Path)
		default:
			t.Fatalf("%s: %s %s", s.Path, s.Kind, s.Why)
		}
	}
	return out
}

// difference is empty if two folders hold the same bytes and modes.
func difference(a, b folder) string {
	var out []string
	for p := range a {
		switch other, there := b[p]; {
		case !there:
			out = append(out, "only in the first: "+p)
		case !bytes.Equal(a[p].Data, other.Data):
			out = append(out, plan.Step{Kind: plan.Modify, Path: p, Old: a[p].Data, New: other.Data}.Diff())
		case a[p].Mode != other.Mode:
			out = append(out, fmt.Sprintf("%s: mode %o and %o", p, a[p].Mode, other.Mode))
		}
	}
	for p := range b {
		if _, there := a[p]; !there {
			out = append(out, "only in the second: "+p)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// A bench is what the laws are tried on.
type bench struct {
	*testing.T
	*Generator
	*rand.Rand
}

// A memory keeps what all laws have rendered so far. Most files are the same in all services, and are kept once.
type memory struct {
	sync.Mutex
	services map[string]Rendering
	files    map[string][]byte
}

var rendered = &memory{services: map[string]Rendering{}, files: map[string][]byte{}}

func (m *memory) Load(answers string) (Rendering, bool) {
	m.Lock()
	defer m.Unlock()
	r, ok := m.services[answers]
	return r, ok
}

func (m *memory) Store(answers string, r Rendering) {
	m.Lock()
	defer m.Unlock()
	for path, f := range r.Files {
		if _, known := m.files[string(f.Data)]; !known {
			m.files[string(f.Data)] = f.Data
		}
		f.Data = m.files[string(f.Data)]
		r.Files[path] = f
	}
	m.services[answers] = r
}

func newBench(t *testing.T) *bench {
	t.Helper()
	g, err := From(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	g.rendered = rendered
	return &bench{t, g, dice(t)}
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// spec is a random legal Spec.
func (b *bench) spec() spec.Spec {
	for {
		s := spec.Spec{Name: "orders", Module: pick(b.Rand, []string{"example.com/orders", "example.com/x/orders/v2"}), Deploy: []string{},
			Database: pick(b.Rand, append(b.Catalog.Names("database"), spec.None)), Auth: pick(b.Rand, append(b.Catalog.Names("auth"), spec.None)),
			CI: pick(b.Rand, append(b.Catalog.Names("ci"), spec.None))}
		for _, d := range b.Catalog.Names("deploy") {
			if b.IntN(3) == 0 {
				s.Deploy = append(s.Deploy, d)
			}
		}
		for _, x := range b.Catalog.Names("extra") {
			switch b.IntN(5) {
			case 0:
				s.With = append(s.With, x)
			case 1:
				s.Without = append(s.Without, x)
			}
		}
		if b.IntN(3) == 0 {
			s.Contact = "mailto:security@example.com"
		}
		if b.Catalog.Legal(s) {
			return s
		}
	}
}

// new is the service of a Spec.
func (b *bench) new(s spec.Spec) folder {
	b.Helper()
	p, _, err := b.New(s, nil)
	if err != nil {
		b.Fatalf("%+v: %v", s, err)
	}
	return folder{}.after(b.T, p)
}

// absent lists what could be added to a service, in random order.
func (b *bench) absent(s spec.Spec) []string {
	b.Helper()
	sel, err := b.Catalog.Resolve(s)
	if err != nil {
		b.Fatal(err)
	}
	var out []string
	for _, name := range b.Catalog.Changeable() {
		if sel.Has(name) {
			continue
		}
		if more, _, problems := b.Catalog.Add(s, name); len(problems) == 0 && b.Catalog.Legal(more) {
			out = append(out, name)
		}
	}
	b.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// add carries out an addition that must not be in conflict.
func (b *bench) add(f folder, names ...string) folder {
	b.Helper()
	p, err := b.Add(f, names, Use{})
	if err != nil {
		b.Fatalf("add %v: %v", names, err)
	}
	return f.after(b.T, p)
}

// Confluence: new A+B = new A; add B = new B; add A = new; add A B.
func TestConfluence(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tried := 0
	for tried < cases(t) {
		s := b.spec()
		absent := b.absent(s)
		if len(absent) < 2 {
			continue
		}
		tried++
		x, y := absent[0], absent[1]
		with := func(names ...string) spec.Spec {
			out := s
			for _, n := range names {
				next, _, problems := b.Catalog.Add(out, n)
				if len(problems) > 0 {
					t.Fatal(problems)
				}
				out = next
			}
			return out
		}
		if !b.Catalog.Legal(with(x, y)) {
			continue
		}
		want := b.new(with(x, y))
		for name, got := range map[string]folder{
			"add " + x + "; add " + y:              b.add(b.add(b.new(s), x), y),
			"new " + x + "; add " + y:              b.add(b.new(with(x)), y),
			"new " + y + "; add " + x:              b.add(b.new(with(y)), x),
			"add " + strings.Join(absent[:2], " "): b.add(b.new(s), y, x),
		} {
			if d := difference(want, got); d != "" {
				t.Fatalf("%+v\n%s:\n%s", s, name, d)
			}
		}
	}
}

// Idempotence and Inverse, on what was written and on what a person made of it.
func TestInverse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	conflicts, merged := 0, 0
	for i := range cases(t) {
		s := b.spec()
		absent := b.absent(s)
		if len(absent) == 0 {
			continue
		}
		x := absent[0]
		before := b.new(s)
		p, err := b.Add(before, []string{x}, Use{})
		if err == nil && i%2 == 1 {
			before, _ = b.edited(before, changed(p)...)
			p, err = b.Add(before, []string{x}, Use{})
		}
		if err != nil {
			t.Fatalf("%+v: add %s: %v", s, x, err)
		}
		if len(p.Conflicts()) > 0 {
			conflicts++
			continue
		}
		merged++
		after := before.after(t, p)
		gone := map[string]bool{}
		for _, step := range p.Steps {
			if step.Kind == plan.Delete {
				gone[step.Path] = true
			}
		}
		again, err := b.Add(after, []string{x}, Use{})
		if err != nil || len(again.Steps) > 0 {
			t.Fatalf("%+v: add %s twice: %v %+v", s, x, err, again)
		}
		p, err = b.Remove(after, []string{x}, Use{})
		if err != nil {
			t.Fatalf("%+v: remove %s: %v", s, x, err)
		}
		if len(p.Conflicts()) > 0 {
			t.Fatalf("%+v: remove %s: %+v", s, x, p.Conflicts())
		}
		back := after.after(t, p)
		for path := range gone { // what was taken away as it was written comes again with the line endings that it is written with
			if f, there := back[path]; there && lock.Digest(f.Data) == lock.Digest(before[path].Data) {
				back[path] = before[path]
			}
		}
		if d := difference(before, back); d != "" {
			t.Fatalf("%+v: add and remove %s:\n%s", s, x, d)
		}
	}
	t.Logf("%d there and back, %d in conflict", merged, conflicts)
	if merged == 0 || conflicts == 0 && cases(t) >= 200 {
		t.Error("the edits did not meet ours; the test shows half of it")
	}
}

// Respect: what a person wrote is there afterwards, what a person deleted is not, and what is not ours to change has not changed.
func TestRespect(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	conflicts, markers := 0, 0
	for i := range cases(t) {
		s := b.spec()
		absent := b.absent(s)
		if len(absent) == 0 {
			continue
		}
		x := absent[0]
		before, marks := b.edited(b.new(s))
		do, sense := b.Add, "add "+x
		if i%3 == 2 {
			before, marks = b.edited(b.add(b.new(s), x))
			do, sense = b.Remove, "remove "+x
		}
		p, err := do(before, []string{x}, Use{})
		if err != nil {
			t.Fatalf("%+v: %s: %v", s, sense, err)
		}
		if len(p.Conflicts()) > 0 {
			conflicts++
			for _, c := range p.Conflicts() {
				if c.Why == "" || c.Kind != plan.Conflict {
					t.Errorf("a conflict without a reason: %+v", c)
				}
			}
			if p, err = do(before, []string{x}, Use{Markers: true}); err != nil {
				t.Fatal(err)
			}
			if len(p.Conflicts()) > 0 {
				continue // hardwright.yaml, or bytes
			}
			markers++
		}
		after := before.after(t, p)
		for path, mark := range marks {
			if !bytes.Contains(after[path].Data, []byte(mark)) {
				t.Fatalf("%+v: %s: %s has lost %q", s, sense, path, mark)
			}
		}
		pristine := b.new(s)
		changed := map[string]bool{}
		for _, step := range p.Steps {
			changed[step.Path] = true
			if step.Kind == plan.Create {
				if _, was := pristine[step.Path]; was && sense[0] == 'a' {
					t.Fatalf("%+v: %s: %s was deleted by a person and comes back", s, sense, step.Path)
				}
			}
		}
		for path, f := range before {
			if !changed[path] && !bytes.Equal(f.Data, after[path].Data) {
				t.Fatalf("%s: changed without a step", path)
			}
		}
	}
	t.Logf("%d conflicts, %d shown by markers", conflicts, markers)
	if conflicts == 0 && cases(t) >= 200 {
		t.Error("the edits did not meet ours; the test shows nothing")
	}
}

// changed are the files that a plan changes and a person would edit.
func changed(p *plan.Plan) []string {
	var out []string
	for _, s := range p.Steps {
		if s.Kind == plan.Modify && s.Path != lock.Path && s.Path != "go.mod" && s.Path != "go.sum" && s.Path != spec.Path {
			out = append(out, s.Path)
		}
	}
	return out
}

// edited is the folder after a person has worked in it, and what they wrote where. Half of the edits go to the files named by near, or
// else to where components meet.
func (b *bench) edited(f folder, near ...string) (folder, map[string]string) {
	f = maps.Clone(f)
	marks := map[string]string{}
	paths := slices.DeleteFunc(slices.Sorted(maps.Keys(f)), func(p string) bool {
		return p == "hardwright.lock" || p == "go.mod" || p == "go.sum"
	})
	if len(near) == 0 {
		near = []string{"README.md", ".env.example", "internal/config/config.go", "internal/guard/chain.go", "internal/app/app.go",
			"internal/httpserver/routes.go", "internal/openapi/openapi.json", "docs/security/controls.md", "internal/prove/controls.json", "Makefile"}
	}
	for n := range 1 + b.IntN(6) {
		path := pick(b.Rand, paths)
		if b.IntN(2) == 0 {
			path = pick(b.Rand, near)
		}
		file, there := f[path]
		if !there {
			continue
		}
		mark := fmt.Sprintf("a person wrote this, line %d of %d", n, b.IntN(1000))
		lines := slices.Collect(strings.Lines(string(file.Data)))
		if len(lines) == 0 {
			continue
		}
		at := b.IntN(len(lines))
		ending := "\n"
		if strings.HasSuffix(lines[at], "\r\n") {
			ending = "\r\n"
		}
		switch kind := b.IntN(8); {
		case path == spec.Path && kind < 6: // it must stay an answers file
			lines = slices.Insert(lines, at, "# "+mark+ending)
			marks[path] = mark
		case path == spec.Path:
			continue
		case kind < 3:
			lines = slices.Insert(lines, at, mark+ending)
			marks[path] = mark
		case kind == 3:
			lines[at] = mark + ending
			marks[path] = mark
		case kind == 4:
			lines = append(lines, mark) // no newline at the end
			marks[path] = mark
		case kind == 5 && marks[path] == "":
			lines = slices.Delete(lines, at, min(at+1+b.IntN(5), len(lines)))
		case kind == 6 && marks[path] == "":
			delete(f, path)
			continue
		case kind == 7 && ending == "\n":
			for i := range lines {
				lines[i] = strings.TrimSuffix(lines[i], "\n") + "\r\n"
			}
		}
		f[path] = tree.File{Data: []byte(strings.Join(lines, "")), Mode: file.Mode}
	}
	f["internal/mine/mine.go"] = tree.File{Data: []byte("package mine\n"), Mode: 0o600}
	return f, marks
}
