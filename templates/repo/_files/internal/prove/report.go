package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// What became of a test or a control.
const (
	pass          = "pass"
	fail          = "fail"
	skipped       = "skipped"
	missing       = "did not run"
	notApplicable = "not applicable"
)

// A control is a row of controls.json.
type control struct {
	ID            string   `json:"id"`
	Title         string   `json:"title"`
	Standard      string   `json:"standard"`
	Code          []string `json:"code"`
	Tests         []string `json:"tests"`
	NotApplicable string   `json:"notApplicable"` // why, or empty
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
}

// readEvents reads what go test -json prints.
func readEvents(r io.Reader, module string) (results, error) {
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
		switch e.Action {
		case "output", "build-output":
			ran.output[name] += e.Output
		case "pass", "fail":
			ran.outcome[name] = e.Action
		case "build-fail":
			ran.outcome[name] = fail
		case "skip":
			ran.outcome[name] = skipped
		}
	}
}

// failures lists what failed, sorted: tests, and packages that did not compile.
func (r results) failures() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(r.outcome)) {
		if r.outcome[name] == fail {
			out = append(out, name)
		}
	}
	return out
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

// judge gives each control its verdict.
func judge(all []control, ran results) report {
	var r report
	for _, c := range all {
		v := verdict{control: c, Result: pass, Outcomes: map[string]string{}}
		switch {
		case c.NotApplicable != "":
			v.Result = notApplicable
		case len(c.Tests) == 0:
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

// passed reports whether no control failed. A report without controls proves nothing.
func (r report) passed() bool {
	return len(r.Controls) > 0 && !slices.ContainsFunc(r.Controls, func(v verdict) bool { return v.Result == fail })
}

// table is the report in Markdown that reads well as plain text too: a line for each test, then the totals.
func (r report) table() string {
	rows := [][]string{{"id", "standard", "test", "result"}}
	count := map[string]int{}
	for _, v := range r.Controls {
		count[v.Result]++
		switch {
		case v.NotApplicable != "":
			rows = append(rows, []string{v.ID, v.Standard, "", notApplicable + ": " + v.NotApplicable})
		case len(v.Tests) == 0:
			rows = append(rows, []string{v.ID, v.Standard, "none", fail})
		}
		for i, t := range v.Tests {
			row := []string{"", "", t, v.Outcomes[t]}
			if i == 0 {
				row[0], row[1] = v.ID, v.Standard
			}
			rows = append(rows, row)
		}
	}
	var width [4]int
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], len(cell))
		}
	}
	var b strings.Builder
	for n, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(&b, "| %-*s ", width[i], cell)
		}
		b.WriteString("|\n")
		if n == 0 {
			for _, w := range width {
				b.WriteString("|" + strings.Repeat("-", w+2))
			}
			b.WriteString("|\n")
		}
	}
	fmt.Fprintf(&b, "\n%d controls pass, %d fail, %d do not apply\n", count[pass], count[fail], count[notApplicable])
	return b.String()
}
