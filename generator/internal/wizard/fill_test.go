package wizard

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

func blanks() []Blank {
	short := func(text string) error {
		if len(text) > 3 {
			return errors.New("too long")
		}
		return nil
	}
	any := func(string) error { return nil }
	return []Blank{
		{Title: "Which", Help: "A word.", Check: short},
		{Title: "How", Help: "One of them.", Options: []Option{{Value: "GET"}, {Value: "POST"}}, Check: any},
	}
}

func TestFill(t *testing.T) {
	tests := []struct {
		name, typed string
		want        []string
		says        []string
	}{
		{"two answers", "a\nPOST\n", []string{"a", "POST"}, []string{"Question 1 of 2: Which", "Question 2 of 2: How", "1. GET", "2. POST"}},
		{"a number", "a\n1\n", []string{"a", "GET"}, nil},
		{"without a line end", "a\n2", []string{"a", "POST"}, nil},
		{"spaces", "  a \n get \n", []string{"a", "GET"}, nil},
		{"help", "?\na\n?\n1\n", []string{"a", "GET"}, []string{"A word.", "One of them.", "Type one of: GET, POST."}},
		{"back", "a\nback\nb\n1\n", []string{"b", "GET"}, nil},
		{"back at the first", "back\na\n1\n", []string{"a", "GET"}, nil},
		{"refused, then right", "long\nb\nPUT\n3\n2\n", []string{"b", "POST"}, []string{"Not possible: too long", `Not possible: "PUT" is not one of`, "3 is not one of the numbers 1 to 2"}},
	}
	for _, tt := range tests {
		var out strings.Builder
		got, err := Fill(context.Background(), IO{In: strings.NewReader(tt.typed), Out: &out}, blanks())
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q %v\n%s", tt.name, got, err, out.String())
		}
		for _, s := range tt.says {
			if !strings.Contains(out.String(), s) {
				t.Errorf("%s: does not say %q:\n%s", tt.name, s, out.String())
			}
		}
	}
}

// The end of the input and an interrupt are no answers; neither is an empty line.
func TestFillStops(t *testing.T) {
	for name, typed := range map[string]string{"at once": "", "between": "a\n", "an empty choice": "a\n\n"} {
		if got, err := Fill(context.Background(), IO{In: strings.NewReader(typed), Out: io.Discard}, blanks()); !errors.Is(err, ErrInterrupted) {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, w := io.Pipe()
	defer w.Close()
	if _, err := Fill(ctx, IO{In: r, Out: io.Discard}, blanks()); !errors.Is(err, ErrInterrupted) {
		t.Errorf("interrupted: %v", err)
	}
}
