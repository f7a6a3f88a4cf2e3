package problem

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"words", "grüße,\t世界\n", "grüße,\t世界\n"},
		{"escape sequence", "\x1b[31mred", `\x1b[31mred`},
		{"carriage return", "a\rb", `a\rb`},
		{"bell and delete", "\a\x7f", `\a\x7f`},
		{"right to left", "a\u202eb", `a\u202eb`},
		{"not UTF-8", "a\xffb", `a\xffb`},
		{"replacement character", "a\uFFFDb", "a\uFFFDb"},
		{"C1 control", "a\u009bb", `a\u009bb`},
	}
	for _, tt := range tests {
		if got := Plain(tt.in); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestSorted(t *testing.T) {
	l := List{{Subject: "b.yaml:2", Message: "x"}, {Subject: "a.yaml:10", Message: "x"}, {Subject: "a.yaml:9", Message: "y"}, {Subject: "a.yaml:9", Message: "y"}}
	got := l.Sorted().Error()
	want := "a.yaml:9: y\na.yaml:10: x\nb.yaml:2: x"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTake(t *testing.T) {
	var l List
	if !l.Take(nil) || !l.Take(fmt.Errorf("plan: %w", List{{Message: "a"}})) || len(l) != 1 {
		t.Errorf("problems were not taken: %v", l)
	}
	if l.Take(errors.New("disk full")) {
		t.Error("an error that is no problem was taken")
	}
}

func TestNearest(t *testing.T) {
	words := []string{"sqlite", "postgres", "none"}
	for in, want := range map[string]string{"sqlit": "sqlite", "postgre": "postgres", "oracle": "", "": "", strings.Repeat("x", 1000): ""} {
		if got := Nearest(in, words); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
