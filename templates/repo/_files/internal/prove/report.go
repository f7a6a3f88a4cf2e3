package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// What became of a test or a control.
const (
	pass    = "pass"
	fail    = "fail"
	skipped = "skipped"
	missing = "did not run"
)

// A control is a row of controls.json.
type control struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Standard string   `json:"standard"`
	Code     []string `json:"code"`
	Tests    []string `json:"tests"`
}

func readControls(b []byte) ([]control, error) {
	var all []control
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fmt.Errorf("read controls.json: %w", err)
	}
	return all, nil
}

// results says what became of each test, by its name as controls.json writes it: internal/attack.TestMethods.
type results struct {
	outcome map[string]string
	output  map[string]string
	failed  []string // tests, and packages that do not compile, in the order in which they failed
}

// readEvents reads what go test -json prints. finished is called with each package and its outcome.
func readEvents(r io.Reader, module string, finished func(pkg, outcome string)) (results, error) {
	ran := results{outcome: map[string]string{}, output: map[string]string{}}
	dec := json.NewDecoder(r)
	for {
		var e struct{ Action, Package, ImportPath, Test, Output string }
		switch err := dec.Decode(&e); {
		case errors.Is(err, io.EOF):
			return ran, nil
		case err != nil:
			return ran, fmt.Errorf("read the output of go test: %w", err)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(e.Package+e.ImportPath, module), "/")
		if e.Test != "" {
			name += "." + e.Test
		}
		outcome := map[string]string{"pass": pass, "fail": fail, "build-fail": fail, "skip": skipped}[e.Action]
		if outcome == "" {
			ran.output[name] += e.Output
			continue
		}
		if outcome == fail && ran.outcome[name] != fail {
			ran.failed = append(ran.failed, name)
		}
		ran.outcome[name] = outcome
		if e.Test == "" {
			finished(name, outcome)
		}
	}
}

// A report is the answer for every control.
type report struct {
	Controls []verdict `json:"controls"`
}

// A verdict is the answer for one control.
type verdict struct {
	control
	Result   string            `json:"result"`
	Outcomes map[string]string `json:"outcomes,omitempty"` // of each test
}

// verdicts gives each control its result.
func verdicts(all []control, ran results) report {
	var r report
	for _, c := range all {
		v := verdict{control: c, Result: pass, Outcomes: map[string]string{}}
		if len(c.Tests) == 0 {
			v.Result = fail
		}
		for _, t := range c.Tests {
			outcome := ran.outcome[t]
			if outcome == "" {
				outcome = missing
			}
			v.Outcomes[t] = outcome
			if outcome != pass {
				v.Result = fail
			}
		}
		r.Controls = append(r.Controls, v)
	}
	return r
}

// count is how many controls have a result.
func (r report) count(result string) int {
	n := 0
	for _, v := range r.Controls {
		if v.Result == result {
			n++
		}
	}
	return n
}

// passed reports whether no control failed. A report without controls proves nothing.
func (r report) passed() bool { return len(r.Controls) > 0 && r.count(fail) == 0 }

// text is the report for a terminal of 100 columns: the controls, what failed with its output, and the count last.
func (r report) text(s style, ran results) string {
	var b strings.Builder
	for _, v := range r.Controls {
		var tests []string
		for _, t := range v.Tests {
			if outcome := v.Outcomes[t]; outcome != pass {
				t += " (" + outcome + ")"
			}
			tests = append(tests, t)
		}
		head := wrap(fmt.Sprintf("%s  %-4s %s", v.Result, v.ID, v.Title))
		b.WriteString(s.result(v.Result) + strings.TrimPrefix(head, v.Result))
		b.WriteString(s.dim(wrap(indent+v.Standard) + wrap(indent+strings.Join(tests, ", "))))
	}
	for _, f := range ran.failed {
		fmt.Fprintf(&b, "\n%s %s\n%s", s.result(fail), f, ran.output[f])
	}
	fmt.Fprintf(&b, "\n%d controls pass, %d fail", r.count(pass), r.count(fail))
	if len(ran.failed) > 0 {
		fmt.Fprintf(&b, "; %s failed first", ran.failed[0])
	}
	return b.String() + "\n"
}

// columns is how wide the report is, and indent what begins the second line of a control.
const (
	columns = 100
	indent  = "           "
)

// wrap ends a line, and breaks it where it is too long.
func wrap(line string) string {
	for i := min(columns, len(line)); len(line) > columns && i > len(indent); i-- {
		if line[i] == ' ' {
			return line[:i] + "\n" + wrap(indent+line[i+1:])
		}
	}
	return line + "\n"
}

// A style colors results on a terminal.
type style struct{ color bool }

func (s style) paint(code, text string) string {
	if !s.color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) dim(text string) string { return s.paint("2", text) }

func (s style) result(r string) string {
	if r == pass {
		return s.paint("32", r)
	}
	return s.paint("31", r)
}

// progress says from the first second on how far the tests are.
type progress struct {
	out            io.Writer
	terminal       bool // one line that changes, instead of a line for each package
	packages, done int
}

func (p *progress) start() {
	fmt.Fprintf(p.out, "testing %d packages; a first run compiles them all\n", p.packages)
}

func (p *progress) finished(pkg, outcome string) {
	p.done++
	switch {
	case p.terminal:
		fmt.Fprintf(p.out, "\r\x1b[K%d of %d packages: %s", p.done, p.packages, pkg)
	case outcome != skipped: // a package without tests
		fmt.Fprintf(p.out, "%s  %s\n", outcome, pkg)
	}
}

func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

// page is docs/security/controls.md or, with results, build/prove.md.
func (r report) page(results bool) string {
	var b strings.Builder
	b.WriteString(pageHead)
	for _, v := range r.Controls {
		fmt.Fprintf(&b, "| %s | %s | %s | `%s` | `%s` |", v.ID, v.Title, v.Standard, strings.Join(v.Code, "`, `"), strings.Join(v.Tests, "`, `"))
		if results {
			b.WriteString(" " + v.Result + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

const pageHead = `# Security controls

Each control with its standard, the code that implements it, and the tests that fail when it is broken. ` + "`make prove`" + ` runs those tests and
writes this page from internal/prove/controls.json: edit the controls there.

ASVS is OWASP's Application Security Verification Standard 5.0.0; the other names are RFCs, CWE entries, NIST publications and OpenSSF
Scorecard checks.

| id | control | standard | code | tests |
|---|---|---|---|---|
`
