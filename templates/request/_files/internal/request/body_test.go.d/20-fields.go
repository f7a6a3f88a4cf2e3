package request

import (
	"slices"
	"testing"

	"example.com/app/internal/problem"
)

func TestErrors(t *testing.T) {
	var e Errors
	e.Check(true, "/title", "required", "must not be empty")
	if err := e.Err(); err != nil {
		t.Fatal(err)
	}
	e.Check(false, "/title", "required", "must not be empty")
	e.Check(true, "/body", "too-long", "must have at most 10 characters")
	e.Check(false, "/body", "characters", "must not contain control characters")
	p := problem.From(e.Err())
	if got := pointers(p); p.Status != 422 || !slices.Equal(got, []string{"/title:required", "/body:characters"}) {
		t.Errorf("%d %v", p.Status, got)
	}
}
