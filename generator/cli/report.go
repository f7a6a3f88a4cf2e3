package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

// jsonVersion is the version of every document that --json prints.
const jsonVersion = 1

// failure is the document of a run that did not work out.
type failure struct {
	Version int          `json:"version"`
	Command string       `json:"command"`
	Errors  problem.List `json:"errors"`
	Exit    int          `json:"exit"`
}

// report says what went wrong: a line a problem, its hint below; under --json a document on standard output.
func (a *app) report(command string, err error, code int) {
	var list problem.List
	var refusal problem.Refusal
	switch {
	case errors.As(err, &list):
	case errors.As(err, &refusal):
		list = refusal.List
	default:
		list = problem.List{{Message: strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; ")}}
	}
	if a.json {
		printJSON(a.out, failure{jsonVersion, command, list, code})
		return
	}
	if command != "" {
		command += ": "
	}
	for _, p := range list {
		hint := p.Hint
		p.Hint = ""
		say(a.err, "hardwright: %s%s", command, oneLine(p.String()))
		if hint != "" {
			say(a.err, "hint: %s", oneLine(hint))
		}
	}
}

// oneLine keeps a message that echoes a line break from posing as two.
func oneLine(s string) string { return strings.ReplaceAll(s, "\n", `\n`) }

// printJSON writes one document on one line.
func printJSON(w io.Writer, v any) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		fmt.Fprintln(w, `{"version":1,"errors":[{"subject":"","message":"standard output cannot be written"}],"exit":1}`)
	}
}
